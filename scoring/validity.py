"""Until when a line holds if nothing happens: the first day on which time alone may change it. Early at times, never late.

Pure: arrays in, arrays out. Days are proleptic ordinals.
"""

import numpy as np
from numpy.typing import NDArray

from scoring import decay

NEVER = 3_652_059
"""`valid_until` of a score that time alone does not change: `date.max.toordinal()`."""

_Ints = NDArray[np.int64]


def valid_until(
    points: _Ints,
    *,
    micro: _Ints,
    terms: _Ints,
    oldest: _Ints,
    least: _Ints | None,
    half_life: int | None,
    window: int | None,
    day: int,
) -> _Ints:
    """The first day after `day` on which each of the lines of a rule, whole `points`, may be another one.

    `micro` is the sum before the rule's cap, `terms` the number of days summed, `oldest` the age of the oldest interaction
    counted, `least` what a floor keeps the line at (None: it has none).
    """
    until = np.full(len(points), NEVER, np.int64)
    if window is not None:
        until = day + window - oldest
    if half_life is not None:
        line = np.abs(points)
        resting = line == 0
        if least is not None:
            resting |= line <= least
        days = decay.days_unchanged(np.abs(micro), line=np.maximum(line, 1), terms=terms, half_life=half_life)
        until = np.where(resting, until, np.minimum(until, day + 1 + days))
    return until
