"""Widgets that write themselves in one go: with a template per widget and option the page took a second."""

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

_SELECTED = mark_safe(" selected")  # nosec B308 B703  a constant


class _Plain:
    """What all of them share: the attributes that Django would give them."""

    def plain_attrs(self, name, attrs, **more):
        return flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name, **more}))


class PlainInput(_Plain, forms.TextInput):
    """One line of text."""

    def render(self, name, value, attrs=None, renderer=None):
        shown = self.format_value(value)
        more = {} if shown is None else {"value": shown}
        return format_html('<input type="text"{}>', self.plain_attrs(name, attrs, **more))


class PlainCheck(_Plain, forms.CheckboxInput):
    """A box to tick."""

    def render(self, name, value, attrs=None, renderer=None):
        return format_html('<input type="checkbox"{}>', self.plain_attrs(name, attrs, checked=self.check_test(value)))


class PlainSelect(_Plain, forms.Select):
    """A choice of one."""

    def render(self, name, value, attrs=None, renderer=None):
        return _select(self, {str("" if value is None else value)}, self.plain_attrs(name, attrs))


class PlainSelectMany(_Plain, forms.SelectMultiple):
    """A choice of any number."""

    def render(self, name, value, attrs=None, renderer=None):
        return _select(self, {str(item) for item in value or ()}, self.plain_attrs(name, attrs, multiple=True))


def _select(widget, chosen, attrs):
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((key, _SELECTED if str(key) in chosen else "", label) for key, label in widget.choices),
    )
    return format_html("<select{}>{}</select>", attrs, options)
