"""Writing of scores, set-based: only what changed, never over something newer, with history beside it."""

import datetime
import json
import zlib
from dataclasses import dataclass
from functools import partial

import numpy as np
from django.db import connection
from django.db.models import BigIntegerField, Case, F, Q, Value, When
from django.db.models.functions import Cast

from scoring import evaluation, gathering, storing
from scoring.models import Score

_HALF = 2**15
_WEEK = datetime.timedelta(days=7)


def record(result, batch, *, version, now, is_frozen=False):
    """Store the scores of a `gathering.Batch`. Returns how many rows changed.

    A stored score of a higher revision is left alone: whoever wrote it has seen more. Writes history rows where facts,
    band, stage or version moved the score, and weekly where only time did.
    """
    stored = _stored(batch.leads, now=now)
    digests = _digests(result, batch, version, is_frozen)
    causes = _causes(stored, result, batch, version)
    changed = np.flatnonzero((stored.version == 0) | (stored.digest != digests) | (causes != ""))
    today = datetime.date.fromordinal(result.day).isoformat()
    shared = (version, evaluation.ENGINE, today, _moment(now), is_frozen)
    return sum(
        storing.write(_columns(result, batch, some, digests, causes), shared, only=only)
        for some, only in _kinds(changed, stored, result, batch, version, causes, is_frozen)
    )


def _kinds(changed, stored, result, batch, version, causes, is_frozen):
    """The changed rows in groups: those of which only some columns can differ, with these, and all others."""
    if connection.vendor == "postgresql" or is_frozen:
        return [(changed, None)]
    renews = (stored.version == version) & (stored.revision == batch.revisions) & (causes == "")
    moved = (stored.score != result.score) | (stored.fit != result.fit) | (stored.engagement != result.engagement)
    only = ("lines", "valid_until", "digest", *(("products", "top_product_id") if result.products else ()))
    return [
        (changed[renews[changed] & ~moved[changed]], only),
        (changed[renews[changed] & moved[changed]], (*only, *storing.NUMBERS)),
        (changed[~renews[changed]], None),
    ]


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
    # One long text, cut where a lead ends: joining lead by lead took twice as long.
    joined = ",".join(np.array(texts, object)[which].tolist())
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))[which] + 1
    ends = np.concatenate([[0], np.cumsum(sizes)])[np.cumsum(np.bincount(place, minlength=len(rows)))].tolist()
    return [f"[{joined[start : max(start, end - 1)]}]" for start, end in zip([0, *ends], ends, strict=False)]


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
    """A 64-bit hash per lead of everything that makes a stored score what it is, but for the day of scoring.

    Neither do ages count, which grow with that day, but the days of the newest interactions: what only grew older without
    losing a point stays as it is stored, with its age on the day of its scoring.

    A sum over all numbers, each mixed with its place. A zero adds nothing, so that a lead has the same digest in any batch.
    """
    constants = [version, evaluation.ENGINE, is_frozen, *(lowest for _, lowest in result.card.bands)]
    people = {persona: zlib.crc32(persona.encode()) for persona in set(batch.personas.tolist())}
    personas = np.array([people[persona] for persona in batch.personas.tolist()], np.int64)
    columns = [batch.revisions, personas, result.valid_until, result.score, result.top_product]
    newest = np.where(result.ages >= 0, result.day - result.ages, 0)
    for matrix in (result.points, result.counts, newest, result.notes, result.caps, result.product_points):
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


# --- rows


def _columns(result, batch, chosen, digests, causes):
    """The chosen rows of a batch as `storing.write` wants them."""
    # The stored day is the last on which the score holds, the evaluator's the first on which it may not.
    last_days, which = np.unique(result.valid_until[chosen] - 1, return_inverse=True)
    dates = gathering.objects([datetime.date.fromordinal(day).isoformat() for day in last_days.tolist()])
    none = "\\N" if connection.vendor == "postgresql" else None
    return {
        "lead_id": batch.leads[chosen].tolist(),
        "score": result.score[chosen].tolist(),
        "fit": result.fit[chosen].tolist(),
        "engagement": result.engagement[chosen].tolist(),
        "band": evaluation.bands(result.card, result.score[chosen]).tolist(),
        "lines": storing.escaped(lines_as_json(result, chosen)),
        "products": _products_as_json(result, chosen),
        "top_product_id": [product or none for product in result.top_product[chosen].tolist()],
        "persona": batch.personas[chosen].tolist(),
        "revision": batch.revisions[chosen].tolist(),
        "valid_until": dates[which].tolist(),
        "digest": digests[chosen].tolist(),
        "cause": causes[chosen].tolist(),
    }


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


def _moment(at):
    return str(connection.ops.adapt_datetimefield_value(at))
