"""Facts of a batch of leads as arrays, in a constant number of queries, and scorecards as the evaluator wants them."""

import json
from dataclasses import dataclass, replace
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, Case, F, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from leads import conditions, fields
from leads.models import Lead
from scoring import evaluation
from scoring.models import Scorecard

_EPOCH = "0001-01-01"
_BITS = 60
"""Truths per whole number."""


class NoScorecard(Exception):
    """There is no live scorecard to score with."""


@dataclass(frozen=True, slots=True)
class Model:
    """What leads are judged by: a version of the scorecard, its personas, and the fields its conditions speak of."""

    version: int
    card: evaluation.Card
    personas: tuple[tuple[str, dict], ...]
    fields: dict


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Leads in ascending order of contact, with what they were read at. All but `facts` are parallel."""

    leads: np.ndarray
    contacts: np.ndarray
    revisions: np.ndarray
    personas: np.ndarray
    facts: evaluation.Facts


def live():
    """The `Model` of the live scorecard. Raises `NoScorecard`. Five queries."""
    scorecard = Scorecard.objects.live().first()
    if scorecard is None:
        raise NoScorecard
    return model(scorecard)


def model(scorecard):
    """The `Model` of one scorecard version."""
    personas = scorecard.personas.order_by("position", "id").values_list("key", "condition")
    return Model(scorecard.version, card(scorecard), tuple(personas), fields.declared(root="lead"))


def card(scorecard):
    """A stored scorecard as the evaluator's `Card`; switched-off rules are left out."""
    groups = list(scorecard.groups.order_by("id"))
    keys = {group.pk: group.key for group in groups}
    rules = scorecard.rules.filter(is_active=True).order_by("axis", "position", "id").prefetch_related("signals")
    return evaluation.Card(
        rules=tuple(_rule(rule, keys) for rule in rules),
        groups=(
            *(evaluation.Group(group.key, group.axis, group.cap) for group in groups),
            evaluation.Group(evaluation.FIT, evaluation.FIT, scorecard.fit_cap),
            evaluation.Group(evaluation.ENGAGEMENT, evaluation.ENGAGEMENT, scorecard.engagement_cap),
        ),
        bands=(("A", scorecard.band_a), ("B", scorecard.band_b), ("C", scorecard.band_c)),
    )


def _rule(rule, group_keys):
    signals = tuple(sorted(signal.pk for signal in rule.signals.all()))
    return evaluation.Rule(
        id=rule.pk,
        key=rule.key,
        kind=evaluation.ENGAGEMENT if signals or rule.axis == evaluation.ENGAGEMENT else evaluation.FIT,
        axis=rule.axis,
        group=group_keys.get(rule.group_id, rule.axis),
        points=rule.points,
        mode=rule.mode,
        product=rule.product_id,
        tiers=tuple((at_least, points) for at_least, points in rule.tiers),
        cap=rule.cap,
        daily_cap=rule.daily_cap,
        half_life=rule.half_life,
        window=rule.window,
        floor=rule.floor,
        signals=signals,
        condition=rule.condition or None,
    )


def today(now):
    """The ordinal of the calendar date of `now` in the installation's time zone."""
    return timezone.localdate(now, ZoneInfo(settings.TIME_ZONE)).toordinal()


def facts(model, leads, *, day, as_of=None):
    """The `Batch` of some leads: a queryset or an iterable of ids, with one lead per contact. Two queries.

    Revisions are read with the fields and before the interactions, so that a change in between is seen again. `as_of`
    leaves out interactions from that moment on. Leads that do not exist are left out. `day` is not needed by the facts
    themselves; conditions are judged on the fields as they are stored now.
    """
    del day
    return _batch(model, _queryset(leads), partial(_interactions, as_of=as_of))


def facts_at_closing(model, leads, *, day):
    """The `Batch` of closed leads, each as of the moment it was closed: ages on `day` are those of the closing day."""
    leads = _queryset(leads).filter(closed_at__isnull=False)
    closing = dict(leads.values_list("id", "closed_at"))
    batch = _batch(model, leads, _interactions_before_closing, by_contact=False)
    shift = np.array([day - today(closing[lead]) for lead in batch.leads.tolist()], np.int64)
    return replace(batch, facts=replace(batch.facts, day=batch.facts.day + shift[batch.facts.lead]))


