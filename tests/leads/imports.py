"""Imports in the background, as tests of them start, finish and undo them."""

import datetime

from leads.importing import Options, background, drafts
from leads.models import (
    Campaign,
    Company,
    ConsentEvent,
    Contact,
    CustomField,
    Deal,
    DuplicatePair,
    FieldChange,
    FollowUp,
    ImportedRow,
    Interaction,
    Lead,
    Note,
    Product,
    Source,
    StageChange,
    Team,
)
from tests.factories import (
    MONDAY,
)

HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
TABLES = (
    Campaign, Contact, Company, Deal, Product, Lead, StageChange, ConsentEvent, CustomField, DuplicatePair, FieldChange,
    FollowUp, ImportedRow, Interaction, Note, Source, Team,
)  # fmt: skip
ROWS = (
    "Id,Email,Vorname,Firma,Budget,Status\n"
    "1,a@firma.example,Anna,Firma,5,Won\n"
    "2,b@firma.example,Bert,Firma,6,\n"
    "3,c@other.example,Carl,Other,7,Lost\n"
)


def started(text=ROWS, *, by=None, source="Fair", now=MONDAY, name="leads.csv", **options):
    run = drafts.open([text.encode()], name=name, by=by, now=now)
    drafts.save(run, Options(**options), team=None, source=source)
    background.start(run, now=now)
    return run


def finished(*arguments, **options):
    run = started(*arguments, **options)
    work_off()
    run.refresh_from_db()
    return run


def work_off(now=MONDAY):
    while background.advance(now=now):
        now += HOUR


def undone(run, *, now=MONDAY + DAY):
    background.undo(run, now=now)
    work_off(now)
    run.refresh_from_db()
    return run


def tables():
    """Every row of every table that an import writes, without the counters by which scoring sees that something moved.

    Digests of imported rows are written anew, under other ids.
    """
    found = {
        model.__name__: [
            {name: value for name, value in row.items() if name not in ("revision", "seen_revision")}
            for row in model.objects.order_by("pk").values()
        ]
        for model in TABLES
    }
    found["ImportedRow"] = sorted(ImportedRow.objects.values_list("contact_id", "source_id", "digest", "run"))
    return found
