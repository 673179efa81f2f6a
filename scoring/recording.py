"""Writing of scores, set-based: only what changed, never over something newer, with history beside it."""

import datetime
import json
import zlib
from dataclasses import dataclass
from functools import partial

import numpy as np
from django.db import connection, transaction
from django.db.models import Case, F, IntegerField, Q, Value, When

from scoring import evaluation, gathering
from scoring.models import Score

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
    "digest",
    "history_at",
)
_NAMES = ", ".join(_COLUMNS)
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
    rows = _rows(result, batch, changed, digests, causes, version, now, is_frozen)
    size = max(len(rows), 1) if connection.vendor == "postgresql" else _CHUNK
    return sum(_write(rows[start : start + size]) for start in range(0, len(rows), size))


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
            _fill(cursor, "scoring_seen", "contact_id bigint, revision integer", pairs)
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
    heads = [f"{json.dumps(rule.key)}, {json.dumps(rule.group)}" for rule in result.card.rules]
    heads += [f"null, {json.dumps(group.key)}" for group in result.groups]
    heads.append("null, null")
    tails = [f", {json.dumps(note)}" if note else "" for note in evaluation.NOTES]
    texts = [_line_as_json(heads[n], *numbers, tails[note]) for n, *numbers, note in distinct]
    texts = np.array(texts, object)[which].tolist()
    ends = np.cumsum(np.bincount(place, minlength=len(rows))).tolist()
    return [f"[{', '.join(texts[start:end])}]" for start, end in zip([0, *ends], ends, strict=False)]


def _line_as_json(head, points, count, age, note):
    if note or age >= 0:
        return f"[{head}, {points}, {count}, {age if age >= 0 else 'null'}{note}]"
    return f"[{head}, {points}, {count}]" if count else f"[{head}, {points}]"


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
    """Read the stored scores of ascending or unordered lead ids. One query."""
    ids = np.sort(leads)
    within = Q(lead_id__in=ids.tolist())
    if ids[-1] - ids[0] < 2 * len(ids):
        within = Q(lead_id__gte=int(ids[0]), lead_id__lte=int(ids[-1]))
    as_number = partial(Case, default=Value(1), output_field=IntegerField())
    found, *columns = gathering.read_columns(
        Score.objects.filter(within),
        {
            "_lead": F("lead_id"),
            "_version": F("version"),
            "_revision": F("revision"),
            "_digest": F("digest"),
            "_score": F("score"),
            "_fit": F("fit"),
            "_engagement": F("engagement"),
            "_is_old": as_number(When(history_at__gt=now - _WEEK, then=Value(0))),
            "_has_moved": as_number(When(history_at__gte=F("lead__stage_since"), then=Value(0))),
        },
    )
    order = np.argsort(found)
    found = found[order]
    place = np.searchsorted(found, leads)
    place[place == len(found)] = 0
    exists = found[place] == leads if len(found) else np.zeros(len(leads), np.bool_)
    spread = [np.where(exists, column[order][place], 0) if len(found) else np.zeros_like(leads) for column in columns]
    return _Stored(*spread)


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
    """A 64-bit hash per lead of everything that makes a stored score what it is, but for the days of scoring."""
    constants = [version, evaluation.ENGINE, is_frozen, *(lowest for _, lowest in result.card.bands)]
    people = {persona: zlib.crc32(persona.encode()) for persona in set(batch.personas.tolist())}
    personas = np.array([people[persona] for persona in batch.personas.tolist()], np.int64)
    digests = np.full(len(batch.leads), zlib.crc32(repr(constants).encode()), np.uint64)
    columns = [batch.revisions, personas, result.valid_until, result.score, result.top_product]
    for matrix in (result.points, result.counts, result.ages, result.notes, result.caps, result.product_points):
        columns += [row for row in matrix if row.any()]
    for column in [*columns, *result.product_scores]:
        digests ^= column.astype(np.uint64)
        digests *= np.uint64(0x9E3779B97F4A7C15)
        digests ^= digests >> np.uint64(29)
    return digests.view(np.int64)


# --- rows and statements


