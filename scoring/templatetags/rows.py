"""Look-ups and fields of the scorecard's page."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst

from scoring import labels

register = template.Library()
register.filter("shown", labels.shown)


@register.simple_tag
def pick(counts, key):
    """The count under a key, 0 if there is none."""
    return counts.get(key, 0)


@register.simple_tag
def need(needs, purpose):
    """Which consent a rule needs, and how many contacts have given it."""
    label, count, total = needs[purpose]
    return {"label": label, "count": count, "total": total}


@register.simple_tag
def field(bound, about=""):
    """A field with its label and faults. `about` names what it belongs to; then the label is for screen readers only."""
    label = capfirst(bound.label)
    if about:
        body = format_html(
            '<label class="visually-hidden" for="{}">{}: {}</label>{}', bound.id_for_label, label, about, bound
        )
    elif getattr(bound.field.widget, "input_type", "") == "checkbox":
        body = format_html('<label class="tick" for="{}">{} {}</label>', bound.id_for_label, bound, label)
    else:
        body = format_html('<label for="{}">{}</label>{}', bound.id_for_label, label, bound)
    if not bound.errors:
        return body
    faults = format_html_join(" ", "{}", ((message,) for message in bound.errors))
    return format_html('{}<span class="fault" id="{}_error">{}</span>', body, bound.auto_id, faults)
