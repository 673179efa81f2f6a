"""The arithmetic of the rule score, held against the plain oracle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import evaluation, validity
from scoring.evaluation import Card, Facts, Group, Rule
from tests.scoring import oracle
from tests.scoring.cards import TODAY, as_facts, batches, cards, interactions


def engagement(**kwargs):
    defaults = {
        "id": 1,
        "key": "clicks",
        "kind": "engagement",
        "axis": "engagement",
        "group": "engagement",
        "signals": (11,),
    }
    return Rule(**{**defaults, **kwargs})


def score(card, events, *, day=TODAY, truths=None):
    return evaluation.evaluate(card, as_facts(card, [(events, truths or {})]), day=day)


def same_as_oracle(result, row, judged):
    for place, rule in enumerate(result.card.rules):
        age = None if result.ages[place, row] < 0 else result.ages[place, row]
        assert (
            result.points[place, row],
            result.counts[place, row],
            age,
        ) == judged.lines[rule.id], rule
    assert {group.key: cap for group, cap in zip(result.groups, result.caps[:, row], strict=True)} == judged.caps
    assert (result.score[row], result.clamp[row]) == (judged.score, judged.clamp)
    assert (result.fit[row], result.engagement[row]) == (judged.fit, judged.engagement)
    assert dict(zip(result.products, result.product_scores[:, row], strict=True)) == judged.product_scores
    assert (result.top_product[row] or None) == judged.top_product


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_every_number_agrees_with_the_oracle(data):
    card = data.draw(cards())
    batch = data.draw(batches(card))

    result = evaluation.evaluate(card, as_facts(card, batch), day=TODAY)

    for row, (events, truths) in enumerate(batch):
        same_as_oracle(result, row, oracle.judge(card, events, day=TODAY, truths=truths))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_lines_sum_to_a_score_from_1_to_100(data):
    card = data.draw(cards())
    batch = data.draw(batches(card))

    result = evaluation.evaluate(card, as_facts(card, batch), day=TODAY)

    for row in range(len(batch)):
        assert sum(line["points"] for line in evaluation.lines(result, row)) == result.score[row]
        assert 1 <= result.score[row] <= 100
    assert ((result.product_scores >= 1) & (result.product_scores <= 100)).all()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_neither_order_nor_company_nor_a_second_run_matters(data):
    card = data.draw(cards())
    batch = data.draw(batches(card))
    shuffled = [(data.draw(st.permutations(events)), truths) for events, truths in batch]

    together = evaluation.evaluate(card, as_facts(card, batch), day=TODAY)
    again = evaluation.evaluate(card, as_facts(card, shuffled), day=TODAY)

    for row, lead in enumerate(batch):
        alone = evaluation.evaluate(card, as_facts(card, [lead]), day=TODAY)
        assert evaluation.lines(together, row) == evaluation.lines(again, row) == evaluation.lines(alone, 0)
        assert together.valid_until[row] == again.valid_until[row] == alone.valid_until[0]


@settings(max_examples=60, deadline=None)
@given(cards(), interactions, st.booleans())
def test_no_line_changes_before_valid_until_within_400_days(card, events, holds):
    truths = {rule.id: holds for rule in card.rules}

    until = score(card, events, truths=truths).valid_until[0]

    assert until > TODAY
    before = oracle.judge(card, events, day=TODAY, truths=truths).visible
    for day in range(TODAY + 1, min(until, TODAY + 400)):
        assert oracle.judge(card, events, day=day, truths=truths).visible == before, day


@settings(max_examples=150, deadline=None)
@given(
    points=st.integers(-60, 60),
    half_life=st.none() | st.integers(1, 200),
    window=st.none() | st.integers(1, 200),
    cap=st.none() | st.integers(1, 40),
    floor=st.none() | st.integers(0, 10),
    days=st.lists(st.integers(0, 200), min_size=1, max_size=8),
)
def test_valid_until_is_at_most_a_day_before_a_line_or_count_changes(points, half_life, window, cap, floor, days):
    card = Card((engagement(points=points, half_life=half_life, window=window, cap=cap, floor=floor),))
    events = [(11, TODAY - age, 1) for age in days]

    until = score(card, events).valid_until[0]

    before = oracle.judge(card, events, day=TODAY).visible
    change = (day for day in range(TODAY + 1, TODAY + 2000) if oracle.judge(card, events, day=day).visible != before)
    changes_on = next(change, validity.NEVER)
    assert changes_on - 1 <= until <= changes_on


def test_a_lead_without_fading_or_windowed_lines_stays_valid_for_ever():
    card = Card(
        (
            engagement(points=5),
            engagement(id=2, key="old", points=4, half_life=7, signals=(12,)),
        )
    )

    result = score(card, [(11, TODAY - 3, 2), (12, TODAY - 900, 1)])

    assert result.valid_until[0] == validity.NEVER


def test_an_empty_batch_and_an_empty_card_are_scores_too():
    card = Card((engagement(points=5),))

    nobody = evaluation.evaluate(card, Facts(0), day=TODAY)
    nothing = evaluation.evaluate(Card(()), Facts(2), day=TODAY)

    assert nobody.score.tolist() == []
    assert nothing.score.tolist() == [1, 1]
    assert [line["kind"] for line in evaluation.lines(nothing, 0)] == ["clamp"]


@pytest.mark.parametrize(
    ("rule", "events", "points"),
    [
        ({"points": 5}, [(11, 0, 3)], 15),
        ({"points": 5, "daily_cap": 10}, [(11, 0, 3), (11, 1, 1)], 15),
        ({"points": 5, "daily_cap": 10, "signals": (11, 12)}, [(11, 0, 2), (12, 0, 2)], 10),
        ({"points": 5, "cap": 12}, [(11, 0, 3)], 12),
        ({"points": -5, "cap": 12}, [(11, 0, 3)], -12),
        ({"points": 10, "half_life": 30}, [(11, 30, 1)], 5),
        ({"points": 1, "half_life": 30}, [(11, 30, 1)], 1),
        ({"points": -1, "half_life": 30}, [(11, 30, 1)], -1),
        ({"points": 1, "half_life": 30}, [(11, 31, 1)], 0),
        ({"points": 10, "half_life": 7, "floor": 3}, [(11, 300, 1)], 3),
        ({"points": 2, "half_life": 7, "floor": 3}, [(11, 300, 1)], 2),
        ({"points": 10, "half_life": 7, "floor": 3, "window": 90}, [(11, 300, 1)], 0),
        ({"points": 10, "window": 30}, [(11, 29, 1), (11, 30, 1)], 10),
        ({"points": 10, "mode": "once", "half_life": 30}, [(11, 30, 4), (11, 60, 1)], 5),
        (
            {"mode": "tiers", "tiers": ((1, 3), (5, 8), (10, 20)), "half_life": 30},
            [(11, 30, 2), (11, 90, 4)],
            4,
        ),
        ({"mode": "tiers", "tiers": ((3, 8),)}, [(11, 0, 2)], 0),
        ({"points": 10}, [(11, -1, 1)], 10),
    ],
)
def test_a_rule_gives_what_the_design_says(rule, events, points):
    result = score(
        Card((engagement(**rule),)),
        [(signal, TODAY - age, count) for signal, age, count in events],
    )

    assert result.points[0, 0] == points


def test_groups_are_cut_from_the_inside_out_and_say_so():
    card = Card(
        rules=(
            engagement(points=30, group="web"),
            engagement(id=2, key="mail", points=40, signals=(12,)),
            Rule(
                id=3,
                key="industry",
                kind="fit",
                axis="fit",
                group="fit",
                points=90,
                condition="asked",
            ),
        ),
        groups=(
            Group("fit", "fit", 60),
            Group("engagement", "engagement", 50),
            Group("web", "engagement", 20),
        ),
    )

    result = score(card, [(11, TODAY, 1), (12, TODAY, 1)], truths={3: True})

    told = [(line["kind"], line["group"], line["points"]) for line in evaluation.lines(result, 0)]
    assert told == [
        ("rule", "web", 30),
        ("rule", "engagement", 40),
        ("rule", "fit", 90),
        ("cap", "web", -10),
        ("cap", "fit", -30),
        ("cap", "engagement", -10),
        ("clamp", None, -10),
    ]


def test_a_condition_limits_an_engagement_rule_to_the_leads_it_holds_for():
    card = Card((engagement(points=7, condition="is a customer"),))
    facts = Facts(
        2,
        *np.array([[0, 11, TODAY, 1], [1, 11, TODAY, 1]]).T,
        masks={1: np.array([True, False])},
    )

    result = evaluation.evaluate(card, facts, day=TODAY)

    assert result.points.tolist() == [[7, 0]]


def test_the_top_product_is_the_one_with_the_largest_sum_of_its_own_lines():
    rules = [engagement(id=n, key=f"p{n}", points=5, product=n, signals=(n,)) for n in (3, 5, 8)]

    result = score(Card(tuple(rules)), [(8, TODAY, 2), (5, TODAY, 2), (3, TODAY, 1)])

    assert result.top_product[0] == 5
    assert result.product_scores[:, 0].tolist() == [5, 10, 10]


def test_a_band_is_the_first_whose_lowest_score_is_reached():
    card = Card((), bands=(("A", 70), ("B", 40), ("C", 20)))

    letters = evaluation.bands(card, np.array([100, 70, 69, 40, 20, 19, 1]))

    assert letters.tolist() == ["A", "A", "B", "B", "C", "D", "D"]
