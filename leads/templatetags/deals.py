"""How deals are shown: amounts in the installation's currency, reasons in words."""

from django import template
from django.conf import settings
from django.utils.formats import number_format

from leads import closing

register = template.Library()


@register.filter
def money(amount):
    """12500 → "12,500 EUR", in German "12.500 EUR"; cents only where there are any; "" for None."""
    if amount is None or amount == "":
        return ""
    places = 0 if amount == int(amount) else 2
    return f"{number_format(amount, places, force_grouping=True)}\u00a0{settings.CURRENCY}"


@register.filter
def reason(text):
    """A stored reason ("no_need: has none") in words."""
    return closing.reason_in_words(text)
