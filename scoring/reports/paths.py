"""The way of one lead through the stages, from its moves: how far it came, what it skipped, how long each step took.

`steps` is one number: how far it came (the place in `STEPS`) in the lowest three bits, then whether it was recycled, then one
bit for each step that it skipped. `timed` has a bit for each of its times that is known. `band` is that at the reference time,
or `UNKNOWN`, or `NOT_YET`.
"""

from dataclasses import dataclass

from leads.enums import Cause, Stage

STEPS = (Stage.SUBSCRIBER, Stage.LEAD, Stage.MQL, Stage.SQL, Stage.OPPORTUNITY, Stage.CUSTOMER)
"""The stages in order. Nurture and disqualified are no steps."""
DURATIONS = ("to_lead", "to_mql", "to_sql", "to_opportunity", "to_customer")
"""Seconds from each step to the next."""
TOUCHES = ("created_to_touch", "mql_to_touch")
SECONDS = (*DURATIONS, *TOUCHES)
"""All times that a way may have."""

REACHED = 0b111
RECYCLED = 0b1000
UNKNOWN = "?"
"""Undated, closed before its reference time, or without a score by then."""
NOT_YET = "-"
"""The reference time is still to come."""

_PLACES = {stage: place for place, stage in enumerate(STEPS)}


def skipped(place):
    """The bit of `steps` that says that the step at `place` was skipped."""
    return 1 << (4 + place)


def timed(name):
    """The bit of `timed` that says that this time, one of SECONDS, is known."""
    return 1 << SECONDS.index(name)


@dataclass(frozen=True, slots=True)
class Move:
    """One stage change. `counts` for durations unless it was imported without its date."""

    id: int
    came_from: str
    to: str
    at: object
    cause: str
    counts: bool
    band: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """`steps`, the first entry of each step by its place, and the seconds by SECONDS (None: no such)."""

    steps: int
    entered: dict
    seconds: dict

    @property
    def timed(self):
        """A bit for each time that is known."""
        return sum(timed(name) for name, seconds in self.seconds.items() if seconds is not None)


def way(moves, *, stage, created_at, is_undated, touched_at):
    """The `Way` of a lead that stands in `stage`, from its moves in order of time.

    A move that was taken back by undo never happened. A lead that is first known by its end came at least as far as "lead".
    """
    moves = _standing(moves)
    entered, known = {}, set()
    for number, move in enumerate(moves):
        before, place = _PLACES.get(move.came_from), _PLACES.get(move.to)
        if before is not None:
            known.add(before)
            if number == 0:
                # Leads begin somewhere even where no row says so.
                entered[before] = (created_at, not is_undated)
        if place is not None:
            known.add(place)
            entered.setdefault(place, (move.at, move.counts))
    if stage in _PLACES:
        known.add(_PLACES[stage])
    reached = max(known, default=_PLACES[Stage.LEAD])
    steps = reached
    if any(move.to == Stage.NURTURE and move.came_from for move in moves):
        steps |= RECYCLED
    for place in range(min(entered, default=reached) + 1, reached):
        if place not in entered:
            steps |= skipped(place)
    seconds = {name: _between(entered, place) for place, name in enumerate(DURATIONS)}
    seconds |= dict.fromkeys(TOUCHES)
    if touched_at is not None:
        if not is_undated:
            seconds["created_to_touch"] = _elapsed(created_at, touched_at)
        handed_over = entered.get(_PLACES[Stage.MQL])
        if handed_over is not None and handed_over[1]:
            seconds["mql_to_touch"] = _elapsed(handed_over[0], touched_at)
    return Way(steps, entered, seconds)


def _standing(moves):
    """The moves that were not taken back."""
    standing = []
    for move in moves:
        if move.cause == Cause.UNDO and standing and standing[-1].to == move.came_from:
            standing.pop()
        else:
            standing.append(move)
    return standing


def _between(entered, place):
    if place not in entered or place + 1 not in entered:
        return None
    (begun, begun_counts), (ended, ended_counts) = entered[place], entered[place + 1]
    return _elapsed(begun, ended) if begun_counts and ended_counts else None


def _elapsed(begun, ended):
    """Whole seconds; None where the one did not follow the other."""
    return int((ended - begun).total_seconds()) if ended >= begun else None
