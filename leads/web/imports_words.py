"""How the pages of imports say what runs, layouts and tallies hold."""

import re
from dataclasses import dataclass

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.enums import ImportState
from leads.importing import presets
from leads.importing.removing import REASONS
from leads.models import Contact, Deal, FollowUp, ImportRun, Lead, SavedMapping

_DELIMITERS = {
    ",": gettext_lazy("comma"),
    ";": gettext_lazy("semicolon"),
    "\t": gettext_lazy("tab"),
    "|": gettext_lazy("vertical bar"),
}
_ENCODINGS = {
    "lines": "UTF-8 / Windows-1252",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "xlsx": "Excel",
    "json": "JSON",
}
_MODELS = (
    "contact", "lead", "company", "deal", "interaction", "followup", "campaign", "consentevent", "duplicatepair", "customfield",
    "source",
)  # fmt: skip
SIGNS = {
    ImportState.DRAFT: "edit",
    ImportState.WAITING: "clock",
    ImportState.RUNNING: "live",
    ImportState.DONE: "check",
    ImportState.FAILED: "alert",
    ImportState.CANCELLED: "stop",
    ImportState.UNDOING: "live",
    ImportState.UNDONE: "undo",
}


@dataclass
class Row:
    """A run as the list shows it."""

    run: ImportRun
    icon: str
    figures: dict
    is_open: bool


@dataclass
class Kept:
    """A record that undo left alone."""

    kind: str
    name: str
    lead_id: int | None
    reason: str


def row(run):
    """A run with its figures; a draft has none."""
    names = ("created", "updated", "unchanged", "rejected")
    figures = {name: run.report.get(name, 0) for name in names} if run.state != ImportState.DRAFT else {}
    is_open = run.state in (ImportState.WAITING, ImportState.RUNNING, ImportState.UNDOING)
    return Row(run, SIGNS[ImportState(run.state)], figures, is_open)


def mappings(*kinds):
    """Choices of where a mapping for these kinds of rows comes from: guessed, a program's, or one's own."""
    names = dict.fromkeys(name for kind in kinds for name in presets.names(kind))
    programs = [(f"preset:{name}", presets.find(name).label) for name in names]
    own = SavedMapping.objects.filter(kind__in=kinds).order_by("name", "id")
    own = [(f"saved:{item.pk}", item.name) for item in own]
    choices = [("", _("Guess from headings and values")), (_("Other programs"), programs)]
    return [*choices, (_("Own mappings"), own)] if own else choices


def facts(draft):
    """(what, value) pairs about how a file was read."""
    layout = draft.layout
    yield _("Encoding"), _ENCODINGS.get(layout.encoding, layout.encoding)
    if layout.delimiter:
        yield _("Delimiter"), _DELIMITERS.get(layout.delimiter, layout.delimiter)
    yield _("Columns"), len(layout.header)
    signs = {column.decimal for column in draft.columns} - {""}
    yield _("Decimal sign"), " / ".join(sorted(signs)) or "–"
    formats = {column.date_format for column in draft.columns} - {""}
    yield _("Dates"), " / ".join(sorted(map(shown_format, formats))) or "–"


def shown_format(known):
    """A date format as people write it: DD.MM.YYYY."""
    for sign, shown in (("%d", "DD"), ("%m", "MM"), ("%Y", "YYYY"), ("%y", "YY"), ("%b", "MMM"), ("%B", "MMMM")):
        known = known.replace(sign, shown)
    return known


def fault(text):
    """A fault without the names of the command's options."""
    if "--id" in text:
        return _("No column identifies the rows: say which one is the e-mail address or the id.")
    return re.sub(r"^--[a-z-]+: ", "", text)


def counted(fates):
    """Verb → number of the previewed rows."""
    return {verb: sum(fate.verb == verb for fate in fates) for verb in ("created", "updated", "unchanged", "rejected")}


def columns(run):
    """(heading, where its values went) of a run."""
    from_report = run.mapping.get("columns", [])
    return [(name, where or _("left out")) for name, where, _type in from_report]


def tally(found):
    """What undo removed and restored in words, and what it left alone with names that still exist."""
    return {
        "removed": _sentences(found.removed),
        "restored": _sentences(found.restored),
        "kept": _kept(found.kept),
        "kept_count": sum(found.reasons.values()),
        "reasons": [(REASONS[reason], count) for reason, count in sorted(found.reasons.items())],
        "is_empty": not (found.removed or found.restored),
    }


def _sentences(counts):
    order = [name for name in _MODELS if name in counts] + sorted(set(counts) - set(_MODELS))
    return [(_model_name(name, counts[name]), counts[name]) for name in order]


def _model_name(name, count):
    meta = apps.get_model("leads", name)._meta
    return meta.verbose_name if count == 1 else meta.verbose_name_plural


def _kept(entries):
    """The `Kept` of each entry, with names read now: an erased person has none any more."""
    ids = {}
    for model, pk, _reason in entries:
        ids.setdefault(model, set()).add(pk)
    names = {model: _names(model, found) for model, found in ids.items()}
    return [
        Kept(_model_name(model, 1), *names[model].get(pk, (f"#{pk}", None)), REASONS[reason])
        for model, pk, reason in entries
    ]


def _names(model, ids):
    """Id → (name, lead to link to)."""
    if model == "lead":
        found = Lead.objects.filter(pk__in=ids).select_related("contact")
        return {lead.pk: (lead.contact.display_name, lead.pk) for lead in found}
    if model == "contact":
        lead_of = dict(Lead.objects.filter(contact__in=ids).order_by("id").values_list("contact_id", "pk"))
        return {item.pk: (item.display_name, lead_of.get(item.pk)) for item in Contact.objects.filter(pk__in=ids)}
    if model in ("deal", "followup"):
        owner = Deal if model == "deal" else FollowUp
        return {item.pk: (str(item), item.lead_id) for item in owner.objects.filter(pk__in=ids)}
    return {item.pk: (str(item), None) for item in apps.get_model("leads", model).objects.filter(pk__in=ids)}
