"""Imports that run while nobody waits: started, cancelled, taken over from killed workers, told about, undone.

A worker holds a run by name and time. What it writes is checked against that in every transaction (`slices.hold`), so two
workers never do the same rows, whatever the clock says.
"""

import logging
import uuid

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext

from leads import hints, notifications
from leads.enums import ImportState, NotificationKind
from leads.importing import drafts, mapping, reading, running, saved, slices, undoing, uploads
from leads.models import ImportRun

logger = logging.getLogger(__name__)

TASK = "leads.tasks.advance_imports"
SECONDS = 20
"""About how long one slice takes, so that other work on the queue gets its turn."""
PREPARING = slices.LEASE * 10
"""How long reading a whole file for the first time may take."""
MOST_FAILURES = 5

UNFINISHED = (ImportState.WAITING, ImportState.RUNNING, ImportState.UNDOING)
UNDOABLE = (ImportState.DONE, ImportState.CANCELLED, ImportState.FAILED)


class NotPossible(Exception):
    """The run does not stand where this could be done to it. The message says so to the user."""


def start(run, *, now):
    """Let a draft run. Raises `NotPossible` if somebody was faster."""
    _move(run, (ImportState.DRAFT,), ImportState.WAITING, started_at=now)


def go_on(run, *, now):
    """Let a failed import run on behind its last committed row. Raises `NotPossible`."""
    if not run.file:
        raise NotPossible(gettext("The file of this import is no longer there. Import it again: nothing is doubled."))
    _move(run, (ImportState.FAILED,), ImportState.WAITING, report=_without_fault(run), finished_at=None)


def cancel(run, *, now):
    """Stop an import after the batch that is being written. Raises `NotPossible` if it does not run any more."""
    if ImportRun.objects.filter(pk=run.pk, state=ImportState.WAITING, rows_done=0).update(
        state=ImportState.CANCELLED, finished_at=now, file=""
    ):
        uploads.remove(run.file)
        return
    running_now = ImportRun.objects.filter(pk=run.pk, state__in=(ImportState.WAITING, ImportState.RUNNING))
    if not running_now.update(wants_cancel=True):
        raise NotPossible(gettext("This import does not run any more."))
    _wake()


def undo(run, *, now):
    """Take back what a run did, in the background. Raises `NotPossible`."""
    report = _without_fault(run) | {"undo": undoing.Tally().as_kept()}
    _move(run, UNDOABLE, ImportState.UNDOING, report=report, finished_at=None)


def advance(*, now):
    """Work on one unfinished run for about `SECONDS`. Returns whether there may be more to do at once."""
    _give_up_abandoned(now)
    run = _claim(now)
    if run is None:
        return False
    language = run.by.language if run.by and run.by.language else settings.LANGUAGE_CODE
    with translation.override(language):
        try:
            _go_on(run)
        except slices.Lost:
            _cancel_if_wanted(run)
        except DatabaseError as error:
            _try_again(run, error)
        except (reading.Unreadable, mapping.Fault, uploads.Refused) as fault:
            _end(run, ImportState.FAILED, fault=str(fault))
        except OSError as error:
            _end(run, ImportState.FAILED, fault=gettext("A file could not be read or written: %s") % error.strerror)
        except Exception:
            logger.exception("Import %s failed", run.pk)
            _end(run, ImportState.FAILED, fault=gettext("A fault of the program. Its log says more."))
    return True


def _move(run, sources, to, **values):
    moved = ImportRun.objects.filter(pk=run.pk, state__in=sources).update(
        state=to, wants_cancel=False, holder="", held_until=None, **values
    )
    if not moved:
        raise NotPossible(gettext("Somebody else was faster: this import stands elsewhere by now."))
    run.refresh_from_db()
    _wake()


def _wake():
    hints.wake(TASK, queue="bulk", expires=60)


