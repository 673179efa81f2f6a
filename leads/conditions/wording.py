"""Conditions in words, for rule lists and explanations."""

from django.utils import formats
from django.utils.translation import gettext

from leads.conditions import language
from leads.conditions.language import as_date


def describe(condition, fields):
    """A short phrase for a valid condition in the active language, such as “Employees at least 200 and Country is Germany”."""
    return _phrase(condition or {}, fields, nested=False)


def _phrase(node, fields, *, nested):
    for group in language.GROUPS:
        if group in node:
            joint = gettext(" and ") if group == "all" else gettext(" or ")
            many = len(node[group]) > 1
            text = joint.join(_phrase(child, fields, nested=many or group == "none") for child in node[group])
            if group == "none":
                return gettext("not (%(statements)s)") % {"statements": text}
            return f"({text})" if nested and many else text
    return _statement(node, fields) if node else gettext("always")


def _statement(leaf, fields):
    field = fields.get(leaf["field"])
    label = str(field.label) if field else leaf["field"]
    words = {"field": label}
    op, value = leaf["op"], leaf.get("value")
    if op == "between":
        words["low"], words["high"] = (_shown(field, item) for item in value)
    elif isinstance(value, list):
        words["value"] = ", ".join(_shown(field, item) for item in value[:5])
        if len(value) > 5:
            words["value"] += ", …"
    elif value is not None:
        words["value"] = _shown(field, value)
    return _template(op) % words


def _template(op):
    return {
        "is": gettext("%(field)s is %(value)s"),
        "is_not": gettext("%(field)s is not %(value)s"),
        "in": gettext("%(field)s is one of %(value)s"),
        "not_in": gettext("%(field)s is none of %(value)s"),
        "contains": gettext("%(field)s contains %(value)s"),
        "starts_with": gettext("%(field)s starts with %(value)s"),
        "gt": gettext("%(field)s over %(value)s"),
        "gte": gettext("%(field)s at least %(value)s"),
        "lt": gettext("%(field)s under %(value)s"),
        "lte": gettext("%(field)s at most %(value)s"),
        "between": gettext("%(field)s from %(low)s to %(high)s"),
        "before": gettext("%(field)s before %(value)s"),
        "after": gettext("%(field)s after %(value)s"),
        "is_blank": gettext("%(field)s is missing"),
        "is_not_blank": gettext("%(field)s is known"),
        "is_true": gettext("%(field)s: yes"),
        "is_false": gettext("%(field)s: no"),
    }[op]


def _shown(field, value):
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if field is not None and field.type == language.DATE and as_date(value):
        return formats.date_format(as_date(value), "SHORT_DATE_FORMAT")
    if language.is_number(value):
        return formats.number_format(value)
    return str(value)
