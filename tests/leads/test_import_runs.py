"""Imports that run in the background: started, cancelled, taken over."""

import datetime
from pathlib import Path

import pytest
from django.db import OperationalError

from leads.enums import ImportState, NotificationKind
from leads.importing import background, drafts, slices, uploads
from leads.models import (
    Contact,
    ImportRun,
    Notification,
)
from tests.factories import (
    MONDAY,
    people,
)
from tests.leads.imports import DAY, HOUR, ROWS, finished, started, work_off

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_batches(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path / "var"
    monkeypatch.setattr(slices, "BATCH", 2)


@pytest.fixture
def maja(db):
    return people()["maja"]


def test_a_started_import_runs_in_the_background(maja):
    run = finished(by=maja, outcome="Status=Won")

    assert (run.state, run.rows_total, run.rows_done) == (ImportState.DONE, 3, 3)
    assert (run.report["created"], run.report["won"], run.report["lost"], run.report["open"]) == (3, 1, 1, 1)
    assert Contact.objects.filter(source__name="Fair").count() == 3


def test_whoever_started_it_is_told_at_the_end(maja):
    run = finished(by=maja)

    told = Notification.objects.get(user=maja)
    assert (told.kind, told.payload["import"], told.payload["state"]) == (NotificationKind.IMPORTED, run.pk, "done")


def test_the_file_goes_when_it_was_imported(maja):
    run = finished(by=maja)

    assert run.file == ""
    assert list(uploads.folder().iterdir()) == []


def test_a_run_that_was_cut_off_goes_on_behind_its_last_batch(monkeypatch):
    run = started()
    monkeypatch.setattr(background, "SECONDS", -1)

    background.advance(now=MONDAY)

    run.refresh_from_db()
    assert (run.state, run.rows_done, Contact.objects.count()) == (ImportState.RUNNING, 2, 2)
    work_off()
    run.refresh_from_db()
    assert (run.state, run.rows_done, run.report["created"], Contact.objects.count()) == (ImportState.DONE, 3, 3, 3)


def test_nobody_else_works_on_a_run_that_is_held(monkeypatch):
    run = started()
    ImportRun.objects.filter(pk=run.pk).update(state=ImportState.RUNNING, holder="other", held_until=MONDAY + HOUR)

    assert not background.advance(now=MONDAY)
    assert not Contact.objects.exists()


def test_a_run_whose_worker_is_gone_is_taken_over():
    run = started()
    ImportRun.objects.filter(pk=run.pk).update(state=ImportState.RUNNING, holder="gone", held_until=MONDAY)

    work_off()

    run.refresh_from_db()
    assert (run.state, run.rows_done) == (ImportState.DONE, 3)


def test_a_worker_that_was_only_believed_dead_writes_nothing_more(monkeypatch):
    run = started()
    apply = slices.kinds.of(run.kind).apply

    def slowly(records, context):
        ImportRun.objects.filter(pk=run.pk).update(holder="faster")
        return apply(records, context)

    monkeypatch.setattr(slices.kinds.of(run.kind), "apply", slowly)

    background.advance(now=MONDAY)

    run.refresh_from_db()
    assert run.rows_done == 2  # its own batch, begun while it held the run; not the next one
    assert Contact.objects.count() == 2


def test_cancelling_finishes_the_batch_and_keeps_what_is_done(maja, monkeypatch):
    run = started(by=maja)
    monkeypatch.setattr(background, "SECONDS", -1)
    background.advance(now=MONDAY)

    background.cancel(run, now=MONDAY)
    work_off()

    run.refresh_from_db()
    assert (run.state, run.rows_done, Contact.objects.count()) == (ImportState.CANCELLED, 2, 2)


def test_an_import_that_waits_is_cancelled_at_once():
    run = started()
    file = uploads.path(run.file)

    background.cancel(run, now=MONDAY)

    run.refresh_from_db()
    assert (run.state, run.file, file.exists()) == (ImportState.CANCELLED, "", False)
    assert not background.advance(now=MONDAY)


def test_a_done_import_cannot_be_cancelled():
    run = finished()

    with pytest.raises(background.NotPossible):
        background.cancel(run, now=MONDAY)


def test_a_database_in_trouble_fails_the_run_only_after_several_tries(monkeypatch):
    run = started()

    def locked(records, context):
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(slices.kinds.of(run.kind), "apply", locked)
        work_off()
    run.refresh_from_db()
    assert (run.state, run.report["failures"]["count"]) == (ImportState.FAILED, background.MOST_FAILURES - 1)

    background.go_on(run, now=MONDAY)
    work_off()
    run.refresh_from_db()
    assert (run.state, run.rows_done) == (ImportState.DONE, 3)


def test_a_fault_in_the_file_is_told_and_nothing_is_written(maja):
    run = started("Name,Stadt\nAnna,Bonn\n", by=maja)

    work_off()

    run.refresh_from_db()
    assert run.state == ImportState.FAILED
    assert "identifies" in run.report["fault"]
    assert Notification.objects.get(user=maja).payload["state"] == "failed"


def test_a_command_that_was_killed_is_said_to_have_failed():
    run = ImportRun.objects.create(
        name="big.csv", state=ImportState.RUNNING, holder="gone", held_until=MONDAY, started_at=MONDAY
    )

    background.advance(now=MONDAY + HOUR)

    run.refresh_from_db()
    assert run.state == ImportState.FAILED
    assert "Run it again" in run.report["fault"]


def test_rejected_rows_stand_once_in_their_file_however_often_it_was_cut_off(monkeypatch):
    monkeypatch.setattr(background, "SECONDS", -1)
    text = "Email,Name\na@firma.example,A\nwrong,B\nc@firma.example,C\n@,D\ne@firma.example,E\n"

    run = finished(text)

    lines = Path(run.report["rejects_file"]).read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ['"Email"', '"wrong"', '"\'@"']


def test_old_drafts_go_with_their_files():
    run = drafts.open([ROWS.encode()], name="leads.csv", by=None, now=MONDAY)

    background.advance(now=MONDAY + 8 * DAY)

    assert not ImportRun.objects.filter(pk=run.pk).exists()
    assert list(uploads.folder().iterdir()) == []


def test_rejected_rows_are_kept_for_a_month():
    run = finished("Email,Name\na@firma.example,A\nwrong,B\n")
    written = datetime.datetime.now(tz=datetime.UTC)

    background.advance(now=written + 29 * DAY)
    assert Path(run.report["rejects_file"]).exists()
    background.advance(now=written + 31 * DAY)
    assert not Path(run.report["rejects_file"]).exists()


def test_a_failed_import_whose_file_is_gone_says_so():
    run = started()
    uploads.path(run.file).unlink()

    work_off()

    run.refresh_from_db()
    assert (run.state, run.report["fault"]) == (ImportState.FAILED, "The file of this import is no longer there.")
