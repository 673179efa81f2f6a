"""Look-ups for the scorecard's table."""

from django import template

register = template.Library()


@register.simple_tag
def pick(counts, key):
    """The count under a key, 0 if there is none."""
    return counts.get(key, 0)


@register.simple_tag
def need(needs, purpose):
    """Which consent a rule needs, and how many contacts have given it."""
    label, count, total = needs[purpose]
    return {"label": label, "count": count, "total": total}
