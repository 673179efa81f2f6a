"""The report itself, from counted columns: rates with their intervals, times with their percentiles. Pure arithmetic."""

from dataclasses import dataclass

import numpy as np

from scoring import wilson
from scoring.enums import Band
from scoring.reports import paths

FEW = 20
"""Below so many leads a rate says little; the report marks it."""
BANDS = (*Band.values, paths.UNKNOWN, paths.NOT_YET)


@dataclass(frozen=True, slots=True)
class Rate:
    """`part` of `whole` with its 90 % Wilson interval; all None where there is no whole."""

    part: int
    whole: int

    @property
    def share(self):
        """Between 0 and 1."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self):
        """(low, high), as `wilson.interval` says."""
        return wilson.interval(self.part, self.whole) if self.whole else None

    @property
    def is_small(self):
        """Too few to say much, but some."""
        return 0 < self.whole < FEW


@dataclass(frozen=True, slots=True)
class Spell:
    """How long something took: of how many leads that is known, median and 90th percentile in seconds (None: of none)."""

    leads: int
    median: float | None
    most: float | None

    @property
    def is_small(self):
        return 0 < self.leads < FEW


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the funnel. `of_before` compares with the stage before, `spell` is the way from there."""

    stage: str
    reached: int
    of_before: Rate | None
    spell: Spell | None
    skipped: int


@dataclass(frozen=True, slots=True)
class Line:
    """One value of a cut (an id, a band, a month; 0: none): how many came to each step, and the rate of customers."""

    key: object
    reached: tuple

    @property
    def leads(self):
        return self.reached[0]

    @property
    def customers(self):
        return Rate(self.reached[-1], self.reached[0])


def total(counted):
    """How many leads there are."""
    return int(counted.cuts["month"][2].sum())


def funnel(counted):
    """A `Step` per stage. Every lead counts for the first."""
    reached = _reached(counted.cuts["month"])
    steps = []
    for place, stage in enumerate(paths.STEPS):
        before = Rate(reached[place], reached[place - 1]) if place else None
        took = spell(counted.seconds[paths.DURATIONS[place - 1]]) if place else None
        steps.append(Step(stage.value, reached[place], before, took, _with_bit(counted, paths.skipped(place))))
    return steps


def recycled(counted):
    """The leads that went back to nurture at least once."""
    return Rate(_with_bit(counted, paths.RECYCLED), total(counted))


def whole_way(counted):
    """The rate from lead to customer."""
    return Rate(_reached(counted.cuts["month"])[-1], total(counted))


def by_origin(counted, name):
    """A `Line` per source, campaign, product or team that leads came from, most leads first; those without one have key 0."""
    lines = [Line(key, _reached(counted.cuts[name], key)) for key in np.unique(counted.cuts[name][0]).tolist()]
    return sorted(lines, key=lambda line: (-line.leads, line.key))


def by_band(counted):
    """A `Line` per band at the reference time, then those that have none or none yet, if any."""
    lines = [Line(band, _reached(counted.cuts["band"], ord(band))) for band in BANDS]
    return [line for line in lines if line.leads or line.key in Band.values]


def by_month(counted):
    """A `Line` per month of creation."""
    return [Line(first, _reached(counted.cuts["month"], place)) for place, first in enumerate(counted.months)]


def touches(counted):
    """The `Spell` from creation to the first sales touch, and that from the entry as MQL."""
    return {name: spell(counted.seconds[name]) for name in paths.TOUCHES}


def spell(seconds):
    """Median and 90th percentile, interpolated as PostgreSQL's percentile_cont does."""
    if not len(seconds):
        return Spell(0, None, None)
    median, most = np.percentile(seconds, [50, 90])
    return Spell(len(seconds), float(median), float(most))


def _reached(cut, key=None):
    """How many leads came to each step at least: all, or those under one key."""
    keys, steps, leads = cut
    if key is not None:
        chosen = keys == key
        steps, leads = steps[chosen], leads[chosen]
    counts = np.bincount(steps & paths.REACHED, weights=leads, minlength=len(paths.STEPS))
    return tuple(int(number) for number in counts[::-1].cumsum()[::-1])


def _with_bit(counted, bit):
    _keys, steps, leads = counted.cuts["month"]
    return int(leads[steps & bit > 0].sum())
