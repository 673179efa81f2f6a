"""What has changed since the viewer last looked."""

from datetime import timedelta

import pytest

from scoring import viewing
from scoring.models import Score, ScoreSeen
from scoring.viewing import Step
from tests.factories import MONDAY, LeadFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def line(rule, points, count=1, age=0, kind="rule"):
    group = "engagement"
    return {"kind": kind, "group": group, "rule": rule, "points": points, "count": count, "age_days": age, "note": ""}


def score(lead, points, lines):
    return Score.objects.update_or_create(
        lead=lead,
        defaults={
            "score": points, "rule_score": points, "fit": 0, "engagement": points, "band": "C", "lines": lines,
            "revision": 1, "version": 1, "engine": 1, "as_of": MONDAY.date(), "valid_until": MONDAY.date(),
            "scored_at": MONDAY,
        },
    )[0]  # fmt: skip


@pytest.fixture
def rita(db):
    return UserFactory(username="rita")


@pytest.fixture
def lead(db):
    return LeadFactory()


def test_the_first_visit_has_nothing_to_compare_with(rita, lead):
    assert viewing.look(rita, score(lead, 10, [line("whitepaper", 10)]), now=MONDAY) is None


def test_the_next_visit_says_what_has_changed(rita, lead):
    viewing.look(rita, score(lead, 10, [line("whitepaper", 10)]), now=MONDAY)

    found = viewing.look(rita, score(lead, 34, [line("whitepaper", 9, age=9), line("demo", 25)]), now=MONDAY + DAY)

    assert (found.at, found.before, found.now) == (MONDAY, 10, 34)
    assert found.steps == (Step("rule", 25, "demo", more=1), Step("fading", -1, rules=("whitepaper",)))


def test_a_reload_within_the_hour_keeps_the_comparison(rita, lead):
    viewing.look(rita, score(lead, 10, []), now=MONDAY)
    later = score(lead, 34, [line("demo", 34)])
    first = viewing.look(rita, later, now=MONDAY + DAY)

    again = viewing.look(rita, later, now=MONDAY + DAY + timedelta(minutes=59))

    assert again == first


def test_a_change_during_the_visit_joins_the_comparison(rita, lead):
    viewing.look(rita, score(lead, 10, []), now=MONDAY)
    viewing.look(rita, score(lead, 34, [line("demo", 34)]), now=MONDAY + DAY)

    found = viewing.look(rita, score(lead, 40, [line("demo", 34), line("chat", 6)]), now=MONDAY + DAY)

    assert (found.before, found.now) == (10, 40)


def test_the_visit_after_that_compares_with_the_last_one(rita, lead):
    viewing.look(rita, score(lead, 10, []), now=MONDAY)
    viewing.look(rita, score(lead, 34, [line("demo", 34)]), now=MONDAY + DAY)

    found = viewing.look(rita, score(lead, 34, [line("demo", 34)]), now=MONDAY + 2 * DAY)

    assert (found.at, found.before, found.now, found.steps) == (MONDAY + DAY, 34, 34, ())


def test_everybody_has_a_last_visit_of_their_own(rita, lead):
    viewing.look(rita, score(lead, 10, []), now=MONDAY)

    assert viewing.look(UserFactory(username="ralf"), score(lead, 34, []), now=MONDAY + DAY) is None
    assert ScoreSeen.objects.count() == 2


@pytest.mark.parametrize(
    ("before", "after", "steps"),
    [
        ([line("a", 5, 2, 3)], [line("a", 9, 3, 0)], [Step("rule", 4, "a", more=1)]),
        ([line("a", 5, 2, 3)], [], [Step("fading", -5, rules=("a",))]),
        ([line("fit", 5, age=None)], [], [Step("gone", -5, "fit")]),
        ([line("fit", 5, age=None)], [line("fit", 7, age=None)], [Step("rule", 2, "fit", more=0)]),
        ([line("bad", -8, 1, 1)], [line("bad", -6, 1, 30)], [Step("fading", 2, rules=("bad",))]),
        ([], [line("a", 70), line(None, -10, kind="cap")], [Step("rule", 70, "a", more=1), Step("limits", -10)]),
    ],
)
def test_each_kind_of_change_is_told_apart(before, after, steps):
    difference = sum(one["points"] for one in after) - sum(one["points"] for one in before)

    assert list(viewing.steps(before, after, difference)) == steps


def test_small_steps_are_put_together_and_all_still_add_up():
    after = [line(f"rule-{number}", number) for number in range(1, 8)]

    found = viewing.steps([], after, 30)

    assert [step.kind for step in found] == ["rule"] * 4 + ["other", "prediction"]
    assert sum(step.points for step in found) == 30
