"""The stored form of score lines."""

from django.db import models


class LinesField(models.JSONField):
    """Score lines as JSON, without repeating the names of their parts: a quarter of the bytes to write and to read.

    In Python a list of {kind, group, rule, points, count, age_days, note}; in the database a list of
    [rule, group, points, count, age in days, note], cut off after the last part that is not at its default. A line without
    a rule is a cap, one without a group as well is the clamp.
    """

    def from_db_value(self, value, expression, connection):
        lines = super().from_db_value(value, expression, connection)
        return [expanded(line) for line in lines] if isinstance(lines, list) else lines

    def get_db_prep_value(self, value, connection, prepared=False):
        if isinstance(value, list):
            value = [compact(line) for line in value]
        return super().get_db_prep_value(value, connection, prepared)


def expanded(line):
    """A stored line in words."""
    rule, group, points, count, age_days, note = (*line, *(0, None, "")[len(line) - 3 :])
    return {
        "kind": "rule" if rule is not None else "cap" if group is not None else "clamp",
        "group": group,
        "rule": rule,
        "points": points,
        "count": count,
        "age_days": age_days,
        "note": note,
    }


def compact(line):
    """A line as it is stored."""
    count, age_days, note = line.get("count", 0), line.get("age_days"), line.get("note", "")
    if note:
        size = 6
    elif age_days is not None:
        size = 5
    else:
        size = 4 if count else 3
    return [line["rule"], line["group"], line["points"], count, age_days, note][:size]
