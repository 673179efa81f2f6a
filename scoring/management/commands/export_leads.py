"""`manage.py export_leads`: leads in ranked order, as CSV or JSON."""

import json

from django.utils.translation import gettext

from leads import exporting, fields
from leads.conditions.sql import JsonValue
from leads.management.oneline import OneLineCommand, wrong
from leads.models import Lead
from scoring import ranking

SCORES = {
    "rank": "rank",
    "score": "score__score",
    "rule_score": "score__rule_score",
    "prediction": "score__prediction",
    "fit": "score__fit",
    "engagement": "score__engagement",
    "band": "score__band",
    "top_product": "score__top_product__name",
    "persona": "score__persona",
    "version": "score__version",
    "scored_at": "score__scored_at",
}
DEFAULT = "id,external_id,email,first_name,last_name,company,stage,status,score,band,top_product"
STATUSES = ("open", "won", "lost", "all")


class Command(OneLineCommand):
    """Prints leads, strongest first; those without a score come last and have null."""

    help = "Exports leads in ranked order as CSV, or with --json as one JSON object."

    def add_arguments(self, parser):
        parser.add_argument("--status", choices=STATUSES, default="open")
        parser.add_argument(
            "--columns",
            default=DEFAULT,
            metavar="NAME,…",
            help=f"any of: {', '.join([*exporting.COLUMNS, *SCORES])}, contact.custom.KEY, company.custom.KEY",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args, status, columns, **options):
        names = list(dict.fromkeys(name.strip() for name in columns.split(",") if name.strip()))
        expressions = _expressions(names)
        leads = _with_status(status)
        rows = _rows(leads, names, expressions)
        if options["json"]:
            self.stdout.write(json.dumps({"leads": list(rows)}, ensure_ascii=False, default=_as_text))
            return
        for piece in exporting.write_csv(rows, names):
            self.stdout.write(piece, ending="")


def _with_status(status):
    leads = Lead.objects.all()
    if status == "open":
        return leads.open()
    return leads if status == "all" else leads.filter(outcome=status)


def _expressions(names):
    """Column → ORM path or expression. A name outside the allow-list is a wrong argument."""
    if not names:
        raise wrong(gettext("%(option)s: name at least one column.") % {"option": "--columns"})
    allowed = {name: path for name, (_label, path) in exporting.COLUMNS.items()} | SCORES
    declared = {}
    if any(".custom." in name for name in names):
        declared = {name: field for name, field in fields.declared().items() if field.key}
    found = {}
    for name in names:
        if name in allowed:
            found[name] = allowed[name]
        elif name in declared:
            field = declared[name]
            found[name] = JsonValue(field.path, key=field.key, type=field.type)
        else:
            fault = gettext("%(option)s: there is no column “%(name)s”. Columns: %(known)s")
            known = ", ".join([*allowed, "contact.custom.KEY", "company.custom.KEY"])
            raise wrong(fault % {"option": "--columns", "name": name[:60], "known": known})
    return found


def _rows(leads, names, expressions):
    """Dictionaries in ranked order, read a page at a time."""
    paths = {name: source for name, source in expressions.items() if isinstance(source, str) and name != "rank"}
    custom = {f"custom_{n}": source for n, source in enumerate(expressions.values()) if not isinstance(source, str)}
    aliases = dict(zip((name for name, s in expressions.items() if not isinstance(s, str)), custom, strict=True))
    rank = 0
    for ids in ranking.everything(leads, order="score"):
        found = Lead.objects.filter(pk__in=ids).annotate(status_word=exporting.STATUS_WORD, **custom)
        by_id = {row["pk"]: row for row in found.values("pk", *set(paths.values()), *custom)}
        for lead_id in ids:
            rank += 1
            row = by_id.get(lead_id)
            if row is not None:
                yield {
                    name: rank if name == "rank" else row[paths[name] if name in paths else aliases[name]]
                    for name in names
                }


def _as_text(value):
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
