"""What would have to happen, and what will if nothing does.

Both questions are put to the real engine: hypothetical interactions are rows of a batch, and days to come are the same lead
with everything it did moved back by so many days (only ages count). Pure: facts in, answer out.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from scoring import evaluation
from scoring.evaluation import Card, Facts, Ints

HORIZON = 365
"""Days that are looked ahead; "for more than a year" is all that is said beyond."""

_MOST_ROWS = 400_000
_MOST_STEPS = 3


@dataclass(frozen=True, slots=True)
class Way:
    """Interactions with these signals (ids, each once, today) would together add `gain` points to the score."""

    signals: tuple[int, ...]
    gain: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Points missing to a target score, and ways to get there.

    Without a way of at most three interactions, `partly` is the strongest of that length that falls short, if any helps.
    """

    points: int
    ways: tuple[Way, ...]
    partly: Way | None = None


def outlook(card: Card, facts: Facts, *, day: int, days: int = HORIZON) -> Ints:
    """The rule score of the one lead in `facts` on `day`, `day` + 1, …, if nothing else happens.

    `days` + 1 values; fewer when the lead did so much that the answer would take noticeable time.
    """
    many = min(days, _MOST_ROWS // max(1, len(facts.lead))) + 1
    return evaluation.evaluate(card, _aged(facts, many), day=day).score


def lasts_until(card: Card, facts: Facts, *, day: int, lowest: int, days: int = HORIZON) -> int | None:
    """The last day (ordinal) before the score first falls below `lowest`; None if it does not within `days`.

    A score that is below already answers `day` - 1.
    """
    below = np.flatnonzero(outlook(card, facts, day=day, days=days) < lowest)
    return None if not len(below) else day + int(below[0]) - 1


def gap(card: Card, facts: Facts, *, day: int, target: int, signals: Collection[int], most: int = 2) -> Gap | None:
    """What the one lead in `facts` misses to the rule score `target`; None if it is there.

    Only interactions with `signals` are thought of. Single ones that suffice come first, the smallest of them first (what asks
    least); at most `most`. If none does, the strongest few together, if they do.
    """
    now = int(evaluation.evaluate(card, facts, day=day).score[0])
    if now >= target:
        return None
    missing = target - now
    gains = _gains(card, facts, day=day, signals=sorted(signals), now=now)
    enough = sorted((gain, signal) for signal, gain in gains.items() if gain >= missing)
    if enough:
        return Gap(missing, tuple(Way((signal,), gain) for gain, signal in enough[:most]))
    together = _together(card, facts, day=day, signals=sorted(signals), now=now, missing=missing)
    if together is None or together.gain < missing:
        return Gap(missing, (), together)
    return Gap(missing, (together,))


def _together(card: Card, facts: Facts, *, day: int, signals: list[int], now: int, missing: int) -> Way | None:
    """The strongest interactions one after the other, until they suffice or are three; the last one no stronger than needed."""
    chosen: list[int] = []
    reached = now
    while len(chosen) < _MOST_STEPS and reached - now < missing:
        left = [signal for signal in signals if signal not in chosen]
        gains = _gains(card, facts, day=day, signals=left, now=reached)
        if not gains:
            break
        enough = {signal: gain for signal, gain in gains.items() if reached + gain - now >= missing}
        if enough:
            signal = min(enough, key=lambda one: (gains[one], one))
        else:
            signal = max(gains, key=lambda one: (gains[one], -one))
        chosen.append(signal)
        reached += gains[signal]
        facts = _alternatives(facts, [signal], day=day)
    return Way(tuple(chosen), reached - now) if chosen else None


def _gains(card: Card, facts: Facts, *, day: int, signals: list[int], now: int) -> dict[int, int]:
    """signal → points that one more interaction with it today would add, where it adds any."""
    if not signals:
        return {}
    scores = evaluation.evaluate(card, _alternatives(facts, signals, day=day), day=day).score
    return {signal: int(score) - now for signal, score in zip(signals, scores, strict=True) if score > now}


def _alternatives(facts: Facts, signals: list[int], *, day: int) -> Facts:
    """A batch in which row i is the lead of `facts` with one more interaction, of signals[i], on `day`."""
    many = len(signals)
    copies = _copies(facts, many)
    return replace(
        copies,
        lead=np.concatenate((copies.lead, np.arange(many))),
        signal=np.concatenate((copies.signal, np.asarray(signals, np.int64))),
        day=np.concatenate((copies.day, np.full(many, day))),
        count=np.concatenate((copies.count, np.ones(many, np.int64))),
    )


def _aged(facts: Facts, many: int) -> Facts:
    """A batch in which row i is the lead of `facts` as it will stand i days later."""
    copies = _copies(facts, many)
    return replace(copies, day=copies.day - copies.lead)


def _copies(facts: Facts, many: int) -> Facts:
    each = len(facts.lead)
    return Facts(
        leads=many,
        lead=np.repeat(np.arange(many), each),
        signal=np.tile(facts.signal, many),
        day=np.tile(facts.day, many),
        count=np.tile(facts.count, many),
        masks={rule: np.repeat(mask[:1], many) for rule, mask in facts.masks.items()},
    )
