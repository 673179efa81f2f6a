"""One import from file to report, in one go: what the command does."""

import uuid
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from leads.enums import ImportState, SourceKind
from leads.importing import journal, mapping, plans, presets, profiling, reading, reports, slices
from leads.importing.reports import Report
from leads.models import CustomField, ImportRun, Source, Team

DEFAULT_SOURCE = "Import"
ATTEMPTS = 3
"""How often a batch is tried that others get in the way of."""

__all__ = ["Report", "run"]


def run(path, options, *, team="", source="", is_dry_run=False, now):
    """Import a file. Every batch of rows is one transaction; a run that was cut off may simply be repeated.

    Rejected rows never stop it. Raises `reading.Unreadable` and `mapping.Fault`, before anything is written.
    """
    path = Path(path)
    with transaction.atomic() if is_dry_run else nullcontext():
        record = ImportRun(
            state=ImportState.RUNNING, name=path.name[:200], started_at=now, holder=uuid.uuid4().hex, source=None
        )
        record.held_until = timezone.now() + slices.LEASE
        prepare(record, path, options, team=_team(team), source=source)
        try:
            _work(record, path)
        except slices.Lost:
            record.refresh_from_db()
        finish(record, state=ImportState.CANCELLED if record.wants_cancel else ImportState.DONE, now=now)
        if is_dry_run:
            transaction.set_rollback(True)
    report = reports.of(record)
    report.is_dry_run = is_dry_run
    return report


def prepare(record, path, options, *, team, source):
    """Read the whole file once, decide what its columns mean, and save the run with that plan.

    Raises `reading.Unreadable` and `mapping.Fault`, before anything is written.
    """
    layout = reading.layout(path)
    profiles, record.rows_total = profiling.profiles(path, layout)
    with transaction.atomic():
        record.kind, record.preset = str(options.kind), options.preset
        record.source, is_new = source_for(source or presets.source_of(options.preset, layout.header))
        record.team = team or record.source.team
        known = _custom_fields()
        decided = mapping.decide(layout.header, profiles, options)
        record.mapping |= {
            "columns": [described(column) for column in decided.columns],
            "fills": {column.name: column.field_names for column in decided.columns if column.field_names},
            "options": asdict(options),
            "plan": plans.freeze(decided),
        }
        report = reports.of(record)
        report.source = record.source.name
        record.report = report.kept()
        record.save()
        journal.created(record, "source", [record.source.pk] if is_new else [])
        fields = _custom_fields()
        journal.created(record, "customfield", [pk for pk in fields if pk not in known])
        journal.changed(record, "customfield", [(pk, known[pk], fields[pk]) for pk in known])


def finish(record, *, state, now):
    """Give the run back: it is done, failed, cancelled or undone."""
    record.state, record.finished_at = state, now
    record.holder, record.held_until, record.wants_cancel = "", None, False
    record.save(
        update_fields=["state", "finished_at", "holder", "held_until", "wants_cancel", "report", "undone_at", "file"]
    )


def source_for(name):
    """(the source of this name, whether it is new). Raises `mapping.Fault`."""
    name = " ".join((name or DEFAULT_SOURCE).split())
    if not name or len(name) > 100:
        raise mapping.Fault(gettext("--source: a name of at most 100 characters is needed."))
    return Source.objects.get_or_create(name=name, defaults={"kind": SourceKind.IMPORT})


def described(column):
    """(header, field or use, type) of a column, for the report."""
    if column.is_outcome:
        return (column.name, "outcome", "")
    if column.custom is not None:
        return (column.name, column.field_name, column.custom.type)
    if column.target is not None:
        return (column.name, column.field_name or column.target.name, column.target.type)
    return (column.name, "", "")


def _work(record, path):
    failures, done = 0, -1
    while True:
        try:
            return slices.work(record, path)
        except DatabaseError:
            # Somebody else wrote the same people at this moment. Within a dry run nothing can be tried again.
            failures = failures + 1 if record.rows_done == done else 1
            if failures == ATTEMPTS or transaction.get_connection().in_atomic_block:
                raise
            record.refresh_from_db()
            done = record.rows_done


def _team(name):
    if not name:
        return None
    found = Team.objects.filter(name__iexact=name.strip()).first()
    if found is None:
        known = ", ".join(Team.objects.order_by("name").values_list("name", flat=True)[:20]) or "–"
        raise mapping.Fault(
            gettext("--team: there is no team “%(name)s”. Teams: %(known)s") % {"name": name[:60], "known": known}
        )
    return found


def _custom_fields():
    names = ("label", "type", "known_at", "choices")
    return {values["pk"]: {name: values[name] for name in names} for values in CustomField.objects.values("pk", *names)}
