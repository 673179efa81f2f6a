"""Writing of scores, set-based: only what changed, never over something newer, with history beside it."""

import datetime
import json
import zlib
from dataclasses import dataclass
from functools import partial

import numpy as np
from django.db import connection, transaction
from django.db.models import BigIntegerField, Case, F, Q, Value, When
from django.db.models.functions import Cast

from scoring import evaluation, gathering
from scoring.models import Score

_HALF = 2**15
_WEEK = datetime.timedelta(days=7)

_OWN = {
    "lead_id": "bigint",
    "score": "smallint",
    "fit": "smallint",
    "engagement": "smallint",
    "band": "varchar(1)",
    "lines": "text",
    "products": "jsonb",
    "top_product_id": "bigint",
    "persona": "varchar(60)",
    "revision": "integer",
    "valid_until": "date",
    "digest": "bigint",
}
"""Columns of a score that differ from lead to lead, with their types in PostgreSQL."""
_SHARED = ("version", "engine", "as_of", "scored_at", "is_frozen")
"""Columns that are the same for a whole batch."""

_CHUNK = 1_000
"""Rows per write transaction on SQLite, where it keeps every other writer waiting."""


def record(result, batch, *, version, now, is_frozen=False):
    """Store the scores of a `gathering.Batch`. Returns how many rows changed.

    A stored score of a higher revision is left alone: whoever wrote it has seen more. Writes history rows where facts,
    band, stage or version moved the score, and weekly where only time did.
    """
    stored = _stored(batch.leads, now=now)
    digests = _digests(result, batch, version, is_frozen)
    causes = _causes(stored, result, batch, version)
    changed = np.flatnonzero((stored.version == 0) | (stored.digest != digests) | (causes != ""))
    rows = _rows(result, batch, changed, digests, causes)
    today = datetime.date.fromordinal(result.day).isoformat()
    shared = (version, evaluation.ENGINE, today, _moment(now), is_frozen)
    size = max(len(rows), 1) if connection.vendor == "postgresql" else _CHUNK
    return sum(_write(rows[start : start + size], shared) for start in range(0, len(rows), size))


def see(coordinates):
    """Remember that scoring has consumed these contacts: (id, revision, seen revision) as read before their facts.

    Returns for how many that was news.

    Contacts that somebody is just writing to are passed over: they are about to change anyway.
    """
    pairs = [(contact, revision) for contact, revision, seen in coordinates if seen != revision]
    if not pairs:
        return 0
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            _fill(cursor, "scoring_seen", {"contact_id": "bigint", "revision": "integer"}, pairs)
            cursor.execute(
                "WITH free AS (SELECT c.id, s.revision FROM leads_contact c JOIN scoring_seen s ON s.contact_id = c.id"
                " WHERE c.seen_revision < s.revision ORDER BY c.id FOR NO KEY UPDATE OF c SKIP LOCKED)"
                " UPDATE leads_contact SET seen_revision = free.revision FROM free WHERE leads_contact.id = free.id"
            )
            return cursor.rowcount
    seen = 0
    for start in range(0, len(pairs), _CHUNK):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE leads_contact SET seen_revision = %s WHERE id = %s AND seen_revision < %s",
                [(revision, contact, revision) for contact, revision in pairs[start : start + _CHUNK]],
            )
            seen += cursor.rowcount
    return seen