def _queryset(leads):
    return leads if isinstance(leads, QuerySet) else Lead.objects.filter(id__in=list(leads))


def _batch(model, leads, read_interactions, *, by_contact=True):
    statements = [rule.condition for rule in model.card.rules if rule.condition is not None]
    statements += [condition for _, condition in model.personas]
    numbers = {"_lead": F("id"), "_contact": F("contact_id"), "_revision": F("contact__revision")}
    ids, contacts, revisions, *truths = read_columns(leads.order_by(), numbers | _truths(statements, model.fields))
    order = np.argsort(contacts if by_contact else ids, kind="stable")
    ids, contacts, revisions = ids[order], contacts[order], revisions[order]
    subjects = contacts if by_contact else ids
    subject, signal, day, count = read_interactions(subjects) if len(ids) else np.empty((4, 0), np.int64)
    row = np.searchsorted(subjects, subject)
    if len(subjects):
        known = subjects[np.minimum(row, len(subjects) - 1)] == subject
        if not known.all():
            row, signal, day, count = row[known], signal[known], day[known], count[known]
    holds = iter([truths[n // _BITS][order] >> n % _BITS & 1 == 1 for n in range(len(statements))])
    masks = {rule.id: next(holds) for rule in model.card.rules if rule.condition is not None}
    personas = np.full(len(ids), "", object)
    for (key, _), mask in reversed(list(zip(model.personas, holds, strict=True))):
        personas[mask] = key
    return Batch(ids, contacts, revisions, personas, evaluation.Facts(len(ids), row, signal, day, count, masks=masks))


def _truths(statements, declared):
    """Expressions for whole numbers whose bits say which of the statements hold.

    Asked in the database: handing over the values and judging them here took three times as long.
    """
    found = {}
    for start in range(0, len(statements), _BITS):
        bits = [
            Case(When(conditions.to_q(statement, declared), then=Value(1 << place)), default=Value(0))
            for place, statement in enumerate(statements[start : start + _BITS])
        ]
        found[f"_truths{start}"] = Cast(sum(bits[1:], bits[0]), BigIntegerField())
    return found


# --- reading columns


def read_columns(queryset, numbers):
    """One int64 array per expression of `numbers`, none of which is null. One query.

    The database hands over each column as one value, PostgreSQL as the binary form of an array: per-row transfer, COPY
    included, took four times as long.
    """
    sql, params = queryset.annotate(**numbers).values_list(*numbers).query.sql_with_params()
    names = [f"c{n}" for n in range(len(numbers))]
    column = "array_send(array_agg({}::bigint))" if connection.vendor == "postgresql" else "group_concat({})"
    wanted = ", ".join(column.format(name) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH t ({', '.join(names)}) AS ({sql}) SELECT {wanted} FROM t", params)  # nosec B608
        return [_integers(column) for column in cursor.fetchone()]


def read_bytes(queryset, names):
    """The values of each BinaryField of `names`, none of which is null, strung together: the same rows in each. One query.

    PostgreSQL hands them over by COPY, in binary: as the text of an ordinary answer they took twice as long.
    """
    try:
        sql, params = queryset.values_list(*names).query.sql_with_params()
    except EmptyResultSet:  # Django sees that there can be none
        return [b""] * len(names)
    columns = [f"c{n}" for n in range(len(names))]
    walk = f"WITH t ({', '.join(columns)}) AS ({sql}) SELECT"  # nosec B608
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            wanted = ", ".join(f"string_agg({column}, '')" for column in columns)
            statement = connection.ops.compose_sql(f"{walk} {wanted} FROM t", params)
            copying = cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT BINARY)")
            with connection.wrap_database_errors, copying as copy:
                copy.set_types(["bytea"] * len(columns))
                (found,) = copy.rows()
        else:
            wanted = ", ".join(f"group_concat(hex({column}), '')" for column in columns)
            cursor.execute(f"{walk} {wanted} FROM t", params)
            found = [bytes.fromhex(text or "") for text in cursor.fetchone()]
    return [column or b"" for column in found]


def _integers(column):
    """An integer array from PostgreSQL's binary form (20 bytes, then length and value of each) or a list in words."""
    if column is None:
        return np.empty(0, np.int64)
    if isinstance(column, str):
        return np.fromstring(column, np.int64, sep=",")
    return np.frombuffer(column, np.dtype([("size", ">i4"), ("value", ">i8")]), offset=20)["value"].astype(np.int64)


def objects(values):
    """An object array of any values, however nested."""
    column = np.empty(len(values), object)
    column[:] = list(values)
    return column


def _interactions(contacts, *, as_of):
    """(contact, signal, day, count) of human interactions with a signal, in this order. One query."""
    where, params = _among("contact_id", contacts)
    if as_of is not None:
        where, params = f"{where} AND occurred_at < %s", [*params, connection.ops.adapt_datetimefield_value(as_of)]
    # PostgreSQL answers this from the index `interaction_counted` alone, and in its order.
    return _counts(
        "SELECT contact_id AS subject, signal_id AS signal, day FROM leads_interaction"
        f" WHERE verdict = 'human' AND signal_id IS NOT NULL AND {where} ORDER BY contact_id, signal_id, day",  # nosec B608
        params,
    )


def _interactions_before_closing(leads):
    """The same per lead: (lead, signal, day, count) of what happened before the lead was closed. One query."""
    where, params = _among("l.id", leads)
    return _counts(
        "SELECT l.id AS subject, i.signal_id AS signal, i.day FROM leads_lead l"
        " JOIN leads_interaction i ON i.contact_id = l.contact_id AND i.occurred_at < l.closed_at"
        f" WHERE i.verdict = 'human' AND i.signal_id IS NOT NULL AND {where} ORDER BY 1, 2, 3",  # nosec B608
        params,
    )


def _among(column, ids):
    """A condition for ascending `ids`: a range if they lie close together (the caller drops strangers), else a list."""
    first, last = int(ids[0]), int(ids[-1])
    if last - first < 2 * len(ids):
        return f"{column} BETWEEN %s AND %s", [first, last]
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s)", [ids.tolist()]
    return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(ids.tolist())]


def _counts(sql, params):
    """(subject, signal, day, count), counted here: on both databases grouping there costs more than the sorted rows."""
    # Two numbers share a column, because each column costs: days need 22 bits until the year 9999, signals have 20.
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            wanted = (
                f"array_send(array_agg(subject)), array_send(array_agg((signal << 22) + (day - date '{_EPOCH}' + 1)))"
            )
        else:
            wanted = "group_concat((subject << 20) + signal), group_concat(day, '')"
        cursor.execute(f"SELECT {wanted} FROM ({sql}) s", params)  # nosec B608
        first, second = cursor.fetchone()
    if first is None:
        return np.empty((4, 0), np.int64)
    first = _integers(first)
    second = _days(second) if isinstance(second, str) else _integers(second)
    starts = np.flatnonzero(np.concatenate([[True], (first[1:] != first[:-1]) | (second[1:] != second[:-1])]))
    number = np.diff(starts, append=len(first))
    first, second = first[starts], second[starts]
    if connection.vendor == "postgresql":
        return first, second >> 22, second & (2**22 - 1), number
    return first >> 20, first & (2**20 - 1), second, number


def _days(text):
    """Ordinals of dates that stand one behind the other: "2026-11-162026-11-17". Julian day numbers cost SQLite more."""
    digits = np.frombuffer(text.encode("ascii"), np.uint8).reshape(-1, 10).astype(np.int64) - ord("0")
    year = digits[:, :4] @ np.array([1000, 100, 10, 1])
    month, day = digits[:, 5] * 10 + digits[:, 6], digits[:, 8] * 10 + digits[:, 9]
    # Counted in years that begin in March, so that the leap day is the last one.
    before_march = month < 3
    year, month = year - before_march, month + 12 * before_march - 3
    return day + (153 * month + 2) // 5 + 365 * year + year // 4 - year // 100 + year // 400 - 306
