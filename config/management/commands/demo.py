"""One command from nothing to a working board: migrate, seed, serve, and a trickle of live events."""

import os
import sys
import time

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config import collecting, databases, serving
from config.demo import seeding
from config.processes import Child, say
from leads import demo_people


class Command(BaseCommand):
    requires_system_checks = []  # each costs time before the first page; `make check` runs them all
    help = "Fills an empty database with an invented company and serves it. Running it again keeps what is there."

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
        parser.add_argument("--no-serve", action="store_true", help="only migrate and seed")
        parser.add_argument("--quiet", action="store_true", help="no live events after the start")
        parser.add_argument("--leads", type=int, default=600, help="how many contacts to invent (default: %(default)s)")
        parser.add_argument("--seed", type=int, default=1, help="another seed, other people (default: %(default)s)")

    def handle(self, *args, host, port, no_serve, quiet, leads, seed, verbosity, **options):
        if not 1 <= leads <= 100_000:
            raise CommandError("--leads takes 1 to 100000.", returncode=2)
        if settings.PRODUCTION:
            raise CommandError(
                "The demo has well-known people and does not run with VORSPRUNG_ENV=production.", returncode=2
            )
        if not no_serve:
            # Before anything is made or said: addresses and passwords of somebody else's server would mislead.
            _refuse_taken(host, port)
        if databases.is_behind():
            call_command("migrate", verbosity=0, interactive=False)
        started = time.monotonic()
        if not seeding.is_seeded():
            say(f"Inventing {leads} contacts and a year of what they did …")
        if seeding.seed(leads=leads, seed=seed, now=timezone.now()):
            say(f"Done in {time.monotonic() - started:.1f} s.")
        if no_serve:
            return
        collecting.collect_if_changed()
        # The children read it: only then does the sign-in page show one button per person.
        os.environ["VORSPRUNG_DEMO"] = "1"
        more = [] if quiet else [Child("trickle", [sys.executable, "manage.py", "trickle"], waits=True)]
        say(f"Vorsprung: http://{host}:{port}/")
        for person in demo_people.PEOPLE:
            say(f"{person.username} {person.password}")
        try:
            status = serving.run(
                host=host,
                port=port,
                more=more,
                on_ready=lambda: say("Ready. Ctrl-C stops everything."),
                first_page="/login/",  # asking the URL patterns would read them all
            )
        except serving.PortTaken as error:
            raise CommandError(str(error)) from error
        if status:
            raise SystemExit(status)


def _refuse_taken(host, port):
    try:
        serving.refuse_taken(host, port)
    except serving.PortTaken as error:
        raise CommandError(str(error)) from error
