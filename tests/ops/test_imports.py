"""A worker that is killed in the middle of an import loses nothing and doubles nothing."""

import json
import os
import signal
from pathlib import Path

import pytest

from tests.ops.installation import installed
from tests.ops.waiting import until

# `VORSPRUNG_KILL_ROWS=100000 make test-services ARGS=tests/ops/test_imports.py` takes minutes instead of seconds.
ROWS = int(os.environ.get("VORSPRUNG_KILL_ROWS", "5000"))
PEOPLE = ROWS - 100
KILLS = 1
START = """
from django.utils import timezone
from leads.importing import Options, background, drafts
now = timezone.now()
run = drafts.open([open({path!r}, "rb").read()], name="leads.csv", by=None, now=now)
drafts.save(run, Options(outcome="Status=Won"), team=None, source="Fair")
background.start(run, now=now)
print(run.pk)
"""
STATE = "SELECT state, rows_done FROM leads_importrun"
FACTS = """
import json
from leads.models import *
columns = {
    "contacts": Contact.objects.order_by("email", "external_id").values_list(
        "email", "external_id", "first_name", "custom", "company__name", "company__domain", "source__name"),
    "companies": Company.objects.order_by("name", "domain").values_list("name", "domain"),
    "leads": Lead.objects.order_by("import_row").values_list(
        "import_row", "contact__email", "contact__external_id", "stage", "outcome", "is_undated"),
    "moves": StageChange.objects.filter(is_imported=True).order_by("lead__import_row", "id").values_list(
        "lead__import_row", "from_stage", "to_stage"),
    "optouts": ConsentEvent.objects.order_by("contact__email").values_list("contact__email", "purpose", "state"),
    "suppressed": Suppression.objects.order_by("digest").values_list("digest"),
    "said": ImportedRow.objects.order_by("digest").values_list("digest"),
    "fields": CustomField.objects.order_by("key").values_list("key", "type", "choices"),
    "journal": [sorted((e.model, len(e.after.get("ids", []))) for e in ImportEntry.objects.filter(verb="created"))],
}
report = ImportRun.objects.get().report
print(json.dumps({name: [list(row) for row in rows] for name, rows in columns.items()}))
print(json.dumps({name: report[name] for name in ("rows", "created", "updated", "unchanged", "rejected", "won", "reasons")}))
"""


def leads():
    """Invented rows: colleagues, people named twice, addresses that are none, opt-outs, outcomes."""
    yield "Id,Email,Vorname,Firma,Budget,Do Not Email,Status"
    for number in range(ROWS):
        email = f"p{number % PEOPLE}@firma{number % 300}.example" if number % 50 else "nobody"
        status = ("", "Won", "Lost")[number % 3]
        yield f"{number},{email},Name{number},Firma {number % 300},{number % 97},{'Yes' if number % 40 == 1 else 'No'},{status}"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text("\n".join(leads()), encoding="utf-8")
    return path


def shell(installation, code):
    return installation.manage("shell", "--verbosity", "0", "--command", code).stdout.strip().splitlines()


def worker(installation):
    """Process id of the worker of long jobs, 0 while there is none: the parent of its pool, and all of the pool."""
    return [
        pid
        for pid in installation.processes()
        if b"bulk@" in _content(Path(f"/proc/{pid}/cmdline")) and pid != installation.process.pid
    ]


def _content(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


def facts(installation):
    return [json.loads(line) for line in shell(installation, FACTS)[-2:]]


def rejected(installation):
    [path] = (installation.folder / "var" / "imports").glob("*-rejected.csv")
    return path.read_text(encoding="utf-8-sig")


def run_through(installation, path, *, kills):
    shell(installation, START.format(path=str(path)))
    done, killed_at = 0, []
    installation.serve()

    def moved():
        [(state, rows)] = installation.ask(STATE)
        return (state, rows) if state == "done" or rows > done else None

    while True:
        state, done = until(moved, seconds=200, log=installation.log)
        if state == "done":
            return killed_at
        if len(killed_at) < kills:
            for pid in worker(installation):
                os.kill(pid, signal.SIGKILL)
            killed_at.append(done)


@pytest.mark.timeout(600 + ROWS // 50)
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(tmp_path, file):
    found = {}
    for name, kills in (("whole", 0), ("killed", KILLS)):
        folder = tmp_path / name
        folder.mkdir()
        with installed(folder) as installation:
            # Addresses are suppressed under this key; both must have the same.
            installation.environment["SECRET_KEY"] = "the same for both installations" * 2
            killed_at = run_through(installation, file, kills=kills)
            installation.stop()
            found[name] = (*facts(installation), rejected(installation))

    assert killed_at, "the import was too quick to be killed"
    assert all(0 < rows < ROWS for rows in killed_at)
    assert found["killed"] == found["whole"]
