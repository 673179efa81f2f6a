"""What the report counts: cohorts, stages reached, times, and the band at the reference time."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.enums import Cause, Stage
from leads.models import StageChange
from scoring.models import ConversionCell, LeadPath
from scoring.reports import conversion, counting, following, rollups
from scoring.reports.cohorts import NONE, Cohort, Figure
from tests.factories import MONDAY, CampaignFactory, LeadFactory, ProductFactory, SourceFactory, TeamFactory, people
from tests.scoring.reports.histories import DAY, change, lead, scored

pytestmark = pytest.mark.django_db

SINCE, UNTIL = date(2026, 1, 1), date(2026, 11, 30)


@pytest.fixture
def who(db):
    return people()


def count(user, *, now=MONDAY, live=True, since=SINCE, until=UNTIL, **origin):
    return counting.count(Cohort(user, since, until, origin), now=now, live=live)


def reached(counted):
    return {step.stage: step.reached for step in conversion.funnel(counted)}


def spells(counted):
    """Median days of each step that took anybody time."""
    steps = [step for step in conversion.funnel(counted) if step.spell and step.spell.leads]
    return {step.stage: step.spell.median / 86_400 for step in steps}


def test_a_lead_counts_for_every_stage_up_to_the_latest_it_ever_reached(who):
    lead()
    lead((Stage.MQL, 1), (Stage.NURTURE, 2))
    lead((Stage.MQL, 1), (Stage.SQL, 3), (Stage.CUSTOMER, 9))

    counted = count(who["anton"])

    assert reached(counted) == {"subscriber": 3, "lead": 3, "mql": 2, "sql": 1, "opportunity": 1, "customer": 1}


def test_a_subscriber_has_not_reached_lead(who):
    lead(begins=Stage.SUBSCRIBER)
    lead((Stage.LEAD, 3), begins=Stage.SUBSCRIBER)

    assert reached(count(who["anton"]))["lead"] == 1


def test_days_are_from_first_entry_to_first_entry(who):
    lead((Stage.MQL, 4), (Stage.NURTURE, 5), (Stage.MQL, 20), (Stage.SQL, 26))

    found = spells(count(who["anton"]))

    assert found == {"mql": 4, "sql": 22}
