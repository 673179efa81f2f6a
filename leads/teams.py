"""Teams: who is in them and which leads are theirs."""

from django.db import transaction
from django.utils.translation import gettext

from leads import assignment
from leads.models import Lead, Membership


class NotAllowed(Exception):
    """This is not for the user to decide. The message says why."""


def check(team, *, by):
    """Raise `NotAllowed` unless `by` answers for that team."""
    if not by.has_perm("leads.put_into_team") or not (by.may_configure or team.pk in by.team_ids):
        raise NotAllowed(gettext("You can put leads only into your own teams."))


def put(lead_ids, *, team, by, now):
    """Put leads that no team looks after into `team`; those of another team stay there. Returns how many were put.

    MQLs among them go to the team's reps in turn.

    Raises `NotAllowed` unless `by` answers for that team.
    """
    check(team, by=by)
    with transaction.atomic():
        ids = list(
            Lead.objects.without_team()
            .filter(pk__in=list(lead_ids))
            .select_for_update()
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        Lead.objects.filter(pk__in=ids).update(team=team)
        waiting = Lead.objects.waiting_for_an_answer().filter(pk__in=ids, owner=None)
        assignment.assign_in_turn(list(waiting.values_list("pk", flat=True)), now=now)
    return len(ids)


def join(team, *, user, by, takes_leads=True):
    """Make a person a member of a team, or change whether they take new leads there."""
    return Membership.objects.update_or_create(team=team, user=user, defaults={"takes_leads": takes_leads})[0]


@transaction.atomic
def leave(team, *, user, by):
    """End a membership. The person's open leads of the team become free, for they can no longer see them."""
    Membership.objects.filter(team=team, user=user).delete()
    return assignment.release(user, team=team)
