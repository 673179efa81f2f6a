"""The grammar of conditions: fields, operators, and what makes a condition valid."""

import datetime
import re
from dataclasses import dataclass

from django.utils.translation import gettext

TEXT, CHOICE, NUMBER, BOOLEAN, DATE = "text", "choice", "number", "boolean", "date"

MAX_DEPTH = 8
MAX_LEAVES = 200
MAX_VALUES = 500
MAX_TEXT = 200
MAX_NUMBER = 1e15

GROUPS = ("all", "any", "none")
WITHOUT_VALUE = frozenset({"is_blank", "is_not_blank", "is_true", "is_false"})
WITH_LIST = frozenset({"in", "not_in"})
NEGATIVE = {"is_not": "is", "not_in": "in", "is_not_blank": "is_blank"}

_WORDS = (
    "is",
    "is_not",
    "in",
    "not_in",
    "contains",
    "starts_with",
    "is_blank",
    "is_not_blank",
)
OPERATORS = {
    TEXT: _WORDS,
    CHOICE: _WORDS,
    NUMBER: (
        "is",
        "is_not",
        "in",
        "not_in",
        "gt",
        "gte",
        "lt",
        "lte",
        "between",
        "is_blank",
        "is_not_blank",
    ),
    BOOLEAN: ("is_true", "is_false", "is", "is_not", "is_blank", "is_not_blank"),
    DATE: ("is", "is_not", "before", "after", "between", "is_blank", "is_not_blank"),
}

_ISO_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Field:
    """A fact that conditions may speak of.

    `path` is the ORM path of the typed value, seen from the model that is filtered; `folded_path` that of its stored
    folded twin, for text whose column is not folded already; `key` is set when the paths are JSON columns and the
    value lies under that key. `known_at` is intake, sales or unknown.
    """

    name: str
    type: str
    label: str
    path: str = ""
    folded_path: str = ""
    key: str = ""
    known_at: str = "intake"
    choices: tuple = ()
    case: str = "folded"

    def fold(self, text):
        """A text in the form in which this field's column holds it: `case` is folded, lower, upper or exact."""
        return {"folded": fold, "lower": str.lower, "upper": str.upper, "exact": str}[self.case](text)


class Invalid(Exception):
    """A condition that cannot be used. `path` names the place for programs, `message` says it to the user."""

    def __init__(self, path, message):
        super().__init__(message)
        self.path = path
        self.message = message


def operators(field):
    """The operators that a field offers. Codes have no parts, so they are only compared whole."""
    if field.case != "folded":
        return tuple(op for op in OPERATORS[field.type] if op not in ("contains", "starts_with"))
    return OPERATORS[field.type]


def fold(text):
    """The form in which text is stored for comparison, as in the `fold` of the models."""
    return text.casefold()


def clean_number(value):
    """The number as it is stored and compared: at most 15 significant digits, so that every database reads it alike."""
    return float(f"{value:.15g}")


def as_date(value):
    """A calendar date from a date or its ISO form; None if it is neither."""
    if isinstance(value, datetime.datetime):
        return None
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            return None
    return None


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def field_names(condition):
    """The set of names of the fields that a valid condition speaks of."""
    return {leaf["field"] for leaf in _leaves(condition or {})}


def _leaves(condition):
    for group in GROUPS:
        if group in condition:
            for child in condition[group]:
                yield from _leaves(child)
            return
    if condition:
        yield condition


def validate(condition, fields):
    """Check a condition from outside against the declared fields.

    Raises `Invalid`, whose message names the statement in the user's language. Does not change the condition.
    """
    if condition is None or condition == {}:
        return
    _check(condition, fields, path="", place="", depth=1, budget=[MAX_LEAVES])


