"""Half-lives and rounding: the numbers under every engagement point. Pure, arrays in and arrays out."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

MICRO = 1_000_000
"""Micro-points in a point. Decayed points are whole micro-points, so that sums depend on neither order nor machine."""


def remaining(points: NDArray[np.int64], *, age_in_days: NDArray[np.int64], half_life: int | None) -> NDArray[np.int64]:
    """Micro-points left of whole `points` after `age_in_days` whole days (>= 0). Arrays of one shape.

    points * 2 ** (-age / half_life), rounded half away from zero; without a half-life nothing fades.
    """
    if half_life is None or points.size == 0:
        return points * MICRO
    factors = _factors(half_life, _table_size(int(age_in_days.max())))
    return half_away(points * factors[age_in_days] * MICRO)


def half_away(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole numbers nearest to `values`; halves move away from zero."""
    size = np.abs(values)
    whole = np.trunc(size)
    whole += size - whole >= 0.5
    return np.copysign(whole, values).astype(np.int64)


def whole_points(micro: NDArray[np.int64]) -> NDArray[np.int64]:
    """Whole points nearest to `micro` micro-points; halves move away from zero. Integers only."""
    return np.sign(micro) * ((np.abs(micro) + MICRO // 2) // MICRO)


def days_unchanged(
    micro: NDArray[np.int64],
    *,
    line: NDArray[np.int64],
    terms: NDArray[np.int64],
    half_life: int,
) -> NDArray[np.int64]:
    """Whole days during which a fading sum surely still rounds to `line`; never too many.

    `micro` is the size (>= 0) of the sum before any cap, `line` the size (>= 1) of the line it makes, `terms` the
    number of days summed. Each term is rounded once today and once on the later day, so both ends get one micro-point
    of slack per term, twice what rounding can take.
    """
    least = np.maximum(micro - terms, 1).astype(np.float64)
    threshold = (line * MICRO - MICRO // 2 + terms).astype(np.float64)
    days = np.floor(half_life * np.log2(least / threshold) - 1e-9)
    return np.maximum(days, 0).astype(np.int64)


def _table_size(oldest: int) -> int:
    """Round up, so that the cache holds a few tables per half-life and not one per batch."""
    return 1 << max(9, oldest.bit_length())


@lru_cache(maxsize=256)
def _factors(half_life: int, days: int) -> NDArray[np.float64]:
    """2 ** (-age / half_life) for age 0 .. days - 1.

    From the C library and not NumPy's vector code, whose last bit depends on the processor.
    """
    table = np.array([math.exp2(-age / half_life) for age in range(days)])
    table.setflags(write=False)
    return table
