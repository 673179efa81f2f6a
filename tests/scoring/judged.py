"""Leads, interactions and scorecards for tests of rescoring, and the oracle's word on stored scores."""

from datetime import timedelta

from leads.models import Interaction, Signal
from scoring import gathering
from scoring.models import Rule, Scorecard
from tests.factories import MONDAY, InteractionFactory, LeadFactory
from tests.scoring import oracle

DAY = timedelta(days=1)


def lead_with(*acts, **fields):
    """An open lead whose contact did `acts`: pairs of signal key and age in days on MONDAY."""
    lead = LeadFactory(**fields)
    for signal, age in acts:
        act(lead, signal, at=MONDAY - age * DAY)
    return lead


def act(lead, signal, *, at=MONDAY):
    """One more human interaction, as intake records it: the contact's revision rises."""
    InteractionFactory(
        contact=lead.contact, signal=Signal.objects.get(key=signal), occurred_at=at, received_at=at, day=at.date()
    )
    touch(lead.contact)


def touch(contact):
    """The contact has changed."""
    contact.revision += 1
    contact.save(update_fields=["revision"])


def publish(points):
    """A new live version with other points: {rule key: points}."""
    old = Scorecard.objects.live().get()
    rules = [(rule, list(rule.signals.all())) for rule in old.rules.all()]
    Scorecard.objects.filter(pk=old.pk).update(status="retired")
    new = Scorecard.objects.get(pk=old.pk)
    new.pk, new.version, new.status = None, old.version + 1, "live"
    new.save(force_insert=True)
    for rule, signals in rules:
        rule.pk, rule.scorecard, rule.points = None, new, points.get(rule.key, rule.points)
        rule._state.adding = True
        rule.save()
        rule.signals.set(signals)
    return new


def judged_by_oracle(lead, *, now):
    """What the oracle says of the lead's interactions and fields on the day of `now`."""
    model = gathering.live()
    day = gathering.today(now)
    batch = gathering.facts(model, [lead.pk], day=day)
    truths = {rule: bool(mask[0]) for rule, mask in batch.facts.masks.items()}
    acts = Interaction.objects.filter(contact=lead.contact, verdict="human", signal__isnull=False)
    events = [(signal, at.toordinal(), 1) for signal, at in acts.values_list("signal_id", "day")]
    return oracle.judge(model.card, events, day=day, truths=truths)


def rule_of(key):
    """A rule of the live scorecard."""
    return Rule.objects.get(scorecard__status="live", key=key)