def _check(node, fields, *, path, place, depth, budget):
    if not isinstance(node, dict):
        raise Invalid(
            path,
            _at(place, gettext("A statement must be an object with field and operator.")),
        )
    groups = [name for name in GROUPS if name in node]
    if not groups:
        budget[0] -= 1
        if budget[0] < 0:
            message = gettext("A condition may have at most %(count)d statements.") % {"count": MAX_LEAVES}
            raise Invalid(path, message)
        _check_leaf(node, fields, path=path, place=place)
        return
    if len(node) > 1:
        raise Invalid(
            path,
            _at(
                place,
                gettext("A group has exactly one of all, any and none, and nothing else."),
            ),
        )
    if depth > MAX_DEPTH:
        message = gettext("Groups may be nested at most %(depth)d deep.") % {"depth": MAX_DEPTH}
        raise Invalid(path, _at(place, message))
    children = node[groups[0]]
    if not isinstance(children, list) or not children:
        raise Invalid(
            path,
            _at(
                place,
                gettext("The group “%(group)s” needs a list of statements.") % {"group": groups[0]},
            ),
        )
    if len(children) > MAX_LEAVES:
        message = gettext("A condition may have at most %(count)d statements.") % {"count": MAX_LEAVES}
        raise Invalid(path, message)
    for position, child in enumerate(children):
        _check(
            child,
            fields,
            path=f"{path}.{groups[0]}.{position}".lstrip("."),
            place=f"{place}.{position + 1}".lstrip("."),
            depth=depth + 1,
            budget=budget,
        )


def _check_leaf(leaf, fields, *, path, place):
    extra = sorted(str(name) for name in set(leaf) - {"field", "op", "value"})
    if extra:
        message = gettext("“%(name)s” is not part of a statement.") % {"name": _short(extra[0])}
        raise Invalid(path, _at(place, message))
    name = leaf.get("field")
    field = fields.get(name) if isinstance(name, str) else None
    if field is None:
        message = gettext("There is no field “%(name)s”.") % {"name": _short(name)}
        raise Invalid(f"{path}.field".lstrip("."), _at(place, message))
    op = leaf.get("op")
    if not isinstance(op, str) or op not in operators(field):
        message = gettext("“%(field)s” cannot be compared by “%(op)s”. Possible: %(possible)s.") % {
            "field": field.label,
            "op": _short(op),
            "possible": ", ".join(operators(field)),
        }
        raise Invalid(f"{path}.op".lstrip("."), _at(place, message))
    fault = _fault(field, op, leaf)
    if fault:
        raise Invalid(f"{path}.value".lstrip("."), _at(place, f"{field.label}: {fault}"))


def _fault(field, op, leaf):
    """What is wrong with the value of a leaf, or None."""
    if op in WITHOUT_VALUE:
        return gettext("This comparison takes no value.") if leaf.get("value") is not None else None
    if leaf.get("value") is None:
        return gettext("A value is missing.")
    value = leaf["value"]
    if op in WITH_LIST:
        if not isinstance(value, list) or not value:
            return gettext("A list of values is needed.")
        if len(value) > MAX_VALUES:
            return gettext("At most %(count)d values are possible.") % {"count": MAX_VALUES}
        return next(
            (fault for fault in (_value_fault(field, item) for item in value) if fault),
            None,
        )
    if op == "between":
        if not isinstance(value, list) or len(value) != 2:
            return gettext("Exactly two values are needed, from and to.")
        faults = [fault for fault in (_value_fault(field, item) for item in value) if fault]
        if faults:
            return faults[0]
        low, high = (as_date(item) if field.type == DATE else item for item in value)
        return gettext("The first value must not be greater than the second.") if low > high else None
    return _value_fault(field, value)


def _value_fault(field, value):
    shown = {"value": _short(value)}
    if field.type == NUMBER:
        if not is_number(value):
            return gettext("A number is needed, not “%(value)s”.") % shown
        if not -MAX_NUMBER <= value <= MAX_NUMBER:
            return gettext("The number is too large.")
    elif field.type == BOOLEAN:
        if not isinstance(value, bool):
            return gettext("Yes or no (true or false) is needed, not “%(value)s”.") % shown
    elif field.type == DATE:
        if not isinstance(value, str) or as_date(value) is None:
            return gettext("A date such as 2026-03-31 is needed, not “%(value)s”.") % shown
    else:
        if not isinstance(value, str):
            return gettext("A text is needed, not “%(value)s”.") % shown
        if not value.strip():
            return gettext("The text is empty. To look for missing values, use is_blank.")
        if len(value) > MAX_TEXT:
            return gettext("The text is too long: at most %(count)d characters.") % {"count": MAX_TEXT}
        if any(ch == "\0" or "\ud800" <= ch <= "\udfff" for ch in value):
            return gettext("The text has characters that cannot be stored.")
    return None


def _at(place, message):
    if not place:
        return message
    return gettext("Statement %(place)s: %(message)s") % {
        "place": place,
        "message": message,
    }


def _short(value):
    # A message must be encodable, whatever it quotes.
    text = str(value).encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= 60 else f"{text[:60]}…"
