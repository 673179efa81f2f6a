"""Chainable querysets. They name their models by relation only and import none, so that models can use them as managers."""

from django.db.models import F, Q, QuerySet

from leads.enums import Role, Stage


def team_scope(user, *, team):
    """The `Q` over the team column `team` of what `user` may see; `None` when nothing is hidden from them."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Q(pk__in=[])
    if user.role in (Role.MARKETER, Role.DATA_PROTECTION, Role.ADMINISTRATOR):
        return None
    # An IN over the few teams of one person instead of a join: no duplicates, and the ranked index stays usable.
    own = Q(**{f"{team}_id__in": user.team_ids})
    if user.role == Role.MANAGER:
        return own | Q(**{f"{team}_id__isnull": True})
    return own


class LeadQuerySet(QuerySet):
    """Leads, narrowed by adjectives."""

    def visible_to(self, user):
        """What `user` may read; everything else does not exist for them."""
        scope = team_scope(user, team="team")
        return self if scope is None else self.filter(scope)

    def workable_by(self, user):
        """What `user` may change: marketers and data protection read only."""
        if getattr(user, "role", None) in (Role.MARKETER, Role.DATA_PROTECTION):
            return self.none()
        return self.visible_to(user)

    def open(self):
        """Not yet won or lost."""
        return self.filter(closed_at__isnull=True)

    def closed(self):
        """Won or lost."""
        return self.filter(closed_at__isnull=False)

    def in_stage(self, *stages):
        """In one of the stages."""
        return self.filter(stage__in=stages)

    def waiting_for_an_answer(self):
        """MQLs that no rep has accepted or rejected yet."""
        return self.open().filter(stage=Stage.MQL)

    def without_team(self):
        """Leads that no team looks after."""
        return self.filter(team__isnull=True)

    def awake(self, now):
        """Not snoozed at `now`."""
        return self.filter(Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=now))


class ContactQuerySet(QuerySet):
    """Contacts, narrowed by adjectives."""

    def visible_to(self, user):
        """Contacts with a lead that `user` may read; those without any lead only to the roles that read all."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.role in (Role.MARKETER, Role.DATA_PROTECTION, Role.ADMINISTRATOR):
            return self
        own = Q(leads__team_id__in=user.team_ids)
        if user.role == Role.MANAGER:
            own |= Q(leads__isnull=False, leads__team_id__isnull=True)
        return self.filter(own).distinct()

    def unseen(self):
        """Changed since scoring last looked; served by a partial index."""
        return self.exclude(revision=F("seen_revision"))


class FollowUpQuerySet(QuerySet):
    """Follow-ups, narrowed by adjectives."""

    def pending(self):
        """Neither done nor cancelled."""
        return self.filter(done_at__isnull=True, cancelled_at__isnull=True)

    def visible_to(self, user):
        """Those of leads that `user` may read."""
        scope = team_scope(user, team="lead__team")
        return self if scope is None else self.filter(scope)


class InteractionQuerySet(QuerySet):
    """Interactions, narrowed by adjectives."""

    def human(self):
        """Those that count."""
        return self.filter(verdict="human")

    def newest_first(self):
        """By time, then by id, so that the order is total."""
        return self.order_by("-occurred_at", "-id")


class DealQuerySet(QuerySet):
    """Deals, narrowed by adjectives."""

    def visible_to(self, user):
        """Those of leads that `user` may read."""
        scope = team_scope(user, team="lead__team")
        return self if scope is None else self.filter(scope)

    def open(self):
        """Neither won nor lost."""
        return self.filter(status="open")
