"""The arithmetic of the rule score (docs/design, "Arithmetic of the rule score"), for a batch of leads at once.

Facts go in as arrays, points come out as arrays; one lead is a batch of one. No clock, no database, no settings.
Days are proleptic ordinals (`date.toordinal()`), points are whole numbers, a row is the place of a lead in its batch.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring import decay, validity

ENGINE = 1
"""Raised when the arithmetic changes: every stored score is then stale."""

FIT, ENGAGEMENT = "fit", "engagement"
EVERY, ONCE, TIERS = "every", "once", "tiers"
LOWEST, HIGHEST = 1, 100

NOTES = ("", "cap", "floor")
"""What bounded a rule's line: nothing, the rule's cap, or its floor."""

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that are cut together at -cap .. +cap. The groups `fit` and `engagement` are the two axes themselves."""

    key: str
    axis: str
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Points for a statement about a lead.

    A rule of kind `fit` speaks when its condition holds. A rule of kind `engagement` counts interactions with one of
    its signals, for leads whose condition (if any) holds. `condition` is opaque here: its truth per lead arrives in
    `Facts.masks`. `group` is the key of an own group, or of the axis itself. Empty limits (None) do not limit.
    `tiers` are (at least this many, points). A daily cap bounds `every` and `once`; tiers have none.
    """

    id: int
    key: str
    kind: str
    axis: str
    group: str
    points: int = 0
    mode: str = EVERY
    product: int | None = None
    tiers: tuple[tuple[int, int], ...] = ()
    cap: int | None = None
    daily_cap: int | None = None
    half_life: int | None = None
    window: int | None = None
    floor: int | None = None
    signals: tuple[int, ...] = ()
    condition: Any = None


@dataclass(frozen=True, slots=True)
class Card:
    """One version of a scorecard. `groups` may omit an axis, which then has no cap.

    `bands` are (letter, lowest score), best first; below all of them is `lowest_band`.
    """

    rules: tuple[Rule, ...]
    groups: tuple[Group, ...] = ()
    bands: tuple[tuple[str, int], ...] = (("A", 75), ("B", 50), ("C", 25))
    lowest_band: str = "D"

    @property
    def products(self) -> tuple[int, ...]:
        """Products that have rules of their own, in ascending order."""
        return tuple(sorted({rule.product for rule in self.rules if rule.product is not None}))

    @property
    def signals(self) -> tuple[int, ...]:
        """Signals that any rule counts, in ascending order."""
        return tuple(sorted({signal for rule in self.rules if rule.kind == ENGAGEMENT for signal in rule.signals}))

    def cutting_order(self) -> tuple[Group, ...]:
        """Own groups first, then fit and engagement."""
        own = tuple(group for group in self.groups if group.key not in (FIT, ENGAGEMENT))
        axes = {group.key: group for group in self.groups if group.key in (FIT, ENGAGEMENT)}
        return own + tuple(axes.get(key, Group(key, key)) for key in (FIT, ENGAGEMENT))


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What is known about `leads` leads.

    `lead`, `signal`, `day`, `count` are parallel: so many human interactions of the lead in that row with that signal
    on that day. Any order; sorted by (lead, signal, day) is fastest. `masks` holds one boolean per lead for each rule
    id that has a condition. `changes_on` (optional) is the first day on which a mask may turn by itself.
    """

    leads: int
    lead: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    signal: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    day: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    count: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    masks: Mapping[int, Mask] = field(default_factory=dict)
    changes_on: Ints | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Scores of a batch on `day`, and the lines they are the sums of.

    Per rule and lead: `points`, `counts` (0: nothing counted), `ages` of the newest interaction counted (-1: none)
    and `notes` (index into NOTES). Per group in `groups` and lead: `caps`, what the group's cap took or gave.
    Per lead: `clamp`, `score` (1..100), `fit` and `engagement` after caps, `top_product` (0: none) and `valid_until`,
    the first day on which a line or count may differ if nothing happens (early at times, never late).
    Per product in `products` and lead: `product_scores` (1..100) and `product_points`, the sum of its own lines.
    """

    card: Card
    day: int
    groups: tuple[Group, ...]
    products: tuple[int, ...]
    points: Ints
    counts: Ints
    ages: Ints
    notes: NDArray[np.int8]
    caps: Ints
    clamp: Ints
    score: Ints
    fit: Ints
    engagement: Ints
    product_scores: Ints
    product_points: Ints
    top_product: Ints
    valid_until: Ints


def evaluate(card: Card, facts: Facts, *, day: int) -> Result:
    """The score of every lead of the batch on `day`, an ordinal."""
    shape = (len(card.rules), facts.leads)
    points, counts = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    ages, notes = np.full(shape, -1, np.int64), np.zeros(shape, np.int8)
    valid_until = np.full(facts.leads, validity.NEVER, np.int64)
    if facts.changes_on is not None:
        np.minimum(valid_until, np.maximum(facts.changes_on, day + 1), out=valid_until)
    events = _Events.of(facts)
    for row, rule in enumerate(card.rules):
        mask = facts.masks[rule.id] if rule.condition is not None else None
        if rule.kind == FIT:
            lines = _fit(rule, mask, facts.leads)
        else:
            lines = _engagement(rule, events.of_rule(rule), mask, day)
            ages[row, lines.lead] = lines.age
            valid_until[lines.lead] = np.minimum(valid_until[lines.lead], lines.until)
        points[row, lines.lead] = lines.points
        counts[row, lines.lead] = lines.count
        notes[row, lines.lead] = lines.note

    groups, products = card.cutting_order(), card.products
    shared = _group_sums(card, groups, points, product=None)
    own = {product: _group_sums(card, groups, points, product=product) for product in products}
    caps, fit, engagement = _cut(groups, shared + sum(own.values()))
    score = np.clip(fit + engagement, LOWEST, HIGHEST)
    product_scores, product_points = np.zeros((2, len(products), facts.leads), np.int64)
    for row, product in enumerate(products):
        _, product_fit, product_engagement = _cut(groups, shared + own[product])
        product_scores[row] = np.clip(product_fit + product_engagement, LOWEST, HIGHEST)
        product_points[row] = own[product].sum(axis=0)
    return Result(
        card=card, day=day, groups=groups, products=products, points=points, counts=counts, ages=ages, notes=notes,
        caps=caps, clamp=score - fit - engagement, score=score, fit=fit, engagement=engagement,
        product_scores=product_scores, product_points=product_points,
        top_product=_top_product(products, product_points), valid_until=valid_until,
    )  # fmt: skip


def bands(card: Card, scores: Ints) -> NDArray[np.str_]:
    """The band of each score: the first whose lowest score it reaches."""
    letters = [letter for letter, _ in card.bands]
    reached = [scores >= lowest for _, lowest in card.bands]
    return np.select(reached, letters, default=card.lowest_band) if letters else np.full(len(scores), card.lowest_band)


def lines(result: Result, row: int) -> list[dict[str, Any]]:
    """The lines of the lead in `row` that give or take points, in the order in which they are summed.

    Each is {kind: rule|cap|clamp, group, rule, points, count, age_days, note}; their points sum to the score.
    `age_days` is the age of the newest interaction on the day of the score; None where no interaction is counted.
    """
    found = [
        _line("rule", rule.group, rule.key, result.points[at, row], result.counts[at, row], result.ages[at, row],
              NOTES[result.notes[at, row]])
        for at, rule in enumerate(result.card.rules)
        if result.points[at, row]
    ]  # fmt: skip
    found += [
        _line("cap", group.key, None, result.caps[at, row])
        for at, group in enumerate(result.groups)
        if result.caps[at, row]
    ]
    if result.clamp[row]:
        found.append(_line("clamp", None, None, result.clamp[row]))
    return found


def _line(
    kind: str,
    group: str | None,
    rule: str | None,
    points: int,
    count: int = 0,
    age: int = -1,
    note: str = "",
) -> dict[str, Any]:
    return {
        "kind": kind,
        "group": group,
        "rule": rule,
        "points": int(points),
        "count": int(count),
        "age_days": None if age < 0 else int(age),
        "note": note,
    }


# --- lines of one rule


@dataclass(frozen=True, slots=True, eq=False)
class _Lines:
    """The line of one rule for the leads (ascending rows) it says something about."""

    lead: Ints
    points: Ints
    count: Ints
    note: NDArray[np.int8]
    age: Ints
    until: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Events:
    """Interactions in (lead, signal, day) order."""

    lead: Ints
    signal: Ints
    day: Ints
    count: Ints

    @classmethod
    def of(cls, facts: Facts) -> "_Events":
        lead, signal, day, count = (
            np.asarray(column, np.int64) for column in (facts.lead, facts.signal, facts.day, facts.count)
        )
        ascending = lead[1:] > lead[:-1]
        level = lead[1:] == lead[:-1]
        ascending |= level & (signal[1:] > signal[:-1])
        level &= signal[1:] == signal[:-1]
        if not (ascending | (level & (day[1:] >= day[:-1]))).all():
            order = np.lexsort((day, signal, lead))
            lead, signal, day, count = lead[order], signal[order], day[order], count[order]
        return cls(lead, signal, day, count)

    def of_rule(self, rule: Rule) -> tuple[Ints, Ints, Ints]:
        """(lead, day, count) of the interactions with one of the rule's signals, in order, one row per lead and day."""
        chosen = np.zeros(len(self.signal), np.bool_)
        for signal in rule.signals:
            chosen |= self.signal == signal
        places = np.flatnonzero(chosen)
        lead, day, count = self.lead[places], self.day[places], self.count[places]
        if len(rule.signals) > 1:
            order = np.lexsort((day, lead))
            lead, day, count = lead[order], day[order], count[order]
        starts = _starts((lead[1:] != lead[:-1]) | (day[1:] != day[:-1]), len(lead))
        if len(starts) < len(lead):
            lead, day, count = lead[starts], day[starts], np.add.reduceat(count, starts)
        return lead, day, count


