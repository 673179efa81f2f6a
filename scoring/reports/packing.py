"""The ways of many leads as two strings of bytes: what each is counted by, and how long its steps took.

A report over a million leads is one walk through their rows in which the database only strings these bytes together, and NumPy
counts them. Grouping in the database took as long for each cut, and handing over column by column three times as long.
Pure arithmetic.
"""

import struct
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scoring.reports import paths

STEPS_BITS = 10
"""`steps` is less than two to this power."""

_FACTS = struct.Struct("<HIIIIHBB")
_ROW = np.dtype(
    {
        "names": ["month", "source", "campaign", "product", "team", "steps", "band", "timed"],
        "formats": ["<u2", "<u4", "<u4", "<u4", "<u4", "<u2", "u1", "u1"],
    }
)
"""`month` counts since year 0; the ids are 0 for none; `band` is the letter's code; `timed` has a bit per known time."""


def month_number(day):
    """Months since year 0."""
    return day.year * 12 + day.month - 1


def packed(way, *, day, band, source, campaign, product, team):
    """(facts, times) of a `paths.Way`, as bytes. `day` is that of creation; the others are ids or None.

    Raises `struct.error` for ids and seconds of 2 ** 32 and more.
    """
    ids = (source or 0, campaign or 0, product or 0, team or 0)
    facts = _FACTS.pack(month_number(day), *ids, way.steps, ord(band), way.timed)
    known = [way.seconds[name] for name in paths.SECONDS if way.seconds[name] is not None]
    return facts, struct.pack(f"<{len(known)}I", *known)


@dataclass(frozen=True, eq=False)
class Ways:
    """The ways of leads whose packed bytes stand one after the other, the same leads in both."""

    facts: bytes
    times: bytes

    def __len__(self):
        return len(self._rows)

    def column(self, name):
        """One int64 per lead: month, source, campaign, product, team, steps or band."""
        return self._rows[name].astype(np.int64)

    @cached_property
    def times_by_name(self):
        """Name of paths.SECONDS → (places of the leads that have such a time, their seconds), both int64."""
        seconds = np.frombuffer(self.times, "<u4").astype(np.int64)
        # The times of a lead stand in the order of its bits.
        bits = np.flatnonzero(np.unpackbits(self._rows["timed"], bitorder="little"))
        leads, which = bits >> 3, bits & 7
        chosen = {name: which == place for place, name in enumerate(paths.SECONDS)}
        return {name: (leads[those], seconds[those]) for name, those in chosen.items()}

    @cached_property
    def _rows(self):
        return np.frombuffer(self.facts, _ROW)


def tally(keys, steps):
    """Arrays of key, steps, and how many leads have both, from int64 arrays with a place per lead. Keys are not negative."""
    codes, leads = np.unique(keys << STEPS_BITS | steps, return_counts=True)
    return codes >> STEPS_BITS, codes & (1 << STEPS_BITS) - 1, leads


def tally_within(groups, keys, steps):
    """The same within each group: arrays of group, key, steps, and how many leads. At most 2 ** 21 groups."""
    codes, leads = np.unique((groups << 32 | keys) << STEPS_BITS | steps, return_counts=True)
    left = codes >> STEPS_BITS
    return left >> 32, left & (1 << 32) - 1, codes & (1 << STEPS_BITS) - 1, leads
