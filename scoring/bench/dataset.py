"""Invented leads for benchmarks: the same ones for the same sizes, written past the domain as fast as the database takes them."""

import json
from datetime import UTC, datetime, timedelta
from itertools import islice, repeat

import numpy as np
from django.db import connection, models, transaction

from leads.models import Company, Contact, Interaction, Lead, Signal
from scoring import evaluation
from scoring.models import Score

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
DAYS = 180

_INDUSTRIES = ("Maschinenbau", "Automotive", "Software", "Retail", "Consulting", "Lebensmittel", "", "Logistics")
_TITLES = ("Geschäftsführer", "Leiter Einkauf", "Sales Manager", "Engineer", "Head of IT", "Praktikant", "", "Analyst")
_COUNTRIES = ("DE", "DE", "AT", "CH", "FR", "US", "")


def people(leads, *, seen_revision=0, seed=1, **columns):
    """Companies, contacts, and one open lead per contact; ids are 1 … `leads`. `columns` are further ones of the leads."""
    chance = np.random.default_rng(seed)
    companies = max(leads // 5, 1)
    ids = range(1, companies + 1)
    write(
        Company,
        companies,
        id=ids,
        name=[f"Firma {n}" for n in ids],
        name_folded=[f"firma {n}" for n in ids],
        domain=[f"firma{n}.example" for n in ids],
        employees=chance.integers(1, 600, companies).tolist(),
        **_folded("industry", _pick(chance, _INDUSTRIES, companies)),
        country=_pick(chance, _COUNTRIES, companies),
        created_at=NOW,
    )
    ids = range(1, leads + 1)
    write(
        Contact,
        leads,
        id=ids,
        first_name="Erika",
        last_name=[f"Muster{n}" for n in ids],
        name_folded=[f"erika muster{n}" for n in ids],
        email=[f"erika{n}@firma{n % companies + 1}.example" for n in ids],
        email_domain=[f"firma{n % companies + 1}.example" for n in ids],
        is_free_mail=(chance.random(leads) < 0.15).tolist(),
        phone=_pick(chance, ("", "+49 30 1234567"), leads),
        **_folded("job_title", _pick(chance, _TITLES, leads)),
        country=_pick(chance, _COUNTRIES, leads),
        company_id=[n % companies + 1 for n in ids],
        revision=1,
        seen_revision=seen_revision,
        created_at=NOW,
        updated_at=NOW,
    )
    columns = {"stage": "lead", "stage_since": NOW, "created_at": NOW, **columns}
    write(Lead, leads, id=ids, contact_id=ids, **columns)
    _move_sequences(Company, Contact, Lead)


def interactions(leads, number, *, seed=2):
    """`number` human interactions of the contacts 1 … `leads` over half a year, with the shipped signals."""
    chance = np.random.default_rng(seed)
    signals = list(Signal.objects.order_by("id").values_list("id", "kind"))
    weights = chance.random(len(signals)) + 0.1
    step = 200_000
    for start in range(0, number, step):
        size = min(step, number - start)
        ages = chance.integers(0, DAYS, size).tolist()
        chosen = chance.choice(len(signals), size, p=weights / weights.sum()).tolist()
        at = [NOW - timedelta(days=age) for age in ages]
        write(
            Interaction,
            size,
            id=range(start + 1, start + size + 1),
            event_id=[f"bench-{n}" for n in range(start, start + size)],
            contact_id=chance.integers(1, leads + 1, size).tolist(),
            signal_id=[signals[n][0] for n in chosen],
            kind=[signals[n][1] for n in chosen],
            verdict="human",
            occurred_at=at,
            day=[moment.date() for moment in at],
            received_at=NOW,
            path="/some/page",
        )
    _move_sequences(Interaction)


def write(model, size, **columns):
    """Insert `size` rows. A column is one value for all rows or a sequence of `size`; the others take their default."""
    fields = model._meta.concrete_fields
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    rows = zip(*(_column(field, columns, size) for field in fields), strict=True)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for some in batched(rows, 10_000):
                    copy.write("".join(["\t".join(map(str, row)) + "\n" for row in some]))
        else:
            marks = ", ".join(["%s"] * len(fields))
            for some in batched(rows, 10_000):
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", some)  # nosec B608


def batched(rows, size):
    """Lists of at most `size` rows."""
    while some := list(islice(rows, size)):
        yield some


def _column(field, columns, size):
    given = columns.get(field.attname, field.get_default() if field.has_default() else None)
    if given is None and not field.null and field.empty_strings_allowed:
        given = ""
    is_column = isinstance(given, (list, range)) and field.attname in columns
    values = given if is_column else [field.get_prep_value(given)]
    if isinstance(field, models.JSONField):
        values = [json.dumps(value) for value in values]
    elif isinstance(field, (models.DateField, models.DateTimeField)):
        values = [_moment(value) for value in values]
    if connection.vendor == "postgresql":
        values = ["\\N" if value is None else value for value in values]
    return values if is_column else repeat(values[0], size)


def _moment(value):
    """Dates and times as the database's driver takes them as text."""
    if isinstance(value, datetime):
        return str(connection.ops.adapt_datetimefield_value(value))
    return value if value is None else value.isoformat()


def _folded(name, values):
    return {name: values, f"{name}_folded": [value.casefold() for value in values]}


def _pick(chance, choices, size):
    return [choices[n] for n in chance.integers(0, len(choices), size)]


def _lines_of(score):
    """Stored lines that sum to the score: rules of the shipped scorecard, so that a page has words to find for them."""
    lines, left = [], score
    for rule, axis, points in _RULES:
        if left > 0:
            lines.append([rule, axis, min(points, left), *((1 + left % 4, left % 30) if axis == "engagement" else ())])
            left -= points
    return json.dumps(lines, separators=(",", ":"))


_RULES = (
    ("demo-request", "engagement", 30),
    ("decides", "fit", 15),
    ("pricing-page", "engagement", 15),
    ("webinar", "engagement", 12),
    ("whitepaper", "engagement", 10),
    ("blog", "engagement", 18),
)
_LINES = [_lines_of(score) for score in range(101)]


def scores(leads, *, version, seed=3):
    """A stored score for each of the leads 1 … `leads`, valid for a long time, and its contact seen."""
    chance = np.random.default_rng(seed)
    numbers = chance.integers(1, 101, leads).tolist()
    write(
        Score,
        leads,
        lead_id=range(1, leads + 1),
        score=numbers,
        rule_score=numbers,
        fit=0,
        engagement=numbers,
        band=["DCBA"[(n >= 25) + (n >= 50) + (n >= 75)] for n in numbers],
        lines=[_LINES[n] for n in numbers],
        revision=1,
        version=version,
        engine=evaluation.ENGINE,
        as_of=NOW.date(),
        valid_until=NOW.date() + timedelta(days=3650),
        scored_at=NOW,
        history_at=NOW,
    )


def _move_sequences(*model_classes):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in model_classes:
                table = model._meta.db_table
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # nosec B608
                )
