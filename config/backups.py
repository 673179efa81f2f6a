"""Backups: one file with the database, the files that belong to it, and a manifest; and the way back.

A backup is a tar of `manifest.json`, the database (see `dumps`) and the folders `FOLDERS`. The manifest names version, engine,
migrations and the SHA-256 of every other member. The key of the suppressions is not in it: keep it apart, for without it
the addresses cannot be recognised any more. Its fingerprint is, so that a restore under another key is refused.

Suppressions are written to a small file of their own beside it, as often as one likes: those newer than a backup are put back
after it, or a restore would mail people who have opted out since.
"""

import datetime
import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from config import dumps
from leads import suppression

FOLDERS = ("imports", "media")
"""Below `VORSPRUNG_VAR`: files that the database speaks of."""
FORMAT = 1
MANIFEST = "manifest.json"


class Refused(Exception):
    """The backup cannot be made, or not be restored here; says why. Nothing has been changed."""


def make(folder, *, now):
    """Write a backup into the folder; returns its path. Raises `Refused` or `dumps.Failed`, and leaves no half file behind."""
    stamp = f"{now:%Y%m%d-%H%M%S}"
    path = Path(folder) / f"vorsprung-{stamp}.tar"
    with _unfinished(path) as unfinished, tempfile.TemporaryDirectory(dir=folder, prefix=".vorsprung-") as room:
        database = Path(room) / dumps.NAMES[connection.vendor]
        dumps.write(database)
        members = {database.name: database, **_files()}
        manifest = {
            "format": FORMAT,
            "made_at": now.isoformat(),
            "engine": connection.vendor,
            "migrations": sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
            "secret": _fingerprints()[0],
            "members": {name: _digest(source) for name, source in members.items()},
        }
        listing = Path(room) / MANIFEST
        listing.write_text(json.dumps(manifest, indent=1))
        with tarfile.open(unfinished, "w") as archive:
            archive.add(listing, MANIFEST)
            for name, source in members.items():
                archive.add(source, name)
    write_suppressions(folder, now=now)
    (settings.VAR_DIR / "last_backup").write_text(json.dumps({"at": now.isoformat()}))
    return path


def write_suppressions(folder, *, now):
    """Write all suppressions, which are keyed hashes, into a file of their own; returns its path."""
    path = Path(folder) / f"vorsprung-{now:%Y%m%d-%H%M%S}-suppressions.jsonl"
    with _unfinished(path) as unfinished, unfinished.open("w") as file:
        file.write(json.dumps({"secret": _fingerprints()[0]}) + "\n")
        for row in suppression.journal():
            file.write(json.dumps(row) + "\n")
    return path


def last_made_at():
    """When this installation last made a backup. Raises OSError, ValueError or KeyError if it never did."""
    return datetime.datetime.fromisoformat(json.loads((settings.VAR_DIR / "last_backup").read_text())["at"])


def restore(path, *, force=False):
    """Fill an empty database and the folders from a backup; returns the manifest.

    Everything is verified before anything is changed. Raises `Refused`, or `dumps.Failed`.
    """
    if dumps.tables() and not force:
        raise Refused(_("The database is not empty. --force drops everything in it first."))
    with tempfile.TemporaryDirectory(dir=_room(), prefix=".restore-") as room:
        room = Path(room)
        manifest = _unpacked(path, room)
        _verify(manifest, room, force=force)
        if dumps.tables():
            dumps.empty()
        dumps.read(room / dumps.NAMES[connection.vendor])
        for name in FOLDERS:
            if (room / name).is_dir():
                shutil.copytree(room / name, settings.VAR_DIR / name, dirs_exist_ok=True)
    return manifest


def read_suppressions(path, *, force=False):
    """The rows of a file that `write_suppressions` has made. Raises `Refused` naming the line."""
    try:
        with Path(path).open() as file:
            rows = [json.loads(line) for line in file if line.strip()]
    except (OSError, ValueError) as error:
        raise Refused(_("%(path)s is no file of suppressions (%(fault)s).") % {"path": path, "fault": error}) from error
    if not rows or "secret" not in rows[0]:
        raise Refused(_("%(path)s is no file of suppressions (%(fault)s).") % {"path": path, "fault": "line 1"})
    if rows[0]["secret"] not in _fingerprints() and not force:
        raise Refused(_other_key())
    return rows[1:]


@contextmanager
def _unfinished(path):
    """A file for its owner only, which gets its name once it is complete; an unfinished one is removed."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        yield unfinished
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _files():
    found = {}
    for name in FOLDERS:
        for source in sorted((settings.VAR_DIR / name).rglob("*")):
            if source.is_file() and not source.is_symlink():
                found[str(source.relative_to(settings.VAR_DIR))] = source
    return found


def _unpacked(path, room):
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                target = (room / member.name).resolve()
                if not member.isreg() or not target.is_relative_to(room.resolve()):
                    raise tarfile.TarError(member.name)
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.extractfile(member) as source, target.open("wb") as file:
                    shutil.copyfileobj(source, file)
        return json.loads((room / MANIFEST).read_text())
    except (OSError, tarfile.TarError, ValueError) as error:
        raise Refused(_("%(path)s is no backup (%(fault)s).") % {"path": path, "fault": error}) from error


def _verify(manifest, room, *, force):
    if manifest.get("format") != FORMAT or "members" not in manifest:
        raise Refused(_("This backup has a form that this version does not know."))
    for name, digest in manifest["members"].items():
        member = (room / name).resolve()
        if not member.is_relative_to(room.resolve()) or not member.is_file() or _digest(member) != digest:
            raise Refused(_("The backup is damaged: %(name)s is not what was written.") % {"name": name})
    if manifest["engine"] != connection.vendor:
        message = _("The backup is of %(there)s, this database is %(here)s.")
        raise Refused(message % {"there": manifest["engine"], "here": connection.vendor})
    unknown = set(manifest["migrations"]) - _known()
    if unknown:
        message = _("The backup is of a newer version of Vorsprung: it knows %(name)s.")
        raise Refused(message % {"name": max(unknown)})
    if manifest["secret"] not in _fingerprints() and not force:
        raise Refused(_other_key())


def _known():
    """Names of all migrations of this version."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return {f"{app}.{name}" for app, name in loader.disk_migrations}


def _other_key():
    return _(
        "The backup was made under another SECRET_KEY or SUPPRESSION_KEY: suppressed addresses would not be recognised, and be "
        "mailed again. Set the old key; --force restores all the same."
    )


def _fingerprints():
    """What tells the keys of suppressed addresses apart without telling them, that of the newest first."""
    return [
        salted_hmac("config.backups", "fingerprint", secret=key, algorithm="sha256").hexdigest()[:16]
        for key in settings.SUPPRESSION_KEYS
    ]


def _digest(path):
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _room():
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    return settings.VAR_DIR
