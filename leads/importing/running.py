"""One import from file to report."""

import uuid
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext

from leads import customfields
from leads.enums import FieldType, ImportState, SourceKind
from leads.importing import applying, interpreting, mapping, profiling, reading, rejects
from leads.models import CustomField, ImportRun, Source, Team

BATCH = 500
"""Rows per transaction: on SQLite everybody else waits for it."""
DEFAULT_SOURCE = "Import"


@dataclass
class Report:
    """What came of an import. `columns` is a list of (header, field or use, type) in the order of the file.

    `fills` maps the headers to the fields that conditions know their values by.
    """

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    won: int = 0
    lost: int = 0
    open: int = 0
    rejects_file: str | None = None
    is_dry_run: bool = False
    source: str = ""
    columns: list = field(default_factory=list)
    fills: dict = field(default_factory=dict)
    notes: dict = field(default_factory=dict)
    reasons: dict = field(default_factory=dict)


def run(path, options, *, team="", source="", is_dry_run=False, now):
    """Import a CSV file. Every batch of rows is one transaction; a run that was cut off may simply be repeated.

    Rejected rows never stop it. Raises `reading.Unreadable` and `mapping.Fault`, before anything is written.
    """
    path = Path(path)
    layout = reading.layout(path)
    profiles, _count = profiling.profiles(path, layout)
    run_id = uuid.uuid4()
    report = Report(is_dry_run=is_dry_run)
    with transaction.atomic() if is_dry_run else nullcontext():
        with transaction.atomic():
            context = _context(team=team, source=source, run=run_id, now=now)
            decided = mapping.decide(layout.header, profiles, options)
            report.source = context.source.name
            report.columns = [_described(column) for column in decided.columns]
            report.fills = {column.name: column.field_names for column in decided.columns if column.field_names}
            record = ImportRun.objects.create(
                key=run_id,
                state=ImportState.RUNNING,
                name=path.name[:200],
                started_at=now,
                team=context.team,
                source=context.source,
                mapping={"columns": report.columns, "options": asdict(options), "run": str(run_id)},
            )
        rejected = rejects.Rejects(name=path.name, run=run_id, header=layout.header)
        interpreter = interpreting.Interpreter(decided, now=now)
        try:
            _apply_all(path, layout, interpreter, context, rejected, report)
        finally:
            report.rejects_file = rejected.close()
        _learn_choices(interpreter)
        report.notes = interpreter.notes
        record.state, record.finished_at, record.rows_done = ImportState.DONE, now, report.rows
        record.report = {name: value for name, value in asdict(report).items() if name not in ("columns", "fills")}
        record.save(update_fields=["state", "finished_at", "rows_done", "report"])
        if is_dry_run:
            transaction.set_rollback(True)
    return report


def _context(*, team, source, run, now):
    chosen = None
    if team:
        chosen = Team.objects.filter(name__iexact=team.strip()).first()
        if chosen is None:
            known = ", ".join(Team.objects.order_by("name").values_list("name", flat=True)[:20]) or "–"
            raise mapping.Fault(
                gettext("--team: there is no team “%(name)s”. Teams: %(known)s") % {"name": team[:60], "known": known}
            )
    name = " ".join((source or DEFAULT_SOURCE).split())
    if not name or len(name) > 100:
        raise mapping.Fault(gettext("--source: a name of at most 100 characters is needed."))
    found, _is_new = Source.objects.get_or_create(name=name, defaults={"kind": SourceKind.IMPORT})
    return applying.Context(source=found, team=chosen or found.team, run=run, now=now)


def _apply_all(path, layout, interpreter, context, rejected, report):
    batch = []
    for row in reading.rows(path, layout):
        report.rows += 1
        try:
            batch.append(interpreter.record(row, number=report.rows))
        except interpreting.Rejected as fault:
            _reject(rejected, report, row, str(fault))
        if len(batch) >= BATCH:
            _apply(batch, context, rejected, report)
            batch = []
    if batch:
        _apply(batch, context, rejected, report)


def _apply(batch, context, rejected, report):
    result = applying.apply(batch, context)
    report.created += result.created
    report.updated += result.updated
    report.unchanged += result.unchanged
    for record in result.taken:
        name = record.outcome or "open"
        setattr(report, name, getattr(report, name) + 1)
    for record in result.erased:
        _reject(rejected, report, record.row, gettext("This person asked to be erased."))


def _reject(rejected, report, row, reason):
    report.rejected += 1
    rejected.add(row, reason)
    if reason in report.reasons or len(report.reasons) < 20:
        report.reasons[reason] = report.reasons.get(reason, 0) + 1


def _learn_choices(interpreter):
    """Choice fields know their values; one with too many becomes text, which is stored alike."""
    for pk, values in interpreter.new_choices.items():
        custom = CustomField.objects.get(pk=pk)
        custom.choices = sorted({*custom.choices, *values})
        if len(custom.choices) > customfields.MAX_CHOICES:
            custom.type, custom.choices = FieldType.TEXT, []
        custom.save(update_fields=["type", "choices"])


def _described(column):
    if column.is_outcome:
        return (column.name, "outcome", "")
    if column.custom is not None:
        return (column.name, column.field_name, column.custom.type)
    if column.target is not None:
        return (column.name, column.field_name or column.target.name, column.target.type)
    return (column.name, "", "")