def lines_as_json(result, rows):
    """`evaluation.lines` of some rows as JSON in the stored form (`LinesField`).

    Written column by column, and each distinct line once: most lines occur many times in a batch.
    """
    rules = len(result.card.rules)
    everything = np.concatenate([result.points, result.caps, result.clamp[np.newaxis]])[:, rows]
    place, line = np.nonzero(everything.T)
    points = everything[line, place]
    counts, ages, notes = np.zeros_like(line), np.full_like(line, -1), np.zeros_like(line)
    of_rule = np.flatnonzero(line < rules)
    rule, row = line[of_rule], rows[place[of_rule]]
    counts[of_rule], ages[of_rule] = result.counts[rule, row], result.ages[rule, row]
    notes[of_rule] = result.notes[rule, row]
    distinct, which = _distinct(line, points, counts, ages, notes)
    heads = [f"{json.dumps(rule.key)},{json.dumps(rule.group)}" for rule in result.card.rules]
    heads += [f"null,{json.dumps(group.key)}" for group in result.groups]
    heads.append("null,null")
    tails = [f",{json.dumps(note)}" if note else "" for note in evaluation.NOTES]
    texts = [_line_as_json(heads[n], *numbers, tails[note]) for n, *numbers, note in distinct]
    texts = np.array(texts, object)[which].tolist()
    ends = np.cumsum(np.bincount(place, minlength=len(rows))).tolist()
    return [f"[{','.join(texts[start:end])}]" for start, end in zip([0, *ends], ends, strict=False)]


def _line_as_json(head, points, count, age, note):
    if note or age >= 0:
        return f"[{head},{points},{count},{age if age >= 0 else 'null'}{note}]"
    return f"[{head},{points},{count}]" if count else f"[{head},{points}]"


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


# --- what is stored, and what is different now


@dataclass(frozen=True, slots=True, eq=False)
class _Stored:
    """The stored scores of a batch, parallel to its leads; `version` 0 where there is none."""

    version: np.ndarray
    revision: np.ndarray
    digest: np.ndarray
    score: np.ndarray
    fit: np.ndarray
    engagement: np.ndarray
    is_old: np.ndarray
    """No history row for a week."""
    has_moved: np.ndarray
    """To another stage, since the newest history row."""


def _stored(leads, *, now):
    """Read the stored scores of the leads. One query."""
    ids = np.sort(leads)
    within = Q(lead_id__in=ids.tolist())
    if ids[-1] - ids[0] < 2 * len(ids):
        within = Q(lead_id__gte=int(ids[0]), lead_id__lte=int(ids[-1]))
    flag = partial(Case, default=Value(1), output_field=BigIntegerField())
    big = partial(Cast, output_field=BigIntegerField())
    # Small numbers share a column, because each column costs.
    found, digest, coordinates, numbers = gathering.read_columns(
        Score.objects.filter(within),
        {
            "_lead": F("lead_id"),
            "_digest": F("digest"),
            "_coordinates": big("version") * 2**31 + F("revision"),
            "_numbers": (
                (big("fit") + _HALF) * 2**32
                + (big("engagement") + _HALF) * 2**16
                + F("score") * 4
                + flag(When(history_at__gt=now - _WEEK, then=Value(0))) * 2
                + flag(When(history_at__gte=F("lead__stage_since"), then=Value(0)))
            ),
        },
    )
    order = np.argsort(found)
    found = found[order]
    place = np.searchsorted(found, leads)
    place[place == len(found)] = 0
    exists = found[place] == leads if len(found) else np.zeros(len(leads), np.bool_)
    digest, coordinates, numbers = (
        np.where(exists, column[order][place], 0) if len(found) else np.zeros_like(leads)
        for column in (digest, coordinates, numbers)
    )
    return _Stored(
        version=coordinates >> 31,
        revision=coordinates & (2**31 - 1),
        digest=digest,
        score=numbers >> 2 & (2**14 - 1),
        fit=(numbers >> 32) - _HALF,
        engagement=(numbers >> 16 & (2**16 - 1)) - _HALF,
        is_old=numbers >> 1 & 1,
        has_moved=numbers & 1,
    )


def _causes(stored, result, batch, version):
    """Why a lead's score deserves a history row; empty where it does not."""
    exists = stored.version != 0
    differs = (stored.score != result.score) | (stored.fit != result.fit) | (stored.engagement != result.engagement)
    bands_differ = evaluation.bands(result.card, stored.score) != evaluation.bands(result.card, result.score)
    has_facts = stored.revision != batch.revisions
    return np.select(
        [
            ~exists,
            stored.version != version,
            has_facts & differs,
            stored.has_moved == 1,
            (differs & (stored.is_old == 1)) | bands_differ,
        ],
        ["facts", "version", "facts", "stage", "time"],
        default="",
    )


