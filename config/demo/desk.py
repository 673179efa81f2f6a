"""What the demo's invented sales reps decided: accept, reject, call, offer, win and lose, with chance and the hidden numbers."""

import math
import random
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from config.demo import world
from leads import deals, followups, intake, notes, stages, tags
from leads.enums import CallResult, Cause, FollowUpKind, InteractionKind, RejectReason, Role, Stage
from leads.models import Deal, Lead, Product, User
from scoring.models import Score

_NOT_NOW = (RejectReason.BAD_TIMING, RejectReason.NO_BUDGET, RejectReason.NO_AUTHORITY, RejectReason.UNREACHABLE)
# One of so many leaves an offer unanswered for so long: such leads go quiet.
_STALLING, _STALLED_DAYS = 5, 90
_LOST = (RejectReason.NO_BUDGET, RejectReason.NO_NEED, RejectReason.UNREACHABLE, RejectReason.COMPETITOR)


def _office_hour(moment, chance):
    """The same day at an hour when people make calls, where the installation stands."""
    local = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
    return local.replace(hour=chance.randint(9, 16), minute=chance.choice((0, 15, 30, 45)), second=0, microsecond=0)


class Desk:
    """The sales floor of the demo: works the leads once per tick, the same for the same seed."""

    def __init__(self, by_email, *, seed):
        self.by_email = by_email
        self.chance = random.Random(f"desk-{seed}")
        self.prices = random.Random(f"deals-{seed}")
        self.products = list(Product.objects.order_by("id"))
        self.reps = list(User.objects.filter(role=Role.REP).order_by("id"))

    def work(self, *, now, spared=frozenset()):
        """Decide about every open lead as it stands at `now`, but for the `spared` ids: a working day's decisions,
        written set by set.
        """
        calls, moves = [], {}
        mood = self.chance.choice(_NOT_NOW), self.chance.choice(_LOST)
        sold = []
        for lead in Lead.objects.open().select_related("contact", "owner").order_by("id"):
            if lead.pk in spared:
                continue
            person = self.by_email[lead.contact.email]
            rep = lead.owner or self.reps[(lead.team_id or 0) % len(self.reps)]
            to = self._decide(lead, person, now)
            if to is None:
                continue
            if self._is_about_a_deal(lead, to):
                sold.append((lead, rep, to))
            else:
                moves.setdefault((to, rep), []).append(lead.pk)
            if lead.stage in (Stage.MQL, Stage.SQL):
                calls.append(self._call(lead, rep, is_reached=to != Stage.NURTURE, now=now))
        intake.record_batch(calls, now=now)
        for (to, rep), lead_ids in moves.items():
            if to in (Stage.NURTURE, Stage.DISQUALIFIED):
                reason = mood[to == Stage.DISQUALIFIED]
                stages.turn_away_many(lead_ids, to=to, reason=reason, by=rep, now=now, cooldown_days=30)
            else:
                stages.move_many(lead_ids, to=to, cause=Cause.PERSON, by=rep, now=now)
        self._sell(sold, reason=mood[1], now=now)

    def newest_mqls(self, *, per_team):
        """Ids of the leads that became an MQL last, at most `per_team` of each team: enough to try the demo with."""
        newest = {}
        mqls = Lead.objects.in_stage(Stage.MQL).filter(team__isnull=False).order_by("-stage_since", "id")
        for lead_id, team_id in mqls.values_list("id", "team_id"):
            newest.setdefault(team_id, []).append(lead_id)
        return frozenset(lead_id for lead_ids in newest.values() for lead_id in lead_ids[:per_team])

    def _is_about_a_deal(self, lead, to):
        """Offers and orders always are; a refusal is if there was an offer, and half of those whom we accepted had one."""
        if to == Stage.DISQUALIFIED:
            return lead.stage == Stage.OPPORTUNITY or (lead.stage == Stage.SQL and self.prices.random() < 0.5)
        return to in (Stage.OPPORTUNITY, Stage.CUSTOMER)

    def _sell(self, sold, *, reason, now):
        """Open, win and lose deals, which moves their leads; of two deals of a customer, one is still open."""
        waiting = {}
        for deal in Deal.objects.open().filter(lead__in=[lead for lead, _rep, _to in sold]).order_by("id"):
            waiting.setdefault(deal.lead_id, []).append(deal)
        for lead, rep, to in sold:
            offered_at = now if to == Stage.OPPORTUNITY else max(now - timedelta(days=3), lead.stage_since)
            offers = waiting.get(lead.pk) or [self._offer(lead, rep, now=offered_at)]
            if to == Stage.OPPORTUNITY and self.prices.random() < 0.12:
                self._offer(lead, rep, now=now)
            elif to == Stage.CUSTOMER:
                deals.win(offers[0], by=rep, now=now)
            elif to == Stage.DISQUALIFIED:
                for deal in offers:
                    deals.lose(deal, reason=reason, by=rep, now=now, cooldown_days=30)

    def _offer(self, lead, rep, *, now):
        """A deal about what interests the person most; amounts are spread as they are in life: few are very large."""
        of_interest = Score.objects.filter(lead=lead).values_list("top_product", flat=True).first()
        product = next((item for item in self.products if item.pk == of_interest), None) or self.prices.choice(
            self.products
        )
        median, names = world.DEALS[product.slug]
        amount = median * math.exp(self.prices.gauss(0, 0.55))
        return deals.open_deal(
            lead,
            name=self.prices.choice(names),
            product=product,
            amount=round(amount / 50) * 50,
            expected_on=(now + timedelta(days=self.prices.randint(20, 75))).date(),
            by=rep,
            now=now,
        )

    def _decide(self, lead, person, now):
        """The stage that the rep moves the lead to, or None for "not yet"."""
        days, luck, patience = (now - lead.stage_since).days, self.chance.random(), self.chance.random()
        if lead.stage == Stage.MQL:
            if patience < 0.5 + 0.1 * days:
                return Stage.SQL if luck < 0.45 + 0.5 * person.chance else Stage.NURTURE
        elif lead.stage == Stage.SQL:
            if days >= 5 and patience < 0.6:
                return Stage.OPPORTUNITY if luck < 0.3 + 0.65 * person.chance else Stage.DISQUALIFIED
        elif lead.stage == Stage.OPPORTUNITY:
            if person.number % _STALLING == 0 and days < _STALLED_DAYS:
                return None
            if days >= 14 and patience < 0.6:
                return Stage.CUSTOMER if luck < 0.15 + 0.85 * person.chance else Stage.DISQUALIFIED
        elif (now - lead.created_at).days >= 75 and patience < 0.25:
            # Never became an MQL: most are closed after months; a few order all the same.
            return Stage.CUSTOMER if luck < person.chance**2 else Stage.DISQUALIFIED
        return None

    def _call(self, lead, rep, *, is_reached, now):
        return {
            "event_id": f"demo-call-{lead.pk}-{now:%Y%m%d%H}",
            "kind": InteractionKind.CALL,
            "occurred_at": now - timedelta(minutes=self.chance.randint(5, 240)),
            "contact": lead.contact,
            "payload": {"result": CallResult.REACHED.name.lower() if is_reached else CallResult.NO_ANSWER.name.lower()},
            "by": rep,
        }

    def plan(self, *, now):
        """What lies ahead: follow-ups due, overdue and later, notes, tags."""
        working = Lead.objects.open().in_stage(Stage.SQL, Stage.OPPORTUNITY, Stage.MQL).filter(owner__isnull=False)
        kinds = (FollowUpKind.CALL, FollowUpKind.CALL, FollowUpKind.MAIL, FollowUpKind.MEETING, FollowUpKind.OFFER)
        for lead in working.select_related("owner").order_by("id"):
            if self.chance.random() < 0.75:
                due = _office_hour(now + timedelta(days=self.chance.randint(-1, 8)), self.chance)
                created = min(now, due) - timedelta(days=4)
                followups.create(
                    lead, kind=self.chance.choice(kinds), due_at=due, by=lead.owner, owner=lead.owner, now=created
                )
            if self.chance.random() < 0.4:
                at = now - timedelta(days=self.chance.randint(0, 12), hours=self.chance.randint(1, 9))
                notes.add(lead, text=self.chance.choice(world.NOTES), by=lead.owner, now=max(at, lead.created_at))
            if self.chance.random() < 0.2:
                tags.add(lead, name=self.chance.choice(world.TAGS), by=lead.owner, now=now)