def _fit(rule: Rule, mask: Mask | None, leads: int) -> _Lines:
    lead = np.arange(leads) if mask is None else np.flatnonzero(mask)
    micro = np.full(len(lead), rule.points * decay.MICRO, np.int64)
    points, note = _bounded(rule, micro, np.full(len(lead), rule.points, np.int64))
    unset = np.full(len(lead), -1, np.int64)
    return _Lines(lead, points, np.ones(len(lead), np.int64), note, unset, unset)


def _engagement(rule: Rule, events: tuple[Ints, Ints, Ints], mask: Mask | None, day: int) -> _Lines:
    lead, day_of, count = events
    age = np.maximum(day - day_of, 0)
    counted = count > 0
    if rule.window is not None:
        counted &= age < rule.window
    if mask is not None:
        counted &= mask[lead]
    if not counted.all():
        lead, age, count = lead[counted], age[counted], count[counted]
    starts = _starts(lead[1:] != lead[:-1], len(lead))
    if not len(starts):
        nothing = np.empty(0, np.int64)
        return _Lines(nothing, nothing, nothing, np.empty(0, np.int8), nothing, nothing)
    ends = np.append(starts[1:], len(lead)) - 1  # days ascend, so the newest of a lead comes last
    total = np.add.reduceat(count, starts)
    if rule.mode == EVERY:
        per_day = _clip(count * rule.points, rule.daily_cap)
        micro = np.add.reduceat(decay.remaining(per_day, age_in_days=age, half_life=rule.half_life), starts)
        undecayed = np.add.reduceat(per_day, starts)
        terms = ends - starts + 1
    else:
        undecayed = _amounts(rule, total)
        micro = decay.remaining(undecayed, age_in_days=age[ends], half_life=rule.half_life)
        terms = np.ones(len(starts), np.int64)
    points, note = _bounded(rule, micro, undecayed)
    until = validity.valid_until(
        points,
        micro=micro,
        terms=terms,
        oldest=age[starts],
        least=None if rule.floor is None else np.minimum(rule.floor, np.abs(_clip(undecayed, rule.cap))),
        half_life=rule.half_life,
        window=rule.window,
        day=day,
    )
    return _Lines(lead[starts], points, total, note, age[ends], until)


