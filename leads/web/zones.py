"""Time zones to choose from, with what the clock shows there."""

import zoneinfo
from functools import cache

from django import forms
from django.forms.utils import flatatt
from django.utils.html import conditional_escape, format_html, format_html_join

AREAS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def _names():
    return [*sorted(name for name in zoneinfo.available_timezones() if name.partition("/")[0] in AREAS), "UTC"]


def zone_choices(now, *, keep=""):
    """(area, [(name, "Berlin, 09:41"), …]) groups as a select wants them; an unusual stored zone `keep` stays on the list."""
    groups = {}
    for name in _names() + ([keep] if keep and keep not in _names() else []):
        try:
            clock = now.astimezone(zoneinfo.ZoneInfo(name)).strftime("%H:%M")
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            continue
        area = name.partition("/")[0]
        city = name.partition("/")[2].replace("_", " ") or name
        groups.setdefault(area, []).append((name, f"{city}, {clock}"))
    return list(groups.items())


class LongSelect(forms.Select):
    """A select that writes its options in one go: Django's renders a template for each of the 400."""

    def render(self, name, value, attrs=None, renderer=None):
        chosen = "" if value is None else str(value)
        groups = [entry if isinstance(entry[1], list) else (None, [entry]) for entry in self.choices]
        options = [(label, _options(entries, chosen)) for label, entries in groups]
        body = format_html_join("", "{}", ((_group(label, inner),) for label, inner in options))
        return format_html(
            "<select{}>{}</select>", flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})})), body
        )


def _options(entries, chosen):
    return format_html_join(
        "", '<option value="{}"{}>{}</option>', ((key, _selected(str(key) == chosen), text) for key, text in entries)
    )


def _selected(yes):
    return format_html(" {}", "selected") if yes else ""


def _group(label, inner):
    return format_html('<optgroup label="{}">{}</optgroup>', label, inner) if label else conditional_escape(inner)
