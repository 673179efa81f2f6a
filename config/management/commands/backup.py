"""Write a backup of the database and its files."""

from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from config import backups, dumps
from leads.management.oneline import OneLineCommand, wrong


class Command(OneLineCommand):
    requires_system_checks = []
    help = "Writes a backup of database and files into a folder, and the suppressions beside it. Others may work meanwhile."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="where to write it; another disk or machine is best")
        parser.add_argument(
            "--suppressions-only", action="store_true", help="only the opt-outs: small, to be written every few minutes"
        )

    def handle(self, *args, folder, suppressions_only, **options):
        if not folder.is_dir():
            raise wrong(_("%(folder)s is no folder.") % {"folder": folder})
        if folder.resolve().is_relative_to(settings.VAR_DIR.resolve()) and folder.resolve().name in backups.FOLDERS:
            raise wrong(_("%(folder)s is itself part of backups: take another folder.") % {"folder": folder})
        connection.ensure_connection()
        write = backups.write_suppressions if suppressions_only else backups.make
        try:
            path = write(folder, now=timezone.now())
        except (OSError, backups.Refused, dumps.Failed) as error:
            raise wrong(_("No backup was written: %(fault)s") % {"fault": error}) from error
        self.stdout.write(str(path))
