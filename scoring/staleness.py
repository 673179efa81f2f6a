"""Which scores no longer hold: coordinates that have moved, found by index probes.

A lead becomes stale when its contact's revision moves past what scoring has seen, when its `valid_until` has passed, or
when the live scorecard or the arithmetic are of another version. Leads of contacts that scoring has never seen come in
by the first of these. Scores of closed leads are frozen and never stale.
"""

import datetime
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from scoring import evaluation
from scoring.models import Score

SLICE = 5_000
"""Lead ids per slice: slice n holds the leads n * SLICE … (n + 1) * SLICE - 1."""

_UNSEEN = "(SELECT MIN(id) FROM leads_contact WHERE NOT (revision = seen_revision)) IS NOT NULL"
"""The smallest, because PostgreSQL takes nearly all contacts to be unseen: asked for any, it walks through the table."""
_AGED = (
    "NOT is_frozen AND version = %(version)s AND engine = %(engine)s AND valid_until < %(day)s",
    "NOT is_frozen AND version < %(version)s",
    "NOT is_frozen AND version > %(version)s",
    "NOT is_frozen AND version = %(version)s AND engine < %(engine)s",
    "NOT is_frozen AND version = %(version)s AND engine > %(engine)s",
)
"""One index range each; joined by OR they would be a walk through the whole table."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What an idle tick looks at: the live version (None: no scorecard) and whether anything is stale."""

    version: int | None
    has_unseen: bool
    has_aged: bool


def glance(*, day):
    """Look whether anything is stale on `day`, an ordinal. One query of index probes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM scoring_scorecard WHERE status = 'live'")
        row = cursor.fetchone()
        if row is None:
            return Glance(None, False, False)
        probes = [f"EXISTS (SELECT 1 FROM scoring_score WHERE {where})" for where in _AGED]  # nosec B608
        cursor.execute(f"SELECT {', '.join([_UNSEEN, *probes])}", _coordinates(row[0], day))  # nosec B608
        unseen, *aged = cursor.fetchone()
    return Glance(row[0], bool(unseen), any(aged))


def aged(*, version, day):
    """Condition for scores that time or another version has overtaken."""
    return Q(is_frozen=False) & (
        Q(valid_until__lt=datetime.date.fromordinal(day)) | ~Q(version=version) | ~Q(engine=evaluation.ENGINE)
    )


def aged_slice(*, version, day, besides):
    """The number of some slice with an aged score, `besides` those numbers; None if there is no other."""
    outside = "".join(f" AND NOT (lead_id BETWEEN {n * SLICE} AND {(n + 1) * SLICE - 1})" for n in besides)
    with connection.cursor() as cursor:
        for where in _AGED:
            cursor.execute(
                f"SELECT lead_id FROM scoring_score WHERE {where}{outside} LIMIT 1",  # nosec B608
                _coordinates(version, day),
            )
            row = cursor.fetchone()
            if row is not None:
                return row[0] // SLICE
    return None


def aged_leads(number, *, version, day):
    """Ids of the leads of slice `number` whose scores have aged."""
    scores = Score.objects.filter(aged(version=version, day=day))
    inside = scores.filter(lead_id__gte=number * SLICE, lead_id__lt=(number + 1) * SLICE)
    return list(inside.order_by("lead_id").values_list("lead_id", flat=True))


def _coordinates(version, day):
    return {"version": version, "day": datetime.date.fromordinal(day).isoformat(), "engine": evaluation.ENGINE}