def _claim(now):
    """The oldest unfinished run that nobody holds, held by us now; None if there is none."""
    free = ImportRun.objects.filter(
        Q(held_until__isnull=True) | Q(held_until__lte=now),
        Q(state=ImportState.UNDOING) | ~Q(file=""),
        state__in=UNFINISHED,
    )
    for run in free.select_related("by", "team", "source").order_by("id"):
        holder = uuid.uuid4().hex
        state = ImportState.UNDOING if run.state == ImportState.UNDOING else ImportState.RUNNING
        until = now + (slices.LEASE if "plan" in run.mapping else PREPARING)
        if free.filter(pk=run.pk, state=run.state).update(holder=holder, held_until=until, state=state):
            run.refresh_from_db()
            return run
    return None


def _go_on(run):
    if run.state == ImportState.UNDOING:
        if undoing.work(run, seconds=SECONDS):
            uploads.remove(run.file)
            run.undone_at, run.file = timezone.now(), ""
            _end(run, ImportState.UNDONE)
            return
    else:
        path = uploads.path(run.file)
        if "plan" not in run.mapping:
            _prepare(run, path)
        if slices.work(run, path, seconds=SECONDS):
            uploads.remove(run.file)
            run.file = ""
            _end(run, ImportState.DONE)
            return
    ImportRun.objects.filter(pk=run.pk, holder=run.holder).update(holder="", held_until=None)


def _prepare(run, path):
    with transaction.atomic():
        slices.hold(run, now=timezone.now())
        if run.wants_cancel:
            raise slices.Lost
    options = saved.options_of(run.mapping.get("options", {}))
    with transaction.atomic():
        running.prepare(run, path, options, team=run.team, source=run.mapping.get("source", ""))


def _end(run, state, *, fault=""):
    """Give the run back and tell whoever started it."""
    now = timezone.now()
    with transaction.atomic():
        if not ImportRun.objects.select_for_update().filter(pk=run.pk, holder=run.holder).exists():
            return
        if fault:
            run.refresh_from_db(fields=["report"])
            run.report |= {"fault": fault}
        running.finish(run, state=state, now=now)
        if run.by:
            payload = {"import": run.pk, "name": run.name, "state": state}
            notifications.tell(run.by, kind=NotificationKind.IMPORTED, now=now, payload=payload)
    hints.rescore()


def _cancel_if_wanted(run):
    run.refresh_from_db()
    if run.wants_cancel and run.state == ImportState.RUNNING:
        uploads.remove(run.file)
        run.file = ""
        _end(run, ImportState.CANCELLED)


def _try_again(run, error):
    """Another writer was in the way, or the database is gone: the next slice tries again, but not for ever."""
    logger.warning("Import %s is tried again: %s", run.pk, type(error).__name__)
    with transaction.atomic():
        found = ImportRun.objects.select_for_update().filter(pk=run.pk, holder=run.holder).first()
        if found is None:
            return
        before = found.report.get("failures", {})
        count = before.get("count", 0) + 1 if before.get("rows") == found.rows_done else 1
        if count < MOST_FAILURES:
            found.report |= {"failures": {"rows": found.rows_done, "count": count}}
            found.holder, found.held_until = "", None
            found.save(update_fields=["report", "holder", "held_until"])
            return
    _end(found, ImportState.FAILED, fault=gettext("The database refused the rows several times."))


def _give_up_abandoned(now):
    """Imports of the command whose process ended before the file did, and drafts and files that nobody came back for."""
    gone = ImportRun.objects.filter(state=ImportState.RUNNING, file="", held_until__lte=now)
    for run in gone.order_by("id"):
        fault = gettext("The command ended before the file did. Run it again: nothing is doubled.")
        _end(run, ImportState.FAILED, fault=fault)
    drafts.discard_old(now=now)
    uploads.prune(now=now)


def _without_fault(run):
    return {name: value for name, value in run.report.items() if name not in ("fault", "failures")}
