"""`manage.py import_leads FILE`: leads from a file, scored at once, with a report that says what the scorecard sees."""

from django.utils.translation import gettext, ngettext

from leads.enums import ImportKind
from leads.models import Lead
from scoring import coverage
from scoring.management.importing import ImportCommand

ALIKE = 0.5
"""With more of the leads at one score the report says what to do."""


class Command(ImportCommand):
    """Leads and contacts, and how the live scorecard tells them apart."""

    help = "Imports leads from a CSV or XLSX file. Importing the same file again changes nothing."
    kind = ImportKind.LEADS

    def add_own_arguments(self, parser):
        parser.add_argument(
            "--sales-field",
            action="append",
            default=[],
            metavar="COLUMN",
            dest="sales_fields",
            help="a column that sales fills in later, so that it must not predict anything (repeatable)",
        )
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

    def findings(self, report):
        return _scorecard(report)

    def remarks(self, report, found):
        return _scores(report, found)


def _scorecard(report):
    """What the live scorecard makes of this file's fields, and how the scores of its leads lie."""
    used, unused = coverage.columns_used(report.fills)
    leads = Lead.objects.filter(source__name=report.source, import_row__isnull=False)
    spread = coverage.spread(leads)
    return {
        "columns_used": used,
        "columns_unused": unused,
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
