"""For pages that show what strangers typed."""

from django import template
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import formats

from leads import cleaning

register = template.Library()

_YEARS = range(1900, 2101)
_is_web_address = URLValidator(schemes=["http", "https"])


@register.filter
def harmless(value):
    """Text without characters that turn the reading direction or control a terminal, however old the record is."""
    if isinstance(value, int | float):
        return formats.number_format(value)
    return "" if value is None else cleaning.text(str(value), keep_lines=True)


@register.filter
def grouped(value):
    """As `harmless`; of numbers the thousands stand apart: 1,026, in German 1.026. What may be a year stays as it is."""
    if isinstance(value, int | float) and value not in _YEARS:
        return formats.number_format(value, force_grouping=True)
    return harmless(value)


@register.filter
def web_address(value):
    """The address if a browser may safely follow it (http or https), else ""."""
    text = harmless(value)
    try:
        _is_web_address(text)
    except ValidationError:
        return ""
    return text


@register.filter
def dialled(phone):
    """A phone number as `tel:` wants it: digits and a leading plus, or "" when that leaves nothing to dial."""
    text = harmless(phone).replace("(0)", "")
    digits = "".join(character for character in text if character in "0123456789")
    if len(digits) < 3:
        return ""
    return f"+{digits}" if text.strip().startswith("+") else digits


@register.filter
def signed_sum(points):
    """A sum: -8 with a true minus, positive ones without a sign."""
    return str(points).replace("-", "−")
