"""What-if and outlook: the real engine, asked about what has not happened."""

import numpy as np
import pytest

from scoring import evaluation, whatif
from scoring.evaluation import Card, Facts, Group, Rule

TODAY = 740_000
DEMO, PRICES, BLOG, CAREERS = 1, 2, 3, 4


def engagement(number, signal, points, **settings):
    return Rule(
        number, f"rule-{number}", "engagement", "engagement", "engagement", points, signals=(signal,), **settings
    )


CARD = Card(
    rules=(
        Rule(9, "industry", "fit", "fit", "fit", 30, condition={"field": "company.industry"}),
        engagement(1, DEMO, 25, mode="once", half_life=90),
        engagement(2, PRICES, 6, half_life=14, daily_cap=12),
        engagement(3, BLOG, 1, half_life=14),
        engagement(4, CAREERS, -8, half_life=60),
    ),
    groups=(Group("engagement", "engagement", 60), Group("fit", "fit", 40)),
)


def facts(*events, fits=True):
    columns = np.array(events, np.int64).reshape(-1, 3).T
    return Facts(1, np.zeros(len(events), np.int64), *columns, masks={9: np.array([fits])})


def test_a_lead_at_the_target_misses_nothing():
    assert whatif.gap(CARD, facts((DEMO, TODAY, 1)), day=TODAY, target=55, signals=[DEMO]) is None


def test_the_smallest_step_that_suffices_comes_first():
    found = whatif.gap(CARD, facts(), day=TODAY, target=36, signals=[DEMO, PRICES, BLOG, CAREERS])

    assert found.points == 6
    assert found.ways == (whatif.Way((PRICES,), 6), whatif.Way((DEMO,), 25))


def test_steps_are_taken_together_when_no_single_one_suffices():
    found = whatif.gap(CARD, facts(), day=TODAY, target=60, signals=[DEMO, PRICES, BLOG])

    assert found.points == 30
    assert found.ways == (whatif.Way((DEMO, PRICES), 31),)


def test_no_way_is_promised_where_behaviour_cannot_suffice():
    found = whatif.gap(CARD, facts(fits=False), day=TODAY, target=60, signals=[DEMO, PRICES, BLOG])

    assert found.points == 59
    assert found.ways == ()
    assert found.partly == whatif.Way((DEMO, PRICES, BLOG), 31)


def test_the_gain_is_what_the_engine_gives_after_caps():
    with_two_today = facts((PRICES, TODAY, 2))

    found = whatif.gap(CARD, with_two_today, day=TODAY, target=43, signals=[PRICES, BLOG])

    assert found.ways == (whatif.Way((BLOG,), 1),)


@pytest.mark.parametrize("later", [0, 1, 13, 14, 90, 365])
def test_the_outlook_is_what_the_engine_says_on_that_day(later):
    lead = facts((DEMO, TODAY - 3, 1), (PRICES, TODAY - 1, 3), (CAREERS, TODAY - 40, 1))

    seen_ahead = whatif.outlook(CARD, lead, day=TODAY)

    assert seen_ahead[later] == evaluation.evaluate(CARD, lead, day=TODAY + later).score[0]


def test_a_score_lasts_until_the_day_before_it_first_falls_below():
    lead = facts((DEMO, TODAY, 1))

    last = whatif.lasts_until(CARD, lead, day=TODAY, lowest=45)

    assert evaluation.evaluate(CARD, lead, day=last).score[0] >= 45
    assert evaluation.evaluate(CARD, lead, day=last + 1).score[0] < 45


def test_what_never_fades_lasts_beyond_the_horizon():
    assert whatif.lasts_until(CARD, facts(), day=TODAY, lowest=30) is None


def test_a_very_busy_lead_is_looked_ahead_for_fewer_days():
    busy = facts(*((BLOG, TODAY - age, 1) for age in range(4000)))

    assert len(whatif.outlook(CARD, busy, day=TODAY)) == 101
