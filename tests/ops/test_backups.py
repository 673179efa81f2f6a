"""A backup restored into an empty database is the same in every table, and nobody who opted out since is mailed again."""

import io
import json
import os
import secrets
import stat
import tarfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.apps import apps

from tests.ops.installation import installed

KEY = secrets.token_urlsafe(64)
ALL_TABLES = """
import hashlib, json
from django.db import connection
found = {}
with connection.cursor() as cursor:
    for table in sorted(connection.introspection.table_names()):
        cursor.execute(f'SELECT * FROM "{table}"')
        rows = sorted(repr(row) for row in cursor.fetchall())
        found[table] = [len(rows), hashlib.sha256("\\n".join(rows).encode()).hexdigest()]
print("TABLES " + json.dumps(found))
"""
SUPPRESS = """
from django.utils import timezone
from leads import suppression
suppression.add("{address}", reason="opt_out", now=timezone.now())
"""
IS_SUPPRESSED = """
from leads import suppression
print([suppression.is_suppressed(a) for a in ("early@firma.example", "late@firma.example")])
"""


@contextmanager
def installation_at(folder, *, migrated):
    folder.mkdir()
    with installed(folder, migrated=False) as made:
        made.environment["SECRET_KEY"] = KEY
        if migrated:
            made.manage("migrate", "--verbosity", "0")
        yield made


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """An installation with a year of invented history, one uploaded file, and an early opt-out."""
    with installation_at(tmp_path_factory.mktemp("source") / "here", migrated=True) as made:
        made.manage("demo", "--no-serve", "--leads", "40")
        upload = made.folder / "var" / "imports" / "7" / "leads.csv"
        upload.parent.mkdir(parents=True)
        upload.write_text("Email\nerika@firma.example\n")
        made.manage("shell", "--command", SUPPRESS.format(address="early@firma.example"))
        yield made


@pytest.fixture(scope="module")
def backup(source):
    """The path of a backup of it."""
    folder = source.folder / "backups"
    folder.mkdir()
    return written(source.manage("backup", str(folder)))


@pytest.fixture
def target(tmp_path):
    """An installation with an empty database."""
    with installation_at(tmp_path / "target", migrated=False) as made:
        yield made


def written(done):
    return Path(done.stdout.strip())


def tables(installation):
    [line] = [
        line for line in installation.manage("shell", "--command", ALL_TABLES).stdout.splitlines() if "TABLES" in line
    ]
    return json.loads(line.partition(" ")[2])


def test_everything_comes_back(source, backup, target):
    done = target.manage("restore", str(backup))

    there, here = tables(source), tables(target)
    assert here == there
    assert len(here) >= len(apps.get_models())
    assert here["leads_contact"][0] >= 40
    assert (target.folder / "var" / "imports" / "7" / "leads.csv").read_text() == "Email\nerika@firma.example\n"
    assert "Restored the backup of " in done.stdout


def test_what_is_restored_goes_on_counting_ids(backup, target):
    target.manage("restore", str(backup))

    created = "from leads.models import Team; print('id', Team.objects.create(name='New').id, Team.objects.count())"
    said = target.manage("shell", "--command", created).stdout

    assert "id " in said


def test_only_the_owner_may_read_a_backup_and_no_half_file_is_left(backup):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert sorted(path.name[-18:] for path in backup.parent.iterdir() if path.is_file()) == sorted(
        [backup.name[-18:], "suppressions.jsonl"]
    )


def test_the_secret_is_not_in_it(backup):
    assert KEY.encode() not in backup.read_bytes()


def test_opt_outs_that_are_newer_than_the_backup_are_put_back(source, backup, target):
    source.manage("shell", "--command", SUPPRESS.format(address="late@firma.example"))
    newer = written(source.manage("backup", str(backup.parent), "--suppressions-only"))

    done = target.manage("restore", str(backup), "--suppressions", str(newer))

    assert "Suppressions put back: 1." in done.stdout
    assert "[True, True]" in target.manage("shell", "--command", IS_SUPPRESSED).stdout
    assert "late@firma.example" not in newer.read_text()


def test_a_database_that_is_not_empty_is_left_alone(backup, target):
    target.manage("migrate", "--verbosity", "0")
    before = tables(target)

    done = target.manage("restore", str(backup), check=False)

    assert done.returncode == 2
    assert "The database is not empty." in done.stderr
    assert tables(target) == before


def test_force_replaces_what_is_there(source, backup, target):
    target.manage("migrate", "--verbosity", "0")

    target.manage("restore", str(backup), "--force")

    assert tables(target)["leads_contact"] == tables(source)["leads_contact"]


def test_another_secret_key_is_refused_because_opt_outs_would_be_forgotten(backup, target):
    target.environment["SECRET_KEY"] = secrets.token_urlsafe(64)

    done = target.manage("restore", str(backup), check=False)

    assert done.returncode == 2
    assert "under another SECRET_KEY" in done.stderr


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda content: content[: len(content) // 2], "is no backup"),
        (lambda content: b"no tar at all", "is no backup"),
        (lambda content: content.replace(b"erika@firma", b"ERIKA@firma"), "The backup is damaged"),
    ],
)
def test_a_damaged_backup_changes_nothing(backup, target, tmp_path, spoil, sentence):
    damaged = tmp_path / "damaged.tar"
    damaged.write_bytes(spoil(backup.read_bytes()))

    done = target.manage("restore", str(damaged), check=False)

    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert tables(target) == {}


def test_a_backup_cannot_write_outside_the_folder(target, tmp_path):
    evil = tmp_path / "evil.tar"
    with tarfile.open(evil, "w") as archive:
        member = tarfile.TarInfo("../../escaped")
        member.size = 4
        archive.addfile(member, io.BytesIO(b"evil"))

    done = target.manage("restore", str(evil), check=False)

    assert done.returncode == 2
    assert not list(tmp_path.rglob("escaped"))


def test_a_folder_that_is_missing_is_said(source, tmp_path):
    done = source.manage("backup", str(tmp_path / "nowhere"), check=False)

    assert done.returncode == 2
    assert "nowhere is no folder." in done.stderr


def test_a_backup_that_cannot_be_written_leaves_nothing_behind(source, tmp_path):
    if not source.environment["DATABASE_URL"].startswith("postgres"):
        pytest.skip("takes away pg_dump: run `make test-services`")
    source.environment, kept = source.environment | {"PATH": str(tmp_path)}, source.environment
    folder = tmp_path / "backups"
    folder.mkdir()
    try:
        done = source.manage("backup", str(folder), check=False)
    finally:
        source.environment = kept

    assert done.returncode == 2
    assert "pg_dump was not found" in done.stderr
    assert os.listdir(folder) == []
