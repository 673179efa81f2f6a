"""A slow, plain reading of the arithmetic of the rule score, written from the design and not from the code.

One lead at a time, no arrays, exact decimals where the product uses floats. It shares only the dataclasses that
describe a scorecard.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache


@dataclass
class Judgement:
    """What one lead gets on one day. `lines` maps rule id to (points, count, age of the newest or None)."""

    lines: dict
    caps: dict
    clamp: int
    score: int
    fit: int
    engagement: int
    product_scores: dict
    top_product: int | None

    @property
    def visible(self):
        """Everything that may not change while a stored score is valid, so not the ages."""
        lines = {rule: (points, count) for rule, (points, count, _) in self.lines.items()}
        return (
            lines,
            self.caps,
            self.clamp,
            self.score,
            self.product_scores,
            self.top_product,
        )


def judge(card, interactions, *, day, truths=None):
    """Score one lead. `interactions` are (signal, day, count); `truths` says per rule id whether its condition holds."""
    truths = truths or {}
    lines = {}
    for rule in card.rules:
        holds = rule.condition is None or bool(truths[rule.id])
        lines[rule.id] = _fit_line(rule, holds) if rule.kind == "fit" else _event_line(rule, holds, interactions, day)

    points = {rule.id: lines[rule.id][0] for rule in card.rules}
    caps, fit, engagement = _cut(card, card.rules, points)
    score = min(100, max(1, fit + engagement))
    products = sorted({rule.product for rule in card.rules if rule.product is not None})
    product_scores, interest = {}, {}
    for product in products:
        speaking = [rule for rule in card.rules if rule.product in (None, product)]
        _, product_fit, product_engagement = _cut(card, speaking, points)
        product_scores[product] = min(100, max(1, product_fit + product_engagement))
        interest[product] = sum(points[rule.id] for rule in card.rules if rule.product == product)
    wanted = [product for product in products if interest[product] > 0]
    top = min(wanted, key=lambda product: (-interest[product], product)) if wanted else None
    return Judgement(
        lines,
        caps,
        score - fit - engagement,
        score,
        fit,
        engagement,
        product_scores,
        top,
    )


def _fit_line(rule, holds):
    if not holds:
        return 0, 0, None
    amount = _within(rule.points, rule.cap)
    return amount, 1, None


def _event_line(rule, holds, interactions, today):
    per_day = defaultdict(int)
    for signal, day, count in interactions:
        inside = rule.window is None or max(0, today - day) < rule.window
        if holds and signal in rule.signals and inside:
            per_day[day] += count
    if not per_day:
        return 0, 0, None
    number = sum(per_day.values())
    newest = max(per_day)
    if rule.mode == "every":
        amounts = {day: _within(count * rule.points, rule.daily_cap) for day, count in per_day.items()}
    elif rule.mode == "once":
        amounts = {newest: _within(rule.points, rule.daily_cap)}
    else:
        reached = [tier for tier in rule.tiers if number >= tier[0]]
        amounts = {newest: max(reached)[1] if reached else 0}

    micro = sum(_faded(amount, max(0, today - day), rule.half_life) for day, amount in amounts.items())
    micro = _within(micro, None if rule.cap is None else rule.cap * 10**6)
    if rule.floor is not None:
        undecayed = _within(sum(amounts.values()), rule.cap)
        least = min(rule.floor, abs(undecayed)) * 10**6
        if abs(micro) < least:
            micro = least if undecayed > 0 else -least
    whole = int((Decimal(micro) / 10**6).quantize(Decimal(1), ROUND_HALF_UP))
    return whole, number, max(0, today - newest)


def _cut(card, rules, points):
    caps_of = {group.key: group.cap for group in card.groups}
    axis_of = {group.key: group.axis for group in card.groups}
    sums = dict.fromkeys([*caps_of, "fit", "engagement"], 0)
    for rule in rules:
        sums[rule.group] += points[rule.id]
    caps = {}
    for key, cap in caps_of.items():
        if key not in ("fit", "engagement"):
            cut = _within(sums[key], cap)
            caps[key] = cut - sums[key]
            sums[axis_of[key]] += cut
    for key in ("fit", "engagement"):
        cut = _within(sums[key], caps_of.get(key))
        caps[key] = cut - sums[key]
        sums[key] = cut
    return caps, sums["fit"], sums["engagement"]


def _faded(amount, age, half_life):
    with localcontext() as context:
        context.prec = 50
        micro = amount * 10**6 * (_half(age, half_life) if half_life is not None else 1)
        return int(Decimal(micro).quantize(Decimal(1), ROUND_HALF_UP))


@cache
def _half(age, half_life):
    with localcontext() as context:
        context.prec = 50
        return Decimal(2) ** (Decimal(-age) / Decimal(half_life))


def _within(value, cap):
    return value if cap is None else max(-cap, min(cap, value))
