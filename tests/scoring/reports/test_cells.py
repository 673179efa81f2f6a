"""Cells of ways: read back, they say what loops over the leads say, whichever of them are strung together."""

from collections import Counter
from random import Random

import pytest

from scoring.reports import packing, paths
from scoring.reports.cells import Cells, added_up
from tests.scoring.reports.packed import some_leads, strung


@pytest.fixture(scope="module")
def leads():
    return some_leads(Random(9))


@pytest.fixture(scope="module")
def packed(leads):
    return added_up(strung(leads))


def of(packed):
    """Cells strung together."""
    return Cells(b"".join(tallies for tallies, _ in packed), b"".join(times for _, times in packed))


def key(rest, name):
    """What a cut counts by, as a number."""
    if name == "month":
        return packing.month_number(rest["day"])
    return ord(rest["band"]) if name == "band" else rest[name] or 0


def tallied(cells, name):
    found = Counter()
    for *row, leads in zip(*(column.tolist() for column in cells.cut(name)), strict=True):
        found[tuple(row)] += leads
    return found


def test_there_is_a_cell_for_each_month_and_team_with_leads(leads, packed):
    assert set(packed) == {(key(rest, "month"), rest["team"] or 0) for _way, rest in leads}


@pytest.mark.parametrize("name", ["month", "team", "source", "campaign", "product", "band"])
def test_all_cells_together_count_all_leads_by_each_cut(leads, packed, name):
    expected = Counter((key(rest, name), way.steps) for way, rest in leads)

    assert tallied(of(packed.values()), name) == expected


@pytest.mark.parametrize("name", ["month", "team", "source", "campaign", "product", "band"])
def test_the_cells_of_one_team_count_its_leads(leads, packed, name):
    chosen = [cell for (_month, team), cell in packed.items() if team == 2]

    expected = Counter((key(rest, name), way.steps) for way, rest in leads if rest["team"] == 2)
    assert tallied(of(chosen), name) == expected


@pytest.mark.parametrize("name", paths.SECONDS)
def test_all_times_are_there(leads, packed, name):
    found = of(packed.values()).seconds_by_name[name]

    assert sorted(found.tolist()) == sorted(way.seconds[name] for way, _ in leads if way.seconds[name] is not None)


def test_the_order_of_the_leads_changes_no_cell(leads, packed):
    # What differs is written again.
    assert added_up(strung(leads[::-1])) == packed


def test_without_leads_there_are_no_cells():
    none = of(added_up(packing.Ways(b"", b"")).values())

    assert [len(column) for column in none.cut("source")] == [0, 0, 0]
    assert {name: len(seconds) for name, seconds in none.seconds_by_name.items()} == dict.fromkeys(paths.SECONDS, 0)
