"""`manage.py import_leads FILE`: leads from a file, scored at once, with a report that says what the scorecard sees."""

import json
import resource
import sys
import time

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from leads import importing
from leads.enums import ImportKind
from leads.importing import dates, presets
from leads.management.oneline import OneLineCommand, wrong
from leads.models import Lead
from scoring import coverage, rescoring

ALIKE = 0.5
"""With more of the leads at one score the report says what to do."""


class Command(OneLineCommand):
    """Imports, rescores what has changed, and reports."""

    help = "Imports leads from a CSV or XLSX file. Importing the same file again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help="a CSV or XLSX file with a header")
        parser.add_argument(
            "--preset",
            default="",
            metavar="NAME",
            help=f"the program that wrote the file: {', '.join(presets.names(ImportKind.LEADS))}",
        )
        parser.add_argument("--id", default="", metavar="COLUMN", help="the column that identifies a lead")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="COLUMN=FIELD",
            help="what a column means, such as email, company.name, contact.custom.KEY or skip (repeatable)",
        )
        parser.add_argument(
            "--outcome",
            default="",
            metavar="COLUMN=VALUE",
            help="rows with this value are won; blank ones are open, all others lost",
        )
        parser.add_argument(
            "--lost",
            action="append",
            default=[],
            metavar="COLUMN=VALUE",
            help="rows with this value are lost, and only these (repeatable)",
        )
        parser.add_argument(
            "--sales-field",
            action="append",
            default=[],
            metavar="COLUMN",
            help="a column that sales fills in later, so that it must not predict anything (repeatable)",
        )
        parser.add_argument("--dates", default="", choices=["", *dates.STYLES], help="what 03/04/26 means")
        parser.add_argument("--decimal", default="", choices=["", ",", "."], help="the decimal sign of numbers")
        parser.add_argument(
            "--hash-id", action="store_true", help="rows without e-mail address and id get an id made of what they say"
        )
        parser.add_argument("--legal-basis", default="", metavar="TEXT", help="what the consents in the file rest on")
        parser.add_argument(
            "--proof", default="", metavar="TEXT", help="wording and evidence of the consents; needed to take them over"
        )
        parser.add_argument(
            "--art14",
            action="store_true",
            help="bought or collected elsewhere: a follow-up for each new person to be informed within a month",
        )
        parser.add_argument("--team", default="", help="the team that works these leads")
        parser.add_argument("--source", default="", help="where they come from (default: Import)")
        parser.add_argument("--dry-run", action="store_true", help="report what would happen, and write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args, file, **options):
        started, now = time.monotonic(), timezone.now()
        wanted = importing.Options(
            id_column=options["id"],
            maps=options["map"],
            outcome=options["outcome"],
            lost=options["lost"],
            sales_fields=options["sales_field"],
            preset=options["preset"],
            hash_id=options["hash_id"],
            legal_basis=options["legal_basis"].strip(),
            proof=options["proof"].strip(),
            art14=options["art14"],
            dates=options["dates"],
            decimal=options["decimal"],
        )
        try:
            report = importing.run(
                file, wanted, team=options["team"], source=options["source"], is_dry_run=options["dry_run"], now=now
            )
        except (importing.Unreadable, importing.Fault) as fault:
            raise wrong(fault) from None
        if not report.is_dry_run:
            rescoring.rescore_all_stale(now=now)
        found = _scorecard(report)
        found["seconds"] = round(time.monotonic() - started, 2)
        found["peak_mb"] = _peak_mb()
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(report) | found, ensure_ascii=False))
        else:
            for line in [*_people(report), *_columns(report), *_scores(report, found), _cost(found)]:
                self.stdout.write(line)


def _peak_mb():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


def _scorecard(report):
    """What the live scorecard makes of this file's fields, and how the scores of its leads lie."""
    rules = coverage.fields_used()
    used = {
        name: sorted({rule for field in fields for rule in rules.get(field, ())})
        for name, fields in report.fills.items()
        if any(field in rules for field in fields)
    }
    leads = Lead.objects.filter(source__name=report.source, import_row__isnull=False)
    spread = coverage.spread(leads)
    return {
        "columns_used": used,
        "columns_unused": [name for name in report.fills if name not in used],
        "same_score_share": spread.same_share,
        "scores": {
            "scored": spread.scored,
            "unscored": spread.unscored,
            "lowest": spread.lowest,
            "median": spread.median,
            "highest": spread.highest,
            "bands": spread.bands,
            "commonest": spread.commonest,
        },
    }


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


def _people(report):
    if report.is_dry_run:
        yield gettext("Dry run: nothing was written.")
    yield gettext(
        "%(rows)d rows: %(created)d created, %(updated)d updated, %(unchanged)d unchanged, %(rejected)d rejected."
    ) % {name: getattr(report, name) for name in ("rows", "created", "updated", "unchanged", "rejected")}
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


def _columns(report):
    yield gettext("Columns:")
    width = min(50, max(len(name) for name, _field, _type in report.columns))
    for name, field, type_ in report.columns:
        use = f"{field} ({type_})" if type_ else field or gettext("empty, left out")
        yield f"  {name:<{width}}  {use}"


def _scores(report, found):
    used, scores, share = found["columns_used"], found["scores"], found["same_score_share"]
    if used:
        yield gettext("The live scorecard uses:")
        for name, rules in used.items():
            yield f"  {name}: {', '.join(rules)}"
    else:
        yield gettext("The live scorecard uses none of these columns, so it cannot tell these leads apart.")
    if scores["scored"]:
        bands = ", ".join(f"{band} {count}" for band, count in scores["bands"].items())
        yield gettext("Scores: %(lowest)d to %(highest)d, median %(median)d; bands %(bands)s.") % {
            **scores,
            "bands": bands,
        }
        yield gettext("%(share)s %% of the scored leads have the very same score, %(score)d.") % {
            "share": f"{100 * share:.1f}",
            "score": scores["commonest"],
        }
    if scores["unscored"]:
        yield ngettext("%(count)d lead has no score yet.", "%(count)d leads have no score yet.", scores["unscored"]) % {
            "count": scores["unscored"]
        }
    if found["columns_unused"] and (not used or (scores["scored"] > 1 and share > ALIKE)):
        yield gettext(
            "What to do: in the admin, under Scorecards, add fit rules on columns that are known before the sales talk,"
            " such as %(columns)s. Saving rescores all open leads."
        ) % {"columns": ", ".join(_telling(report, found["columns_unused"]))}


def _telling(report, unused):
    """Some columns that a rule could use: choices and numbers first, texts such as ids never."""
    types = {name: type_ for name, _field, type_ in report.columns}
    wanted = ("choice", "number", "boolean", "date")
    ranked = sorted((name for name in unused if types[name] in wanted), key=lambda name: wanted.index(types[name]))
    return (ranked or unused)[:4]


def _cost(found):
    return gettext("%(seconds).1f seconds, at most %(peak_mb).0f MB of memory.") % found
