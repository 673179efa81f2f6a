"""A decided mapping as JSON, so that every slice of an import reads the file as the first one did."""

import dataclasses

from leads.importing import kinds, mapping
from leads.models import CustomField


def freeze(decided):
    """The `Mapping` as JSON."""
    values = {field.name: getattr(decided, field.name) for field in dataclasses.fields(decided)}
    return values | {
        "columns": [_frozen(column) for column in decided.columns],
        "won": {position: sorted(texts) for position, texts in decided.won.items()},
        "lost": {position: sorted(texts) for position, texts in decided.lost.items()},
    }


def thaw(plan):
    """The `Mapping` that was frozen. A custom field that was deleted meanwhile is left out."""
    columns = [dict(column) for column in plan["columns"]]
    custom = CustomField.objects.in_bulk([column["custom"] for column in columns if column["custom"]])
    for column in columns:
        column["target"] = kinds.targets(plan["kind"]).get(column["target"])
        column["custom"] = custom.get(column["custom"])
    values = {
        "columns": [mapping.Column(**column) for column in columns],
        "won": {int(position): set(texts) for position, texts in plan["won"].items()},
        "lost": {int(position): set(texts) for position, texts in plan["lost"].items()},
    }
    return mapping.Mapping(**plan | values)


def _frozen(column):
    values = {field.name: getattr(column, field.name) for field in dataclasses.fields(column)}
    values["target"] = column.target.name if column.target else ""
    values["custom"] = column.custom.pk if column.custom else None
    return values
