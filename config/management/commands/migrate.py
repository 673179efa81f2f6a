"""Django's migrate, safe on a database that is in use: it gives up rather than hold everybody else up."""

import time

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.utils.translation import gettext as _
from psycopg import errors


class Command(migrate.Command):
    """On PostgreSQL a migration that waits for a lock makes all later requests wait behind it, so it waits only briefly."""

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-timeout", type=float, default=4, help="seconds to wait for a lock (default: %(default)s)"
        )
        parser.add_argument(
            "--statement-timeout",
            type=float,
            default=900,
            help="seconds that one statement may take (default: %(default)s)",
        )
        parser.add_argument(
            "--attempts", type=int, default=5, help="how often to try for a lock (default: %(default)s)"
        )
        parser.add_argument(
            "--pause", type=float, default=5, help="seconds between two attempts (default: %(default)s)"
        )

    def handle(self, *args, lock_timeout, statement_timeout, attempts, pause, **options):
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":
            return super().handle(*args, **options)
        for attempt in range(1, attempts + 1):
            _limit(connection, lock=lock_timeout, statement=statement_timeout)
            try:
                return super().handle(*args, **options)
            except OperationalError as error:
                if isinstance(error.__cause__, errors.QueryCanceled):
                    raise CommandError(_slow() % {"seconds": f"{statement_timeout:g}"}) from error
                if not isinstance(error.__cause__, errors.LockNotAvailable):
                    raise
                if attempt == attempts:
                    raise CommandError(_locked() % {"seconds": f"{lock_timeout:g}", "attempts": attempts}) from error
                self.stderr.write(_("The table is in use; trying again in %(seconds)s s.") % {"seconds": f"{pause:g}"})
                time.sleep(pause)
            finally:
                _limit(connection, lock=0, statement=0)
        return None


def _limit(connection, *, lock, statement):
    """Seconds for this session; 0 waits for ever."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false)",
            [f"{round(lock * 1000)}ms", f"{round(statement * 1000)}ms"],
        )


def _locked():
    return _(
        "Gave up after %(attempts)s attempts: another session holds a lock on a table to be changed for longer than "
        "%(seconds)s seconds. Finished migrations stay; the one that waited has changed nothing. End long jobs, or run it again."
    )


def _slow():
    return _(
        "Gave up: a statement took longer than %(seconds)s seconds. Finished migrations stay; this one has changed nothing. "
        "Run it again with a larger --statement-timeout, at a quiet time."
    )
