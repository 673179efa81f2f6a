"""Changes of fields in words: "Job title: Engineer → Head of IT"."""

from collections import defaultdict

from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from leads import fields, history
from leads.enums import FieldType
from leads.models import CustomField

_LONGEST = 60


def in_words(changes):
    """Id of the change → its `field`, `old` and `new` value in words. Queries only for the kinds of fields there are."""
    declared = fields.builtin() | _custom(changes)
    named = _named(changes)
    return {
        change.pk: {
            "field": _label(change.field, declared),
            "old": _value(change.old, change.field, declared, named),
            "new": _value(change.new, change.field, declared, named),
        }
        for change in changes
    }


def _custom(changes):
    if not any(".custom." in change.field for change in changes):
        return {}
    return fields.custom(CustomField.objects.all())


def _named(changes):
    """(field, id) → name of the employer, source, campaign or product of that id."""
    wanted = defaultdict(set)
    for change in changes:
        if change.field in history.LINKS:
            wanted[change.field] |= {change.old, change.new} - {None}
    found = {}
    for field, ids in wanted.items():
        names = history.LINKS[field].objects.filter(pk__in=ids).values_list("pk", "name")
        found |= {(field, pk): name for pk, name in names}
    return found


def _label(name, declared):
    others = {
        "contact.first_name": _("First name"),
        "contact.last_name": _("Last name"),
        "contact.company": _("Company"),
        "contact.do_not_profile": _("Do not profile"),
        "company.name": _("Name of the company"),
        "company.website": _("Website of the company"),
    }
    if name in others:
        return others[name]
    return str(declared[name].label) if name in declared else name.rpartition(".")[2]


def _value(value, name, declared, named):
    if name in history.LINKS:
        value = named.get((name, value))
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return number_format(value)
    if name in declared and declared[name].type == FieldType.DATE and (day := _day(value)):
        return date_format(day, "SHORT_DATE_FORMAT")
    text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def _day(text):
    try:
        return parse_date(str(text))
    except ValueError:
        return None
