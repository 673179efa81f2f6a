"""Conditions on arrays: one Boolean per row, for scoring, previews and back-tests."""

import numpy as np

from leads.conditions import language
from leads.conditions.language import as_date, clean_number


def to_mask(condition, fields, columns, *, size=None):
    """Where a valid condition holds: a Boolean array with one element per row.

    `columns` maps each name of `field_names(condition)` to an array of equal length: float (NaN = blank) or object
    (None = blank) for numbers, bool or object for yes/no, datetime64 or object (dates or ISO text) for dates, object
    for text, folded or not. `size` is the number of rows; needed only if no column is given.
    """
    if size is None:
        size = len(next(iter(columns.values()))) if columns else 0
    return _mask(condition or {}, fields, columns, size)


def _mask(node, fields, columns, size):
    if "all" in node:
        result = np.ones(size, dtype=bool)
        for child in node["all"]:
            result &= _mask(child, fields, columns, size)
        return result
    if "any" in node or "none" in node:
        result = np.zeros(size, dtype=bool)
        for child in node.get("any", node.get("none")):
            result |= _mask(child, fields, columns, size)
        return ~result if "none" in node else result
    if not node:
        return np.ones(size, dtype=bool)
    op = node["op"]
    if op in language.NEGATIVE:
        return ~_statement(node, language.NEGATIVE[op], fields, columns, size)
    return _statement(node, op, fields, columns, size)


def _statement(leaf, op, fields, columns, size):
    field = fields.get(leaf["field"])
    if field is None:
        return np.full(size, op == "is_blank")
    return _BY_TYPE[field.type](columns[field.name], op, leaf.get("value"), field)


def _number(column, op, value, field):
    column = _numbers(column)
    if op == "is_blank":
        return np.isnan(column)
    if op == "in":
        return np.isin(column, [clean_number(item) for item in value])
    if op == "between":
        return (column >= clean_number(value[0])) & (column <= clean_number(value[1]))
    compare = {
        "is": np.equal,
        "gt": np.greater,
        "gte": np.greater_equal,
        "lt": np.less,
        "lte": np.less_equal,
    }[op]
    return compare(column, clean_number(value))


def _numbers(column):
    if column.dtype.kind == "f":
        return column
    if column.dtype.kind in "iu":
        return column.astype(float)
    return np.fromiter(
        (x if language.is_number(x) else np.nan for x in column),
        dtype=float,
        count=len(column),
    )


def _boolean(column, op, value, field):
    if op == "is_blank":
        return ~(_boolean(column, "is", True, field) | _boolean(column, "is", False, field))
    wanted = value if op == "is" else op == "is_true"
    if column.dtype.kind == "b":
        return column == wanted
    # Not by equality: 1 and 1.0 equal True, but are values of another type.
    return np.fromiter(
        (isinstance(x, (bool, np.bool_)) and x == wanted for x in column),
        dtype=bool,
        count=len(column),
    )


def _date(column, op, value, field):
    if column.dtype.kind != "M":
        days = (as_date(x) for x in column)
        column = np.fromiter(
            (np.datetime64(d or "NaT", "D") for d in days),
            dtype="datetime64[D]",
            count=len(column),
        )
    if op == "is_blank":
        return np.isnat(column)
    if op == "between":
        return (column >= np.datetime64(value[0], "D")) & (column <= np.datetime64(value[1], "D"))
    day = np.datetime64(value, "D")
    return {"is": np.equal, "before": np.less, "after": np.greater}[op](column, day)


def _text(column, op, value, field):
    if op == "is_blank":
        return _each(column, lambda x: not (isinstance(x, str) and x))
    if op == "in":
        wanted = {field.fold(item) for item in value}
        return _each(column, lambda x: isinstance(x, str) and field.fold(x) in wanted)
    wanted = field.fold(value)
    test = {
        "is": lambda x: field.fold(x) == wanted,
        "contains": lambda x: wanted in field.fold(x),
        "starts_with": lambda x: field.fold(x).startswith(wanted),
    }[op]
    return _each(column, lambda x: isinstance(x, str) and test(x))


class _Remembered(dict):
    """The answers of `test`, asked once per distinct value: columns of a CRM repeat themselves."""

    def __init__(self, test):
        super().__init__()
        self.test = test

    def __missing__(self, value):
        answer = self[value] = self.test(value)
        return answer


def _each(column, test):
    answers = _Remembered(test)
    return np.fromiter(map(answers.__getitem__, column), dtype=bool, count=len(column))


_BY_TYPE = {
    language.NUMBER: _number,
    language.BOOLEAN: _boolean,
    language.DATE: _date,
    language.TEXT: _text,
    language.CHOICE: _text,
}