def _amounts(rule: Rule, total: Ints) -> Ints:
    """Undecayed points of a rule that gives one amount for all it counted."""
    if rule.mode == ONCE:
        return _clip(np.full(len(total), rule.points, np.int64), rule.daily_cap)
    tiers = sorted(rule.tiers)
    at_least = np.array([number for number, _ in tiers], np.int64)
    amounts = np.array([0, *(points for _, points in tiers)], np.int64)
    return amounts[np.searchsorted(at_least, total, side="right")]


def _bounded(rule: Rule, micro: Ints, undecayed: Ints) -> tuple[Ints, NDArray[np.int8]]:
    """Whole points after the rule's cap and floor, and what bounded them."""
    capped = _clip(micro, None if rule.cap is None else rule.cap * decay.MICRO)
    note = (capped != micro).astype(np.int8)
    if rule.floor is not None:
        least = np.minimum(rule.floor, np.abs(_clip(undecayed, rule.cap))) * decay.MICRO
        raised = np.abs(capped) < least
        capped = np.where(raised, np.sign(undecayed) * least, capped)
        note[raised] = 2
    return decay.whole_points(capped), note


# --- groups and products


def _group_sums(card: Card, groups: tuple[Group, ...], points: Ints, *, product: int | None) -> Ints:
    """Sum of the lines per group and lead, of the rules that speak for `product` alone (None: for every product)."""
    places = {group.key: place for place, group in enumerate(groups)}
    sums = np.zeros((len(groups), points.shape[1]), np.int64)
    for row, rule in enumerate(card.rules):
        if rule.product == product:
            sums[places[rule.group]] += points[row]
    return sums


def _cut(groups: tuple[Group, ...], sums: Ints) -> tuple[Ints, Ints, Ints]:
    """Cap lines per group and lead, and what fit and engagement come to. Own groups stand before the axes."""
    left = sums.copy()
    caps = np.zeros_like(left)
    places = {group.key: place for place, group in enumerate(groups)}
    for place, group in enumerate(groups):
        cut = _clip(left[place], group.cap)
        caps[place] = cut - left[place]
        left[place] = cut
        if group.key != group.axis:
            left[places[group.axis]] += cut
    return caps, left[places[FIT]], left[places[ENGAGEMENT]]


def _top_product(products: tuple[int, ...], points: Ints) -> Ints:
    top, most = np.zeros(points.shape[1], np.int64), np.zeros(points.shape[1], np.int64)
    for product, total in zip(products, points, strict=True):  # ascending, so that a tie stays with the lower id
        better = total > most
        top[better], most[better] = product, total[better]
    return top


def _clip(values: Ints, cap: int | None) -> Ints:
    return values if cap is None else np.clip(values, -cap, cap)


def _starts(differs: Mask, size: int) -> Ints:
    """Places where a run begins, given where neighbours differ."""
    return np.flatnonzero(np.concatenate(([True], differs))) if size else np.empty(0, np.int64)
