"""Writing of scores, set-based: only what changed, never over something newer, with history beside it."""

import datetime
import json

import numpy as np
from django.db import connection, transaction

from scoring import evaluation

_WEEK = datetime.timedelta(days=7)

_COLUMNS = (
    "lead_id",
    "score",
    "rule_score",
    "prediction",
    "fit",
    "engagement",
    "band",
    "lines",
    "products",
    "top_product_id",
    "persona",
    "revision",
    "version",
    "model_version",
    "engine",
    "as_of",
    "valid_until",
    "scored_at",
    "is_frozen",
)
_NAMES = ", ".join(_COLUMNS)
# The day and moment of scoring alone are no change: a score that still holds is left untouched.
_COMPARED = [name for name in _COLUMNS if name not in ("lead_id", "as_of", "scored_at")]

_CHUNK = 1_000
"""Rows per write transaction on SQLite, where it keeps every other writer waiting."""


def record(result, batch, *, version, now, is_frozen=False):
    """Store the scores of a `gathering.Batch`. Returns how many rows changed.

    A stored score of a higher revision is left alone: whoever wrote it has seen more. Leads deleted meanwhile are left
    out. Writes history rows where facts, band, stage or version moved the score, and weekly where only time did.
    """
    rows = _rows(result, batch, version, now, is_frozen)
    size = len(rows) if connection.vendor == "postgresql" else _CHUNK
    return sum(_write(rows[start : start + size], now=now) for start in range(0, len(rows), size or 1))


def see(coordinates):
    """Remember that scoring has consumed these contacts: (id, revision, seen revision) as read before their facts.

    Returns for how many that was news.

    Contacts that somebody is just writing to are passed over: they are about to change anyway.
    """
    pairs = [(contact, revision) for contact, revision, seen in coordinates if seen != revision]
    if not pairs:
        return 0
    wanted = "c.seen_revision < s.revision"
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            _fill(cursor, "scoring_seen", "contact_id bigint, revision integer", pairs)
            cursor.execute(
                "WITH free AS (SELECT c.id, s.revision FROM leads_contact c JOIN scoring_seen s ON s.contact_id = c.id"
                f" WHERE {wanted} ORDER BY c.id FOR NO KEY UPDATE OF c SKIP LOCKED)"  # nosec B608
                " UPDATE leads_contact SET seen_revision = free.revision FROM free WHERE leads_contact.id = free.id"
            )
            return cursor.rowcount
    with connection.cursor() as cursor:
        seen = 0
        for start in range(0, len(pairs), _CHUNK):
            _fill(cursor, "scoring_seen", "contact_id bigint, revision integer", pairs[start : start + _CHUNK])
            cursor.execute(
                "UPDATE leads_contact AS c SET seen_revision = s.revision FROM scoring_seen s"
                f" WHERE s.contact_id = c.id AND {wanted}"  # nosec B608
            )
            seen += cursor.rowcount
        return seen


def lines_as_json(result):
    """`evaluation.lines` of every lead as JSON, written column by column: most lines occur many times in a batch."""
    rules = len(result.card.rules)
    clamp = result.clamp[np.newaxis]
    row, line = np.nonzero(np.concatenate([result.points, result.caps, clamp]).T)
    points = np.concatenate([result.points, result.caps, clamp])[line, row]
    of_rule = line < rules
    place = np.where(of_rule, line, 0)
    if rules:
        counts, ages = np.where(of_rule, result.counts[place, row], 0), np.where(of_rule, result.ages[place, row], -1)
        notes = np.where(of_rule, result.notes[place, row], 0)
    else:
        counts, ages, notes = np.zeros_like(line), np.full_like(line, -1), np.zeros_like(line)
    distinct, which = _distinct(line, points, counts, ages, notes)
    heads = [("rule", rule.group, rule.key) for rule in result.card.rules]
    heads += [("cap", group.key, None) for group in result.groups]
    heads.append(("clamp", None, None))
    texts = np.array([_line_as_json(heads[n], *rest) for n, *rest in distinct], object)[which].tolist()
    ends = np.cumsum(np.bincount(row, minlength=len(result.score))).tolist()
    starts = [0, *ends[:-1]]
    return [f"[{', '.join(texts[start:end])}]" for start, end in zip(starts, ends, strict=True)]


def _line_as_json(head, points, count, age, note):
    kind, group, rule = head
    return json.dumps(
        {
            "kind": kind,
            "group": group,
            "rule": rule,
            "points": points,
            "count": count,
            "age_days": None if age < 0 else age,
            "note": evaluation.NOTES[note],
        }
    )


def _distinct(*columns):
    """The distinct rows of integer columns as lists, and for each row which of them it is."""
    if not len(columns[0]):
        return [], np.empty(0, np.int64)
    packed = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        low, span = int(column.min()), int(column.max() - column.min()) + 1
        if int(packed.max()) * span > 2**62:
            packed = np.unique(packed, return_inverse=True)[1]
        packed = packed * span + (column - low)
    _, first, which = np.unique(packed, return_index=True, return_inverse=True)
    return np.stack([column[first] for column in columns], axis=1).tolist(), which