def _digests(result, batch, version, is_frozen):
    """A 64-bit hash per lead of everything that makes a stored score what it is, but for the days of scoring.

    A sum over all numbers, each mixed with its place. A zero adds nothing, so that a lead has the same digest in any batch.
    """
    constants = [version, evaluation.ENGINE, is_frozen, *(lowest for _, lowest in result.card.bands)]
    people = {persona: zlib.crc32(persona.encode()) for persona in set(batch.personas.tolist())}
    personas = np.array([people[persona] for persona in batch.personas.tolist()], np.int64)
    columns = [batch.revisions, personas, result.valid_until, result.score, result.top_product]
    for matrix in (result.points, result.counts, result.ages + 1, result.notes, result.caps, result.product_points):
        columns += list(matrix)
    digests = np.full(len(batch.leads), zlib.crc32(repr(constants).encode()), np.uint64)
    for place, column in enumerate([*columns, *result.product_scores]):
        if not column.any():
            continue
        mixed = column.astype(np.uint64) * np.uint64(_ODD * (2 * place + 1) % 2**64)
        mixed ^= mixed >> np.uint64(29)
        mixed *= np.uint64(_ODD)
        mixed ^= mixed >> np.uint64(32)
        digests += mixed
    return digests.view(np.int64)


_ODD = 0x9E3779B97F4A7C15


# --- rows and statements


def _rows(result, batch, chosen, digests, causes):
    """The chosen rows of a batch: the columns of `_OWN`, and the cause of a history row or nothing."""
    # The stored day is the last on which the score holds, the evaluator's the first on which it may not.
    last_days, which = np.unique(result.valid_until[chosen] - 1, return_inverse=True)
    dates = gathering.objects([datetime.date.fromordinal(day).isoformat() for day in last_days.tolist()])
    none = "\\N" if connection.vendor == "postgresql" else None
    columns = [
        batch.leads[chosen].tolist(),
        result.score[chosen].tolist(),
        result.fit[chosen].tolist(),
        result.engagement[chosen].tolist(),
        evaluation.bands(result.card, result.score[chosen]).tolist(),
        _escaped(lines_as_json(result, chosen)),
        _products_as_json(result, chosen),
        [product or none for product in result.top_product[chosen].tolist()],
        batch.personas[chosen].tolist(),
        batch.revisions[chosen].tolist(),
        dates[which].tolist(),
        digests[chosen].tolist(),
        causes[chosen].tolist(),
    ]
    return list(zip(*columns, strict=True))


def _products_as_json(result, chosen):
    if not result.product_points.any():
        return ["{}"] * len(chosen)
    keys = [str(product) for product in result.products]
    columns = zip(result.product_scores[:, chosen].T.tolist(), result.product_points[:, chosen].T.tolist(), strict=True)
    return [
        json.dumps(
            {key: {"score": score, "own": own} for key, score, own in zip(keys, scores, owns, strict=True) if own}
        )
        for scores, owns in columns
    ]


def _write(rows, shared):
    """Write rows in one transaction; returns how many were not overtaken. `shared` are the values of `_SHARED`."""
    if not rows:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            at, version = shared[_SHARED.index("scored_at")], shared[_SHARED.index("version")]
            history = [(row[0], *row[1:5], at, version, row[-1], row[0]) for row in rows if row[-1]]
            if history:
                cursor.executemany(_HISTORY_ROW, history)
            revision = list(_OWN).index("revision")
            cursor.executemany(
                _UPDATE_ROW,
                [(*row[1:-1], row[1], *shared, at if row[-1] else None, row[0], row[revision]) for row in rows],
            )
            written = cursor.rowcount
            if written < len(rows):
                cursor.executemany(
                    _INSERT_ROW, [(*row[:-1], row[1], *shared, at if row[-1] else None, row[0]) for row in rows]
                )
                written += cursor.rowcount
            return written
        named = dict(zip(_SHARED, shared, strict=True), first=min(rows)[0], last=max(rows)[0])
        _fill(cursor, "scoring_incoming", {**_OWN, "cause": "varchar(8)"}, rows)
        cursor.execute(_HISTORY, named)
        cursor.execute(_UPDATE, named)
        written = cursor.rowcount
        if written < len(rows):
            cursor.execute(_INSERT, named)
            written += cursor.rowcount
        return written


