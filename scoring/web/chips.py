"""The filters of the board as chips above it, and as a panel to choose them in."""

from django import forms
from django.utils.text import capfirst

_PANEL = (
    "q", "owner", "team", "tag", "product", "source", "campaign", "active", "scope", "snoozed", "score_min", "score_max",
    "stage", "band",
)  # fmt: skip


def chosen(board_filter):
    """Name → value of the filters that narrow."""
    board_filter.form.is_valid()
    values = board_filter.form.cleaned_data
    return {
        name: value
        for name, value in values.items()
        if value not in (None, "", []) and (name, value) != ("scope", "open")
    }


def chips(board_filter, *, address):
    """One chip per filter that narrows: label, value in words, and the address without it."""
    form = board_filter.form
    return [
        {"label": capfirst(form.fields[name].label), "value": _words(form.fields[name], value, board_filter.user),
         "href": address(without=(name,))}
        for name, value in chosen(board_filter).items()
    ]  # fmt: skip


def panel(board_filter):
    """The form to choose filters in, field by field."""
    form = board_filter.form
    for name in _PANEL:
        widget = form.fields[name].widget
        if isinstance(widget, forms.SelectMultiple):
            form.fields[name].widget = forms.CheckboxSelectMultiple(choices=form.fields[name].choices)
        else:
            widget.attrs["class"] = "input"
    owner = form.fields["owner"]
    owner.widget.choices = [
        *list(owner.choices)[:1],
        ("me", owner.me_label),
        ("none", owner.none_label),
        *list(owner.choices)[1:],
    ]
    team = form.fields["team"]
    team.widget.choices = [*list(team.choices)[:1], ("none", team.none_label), *list(team.choices)[1:]]
    return [form[name] for name in _PANEL]


def _words(field, value, user):
    if value == "none":
        return str(field.none_label)
    if value == user:
        return str(field.me_label)
    if hasattr(field, "choices") and not hasattr(field, "queryset"):
        labels = {str(key): str(label) for key, label in field.choices}
        return ", ".join(labels.get(str(part), str(part)) for part in (value if isinstance(value, list) else [value]))
    return getattr(value, "display_name", None) or str(value)
