"""Who works a lead: by hand, or round robin within the team."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext

from leads import notifications
from leads.enums import NotificationKind, Role
from leads.models import Lead, Membership, User

# Within one moment the order of turns is kept by steps far below any real distance between two of them.
_STEP = timedelta(microseconds=1)


class NotAllowed(Exception):
    """This person cannot own this lead. The message says why to the user."""


def candidates(lead):
    """The people who may own this lead, by name: active reps and managers of its team; without a team, nobody."""
    return User.objects.filter(
        is_active=True, role__in=(Role.REP, Role.MANAGER), memberships__team_id=lead.team_id or 0
    ).order_by("first_name", "last_name", "username", "id")


def assign(lead, *, to, by, now):
    """Give a lead to `to` (None: to nobody) and tell them, unless they took it themselves. Updates `lead` in place.

    Returns False when they own it already. Raises `NotAllowed` when they are not an active member of the lead's team.
    """
    with transaction.atomic():
        current = Lead.objects.select_for_update().get(pk=lead.pk)
        changed = current.owner_id != (to.pk if to else None)
        if changed:
            if to is not None and not candidates(current).filter(pk=to.pk).exists():
                raise NotAllowed(
                    gettext("%(person)s is not an active member of this lead's team.") % {"person": to.display_name}
                )
            Lead.objects.filter(pk=lead.pk).update(owner=to)
            if to is not None and to != by:
                notifications.tell(to, kind=NotificationKind.LEAD_ASSIGNED, lead=current, now=now)
    lead.owner = to
    return changed


def assign_in_turn(lead_ids, *, kind=NotificationKind.MQL_ASSIGNED, now):
    """Give each lead to the rep of its team whose turn it is, and tell them.

    A lead whose owner is an active member of its team keeps them; they are told too. In turn are active reps whose
    membership takes leads. A team with nobody in turn, and a lead without a team, get nobody. Fair when run
    concurrently: the memberships of a team are locked while its wheel turns. Returns {lead id: user id}.
    """
    wanted = Lead.objects.filter(pk__in=list(lead_ids), team__isnull=False)
    given = {}
    for team_id in sorted(set(wanted.order_by().values_list("team_id", flat=True))):
        given |= _turn(team_id, wanted.filter(team_id=team_id), now=now)
    notifications.tell_many([(user_id, lead_id) for lead_id, user_id in sorted(given.items())], kind=kind, now=now)
    return given


@transaction.atomic
def _turn(team_id, leads, *, now):
    members = list(
        Membership.objects.select_for_update(of=("self",))
        .filter(team_id=team_id, user__is_active=True)
        .select_related("user")
        .order_by("pk")
    )
    settled = {member.user_id for member in members}
    wheel = [member for member in members if member.takes_leads and member.user.role == Role.REP]
    wheel.sort(key=_turn_order)
    rows = list(leads.select_for_update().order_by("pk").values_list("pk", "owner_id"))
    given = {lead_id: owner_id for lead_id, owner_id in rows if owner_id in settled}
    homeless = [lead_id for lead_id, _ in rows if lead_id not in given]
    if not wheel:
        return given
    start = max([now, *(member.last_assigned_at for member in wheel if member.last_assigned_at)])
    for place, member in enumerate(wheel):
        mine = homeless[place :: len(wheel)]
        if mine:
            Lead.objects.filter(pk__in=mine).update(owner_id=member.user_id)
            last_turn = place + (len(mine) - 1) * len(wheel)
            Membership.objects.filter(pk=member.pk).update(last_assigned_at=start + (last_turn + 1) * _STEP)
            given |= dict.fromkeys(mine, member.user_id)
    return given


def _turn_order(member):
    """Who never got a lead comes first, then who waited longest."""
    waited = member.last_assigned_at
    return (waited is not None, waited.timestamp() if waited else 0.0, member.pk)


def release(user, *, team):
    """Take a person's open leads of one team from them, for instance when they leave it. Returns how many."""
    return Lead.objects.open().filter(owner=user, team=team).update(owner=None)
