"""Ways whose lead says what it said before, while its moves are others: an import tells its past, or takes it back."""

from datetime import date

import pytest

from leads.enums import Cause, Stage
from leads.models import StageChange
from scoring.models import LeadPath
from scoring.reports import conversion, counting, following, rollups
from scoring.reports.cohorts import Cohort
from tests.factories import MONDAY, people
from tests.scoring.reports.histories import DAY, change, lead

pytestmark = pytest.mark.django_db

CREATED = MONDAY - 60 * DAY


@pytest.fixture
def won():
    """A lead that went straight to customer, as far as is known, and whose way has been followed."""
    made = lead((Stage.CUSTOMER, 20), created_at=CREATED)
    lead((Stage.MQL, 3), created_at=CREATED)
    rollups.refresh(now=MONDAY)
    return made


def tell_its_past(made):
    """What an import of dated moves adds, none of which is the newest. The lead itself stays as it is."""
    for came_from, to, days in (("", Stage.MQL, 5), (Stage.MQL, Stage.SQL, 9)):
        change(made, came_from, to, CREATED + days * DAY, cause=Cause.IMPORT, is_imported=True)


def funnel(*, live):
    """stage → (median days, how many skipped it), of the whole report."""
    cohort = Cohort(people()["anton"], date(2026, 1, 1), date(2026, 11, 30))
    steps = conversion.funnel(counting.count(cohort, now=MONDAY, live=live))
    return {step.stage: (step.spell.median and step.spell.median / 86_400, step.skipped) for step in steps[1:]}


def test_moves_that_are_told_later_are_followed(won):
    tell_its_past(won)

    assert following.follow(now=MONDAY) == 1
    assert following.follow(now=MONDAY) == 0


def test_they_give_the_steps_their_times(won):
    before = funnel(live=True)
    tell_its_past(won)

    after = funnel(live=True)

    assert (before["sql"], after["sql"]) == ((None, 1), (4, 0))


def test_so_they_do_where_leads_are_too_many_to_compare(won, monkeypatch):
    monkeypatch.setattr(counting, "FEW", 0)
    monkeypatch.setattr(counting, "_LATE", 0)
    tell_its_past(won)

    assert funnel(live=True)["sql"] == (4, 0)


def test_the_next_tick_adds_them_up(won):
    tell_its_past(won)

    rollups.refresh_due(now=MONDAY)

    assert funnel(live=False)["sql"] == (4, 0)


def test_moves_that_are_taken_back_are_followed(won):
    tell_its_past(won)
    following.follow(now=MONDAY)
    StageChange.objects.filter(is_imported=True).delete()

    assert following.follow(now=MONDAY) == 1
    assert funnel(live=True)["sql"] == (None, 1)


def test_a_move_in_the_place_of_another_is_followed(won):
    StageChange.objects.filter(lead=won, to_stage=Stage.CUSTOMER).delete()
    change(won, Stage.LEAD, Stage.CUSTOMER, CREATED + 30 * DAY)

    assert following.follow(now=MONDAY) == 1


def test_leads_without_moves_are_followed_once(won):
    StageChange.objects.filter(lead=won).delete()

    assert [following.follow(now=MONDAY), following.follow(now=MONDAY)] == [1, 0]
    assert LeadPath.objects.get(lead=won).moves == 0
