"""Imports that are being prepared: the file is there, what its columns mean is being decided, nothing is written yet."""

import datetime
from dataclasses import asdict, dataclass
from itertools import islice

from django.db import transaction

from leads.enums import ImportState
from leads.importing import (
    applying,
    interpreting,
    kinds,
    mapping,
    presets,
    profiling,
    reading,
    running,
    slices,
    uploads,
)
from leads.models import ImportRun

SAMPLE = 1_000
"""Rows that a draft is judged by: a page must not wait for the whole file. The import itself reads all of it first."""
SHOWN = 20
KEPT_FOR = datetime.timedelta(days=7)


class NotADraft(Exception):
    """This import was started already."""


@dataclass
class Draft:
    """What the beginning of a file looks like, column by column; `fault` says why it cannot be imported like that."""

    layout: reading.Layout
    columns: list
    profiles: list
    fault: str = ""


@dataclass
class Fate:
    """What would happen to one row: created, updated, unchanged or rejected, with the reason and the cells."""

    line: int
    verb: str
    reason: str
    cells: list


def open(chunks, *, name, by, now, options=None):
    """Keep an upload as a draft. Raises `uploads.Refused` and `reading.Unreadable`; nothing stays then."""
    stored = uploads.store(chunks, name=name)
    try:
        reading.layout(uploads.path(stored))
    except BaseException:
        uploads.remove(stored)
        raise
    return ImportRun.objects.create(
        state=ImportState.DRAFT,
        name=_plain(name),
        file=stored,
        by=by,
        started_at=now,
        mapping={"options": asdict(options or mapping.Options())},
    )


def look(run, options):
    """The `Draft` of a run under these options; writes nothing. Raises `reading.Unreadable` and `uploads.Refused`."""
    layout = reading.layout(uploads.path(run.file))
    profiles = _profiles(run, layout)
    with transaction.atomic():
        # Deciding declares custom fields: they are only meant once the import starts.
        try:
            columns, fault = mapping.decide(layout.header, profiles, options).columns, ""
        except mapping.Fault as error:
            columns, fault = [mapping.Column(*pair) for pair in enumerate(layout.header)], str(error)
        transaction.set_rollback(True)
    return Draft(layout, columns, profiles, fault)


def preview(run, options, *, team, source, now):
    """The fate of the first rows, found by importing them for real and taking all of it back. Raises `mapping.Fault`."""
    layout = reading.layout(uploads.path(run.file))
    profiles = _profiles(run, layout)
    fates = []
    with transaction.atomic():
        found, _is_new = running.source_for(source or presets.source_of(options.preset, layout.header))
        trial = ImportRun.objects.create(
            kind=options.kind, name=run.name, started_at=now, source=found, mapping={"options": asdict(options)}
        )
        context = applying.Context(source=found, team=team or found.team, run=trial.key, now=now, record=trial)
        kind = kinds.of(options.kind)
        interpreter = kind.Interpreter(mapping.decide(layout.header, profiles, options), now=now)
        for number, row in enumerate(islice(reading.rows(uploads.path(run.file), layout), SHOWN), start=1):
            fates.append(_fate(row, number, interpreter, kind.apply, context))
        transaction.set_rollback(True)
    return layout.header, fates


def save(run, options, *, team, source):
    """Keep what was decided so far. Raises `NotADraft`."""
    kept = {"options": asdict(options), "source": source}
    mine = ImportRun.objects.filter(pk=run.pk, state=ImportState.DRAFT)
    if not mine.update(mapping=kept, team=team):
        raise NotADraft
    run.mapping, run.team = kept, team


def discard(run):
    """Drop a draft with its file. Raises `NotADraft`."""
    if not ImportRun.objects.filter(pk=run.pk, state=ImportState.DRAFT).delete()[0]:
        raise NotADraft
    uploads.remove(run.file)


def discard_old(*, now):
    """Drop drafts that nobody went on with: files of people do not lie about."""
    for run in ImportRun.objects.filter(state=ImportState.DRAFT, started_at__lt=now - KEPT_FOR).order_by("id")[:100]:
        discard(run)


def _profiles(run, layout):
    profiles = [profiling.Profile() for _name in layout.header]
    for row in islice(reading.rows(uploads.path(run.file), layout), SAMPLE):
        if not row.fault:
            for profile, cell in zip(profiles, row.cells, strict=True):
                profile.add(cell)
    return profiles


def _fate(row, number, interpreter, apply, context):
    try:
        result = apply([interpreter.record(row, number=number)], context)
    except interpreting.Rejected as fault:
        return Fate(row.line, "rejected", str(fault), row.cells)
    for _row, reason in slices.refusals(result):
        return Fate(row.line, "rejected", reason, row.cells)
    verb = "created" if result.created else "updated" if result.updated else "unchanged"
    return Fate(row.line, verb, "", row.cells)


def _plain(name):
    """The last part of what a browser calls a file, without signs that nobody sees."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[:200] or "import.csv"