# --- rows and statements


def _rows(result, batch, version, now, is_frozen):
    size = len(batch.leads)
    scores = result.score.tolist()
    # The stored day is the last on which the score holds, the evaluator's the first on which it may not.
    last_days, which = np.unique(np.minimum(result.valid_until, evaluation.NEVER) - 1, return_inverse=True)
    dates = [datetime.date.fromordinal(day).isoformat() for day in last_days.tolist()]
    return list(
        zip(
            batch.leads.tolist(),
            scores,
            scores,
            [_null()] * size,
            result.fit.tolist(),
            result.engagement.tolist(),
            evaluation.bands(result.card, result.score).tolist(),
            _json(lines_as_json(result)),
            _products_as_json(result),
            [product or _null() for product in result.top_product.tolist()],
            batch.personas.tolist(),
            batch.revisions.tolist(),
            [version] * size,
            [_null()] * size,
            [evaluation.ENGINE] * size,
            [datetime.date.fromordinal(result.day).isoformat()] * size,
            [dates[n] for n in which.tolist()],
            [_moment(now)] * size,
            [is_frozen] * size,
            strict=True,
        )
    )


def _products_as_json(result):
    if not result.product_points.any():
        return ["{}"] * len(result.score)
    keys = [str(product) for product in result.products]
    columns = zip(result.product_scores.T.tolist(), result.product_points.T.tolist(), strict=True)
    return [
        json.dumps(
            {key: {"score": score, "own": own} for key, score, own in zip(keys, scores, owns, strict=True) if own}
        )
        for scores, owns in columns
    ]


def _write(rows, *, now):
    moments = {"week_ago": _moment(now - _WEEK)}
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            # Outside the transaction: the temporary table is a file of its own, and nobody waits for it.
            _fill(cursor, "scoring_incoming", _NAMES, rows)
        with transaction.atomic():
            if connection.vendor == "postgresql":
                _fill(cursor, "scoring_incoming", "LIKE scoring_score", rows)
            cursor.execute(_HISTORY, moments)
            cursor.execute(_upsert())
            return cursor.rowcount


def _upsert():
    assigned = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
    stored = ", ".join(f"scoring_score.{name}" for name in _COMPARED)
    incoming = ", ".join(f"excluded.{name}" for name in _COMPARED)
    differs = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    return (
        f"INSERT INTO scoring_score ({_NAMES}) SELECT {_NAMES} FROM scoring_incoming i"  # nosec B608
        " WHERE EXISTS (SELECT 1 FROM leads_lead l WHERE l.id = i.lead_id)"
        f" ON CONFLICT (lead_id) DO UPDATE SET {assigned}"
        f" WHERE scoring_score.revision <= excluded.revision AND ({stored}) {differs} ({incoming})"
    )


_HISTORY = """
INSERT INTO scoring_scorehistory (lead_id, at, score, fit, engagement, band, stage, version, cause)
SELECT i.lead_id, i.scored_at, i.score, i.fit, i.engagement, i.band, l.stage, i.version,
    CASE
        WHEN s.version <> i.version THEN 'version'
        WHEN s.lead_id IS NULL OR s.revision <> i.revision THEN 'facts'
        WHEN l.stage_since > s.scored_at THEN 'stage'
        ELSE 'time'
    END
FROM scoring_incoming i
JOIN leads_lead l ON l.id = i.lead_id
LEFT JOIN scoring_score s ON s.lead_id = i.lead_id
WHERE s.lead_id IS NULL
    OR s.revision <= i.revision AND (
        s.version <> i.version
        OR s.band <> i.band
        OR s.revision <> i.revision AND (s.score <> i.score OR s.fit <> i.fit OR s.engagement <> i.engagement)
        OR l.stage_since > s.scored_at AND NOT EXISTS (
            SELECT 1 FROM scoring_scorehistory h WHERE h.lead_id = i.lead_id AND h.at >= l.stage_since
        )
        OR s.score <> i.score AND NOT EXISTS (
            SELECT 1 FROM scoring_scorehistory h WHERE h.lead_id = i.lead_id AND h.at > %(week_ago)s
        )
    )
"""


def _fill(cursor, table, columns, rows):
    """Fill a temporary table of this connection, made at first use."""
    cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {table} ({columns})")
    if connection.vendor == "postgresql":
        cursor.execute(f"TRUNCATE {table}")
        names = f"({_NAMES})" if columns.startswith("LIKE") else ""
        with cursor.copy(f"COPY {table} {names} FROM STDIN") as copy:
            copy.write("".join(["\t".join(map(str, row)) + "\n" for row in rows]))
        return
    cursor.execute(f"DELETE FROM {table}")  # nosec B608
    marks = ", ".join(["%s"] * len(rows[0])) if rows else ""
    cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # nosec B608


def _null():
    return "\\N" if connection.vendor == "postgresql" else None


def _json(texts):
    """JSON texts as `_fill` takes them: COPY reads backslashes as its own."""
    if connection.vendor != "postgresql":
        return texts
    return [text.replace("\\", "\\\\") for text in texts]


def _moment(at):
    return str(connection.ops.adapt_datetimefield_value(at))
