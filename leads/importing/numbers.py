"""Numbers and money as exports write them: `12,5`, `1.234,56`, `$22,700.00`, `$342.09K`, `(1,200.00)`."""

import re
from decimal import Decimal

from django.utils.translation import gettext

from leads import customfields

MAX_MONEY = 10**12
_FACTORS = {
    "k": 1_000, "tsd": 1_000, "m": 1_000_000, "mio": 1_000_000, "mn": 1_000_000, "b": 1_000_000_000, "bn": 1_000_000_000,
    "mrd": 1_000_000_000,
}  # fmt: skip
_SIGNS = "€$£¥₹"
_CODES = re.compile(r"(?i)^(?:EUR|USD|GBP|CHF|INR)\b\s*|\s*\b(?:EUR|USD|GBP|CHF|INR)$")
_SHORT = re.compile(r"(?i)^(?P<number>[^a-z]*[0-9])\s*(?P<unit>k|tsd|m|mio|mn|b|bn|mrd)\.?$")


def number(text, *, decimal="", is_whole=False):
    """An int or float. Beside what custom fields read, a short form such as `$342.09K` if it carries a currency.

    Raises `customfields.NotConvertible`.
    """
    if any(sign in text for sign in _SIGNS):
        bare, factor = _apart(text)
        value = customfields.number(bare, decimal=decimal, is_whole=is_whole)
        return _tidy(value * factor) if factor != 1 else value
    return customfields.number(text.strip(), decimal=decimal, is_whole=is_whole)


def money(text, *, decimal=""):
    """A `Decimal` with two places; `1.2M`, `12,5` and amounts in brackets (negative) too. Raises `NotConvertible`."""
    bare, factor = _apart(text)
    value = Decimal(str(customfields.number(bare, decimal=decimal))) * factor
    if abs(value) >= MAX_MONEY:
        raise customfields.NotConvertible(gettext("“%(text)s” is too large a number.") % {"text": text.strip()[:40]})
    return value.quantize(Decimal("0.01"))


def decimal_sign_of(texts):
    """The decimal sign that these numbers have, short forms and currencies left aside; empty if they do not tell."""
    return customfields.decimal_sign_of(_apart(text)[0] for text in texts)


def _apart(text):
    """(the number alone, what it is to be multiplied with)."""
    bare = _CODES.sub("", text.strip()).strip(_SIGNS + " \u00a0\u202f")
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1].strip(_SIGNS + ' ')}"
    if bare[:1] == "-" and bare[1:2] in _SIGNS:
        bare = f"-{bare[2:]}"
    short = _SHORT.match(bare)
    if not short:
        return bare, 1
    return short["number"], _FACTORS[short["unit"].casefold()]


def _tidy(value):
    value = round(value, 6)
    return int(value) if value == int(value) else value
