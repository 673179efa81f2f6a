"""The score of a lead on a day that is over."""

import zoneinfo
from datetime import datetime, timedelta

import pytest
from django.conf import settings

from leads import contacts, fields
from scoring import explanation, past, rescoring, scorecards
from scoring.models import Scorecard
from tests.factories import MONDAY, UserFactory
from tests.scoring.judged import DAY, act, lead_with

pytestmark = pytest.mark.django_db
ACTS = (("whitepaper", 9), ("pricing-page", 7), ("pricing-page", 4), ("demo-request", 40))


def on(lead, *, ago):
    return past.explain(lead, day=(MONDAY - ago * DAY).date())


def shown(explained):
    """What an explanation says, without the lead and the days it speaks of."""
    lines = [
        (line.label, line.points, line.age_days, line.evidence) for half in explained.halves for line in half.lines
    ]
    return lines, explained.score, explained.band, explained.label


@pytest.mark.parametrize("ago", [3, 20, 200])
def test_a_past_day_says_what_the_stored_score_would_have_said(ago):
    now = lead_with(*ACTS, contact__job_title="Head of IT")
    rescoring.rescore([now.pk], now=MONDAY)
    now.refresh_from_db()
    earlier = lead_with(*((signal, age + ago) for signal, age in ACTS), contact__job_title="Head of IT")

    found = on(earlier, ago=ago)

    assert shown(found) == shown(explanation.explain(now, fields=fields.declared(root="lead")))


def test_what_happened_later_does_not_count_and_the_lines_add_up():
    lead = lead_with(*ACTS)

    found = on(lead, ago=5)
    act(lead, "demo-request", at=MONDAY)
    again = on(lead, ago=5)

    assert shown(again) == shown(found)
    assert sum(line["points"] for line in found.stored) == found.rule_score == found.score
    assert next(line for line in found.engagement.lines if "ricing" in line.label).count == 1


def test_the_whole_day_counts_and_midnight_is_that_of_the_installation():
    zone = zoneinfo.ZoneInfo(settings.TIME_ZONE)
    lead = lead_with()
    act(lead, "whitepaper", at=datetime(2026, 1, 10, 23, 59, tzinfo=zone))

    before, after = (past.explain(lead, day=datetime(2026, 1, number).date()) for number in (9, 10))

    assert (len(before.engagement.lines), len(after.engagement.lines)) == (0, 1)


def test_fields_are_those_of_that_day():
    lead = lead_with(contact__job_title="Intern", contact__created_at=MONDAY - 90 * DAY)
    contacts.edit(lead.contact, values={"job_title": "Managing director"}, by=UserFactory(), now=MONDAY - 10 * DAY)
    lead.refresh_from_db()

    before, after = on(lead, ago=20), on(lead, ago=5)

    evidence = [dict(line.evidence).values() for line in before.fit.lines]
    assert before.fit.points < after.fit.points
    assert not any("Managing director" in values for values in evidence)
    assert any("Intern" in values for values in evidence)


def test_the_scorecard_is_that_of_that_day():
    Scorecard.objects.update(published_at=MONDAY - 100 * DAY)
    lead = lead_with(("whitepaper", 30))
    scorecards.save_weights({"rules": {"whitepaper": {"points": 1}}}, by=UserFactory(), now=MONDAY - 10 * DAY)

    found = [on(lead, ago=ago) for ago in (20, 5, 150)]

    assert [one.version for one in found] == [1, 2, 1]
    assert found[0].engagement.points > found[1].engagement.points


def test_the_days_go_from_the_first_knowledge_to_yesterday_or_to_the_closing():
    lead = lead_with(contact__created_at=MONDAY - 50 * DAY, created_at=MONDAY - 20 * DAY)
    closed = lead_with(created_at=MONDAY, stage="customer", outcome="won", closed_at=MONDAY + 5 * DAY)

    first, last = past.days(lead, now=MONDAY)

    assert (first, last) == ((MONDAY - 50 * DAY).date(), (MONDAY - DAY).date())
    assert past.days(closed, now=MONDAY + 30 * DAY)[1] == (MONDAY + 5 * DAY).date()


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(many, django_assert_num_queries):
    lead = lead_with(*(("whitepaper", 3 + number) for number in range(many)))
    for number in range(many):
        contacts.edit(
            lead.contact, values={"city": f"Bonn {number}"}, by=UserFactory(), now=MONDAY - timedelta(hours=number + 1)
        )
    lead.refresh_from_db()

    with django_assert_num_queries(19):
        on(lead, ago=2)
