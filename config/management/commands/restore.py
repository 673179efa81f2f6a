"""Fill an empty database from a backup."""

from pathlib import Path

from django.core.management import call_command
from django.utils.translation import gettext as _

from config import backups, dumps
from leads import suppression
from leads.management.oneline import OneLineCommand, wrong


class Command(OneLineCommand):
    requires_system_checks = []
    help = "Fills an empty database and the folder of files from a backup. Stop workers and web server first."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="what manage.py backup has written")
        parser.add_argument(
            "--suppressions",
            type=Path,
            metavar="FILE",
            help="newer opt-outs (…-suppressions.jsonl), put back before anybody is mailed",
        )
        parser.add_argument(
            "--force", action="store_true", help="drop what is in the database; accept another SECRET_KEY"
        )

    def handle(self, *args, file, suppressions, force, **options):
        try:
            rows = backups.read_suppressions(suppressions, force=force) if suppressions else []
            manifest = backups.restore(file, force=force)
            call_command("migrate", verbosity=0, interactive=False)
            added = suppression.replay(rows)
        except (OSError, backups.Refused, dumps.Failed) as error:
            raise wrong(_("Not restored: %(fault)s") % {"fault": error}) from error
        self.stdout.write(_("Restored the backup of %(at)s.") % {"at": manifest["made_at"]})
        if suppressions:
            self.stdout.write(_("Suppressions put back: %(count)s.") % {"count": added})
        else:
            self.stdout.write(
                _("Opt-outs since then are unknown: give the newest file with --suppressions if there is one.")
            )