_NAMES = ", ".join([*_OWN, "rule_score", *_SHARED, "history_at"])
_KEPT = ("lead_id", "history_at")
_HISTORY_ROW = (
    "INSERT INTO scoring_scorehistory (lead_id, score, fit, engagement, band, at, version, cause, stage)"
    " SELECT %s, %s, %s, %s, %s, %s, %s, %s, stage FROM leads_lead WHERE id = %s"
)
_UPDATE_ROW = (
    "UPDATE scoring_score SET "
    + ", ".join(f"{name} = %s" for name in _NAMES.split(", ") if name not in _KEPT)
    + ", history_at = COALESCE(%s, history_at) WHERE lead_id = %s AND revision <= %s"
)
_INSERT_ROW = (
    f"INSERT INTO scoring_score ({_NAMES}) SELECT {', '.join(['%s'] * len(_NAMES.split(',')))}"  # nosec B608
    " WHERE EXISTS (SELECT 1 FROM leads_lead WHERE id = %s) ON CONFLICT (lead_id) DO NOTHING"
)
_HISTORY = (
    "INSERT INTO scoring_scorehistory (lead_id, at, score, fit, engagement, band, stage, version, cause)"
    " SELECT i.lead_id, %(scored_at)s, i.score, i.fit, i.engagement, i.band, l.stage, %(version)s, i.cause"
    " FROM scoring_incoming i JOIN leads_lead l ON l.id = i.lead_id WHERE i.cause <> ''"
)
_HISTORY_AT = "CASE WHEN i.cause <> '' THEN %(scored_at)s::timestamptz"
_UPDATE = (
    "UPDATE scoring_score AS s SET rule_score = i.score, "
    + ", ".join(f"{name} = i.{name}" for name in _OWN if name != "lead_id")
    + ", "
    + ", ".join(f"{name} = %({name})s" for name in _SHARED)
    + f", history_at = {_HISTORY_AT} ELSE s.history_at END FROM scoring_incoming i"  # nosec B608
    " WHERE s.lead_id = i.lead_id AND s.revision <= i.revision"
    # Without the bounds each batch would walk through the whole table.
    " AND s.lead_id BETWEEN %(first)s AND %(last)s"
)
_INSERT = (
    f"INSERT INTO scoring_score ({_NAMES}) SELECT {', '.join(_OWN)}, score, "  # nosec B608
    + ", ".join(f"%({name})s" for name in _SHARED)
    + f", {_HISTORY_AT} END FROM scoring_incoming i"
    " WHERE EXISTS (SELECT 1 FROM leads_lead l WHERE l.id = i.lead_id) ON CONFLICT (lead_id) DO NOTHING"
)


def _fill(cursor, table, columns, rows):
    """Fill a temporary table of this connection, made at first use, empty between transactions. PostgreSQL only."""
    declared = ", ".join(f"{name} {type_}" for name, type_ in columns.items())
    cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {table} ({declared}) ON COMMIT DELETE ROWS")
    cursor.execute(f"DELETE FROM {table}")  # nosec B608
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        copy.write("".join(["\t".join(map(str, row)) + "\n" for row in rows]))


def _escaped(texts):
    """Texts as COPY takes them: it reads backslashes as its own."""
    if connection.vendor != "postgresql":
        return texts
    return [text.replace("\\", "\\\\") if "\\" in text else text for text in texts]


def _moment(at):
    return str(connection.ops.adapt_datetimefield_value(at))
