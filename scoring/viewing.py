"""What has changed since a viewer last looked at a lead.

A visit ends when its viewer has not looked for an hour: a reload within the hour keeps the comparison on the page.
"""

from dataclasses import dataclass
from datetime import timedelta

from scoring.models import ScoreSeen

VISIT = timedelta(hours=1)
_MOMENT = timedelta(minutes=5)
_MOST_STEPS = 4


@dataclass(frozen=True, slots=True)
class Step:
    """One reason why the score is another one.

    kind: `rule` (something happened or was learnt; `rule` is its key, `more` how many interactions came), `gone` (a statement
    no longer holds), `fading` (time passed), `limits` (caps and the scale 1 to 100), `other` (small steps together),
    `prediction` (the part of the score that is not the rule score).
    """

    kind: str
    points: int
    rule: str = ""
    more: int = 0
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """The score then and now, and the steps between: their points sum to the difference."""

    at: object
    before: int
    now: int
    steps: tuple[Step, ...]


def look(user, score, *, now):
    """Remember that `user` sees `score` at `now`; say what has changed since their last visit, or None on the first.

    Writes one row, unless it says the same as a moment ago. Two tabs at once are harmless: the later look wins.
    """
    seen = ScoreSeen.objects.filter(user=user, lead_id=score.lead_id).first()
    fresh = {"seen_at": now, "score": score.score, "lines": score.lines}
    if seen is None:
        # Two first looks at once must not fail: the second finds the row of the first and leaves it.
        ScoreSeen.objects.bulk_create([ScoreSeen(user=user, lead_id=score.lead_id, **fresh)], ignore_conflicts=True)
        return None
    if now - seen.seen_at >= VISIT:
        fresh |= {"previous_at": seen.seen_at, "previous_score": seen.score, "previous_lines": seen.lines}
    if now - seen.seen_at >= _MOMENT or (seen.score, seen.lines) != (score.score, score.lines):
        ScoreSeen.objects.filter(pk=seen.pk).update(**fresh)
    at, before, lines = (
        (fresh[key] if key in fresh else getattr(seen, key))
        for key in ("previous_at", "previous_score", "previous_lines")
    )
    if at is None:
        return None
    return Comparison(at=at, before=before, now=score.score, steps=steps(lines, score.lines, score.score - before))


def steps(before, after, difference):
    """The steps from the lines `before` to the lines `after`; together they are worth `difference` points."""
    found, fading, faded, limits = [], 0, [], 0
    old, new = _by_rule(before), _by_rule(after)
    for rule in [*new, *(rule for rule in old if rule not in new)]:
        then, line = old.get(rule), new.get(rule)
        points = (line["points"] if line else 0) - (then["points"] if then else 0)
        if not points:
            continue
        if _only_time_passed(then, line):
            fading += points
            faded.append(rule)
        elif line is None:
            found.append(Step("gone", points, rule))
        else:
            found.append(Step("rule", points, rule, more=line["count"] - (then["count"] if then else 0)))
    limits = _limits(after) - _limits(before)
    found.sort(key=lambda step: (-abs(step.points), step.rule))
    rest = found[_MOST_STEPS:]
    ordered = sorted(found[:_MOST_STEPS], key=lambda step: (-step.points, step.rule))
    if rest:
        ordered.append(Step("other", sum(step.points for step in rest), rules=tuple(step.rule for step in rest)))
    if fading:
        ordered.append(Step("fading", fading, rules=tuple(faded)))
    if limits:
        ordered.append(Step("limits", limits))
    left = difference - sum(step.points for step in ordered)
    if left:
        ordered.append(Step("prediction", left))
    return tuple(ordered)


def _by_rule(lines):
    return {line["rule"]: line for line in lines if line["kind"] == "rule"}


def _limits(lines):
    return sum(line["points"] for line in lines if line["kind"] != "rule")


def _only_time_passed(then, line):
    """Whether a line shrank only because its interactions grew older or left the window."""
    if then is None or then["age_days"] is None:
        return False
    if line is None:
        return True
    return (
        line["age_days"] is not None
        and line["count"] <= then["count"]
        and line["age_days"] >= then["age_days"]
        and abs(line["points"]) <= abs(then["points"])
    )
