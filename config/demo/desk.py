"""What the demo's invented sales reps decided: accept, reject, call, offer, win and lose, with chance and the hidden numbers."""

import random
from datetime import timedelta

from config.demo import world
from leads import actions, followups, notes, tags
from leads.enums import CallResult, FollowUpKind, Outcome, RejectReason, Role, Stage
from leads.models import Lead, User

_NOT_NOW = (RejectReason.BAD_TIMING, RejectReason.NO_BUDGET, RejectReason.NO_AUTHORITY, RejectReason.UNREACHABLE)
_LOST = (RejectReason.NO_BUDGET, RejectReason.NO_NEED, RejectReason.UNREACHABLE, RejectReason.COMPETITOR)


class Desk:
    """The sales floor of the demo: works the leads once per tick, the same for the same seed."""

    def __init__(self, by_email, *, seed):
        self.by_email = by_email
        self.chance = random.Random(f"desk-{seed}")
        self.reps = list(User.objects.filter(role=Role.REP).order_by("id"))

    def work(self, *, now, hours=0):
        """Decide about every open lead as it stands; each decision falls within `hours` after `now`."""
        for lead in Lead.objects.open().select_related("contact", "owner").order_by("id"):
            person = self.by_email[lead.contact.email]
            days = (now - lead.stage_since).days
            decide = {
                Stage.MQL: self._answer,
                Stage.SQL: self._qualify,
                Stage.OPPORTUNITY: self._close,
            }.get(lead.stage, self._tidy)
            decide(lead, person, days=days, now=now + timedelta(hours=hours * self.chance.random()))

    def _answer(self, lead, person, *, days, now):
        if self.chance.random() > 0.5 + 0.1 * days:
            return
        rep = self._rep(lead)
        if self.chance.random() < 0.25 + 0.7 * person.chance:
            self._call(lead, CallResult.REACHED, now)
            actions.accept(lead, by=rep, now=now)
        else:
            self._call(lead, CallResult.NO_ANSWER, now)
            actions.reject(lead, reason=self.chance.choice(_NOT_NOW), by=rep, now=now)

    def _qualify(self, lead, person, *, days, now):
        if days < 5 or self.chance.random() < 0.4:
            return
        self._call(lead, CallResult.REACHED, now)
        if self.chance.random() < 0.3 + 0.65 * person.chance:
            actions.advance(lead, by=self._rep(lead), now=now)
        else:
            self._lose(lead, now)

    def _close(self, lead, person, *, days, now):
        if days < 14 or self.chance.random() < 0.4:
            return
        if self.chance.random() < 0.15 + 0.85 * person.chance:
            self._win(lead, now)
        else:
            self._lose(lead, now)

    def _tidy(self, lead, person, *, days, now):
        """Leads that never became MQLs: most are closed after months; a few order all the same."""
        if (now - lead.created_at).days < 75 or self.chance.random() < 0.82:
            return
        if self.chance.random() < person.chance**2:
            self._win(lead, now)
        else:
            self._lose(lead, now)

    def _win(self, lead, now):
        actions.close(lead, outcome=Outcome.WON, by=self._rep(lead), now=now)

    def _lose(self, lead, now):
        actions.close(lead, outcome=Outcome.LOST, reason=self.chance.choice(_LOST), by=self._rep(lead), now=now)

    def _rep(self, lead):
        return lead.owner or self.reps[(lead.team_id or 0) % len(self.reps)]

    def _call(self, lead, result, now):
        actions.log_call(lead, result=result, by=self._rep(lead), now=now - timedelta(minutes=20))

    def plan(self, *, now):
        """What lies ahead: follow-ups due, overdue and later, notes, tags."""
        working = Lead.objects.open().in_stage(Stage.SQL, Stage.OPPORTUNITY, Stage.MQL).filter(owner__isnull=False)
        kinds = (FollowUpKind.CALL, FollowUpKind.CALL, FollowUpKind.MAIL, FollowUpKind.MEETING, FollowUpKind.OFFER)
        for lead in working.select_related("owner").order_by("id"):
            if self.chance.random() < 0.75:
                due = now + timedelta(days=self.chance.randint(-1, 8), hours=self.chance.randint(1, 7))
                created = min(now, due) - timedelta(days=4)
                followups.create(
                    lead, kind=self.chance.choice(kinds), due_at=due, by=lead.owner, owner=lead.owner, now=created
                )
            if self.chance.random() < 0.4:
                at = now - timedelta(days=self.chance.randint(0, 12), hours=self.chance.randint(1, 9))
                notes.add(lead, text=self.chance.choice(world.NOTES), by=lead.owner, now=max(at, lead.created_at))
            if self.chance.random() < 0.2:
                tags.add(lead, name=self.chance.choice(world.TAGS), by=lead.owner, now=now)
