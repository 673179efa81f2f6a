"""The rows of one run, batch by batch. Each batch and the count of rows that are done move in one transaction.

Whoever works holds the run; a batch is only written while it still does. So a worker that was killed, or only believed dead,
loses nothing and doubles nothing: the next one goes on behind the last committed row.
"""

import datetime
import time

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from leads import customfields
from leads.enums import FieldType
from leads.importing import applying, interpreting, journal, kinds, plans, reading, rejects, reports
from leads.models import CustomField, ImportRun

BATCH = 500 if settings.SQLITE else 2_000
"""Rows per transaction: on SQLite everybody else waits for it."""
LEASE = datetime.timedelta(seconds=30)
"""How long a worker may take for one batch before another one takes the run over."""


class Lost(Exception):
    """Somebody else has the run now, or nobody may go on with it. Nothing of the last batch was written."""


def work(run, path, *, seconds=None):
    """Import rows of a run that the caller holds, for about so many seconds. Returns whether the file is done.

    Every batch is committed by itself. Raises `Lost`, and `reading.Unreadable`.
    """
    started = time.monotonic()
    layout = reading.layout(path)
    interpreter = kinds.of(run.kind).Interpreter(plans.thaw(run.mapping["plan"]), now=run.started_at)
    report = reports.of(run)
    rejected = rejects.Rejects(name=run.name, run=run.key, header=layout.header, size=report.rejects_size)
    try:
        for batch in _batches(path, layout, behind=run.rows_done):
            _import(batch, run, interpreter, rejected, report)
            if seconds is not None and time.monotonic() - started > seconds:
                return False
    finally:
        rejected.close()
    return True


def hold(run, *, now):
    """Check that the caller still holds the run and lock its row until the end of the transaction. Raises `Lost`."""
    held = ImportRun.objects.select_for_update().filter(pk=run.pk, holder=run.holder, state=run.state)
    wanted = held.values_list("wants_cancel", "rows_done").first()
    if wanted is None or wanted[1] != run.rows_done:
        raise Lost
    run.wants_cancel, run.held_until = wanted[0], now + LEASE


def refusals(result):
    """(row, reason) of the records of a batch that were not written."""
    reason = gettext("This person asked to be erased.")
    erased = [(record.row, reason) for record in result.erased]
    return erased + [(record.row, why) for record, why in result.refused]


def _batches(path, layout, *, behind):
    """Lists of (number, row), leaving out the rows that are done already."""
    batch = []
    for number, row in enumerate(reading.rows(path, layout), start=1):
        if number <= behind:
            continue
        batch.append((number, row))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _import(batch, run, interpreter, rejected, report):
    records, refused = [], []
    for number, row in batch:
        try:
            records.append(interpreter.record(row, number=number))
        except interpreting.Rejected as fault:
            refused.append((row, str(fault)))
    with transaction.atomic():
        hold(run, now=timezone.now())
        if run.wants_cancel:
            raise Lost
        result = kinds.of(run.kind).apply(records, _context(run))
        learn_choices(interpreter, run)
        refused += refusals(result)
        for row, why in sorted(refused, key=lambda item: item[0].line):
            report.reject(why)
            rejected.add(row, why)
        report.rows = batch[-1][0]
        report.count(result)
        report.add_notes(interpreter.notes)
        report.rejects_size = rejected.flush()
        report.rejects_file = str(rejected.path) if rejected.size else None
        run.rows_done, run.report = report.rows, report.kept()
        run.save(update_fields=["rows_done", "report", "held_until"])
    interpreter.notes.clear()
    interpreter.new_choices.clear()


def _context(run):
    return applying.Context(source=run.source, team=run.team, run=run.key, now=run.started_at, record=run)


def learn_choices(interpreter, run):
    """Choice fields know their values; one with too many becomes text, which is stored alike."""
    for custom in CustomField.objects.filter(pk__in=interpreter.new_choices).order_by("pk"):
        before = {"type": custom.type, "choices": custom.choices}
        custom.choices = sorted({*custom.choices, *interpreter.new_choices[custom.pk]})
        if len(custom.choices) > customfields.MAX_CHOICES:
            custom.type, custom.choices = FieldType.TEXT, []
        custom.save(update_fields=["type", "choices"])
        journal.changed(run, "customfield", [(custom.pk, before, {"type": custom.type, "choices": custom.choices})])
