"""Ways as bytes: what is packed comes out again, and is counted as plain loops count it."""

import struct
from collections import Counter
from random import Random

import numpy as np
import pytest

from scoring.reports import packing, paths
from tests.scoring.reports.packed import MOST, some_leads, strung


@pytest.fixture(scope="module")
def leads():
    return some_leads(Random(5))


@pytest.fixture(scope="module")
def ways(leads):
    return strung(leads)


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
