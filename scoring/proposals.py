"""Fit rules drafted from what an import brought: which values of which columns were won more often than the rest.

Only a draft: a marketer sees the rules filled into the scorecard's form, with their evidence, and saves what is plausible.
"""

import math
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.utils.text import slugify

from leads import fields
from leads.conditions import clean_number, describe
from leads.conditions.sql import JsonValue
from leads.enums import KnownAt
from leads.models import Lead
from scoring import coverage, wilson
from scoring.enums import Axis

LEAST = 30
"""Closed leads that a value needs before anything is said about it."""
RARE = 5
"""Fewer closed leads than that share a rare value."""
SMOOTHING = 20
"""So many leads at the overall rate are added to each value, so that few leads say little."""
DOUBLING = 10
"""Points for twice the odds."""
MOST_POINTS = 20
MOST_RULES = 15
TOO_GOOD = 0.8
"""A column that alone ranks the outcomes so well (AUC) was probably filled in after them."""
_DULL = {"contact.email", "contact.email_domain", "contact.phone", "company.domain", "company.name"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A fit rule and its evidence: of `closed` leads with the value `won` were won; `rate` is smoothed, `base` overall.

    Without outcomes there is no evidence: `points` are 0, and the rule is switched off until somebody says what it is worth.
    """

    key: str
    name: str
    condition: dict
    points: int
    closed: int
    won: int
    rate: float
    base: float

    @property
    def percent(self):
        """The smoothed win rate in whole per cent."""
        return round(100 * self.rate)

    @property
    def row(self):
        """The rule as a change of a sheet (`weights`)."""
        return {
            "name": self.name,
            "axis": Axis.FIT.value,
            "points": self.points,
            "is_active": self.points != 0,
            "condition": self.condition,
        }


@dataclass(frozen=True, slots=True)
class Draft:
    """What is proposed, strongest first, and which columns were left out because they know the outcome too well."""

    proposals: tuple[Proposal, ...]
    suspicious: tuple[str, ...]
    closed: int
    won: int


def from_import(run):
    """The `Draft` for the leads of an import's source. One query per column that came in.

    Columns that sales fill in are passed over, and so are those that the live scorecard speaks of already.
    """
    leads = Lead.objects.filter(source_id=run.source_id, import_row__isnull=False)
    totals = leads.aggregate(closed=Count("id", filter=~Q(outcome="")), won=Count("id", filter=Q(outcome="won")))
    closed, won = totals["closed"], totals["won"]
    has_outcomes = 0 < won < closed
    found, suspicious = [], []
    for field in _columns(run):
        values = _merged(field, _counts(leads, field, has_outcomes=has_outcomes))
        if has_outcomes and alone(values) >= TOO_GOOD:
            suspicious.append(str(field.label))
            continue
        found += [_proposal(field, value, counts, won / closed if closed else 0.0) for value, counts in values]
    found = [proposal for proposal in found if proposal.closed >= LEAST]
    if has_outcomes:
        found = [proposal for proposal in found if proposal.points and _stands_out(proposal)]
        found.sort(key=lambda proposal: (-abs(proposal.points) * math.sqrt(proposal.closed), proposal.key))
    else:
        found.sort(key=lambda proposal: (-proposal.closed, proposal.key))
    return Draft(tuple(_once(found)[:MOST_RULES]), tuple(suspicious), closed, won)


def alone(values):
    """How well one column ranks won above lost by itself (AUC), given [(value, (closed, won))]. 0.5 says nothing.

    Rare values count as one: an id that no two leads share would rank them all, and knows nothing of the outcome.
    """
    often = [counts for _, counts in values if counts[0] >= RARE]
    rare = [counts for _, counts in values if counts[0] < RARE]
    if rare:
        often.append((sum(closed for closed, _won in rare), sum(won for _closed, won in rare)))
    ranked = sorted(often, key=lambda counts: counts[1] / counts[0])
    lost_below, pairs = 0, 0.0
    for closed, won in ranked:
        lost = closed - won
        pairs += won * (lost_below + lost / 2)
        lost_below += lost
    every_won = sum(won for _, won in ranked)
    return pairs / (every_won * lost_below) if every_won and lost_below else 0.5


def _columns(run):
    declared, used = fields.declared(), coverage.fields_used()
    names = [name for _header, name, _type in run.mapping.get("columns", ())]
    return [
        declared[name]
        for name in dict.fromkeys(names)
        if name in declared
        and name not in used
        and name not in _DULL
        and declared[name].known_at != KnownAt.SALES
        and declared[name].type in ("text", "choice", "boolean", "number")
    ]


def _counts(leads, field, *, has_outcomes):
    """[(value, leads, won)] of the closed leads, or of all where none is closed; blanks left out."""
    if has_outcomes:
        leads = leads.exclude(outcome="")
    value = JsonValue(field.path, key=field.key, type=field.type) if field.key else F(field.path)
    rows = leads.order_by().annotate(_value=value).values_list("_value")
    rows = rows.annotate(_leads=Count("id"), _won=Count("id", filter=Q(outcome="won")))
    return [row for row in rows if row[0] not in (None, "")]


def _merged(field, rows):
    """[(value or (low, high), (leads, won))]: spellings together, and numbers in thirds if there are many."""
    merged, spelling = {}, {}
    for value, leads, won in sorted(rows, key=lambda row: (-row[1], str(row[0]))):
        if field.type == "boolean":
            key = bool(value)
        else:
            key = field.fold(value) if isinstance(value, str) else _whole(clean_number(value))
        spelling.setdefault(key, value)
        so_far = merged.get(key, (0, 0))
        merged[key] = (so_far[0] + leads, so_far[1] + won)
    if field.type != "number":
        return [(key if field.type == "boolean" else spelling[key], counts) for key, counts in merged.items()]
    # Three groups of neighbours, unless there are only a few different numbers.
    return _thirds(sorted(merged.items())) if len(merged) > 6 else sorted(merged.items())


def _whole(number):
    return int(number) if float(number).is_integer() else number


def _thirds(values):
    """Neighbouring numbers joined to three groups of about as many leads: [((low, high), (leads, won))]."""
    total = sum(leads for _, (leads, _won) in values)
    groups, so_far = [[]], 0
    for value, counts in values:
        if groups[-1] and len(groups) < 3 and so_far >= len(groups) * total / 3:
            groups.append([])
        groups[-1].append((value, counts))
        so_far += counts[0]
    return [
        (
            (group[0][0], group[-1][0]),
            (sum(counts[0] for _, counts in group), sum(counts[1] for _, counts in group)),
        )
        for group in groups
    ]


def _proposal(field, value, counts, base):
    closed, won = counts
    condition = _condition(field, value)
    rate = (won + SMOOTHING * base) / (closed + SMOOTHING)
    return Proposal(
        key=_key(field, value),
        name=describe(condition, {field.name: field})[:160],
        condition=condition,
        points=_points(rate, base) if 0 < base < 1 else 0,
        closed=closed,
        won=won,
        rate=rate,
        base=base,
    )


def _condition(field, value):
    if field.type == "boolean":
        return {"field": field.name, "op": "is_true" if value else "is_false"}
    if isinstance(value, tuple):
        return {"field": field.name, "op": "between", "value": list(value)}
    return {"field": field.name, "op": "is", "value": value}


def _points(rate, base):
    """Ten points for twice the odds of the average lead, at most `MOST_POINTS` either way."""
    gain = math.log2(rate / (1 - rate)) - math.log2(base / (1 - base))
    return max(-MOST_POINTS, min(MOST_POINTS, round(DOUBLING * gain)))


def _stands_out(proposal):
    """Whether the overall rate lies outside the 90 % interval of the value's own."""
    low, high = wilson.interval(proposal.won, proposal.closed)
    return not low <= proposal.base <= high


def _key(field, value):
    column = field.name.rpartition(".")[2]
    words = "-".join(str(part) for part in value) if isinstance(value, tuple) else str(value)
    return slugify(f"{column}-{words}".replace("_", "-"))[:58].strip("-") or "rule"


def _once(proposals):
    """The proposals with keys that are all different."""
    taken, found = set(), []
    for proposal in proposals:
        if proposal.key not in taken:
            taken.add(proposal.key)
            found.append(proposal)
    return found
