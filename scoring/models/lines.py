"""The stored form of score lines."""

import json

from django.db import models


class LinesField(models.TextField):
    """Score lines as compact JSON text: a quarter of the bytes, which are what a full rescore takes its time for.

    In Python a list of {kind, group, rule, points, count, age_days, note}; in the database the text of a list of
    [rule, group, points, count, age in days, note], cut off after the last part that is not at its default. A line without
    a rule is a cap, one without a group as well is the clamp.
    """

    def from_db_value(self, value, expression, connection):
        return value if value is None else [expanded(line) for line in json.loads(value)]

    def to_python(self, value):
        return [expanded(line) for line in json.loads(value)] if isinstance(value, str) else value

    def get_prep_value(self, value):
        return (
            json.dumps([compact(line) for line in value], separators=(",", ":")) if isinstance(value, list) else value
        )


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
