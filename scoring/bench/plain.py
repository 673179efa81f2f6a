"""The rule score of one lead in plain Python, for checking what a benchmark has stored. Written without the arrays."""

from collections import Counter

_MICRO = 1_000_000


def score(card, acts, truths, *, day):
    """The score on `day` of a lead whose (signal, day) are `acts` and whose conditions are `truths` by rule id."""
    sums = {group.key: 0 for group in card.cutting_order()}
    for rule in card.rules:
        holds = rule.condition is None or truths[rule.id]
        if holds:
            sums[rule.group] += rule.points if rule.kind == "fit" else _line(rule, acts, day)
    total = 0
    for group in card.cutting_order():
        cut = _within(sums[group.key], group.cap)
        if group.key == group.axis:
            total += cut
        else:
            sums[group.axis] += cut
    return min(100, max(1, total))


def _line(rule, acts, today):
    days = Counter(day for signal, day in acts if signal in rule.signals)
    if rule.window is not None:
        days = {day: number for day, number in days.items() if today - day < rule.window}
    if not days:
        return 0
    newest = max(days)
    if rule.mode == "every":
        amounts = {day: _within(number * rule.points, rule.daily_cap) for day, number in days.items()}
    elif rule.mode == "once":
        amounts = {newest: _within(rule.points, rule.daily_cap)}
    else:
        reached = [points for at_least, points in sorted(rule.tiers) if sum(days.values()) >= at_least]
        amounts = {newest: reached[-1] if reached else 0}
    micro = sum(_faded(amount, max(0, today - day), rule.half_life) for day, amount in amounts.items())
    micro = _within(micro, rule.cap and rule.cap * _MICRO)
    undecayed = _within(sum(amounts.values()), rule.cap)
    least = min(rule.floor or 0, abs(undecayed)) * _MICRO
    if abs(micro) < least:
        micro = least if undecayed > 0 else -least
    return (abs(micro) + _MICRO // 2) // _MICRO * (1 if micro >= 0 else -1)


def _faded(amount, age, half_life):
    size = abs(amount) * (2 ** (-age / half_life) if half_life else 1) * _MICRO
    return int(size + 0.5) * (1 if amount >= 0 else -1)


def _within(value, cap):
    return value if cap is None else max(-cap, min(cap, value))
