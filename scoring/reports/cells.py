"""Ways added up by month and team, as two strings of bytes each: how many leads by each cut, and all their times in order.

Whatever months and teams a report asks for, it reads the cells of these strung together. Pure arithmetic.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scoring.reports import packing, paths

_CUTS = ("all", "source", "campaign", "product", "band")
"""By what the leads of a cell are counted: its month and its team are in each row."""
_ROW = np.dtype(
    {
        "names": ["month", "team", "cut", "key", "steps", "leads"],
        "formats": ["<u2", "<u4", "u1", "<u4", "<u2", "<u4"],
    }
)
_ID = (1 << 32) - 1


def added_up(ways):
    """(month since year 0, team or 0) → (tallies, times) as bytes, of `packing.Ways`. The same ways in any order give the same."""
    names, groups = np.unique(ways.column("month") << 32 | ways.column("team"), return_inverse=True)
    tallies, times = _tallies(ways, names, groups), _times(ways, len(names), groups)
    return {(name >> 32, name & _ID): packed for name, *packed in zip(names.tolist(), tallies, times, strict=True)}


def _tallies(ways, names, groups):
    """A string of rows per group."""
    steps, parts, places = ways.column("steps"), [], []
    for number, cut in enumerate(_CUTS):
        keys = ways.column(cut) if number else np.zeros_like(steps)
        place, key, came_to, leads = packing.tally_within(groups, keys, steps)
        rows = np.zeros(len(place), _ROW)
        rows["month"], rows["team"], rows["cut"] = names[place] >> 32, names[place] & _ID, number
        rows["key"], rows["steps"], rows["leads"] = key, came_to, leads
        parts.append(rows)
        places.append(place)
    places = np.concatenate(places)
    order = np.argsort(places, kind="stable")
    return [rows.tobytes() for rows in _split(np.concatenate(parts)[order], places[order], len(names))]


def _times(ways, number, groups):
    """A string per group: how many times of each name of paths.SECONDS, then the seconds of the first name ascending, …"""
    columns = []
    for leads, seconds in ways.times_by_name.values():
        order = np.lexsort((seconds, groups[leads]))
        columns.append(_split(seconds[order], groups[leads][order], number))
    return [
        np.concatenate([[len(seconds) for seconds in parts], *parts]).astype("<u4").tobytes()
        for parts in zip(*columns, strict=True)
    ]


def _split(values, groups, number):
    """Views of `values`, one per group from 0; `groups` ascends."""
    return np.split(values, np.searchsorted(groups, np.arange(1, number))) if number else []


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells whose bytes stand one after the other."""

    tallies: bytes
    times: bytes

    def cut(self, name):
        """Arrays of key, steps and how many leads, by month (since year 0), team, source, campaign, product or band.

        One key may stand in many rows.
        """
        rows = self._rows[self._rows["cut"] == (_CUTS.index(name) if name in _CUTS else 0)]
        columns = ("key" if name in _CUTS else name, "steps", "leads")
        return tuple(rows[column].astype(np.int64) for column in columns)

    @cached_property
    def seconds_by_name(self):
        """Name of paths.SECONDS → all times, int64."""
        numbers, at = np.frombuffer(self.times, "<u4").astype(np.int64), 0
        found = {name: [numbers[:0]] for name in paths.SECONDS}
        while at < len(numbers):
            counts = numbers[at : at + len(paths.SECONDS)].tolist()
            at += len(counts)
            for name, count in zip(paths.SECONDS, counts, strict=True):
                found[name].append(numbers[at : at + count])
                at += count
        return {name: np.concatenate(parts) for name, parts in found.items()}

    @cached_property
    def _rows(self):
        return np.frombuffer(self.tallies, _ROW)
