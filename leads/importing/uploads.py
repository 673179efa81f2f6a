"""Files that people upload for import: kept below the installation's folder under names of our own, for its account only."""

import contextlib
import datetime
import os
import uuid

from django.conf import settings
from django.utils.translation import gettext

MAX_BYTES = 200 * 1024 * 1024
KEPT_FOR = datetime.timedelta(days=30)
ENDINGS = (".csv", ".xlsx", ".jsonl")


class Refused(Exception):
    """An upload that cannot be kept. The message says why, in one line."""


def folder():
    """Where imported files and their rejected rows lie."""
    return settings.VAR_DIR / "imports"


def path(name):
    """The path of a stored file. Only names that `store` gave lead anywhere: never a path from outside. Raises `Refused`."""
    if not name or "/" in name or "\\" in name or name.startswith(".") or not (folder() / name).is_file():
        raise Refused(gettext("The file of this import is no longer there."))
    return folder() / name


def store(chunks, *, name):
    """Keep an upload; returns its new name. `name` is what the sender calls it: only a known ending is taken from it.

    Raises `Refused` for an empty or too large file; nothing of it stays then.
    """
    ending = next((known for known in ENDINGS if name.lower().endswith(known)), ENDINGS[0])
    stored = f"{uuid.uuid4().hex}{ending}"
    target = folder() / stored
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    try:
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > MAX_BYTES:
                    raise Refused(
                        gettext("The file has more than %(limit)d MB. Cut it into several files.")
                        % {"limit": MAX_BYTES // 1024 // 1024}
                    )
                file.write(chunk)
        if not size:
            raise Refused(gettext("The file is empty."))
    except OSError:
        remove(stored)
        raise Refused(gettext("The file could not be stored: the disk may be full. Nothing was imported.")) from None
    except Refused:
        remove(stored)
        raise
    return stored


def prune(*, now):
    """Delete files that are older than `KEPT_FOR`, rejected rows among them: what was said about people does not lie about."""
    if not folder().is_dir():
        return
    for found in folder().iterdir():
        with contextlib.suppress(FileNotFoundError):
            if found.stat().st_mtime < (now - KEPT_FOR).timestamp():
                found.unlink()


def remove(name):
    """Delete a stored file. One that is gone already is no fault."""
    with contextlib.suppress(FileNotFoundError, Refused):
        path(name).unlink()
