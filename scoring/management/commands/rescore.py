"""manage.py rescore: bring stored scores up to date."""

import argparse
import json
import time

from django.utils import timezone
from django.utils.translation import gettext

from leads.management.oneline import OneLineCommand, wrong
from scoring import gathering, qualification, rescoring

WORKERS = 2


class Command(OneLineCommand):
    """Scores leads and moves those whose score calls for it. With `--json` prints {scored, changed, moved, seconds}."""

    help = "Scores leads and moves those whose score calls for it."

    def add_arguments(self, parser: argparse.ArgumentParser):
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--all", action="store_true", help="every open lead, stale or not")
        which.add_argument("--stale", action="store_true", help="only leads whose score is stale (default)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args, **options):
        now, started = timezone.now(), time.monotonic()
        try:
            outcome = (
                rescoring.rescore_all(now=now, workers=WORKERS)
                if options["all"]
                else rescoring.rescore_all_stale(now=now)
            )
        except gathering.NoScorecard:
            raise wrong(gettext("There is no live scorecard. Publish one first.")) from None
        moves = qualification.qualify(now=now)
        report = {
            "scored": outcome.scored,
            "changed": outcome.changed,
            "moved": sum(moves[name] for name in ("mql", "nurture", "sql")),
            "seconds": round(time.monotonic() - started, 3),
        }
        if options["json"]:
            self.stdout.write(json.dumps(report))
        else:
            self.stdout.write("{scored} scored, {changed} changed, {moved} moved in {seconds} s".format(**report))
