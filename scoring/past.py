"""The score of a lead on a day that is over: what the scorecard of that day says about what was known then.

Recomputed from interactions, field changes and versions; nothing is stored.
"""

import copy
import datetime
from dataclasses import replace
from zoneinfo import ZoneInfo

from django.conf import settings

from leads import conditions, history
from scoring import evaluation, explanation, gathering
from scoring.models import Score, Scorecard


def days(lead, *, now):
    """The first and the last day that can be asked about: since the contact is known, until yesterday or the closing."""
    zone = ZoneInfo(settings.TIME_ZONE)
    first = min(lead.created_at, lead.contact.created_at).astimezone(zone).date()
    yesterday = datetime.date.fromordinal(gathering.today(now) - 1)
    return first, min(yesterday, lead.closed_at.astimezone(zone).date()) if lead.closed_at else yesterday


def explain(lead, *, day):
    """The `Explanation` at the end of a day, by rules alone. A constant number of queries."""
    end = datetime.datetime.combine(
        day + datetime.timedelta(days=1), datetime.time.min, tzinfo=ZoneInfo(settings.TIME_ZONE)
    )
    if lead.closed_at:
        end = min(end, lead.closed_at)
    card = explanation.card_of(_version_on(end))
    model = gathering.model(card)
    known = history.as_of([lead.pk], end, declared=model.fields)
    facts = gathering.facts(model, [lead.pk], day=day.toordinal(), as_of=end).facts
    rules = [rule for rule in model.card.rules if rule.condition is not None]
    facts = replace(facts, masks={rule.id: conditions.to_mask(rule.condition, model.fields, known) for rule in rules})
    personas = (key for key, condition in model.personas if conditions.to_mask(condition, model.fields, known)[0])
    then = copy.copy(lead)
    then.score = _score(evaluation.evaluate(model.card, facts, day=day.toordinal()), card, persona=next(personas, ""))
    return explanation.explain(
        then,
        card=card,
        fields=model.fields,
        full=explanation.full_points(model.card, facts, day=day.toordinal()),
        known={name: column[0] for name, column in known.items()},
    )


def _version_on(moment):
    """The version that was live at that moment; before the first one, the first one."""
    published = Scorecard.objects.filter(published_at__isnull=False).order_by("published_at", "version")
    earlier = published.filter(published_at__lt=moment).values_list("version", flat=True).last()
    return earlier or published.values_list("version", flat=True).first()


def _score(result, card, *, persona):
    """The first lead of the result as a `Score` that is never saved."""
    score = int(result.score[0])
    day = datetime.date.fromordinal(result.day)
    return Score(
        score=score, rule_score=score, fit=int(result.fit[0]), engagement=int(result.engagement[0]),
        band=explanation.band(card, score), lines=evaluation.lines(result, 0), persona=persona, revision=0,
        version=card.version, engine=evaluation.ENGINE, as_of=day, valid_until=day,
    )  # fmt: skip
