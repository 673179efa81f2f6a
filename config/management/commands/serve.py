"""Run an installation: web, workers and clock under one parent."""

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config import collecting, databases, serving
from config.processes import say


class Command(BaseCommand):
    requires_system_checks = []  # each costs time before the first page; `make check` runs them all
    help = "Serves Vorsprung: web server, background workers and clock, until Ctrl-C."

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
        parser.add_argument("--quiet", action="store_true", help="leave out what the processes say while they live")

    def handle(self, *args, host, port, quiet, **options):
        if databases.is_behind():
            raise CommandError("The database is not up to date. Run: manage.py migrate")
        connection.close()
        collecting.collect_if_changed()
        shown = f"[{host}]" if ":" in host else host
        try:
            status = serving.run(
                host=host, port=port, quiet=quiet, on_ready=lambda: say(f"Vorsprung answers at http://{shown}:{port}/")
            )
        except serving.PortTaken as error:
            raise CommandError(str(error)) from error
        if status:
            raise SystemExit(status)
