"""What the commands that import have in common: arguments, one run, rescoring, and the report in words or as JSON."""

import json
import resource
import sys
import time

from django.utils import timezone
from django.utils.translation import gettext

from leads import importing
from leads.enums import ImportKind, InteractionKind
from leads.importing import dates, presets
from leads.management.oneline import OneLineCommand, wrong
from scoring import rescoring

_HELP = {
    "--id": "the column that identifies a row",
    "--outcome": "rows with this value are won; blank ones are open, all others lost",
    "--lost": "rows with this value are lost, and only these (repeatable)",
    "--map": "what a column means, such as email, company.name, contact.custom.KEY or skip (repeatable)",
}


class ImportCommand(OneLineCommand):
    """Imports a file of one kind, rescores what has changed, and reports. A kind adds its own arguments and findings."""

    kind = ImportKind.LEADS
    words = _HELP

    def add_arguments(self, parser):
        words = _HELP | self.words
        known = presets.names(self.kind)
        parser.add_argument("file", metavar="FILE", help="a CSV or XLSX file with a header, or JSON lines")
        if known:
            text = f"the program that wrote the file: {', '.join(known)}"
            parser.add_argument("--preset", default="", metavar="NAME", help=text)
        parser.add_argument("--id", default="", metavar="COLUMN", dest="id_column", help=words["--id"])
        parser.add_argument(
            "--map", action="append", default=[], metavar="COLUMN=FIELD", dest="maps", help=words["--map"]
        )
        if self.kind in (ImportKind.LEADS, ImportKind.DEALS):
            parser.add_argument("--outcome", default="", metavar="COLUMN=VALUE", help=words["--outcome"])
            parser.add_argument("--lost", action="append", default=[], metavar="COLUMN=VALUE", help=words["--lost"])
        if self.kind == ImportKind.DEALS:
            parser.add_argument("--status", default="", choices=["", "won", "lost", "open"], help="that of all rows")
        if self.kind == ImportKind.INTERACTIONS:
            kinds = ["", *InteractionKind.values]
            parser.add_argument(
                "--interaction", default="", choices=kinds, metavar="KIND", help=f"what all are: {', '.join(kinds[1:])}"
            )
        parser.add_argument("--dates", default="", choices=["", *dates.STYLES], help="what 03/04/26 means")
        parser.add_argument("--decimal", default="", choices=["", ",", "."], help="the decimal sign of numbers")
        self.add_own_arguments(parser)
        parser.add_argument(
            "--source", default="", help="where they come from (default: the preset's program, or Import)"
        )
        parser.add_argument("--dry-run", action="store_true", help="report what would happen, and write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def add_own_arguments(self, parser):
        """Arguments that only this kind has; those named like `importing.Options` are passed on."""

    def handle(self, *args, file, **given):
        started, now = time.monotonic(), timezone.now()
        known = importing.Options.__dataclass_fields__
        cleaned = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
        options = importing.Options(
            kind=self.kind.value, **{name: value for name, value in cleaned.items() if name in known}
        )
        try:
            report = importing.run(
                file,
                options,
                team=given.get("team", ""),
                source=given["source"],
                is_dry_run=given["dry_run"],
                now=now,
            )
        except (importing.Unreadable, importing.Fault) as fault:
            raise wrong(fault) from None
        if not report.is_dry_run:
            rescoring.rescore_all_stale(now=now)
        found = self.findings(report)
        found["seconds"] = round(time.monotonic() - started, 2)
        found["peak_mb"] = _peak_mb()
        if given["json"]:
            self.stdout.write(json.dumps(_as_json(report) | found, ensure_ascii=False))
        else:
            for line in [*self._rows(report), *_columns(report), *self.remarks(report, found), _cost(found)]:
                self.stdout.write(line)

    def findings(self, report):
        """What the JSON says beside the counts."""
        return {}

    def remarks(self, report, found):
        """Lines about the findings."""
        return ()

    def _rows(self, report):
        if report.is_dry_run:
            yield gettext("Dry run: nothing was written.")
        yield gettext(
            "%(rows)d rows: %(created)d created, %(updated)d updated, %(unchanged)d unchanged, %(rejected)d rejected."
        ) % {name: getattr(report, name) for name in ("rows", "created", "updated", "unchanged", "rejected")}
        if self.kind in (ImportKind.LEADS, ImportKind.DEALS):
            yield gettext("%(won)d won, %(lost)d lost, %(open)d open.") % {
                name: getattr(report, name) for name in ("won", "lost", "open")
            }
        for reason, count in sorted(report.reasons.items(), key=lambda item: -item[1])[:5]:
            yield f"  {count} × {reason}"
        if report.rejects_file:
            yield gettext("Rejected rows, with line and reason, to mend and import again: %(path)s") % {
                "path": report.rejects_file
            }
        for note, count in sorted(report.notes.items(), key=lambda item: -item[1])[:5]:
            yield f"  {count} × {note}"


def _peak_mb():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


def _as_json(report):
    names = ("created", "rejected", "unchanged", "won", "lost", "open", "rejects_file", "source", "notes", "reasons")
    counts = {"rows": report.rows, "updated": report.updated + report.unchanged}
    # Every row is one of created, updated and rejected; how many of the updated said nothing new stands apart.
    return (
        counts
        | {name: getattr(report, name) for name in names}
        | {
            "dry_run": report.is_dry_run,
            "columns": [{"column": name, "field": field, "type": str(type_)} for name, field, type_ in report.columns],
        }
    )


def _columns(report):
    yield gettext("Columns:")
    width = min(50, max(len(name) for name, _field, _type in report.columns))
    for name, field, type_ in report.columns:
        use = f"{field} ({type_})" if type_ else field or gettext("left out")
        yield f"  {name:<{width}}  {use}"


def _cost(found):
    return gettext("%(seconds).1f seconds, at most %(peak_mb).0f MB of memory.") % found
