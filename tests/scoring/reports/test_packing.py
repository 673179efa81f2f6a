"""Ways as bytes: what is packed comes out again, and is counted as plain loops count it."""

import struct
from collections import Counter, defaultdict
from datetime import date
from random import Random

import numpy as np
import pytest

from scoring.reports import packing, paths

MOST = 2**32 - 1


def a_way(chance):
    seconds = {name: chance.choice([None, 0, chance.randrange(10**7), MOST]) for name in paths.SECONDS}
    return paths.Way(chance.randrange(1 << packing.STEPS_BITS), {}, seconds)


@pytest.fixture(scope="module")
def leads():
    """What is packed of each of many leads: (way, the rest)."""
    chance = Random(5)
    ids = (None, 1, 2, 70_000, MOST)
    return [
        (
            a_way(chance),
            {
                "day": date(chance.choice([1969, 2026]), chance.randrange(1, 13), 28),
                "band": chance.choice("ABCD?-"),
                **{name: chance.choice(ids) for name in ("source", "campaign", "product", "team")},
            },
        )
        for _ in range(400)
    ]


@pytest.fixture(scope="module")
def ways(leads):
    facts, times = zip(*(packing.packed(way, **rest) for way, rest in leads), strict=True)
    return packing.Ways(b"".join(facts), b"".join(times))


@pytest.mark.parametrize("name", ["source", "campaign", "product", "team"])
def test_ids_come_out_again_and_none_is_zero(leads, ways, name):
    assert ways.column(name).tolist() == [rest[name] or 0 for _way, rest in leads]


def test_months_bands_and_steps_come_out_again(leads, ways):
    assert len(ways) == len(leads)
    assert ways.column("month").tolist() == [packing.month_number(rest["day"]) for _way, rest in leads]
    assert ways.column("band").tolist() == [ord(rest["band"]) for _way, rest in leads]
    assert ways.column("steps").tolist() == [way.steps for way, _rest in leads]


@pytest.mark.parametrize("name", paths.SECONDS)
def test_each_time_comes_out_with_the_lead_that_took_it(leads, ways, name):
    places, seconds = ways.times_by_name[name]

    expected = [(place, way.seconds[name]) for place, (way, _rest) in enumerate(leads) if way.seconds[name] is not None]
    assert list(zip(places.tolist(), seconds.tolist(), strict=True)) == expected


def test_every_step_of_the_longest_way_fits():
    longest = paths.REACHED | paths.RECYCLED | sum(paths.skipped(place) for place in range(len(paths.STEPS)))

    assert longest < 1 << packing.STEPS_BITS
    assert sum(paths.timed(name) for name in paths.SECONDS) < 1 << 8


def test_ids_that_do_not_fit_are_refused(leads):
    way, rest = leads[0]

    with pytest.raises(struct.error):
        packing.packed(way, **rest | {"source": MOST + 1})


def test_no_leads_are_no_leads():
    none = packing.Ways(b"", b"")

    assert len(none) == 0
    assert [len(seconds) for _places, seconds in none.times_by_name.values()] == [0] * len(paths.SECONDS)
    assert [len(column) for column in packing.tally(none.column("source"), none.column("steps"))] == [0, 0, 0]
    assert list(packing.sorted_within(none.column("team"), none.column("steps"), none.column("month"))) == []


def test_tallies_are_those_of_a_loop(leads, ways):
    keys, steps, number = packing.tally(ways.column("source"), ways.column("steps"))

    expected = Counter((rest["source"] or 0, way.steps) for way, rest in leads)
    assert dict(zip(zip(keys.tolist(), steps.tolist(), strict=True), number.tolist(), strict=True)) == expected


def test_tallies_within_groups_are_those_of_a_loop(leads, ways):
    groups = np.arange(len(leads)) % 3 + (2**21 - 3)

    columns = packing.tally_within(groups, ways.column("source"), ways.column("steps"))

    rows = zip(*(column.tolist() for column in columns), strict=True)
    found = {tuple(key): number for *key, number in rows}
    expected = Counter(
        (place % 3 + 2**21 - 3, rest["source"] or 0, way.steps) for place, (way, rest) in enumerate(leads)
    )
    assert found == expected


def test_times_within_groups_ascend(leads, ways):
    places, seconds = ways.times_by_name["to_mql"]

    found = packing.sorted_within(places % 3, ways.column("steps")[places], seconds)

    expected = defaultdict(list)
    for place, (way, _rest) in enumerate(leads):
        if way.seconds["to_mql"] is not None:
            expected[place % 3, way.steps].append(way.seconds["to_mql"])
    assert {(group, steps): taken for group, steps, taken in found} == {key: sorted(v) for key, v in expected.items()}
