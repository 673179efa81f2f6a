"""What the live scorecard can make of some fields, and how far it tells some leads apart."""

from dataclasses import dataclass

from django.db.models import Count

from leads import conditions
from scoring.models import Score, Scorecard


@dataclass(frozen=True, slots=True)
class Spread:
    """How the scores of some leads lie; shares are of the scored ones, and None where there are none."""

    scored: int
    unscored: int
    lowest: int | None
    median: int | None
    highest: int | None
    bands: dict
    commonest: int | None
    same_share: float | None


def fields_used():
    """Field name → names of the active rules and personas of the live scorecard that speak of it."""
    scorecard = Scorecard.objects.live().first()
    if scorecard is None:
        return {}
    used = {}
    statements = [
        *scorecard.rules.filter(is_active=True).order_by("position", "id").values_list("name", "condition"),
        *scorecard.personas.order_by("position", "id").values_list("name", "condition"),
    ]
    for name, condition in statements:
        for field in conditions.field_names(condition):
            used.setdefault(field, []).append(name)
    return used


def columns_used(fills):
    """Of the columns of a file, as header → names of the fields that it fills: header → rules that speak of one of them, and
    the headers that no rule speaks of, both in the order of the file.
    """
    rules = fields_used()
    used = {name: sorted({rule for field in filled for rule in rules.get(field, ())}) for name, filled in fills.items()}
    return {name: found for name, found in used.items() if found}, [name for name, found in used.items() if not found]


def spread(leads):
    """The `Spread` of the stored scores of a queryset of leads. Three queries."""
    total = leads.order_by().count()
    scores = Score.objects.filter(lead__in=leads.order_by().values("pk")).order_by()
    counts = dict(scores.values("score").annotate(leads=Count("pk")).order_by("score").values_list("score", "leads"))
    bands = dict(scores.values("band").annotate(leads=Count("pk")).order_by("band").values_list("band", "leads"))
    scored = sum(counts.values())
    if not scored:
        return Spread(0, total, None, None, None, {}, None, None)
    commonest = max(counts, key=lambda score: (counts[score], -score))
    return Spread(
        scored=scored,
        unscored=total - scored,
        lowest=min(counts),
        median=_median(counts, scored),
        highest=max(counts),
        bands=bands,
        commonest=commonest,
        same_share=round(counts[commonest] / scored, 4),
    )


def _median(counts, scored):
    seen = 0
    for score, count in sorted(counts.items()):
        seen += count
        if 2 * seen >= scored:
            return score
    return None
