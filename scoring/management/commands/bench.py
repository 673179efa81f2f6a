"""manage.py bench NAME: our work against a bare bound in the same run, in a database of its own."""

import argparse
import json

from django.utils.translation import gettext

from leads.management.oneline import OneLineCommand, wrong
from scoring.bench import board, imports, latency, report, rescore, tick

BENCHMARKS = {
    "board": board.run,
    "import": imports.run,
    "latency": latency.run,
    "report": report.run,
    "rescore": rescore.run,
    "tick": tick.run,
}


class Command(OneLineCommand):
    """Runs one benchmark. Prints {name, bound_seconds, ours_seconds, ratio, iqr, pairs, verdict, machine, …} as JSON."""

    help = "Measures a piece of work against a lower bound in plain SQL, in the same run."

    def add_arguments(self, parser: argparse.ArgumentParser):
        parser.add_argument("name", choices=sorted(BENCHMARKS), metavar="NAME", help=", ".join(sorted(BENCHMARKS)))
        parser.add_argument("--leads", type=int, help="default: the size that the limit is stated for")
        parser.add_argument("--interactions", type=int)
        parser.add_argument("--json", action="store_true", help="print one JSON object with the raw samples")

    def handle(self, *args, **options):
        sizes = {name: options[name] for name in ("leads", "interactions") if options[name] is not None}
        if any(size < 1 for size in sizes.values()):
            raise wrong(gettext("%(options)s: at least 1, please.") % {"options": "--leads, --interactions"})
        found = BENCHMARKS[options["name"]](**sizes)
        if options["json"]:
            self.stdout.write(json.dumps(found))
        else:
            shown = {key: value for key, value in found.items() if key not in ("samples", "machine")}
            self.stdout.write("\n".join(f"{key}: {value}" for key, value in shown.items()))
