"""Benchmarks at a size at which only their form can be judged."""

import json

from django.core.management import call_command
from django.core.management.base import CommandError
from pytest import raises

from scoring.bench import measuring, plain
from scoring.evaluation import Card, Group, Rule
from tests.scoring import oracle


def test_a_ratio_over_the_limit_fails_and_a_noisy_run_decides_nothing():
    slow = measuring.Samples(bound=[1, 1, 1], ours=[3, 3, 4], canary=[(1, 1)] * 3, kept=[True] * 3)
    noisy = measuring.Samples(bound=[1, 1, 1], ours=[1, 1, 1], canary=[(1, 2)] * 3, kept=[False, False, True])

    verdicts = [_report(samples) for samples in (slow, noisy)]

    assert verdicts == [("fail", 3), ("inconclusive", None)]


def _report(samples):
    measuring.machine, original = dict, measuring.machine
    try:
        found = measuring.report("any", samples, limit=2)
    finally:
        measuring.machine = original
    return json.loads(json.dumps(found))["verdict"], found["ratio"]


def test_an_unknown_benchmark_is_named_in_one_line():
    with raises(CommandError) as failure:
        call_command("bench", "nonsense")

    assert failure.value.returncode == 2
    assert "\n" not in str(failure.value)


def test_the_check_of_a_benchmark_agrees_with_the_oracle():
    rule = {"kind": "engagement", "axis": "engagement", "signals": (1, 2)}
    card = Card(
        rules=(
            Rule(id=1, key="a", group="own", points=7, half_life=9, daily_cap=10, cap=30, floor=2, **rule),
            Rule(id=2, key="b", group="engagement", points=20, mode="once", half_life=40, window=50, **rule),
            Rule(id=3, key="c", group="engagement", mode="tiers", tiers=((2, 4), (5, 9)), **rule),
        ),
        groups=(Group("own", "engagement", 12), Group("engagement", "engagement", 60)),
    )
    acts = [(1, 1000), (1, 1000), (2, 990), (2, 960), (3, 1000)]

    for day in range(1000, 1200):
        expected = oracle.judge(card, [(*act, 1) for act in acts], day=day).score
        assert plain.score(card, acts, {}, day=day) == expected
