"""Stored scores for tests of what is shown of them, without running the engine."""

from datetime import timedelta

from scoring.models import Score
from tests.factories import MONDAY


def line(rule, points, *, group="engagement", kind="rule", count=1, age=0, note=""):
    """One stored line; fit lines have no age."""
    age = None if group == "fit" or kind != "rule" else age
    count = 0 if kind != "rule" else count
    return {"kind": kind, "group": group, "rule": rule, "points": points, "count": count, "age_days": age, "note": note}


def score(lead, *lines, products=None, top_product=None, day=None, **values):
    """A stored score that its lines sum up to, of `day` (default: Monday)."""
    day = day or MONDAY.date()
    fit = sum(one["points"] for one in lines if one["group"] == "fit")
    engagement = sum(one["points"] for one in lines if one["group"] and one["group"] != "fit")
    total = sum(one["points"] for one in lines)
    defaults = {
        "score": total, "rule_score": total, "fit": fit, "engagement": engagement,
        "band": "A" if total >= 75 else "B" if total >= 50 else "C" if total >= 25 else "D",
        "lines": list(lines), "products": products or {}, "top_product": top_product,
        "revision": lead.contact.revision, "version": 1, "engine": 1, "as_of": day, "valid_until": day + timedelta(1),
        "scored_at": MONDAY,
    } | values  # fmt: skip
    found, _ = Score.objects.update_or_create(lead=lead, defaults=defaults)
    lead.refresh_from_db()
    return found
