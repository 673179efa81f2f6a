"""The machine: room on the disk, a folder that can be written, a backup that is not too old."""

import datetime
import json
import shutil
import tempfile

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config import backups
from config.diagnosis.findings import notice, ok, problem

ROOM = 500
"""Megabytes that should be free."""
BACKUP_AGE = datetime.timedelta(days=2)


def folder(*, now):
    """The folder for everything that is not code can be written."""
    name = {"folder": settings.VAR_DIR}
    try:
        with tempfile.TemporaryFile(dir=settings.VAR_DIR) as file:
            file.write(b"x")
    except OSError as error:
        says = _("The folder %(folder)s cannot be written: %(fault)s.") % {**name, "fault": error.strerror}
        yield problem("folder", says, _("Make it, and give it to the account that runs Vorsprung (VORSPRUNG_VAR)."))
    else:
        yield ok("folder", _("The folder %(folder)s can be written.") % name)


def space(*, now):
    """There is room for imports, logs and the database."""
    try:
        free = shutil.disk_usage(settings.VAR_DIR).free // 1_000_000
    except OSError:
        return  # the folder is missing, which has been said
    values = {"free": free, "folder": settings.VAR_DIR}
    if free >= ROOM:
        yield ok("disk", _("The disk has room: %(free)d MB are free.") % values)
    else:
        says = _("The disk is nearly full: %(free)d MB are free in %(folder)s.") % values
        yield problem(
            "disk", says, _("Delete old backups and logs, or give it a larger disk: a full one stops imports.")
        )


def backup(*, now):
    """Somebody has made a backup lately, as far as this installation knows."""
    try:
        at = backups.last_made_at()
    except (OSError, ValueError, KeyError, json.JSONDecodeError):
        at = None
    if at is None:
        says = _("No backup by manage.py backup is known.")
        yield notice("backup", says, _("Run manage.py backup DIR every night, and keep the file on another machine."))
        return
    hours = round((now - at).total_seconds() / 3600)
    says = ngettext("The last backup is %(count)d hour old.", "The last backup is %(count)d hours old.", hours)
    says %= {"count": hours}
    if now - at <= BACKUP_AGE:
        yield ok("backup", says)
    else:
        yield problem("backup", says, _("Find out why manage.py backup DIR does not run every night."))
