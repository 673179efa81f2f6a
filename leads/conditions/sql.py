"""Conditions in the database: a Q object for audiences, views and search."""

from django.db.models import BooleanField, F, FloatField, Func, Q, TextField, Value
from django.db.models.functions import Left, StrIndex
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNull,
    LessThan,
    LessThanOrEqual,
)

from leads.conditions import language
from leads.conditions.language import as_date, clean_number

NOBODY = Q(pk__in=[])
EVERYBODY = ~Q(pk__in=[])

_COMPARE = {
    "is": Exact,
    "gt": GreaterThan,
    "gte": GreaterThanOrEqual,
    "lt": LessThan,
    "lte": LessThanOrEqual,
    "before": LessThan,
    "after": GreaterThan,
}

_JSON_TYPES = {
    # field type: (types of SQLite, type of PostgreSQL, output)
    language.TEXT: (("text",), "string", TextField),
    language.CHOICE: (("text",), "string", TextField),
    language.DATE: (("text",), "string", TextField),
    language.NUMBER: (("integer", "real"), "number", FloatField),
    language.BOOLEAN: (("true", "false"), "boolean", BooleanField),
}


def to_q(condition, fields):
    """A valid condition as a Q object for the model that the paths of `fields` start from.

    SQL has a third truth value, which `NOT` keeps; therefore negations are pushed down to the statements, where
    "or blank" is added. Comparisons are written on expressions, not on lookup names, so that nothing from the
    condition ever becomes a name in SQL.
    """
    return _q(condition or {}, fields, negated=False)


def _q(node, fields, *, negated):
    for group in language.GROUPS:
        if group in node:
            inner = negated != (group == "none")
            parts = [_q(child, fields, negated=inner) for child in node[group]]
            # De Morgan: "not any" is "all not".
            return _conjunction(parts) if (group == "all") != inner else _disjunction(parts)
    if not node:
        return NOBODY if negated else EVERYBODY
    op = node["op"]
    if op in language.NEGATIVE:
        return _statement(node, language.NEGATIVE[op], fields, negated=not negated)
    return _statement(node, op, fields, negated=negated)


def _conjunction(parts):
    result = EVERYBODY
    for part in parts:
        result = result & part
    return result


def _disjunction(parts):
    result = NOBODY
    for part in parts:
        result = result | part
    return result


def _statement(leaf, op, fields, *, negated):
    field = fields.get(leaf["field"])
    if field is None:
        return NOBODY if (op == "is_blank") == negated else EVERYBODY
    value = _expression(field)
    blank = Q(IsNull(value, True))
    if field.type in (language.TEXT, language.CHOICE):
        blank |= Q(Exact(value, Value("")))
    if op == "is_blank":
        return ~blank if negated else blank
    holds = _holds(field, value, op, leaf.get("value"))
    return ~holds | blank if negated else holds


def _holds(field, value, op, wanted):
    """The comparison as a Q that is never null where `value` is not null."""
    if op in ("is_true", "is_false"):
        return Q(Exact(value, Value(op == "is_true")))
    if op == "in":
        return Q(In(value, [_wanted(field, item) for item in wanted]))
    if op == "between":
        low, high = (Value(_wanted(field, item)) for item in wanted)
        return Q(GreaterThanOrEqual(value, low)) & Q(LessThanOrEqual(value, high))
    if op == "contains":  # not LIKE, whose patterns must be escaped and cost four times as much
        return Q(GreaterThan(StrIndex(value, Value(_wanted(field, wanted))), 0))
    if op == "starts_with":
        text = _wanted(field, wanted)
        return Q(Exact(Left(value, len(text)), Value(text)))
    return Q(_COMPARE[op](value, Value(_wanted(field, wanted))))


def _wanted(field, value):
    if field.type == language.NUMBER:
        number = clean_number(value)
        return int(number) if number.is_integer() else number
    if field.type == language.DATE:
        day = as_date(value)
        return day.isoformat() if field.key else day
    if field.type == language.BOOLEAN:
        return value
    return field.fold(value)


def _expression(field):
    is_text = field.type in (language.TEXT, language.CHOICE)
    path = (is_text and field.folded_path) or field.path
    return JsonValue(path, key=field.key, type=field.type) if field.key else F(path)


class JsonValue(Func):
    """The value under `key` of a JSON column if it has the field's type, else null."""

    def __init__(self, path, *, key, type, **extra):
        self.key, self.type = key, type
        extra.setdefault("output_field", _JSON_TYPES[type][2]())
        super().__init__(F(path) if isinstance(path, str) else path, **extra)

    @property
    def identity(self):
        return (
            self.__class__,
            self.key,
            self.type,
            *(source for source in self.get_source_expressions()),
        )

    def as_sqlite(self, compiler, connection, **extra):
        column, params = compiler.compile(self.get_source_expressions()[0])
        where = '$."' + self.key.replace('"', "") + '"'
        names = ", ".join(f"'{name}'" for name in _JSON_TYPES[self.type][0])
        sql = f"CASE WHEN JSON_TYPE({column}, %s) IN ({names}) THEN JSON_EXTRACT({column}, %s) END"  # nosec B608
        if self.type == language.DATE:
            sql = f"CASE WHEN JSON_EXTRACT({column}, %s) GLOB %s THEN JSON_EXTRACT({column}, %s) END"  # nosec B608
            return sql, (
                *params,
                where,
                "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]",
                *params,
                where,
            )
        return sql, (*params, where, *params, where)

    def as_postgresql(self, compiler, connection, **extra):
        column, params = compiler.compile(self.get_source_expressions()[0])
        value = f"({column} ->> %s)"
        if self.type == language.NUMBER:
            value = f"{value}::double precision"
        elif self.type == language.BOOLEAN:
            value = f"{value}::boolean"
        elif self.type == language.DATE:
            # ISO dates sort as bytes; a locale's collation may skip the hyphens.
            sql = f'(CASE WHEN {value} ~ %s THEN {value} END) COLLATE "C"'  # nosec B608
            return sql, (*params, self.key, r"^\d{4}-\d{2}-\d{2}$", *params, self.key)
        kind = _JSON_TYPES[self.type][1]
        sql = f"CASE WHEN jsonb_typeof({column} -> %s) = '{kind}' THEN {value} END"  # nosec B608
        return sql, (*params, self.key, *params, self.key)