def _rows(result, batch, chosen, digests, causes, version, now, is_frozen):
    """The chosen rows of a batch as they are stored, with the cause of a history row as an extra last column."""
    size = len(chosen)
    scores = result.score[chosen].tolist()
    # The stored day is the last on which the score holds, the evaluator's the first on which it may not.
    last_days, which = np.unique(result.valid_until[chosen] - 1, return_inverse=True)
    dates = [datetime.date.fromordinal(day).isoformat() for day in last_days.tolist()]
    none, moment = _null(), _moment(now)
    causes = causes[chosen].tolist()
    columns = [
        batch.leads[chosen].tolist(),
        scores,
        scores,
        [none] * size,
        result.fit[chosen].tolist(),
        result.engagement[chosen].tolist(),
        evaluation.bands(result.card, result.score[chosen]).tolist(),
        _json(lines_as_json(result, chosen)),
        _products_as_json(result, chosen),
        [product or none for product in result.top_product[chosen].tolist()],
        batch.personas[chosen].tolist(),
        batch.revisions[chosen].tolist(),
        [version] * size,
        [none] * size,
        [evaluation.ENGINE] * size,
        [datetime.date.fromordinal(result.day).isoformat()] * size,
        [dates[n] for n in which.tolist()],
        [moment] * size,
        [is_frozen] * size,
        digests[chosen].tolist(),
        [moment if cause else none for cause in causes],
        causes,
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


def _write(rows):
    if not rows:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        history = [row for row in rows if row[-1]]
        if connection.vendor == "postgresql":
            _fill(cursor, "scoring_incoming", _INCOMING, rows)
            if history:
                cursor.execute(_HISTORY)
            cursor.execute(_UPDATE, [min(row[0] for row in rows), max(row[0] for row in rows)])
            changed = cursor.rowcount
            if changed < len(rows):
                cursor.execute(_INSERT)
                changed += cursor.rowcount
            return changed
        cursor.executemany(
            _HISTORY_ROW, [(row[0], row[0], row[17], *row[1:2], *row[4:7], row[12], row[-1]) for row in history]
        )
        cursor.executemany(_UPSERT_ROW, [(*row[:-1], row[0]) for row in rows])
        return cursor.rowcount


_SET = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name not in ("lead_id", "history_at"))
_UPSERT_ROW = (
    f"INSERT INTO scoring_score ({_NAMES}) SELECT {', '.join(['%s'] * len(_COLUMNS))}"  # nosec B608
    " WHERE EXISTS (SELECT 1 FROM leads_lead WHERE id = %s)"
    f" ON CONFLICT (lead_id) DO UPDATE SET {_SET}, history_at = COALESCE(excluded.history_at, scoring_score.history_at)"
    " WHERE scoring_score.revision <= excluded.revision"
)
_HISTORY_ROW = (
    "INSERT INTO scoring_scorehistory (lead_id, stage, at, score, fit, engagement, band, version, cause)"
    " SELECT %s, (SELECT stage FROM leads_lead WHERE id = %s), %s, %s, %s, %s, %s, %s, %s"
)
_INCOMING = "LIKE scoring_score, cause varchar(8)"
_UPDATE = (
    f"UPDATE scoring_score SET {_SET.replace('excluded.', 'i.')},"  # nosec B608
    " history_at = COALESCE(i.history_at, scoring_score.history_at) FROM scoring_incoming i"
    " WHERE scoring_score.lead_id = i.lead_id AND scoring_score.revision <= i.revision"
    # Without the bounds each batch would walk through the whole table.
    " AND scoring_score.lead_id BETWEEN %s AND %s"
)
_INSERT = (
    f"INSERT INTO scoring_score ({_NAMES}) SELECT {_NAMES} FROM scoring_incoming i"  # nosec B608
    " WHERE EXISTS (SELECT 1 FROM leads_lead l WHERE l.id = i.lead_id) ON CONFLICT (lead_id) DO NOTHING"
)
_HISTORY = (
    "INSERT INTO scoring_scorehistory (lead_id, at, score, fit, engagement, band, stage, version, cause)"
    " SELECT i.lead_id, i.scored_at, i.score, i.fit, i.engagement, i.band, l.stage, i.version, i.cause"
    " FROM scoring_incoming i JOIN leads_lead l ON l.id = i.lead_id WHERE i.cause <> ''"
)


def _fill(cursor, table, columns, rows):
    """Fill a temporary table of this connection, made at first use."""
    cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {table} ({columns}) ON COMMIT DELETE ROWS")
    cursor.execute(f"DELETE FROM {table}")  # nosec B608
    names = f"({_NAMES}, cause)" if columns == _INCOMING else ""
    with cursor.copy(f"COPY {table} {names} FROM STDIN") as copy:
        copy.write("".join(["\t".join(map(str, row)) + "\n" for row in rows]))


def _null():
    return "\\N" if connection.vendor == "postgresql" else None


def _json(texts):
    """JSON texts as `_fill` takes them: COPY reads backslashes as its own."""
    if connection.vendor != "postgresql":
        return texts
    return [text.replace("\\", "\\\\") if "\\" in text else text for text in texts]


def _moment(at):
    return str(connection.ops.adapt_datetimefield_value(at))
