"""Typed custom fields: how a text becomes a value that is stored with its type."""

import datetime
import re
import time
import unicodedata

from django.db import transaction
from django.utils.translation import gettext

from leads import attributes, cleaning
from leads.conditions import clean_number
from leads.enums import FieldType, KnownAt
from leads.models import CustomField

MAX_NUMBER = 1e15
MAX_CHOICES = 200
MAX_FIELDS = 500

# What exports write where nothing was entered.
BLANKS = frozenset(
    [
        "",
        "-",
        "--",
        "---",
        "–",
        "—",
        "n/a",
        "#n/a",
        "n.a.",
        "na",
        "k.a.",
        "null",
        "none",
        "nan",
        "nil",
        "select",
        "(blank)",
    ]
    + ["(not set)", "not set", "please select", "bitte wählen", "bitte auswählen", "- none -", "-none-", "--none--"]
)
YES = frozenset(["yes", "y", "true", "t", "1", "on", "x", "ja", "j", "wahr", "1.0"])
NO = frozenset(["no", "n", "false", "f", "0", "off", "nein", "falsch", "0.0"])

_PLAIN = re.compile(r"[+-]?([0-9]+)(?:([.,])([0-9]*))?(?:[eE][+-]?[0-9]+)?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:([.,' \u00a0\u202f’])[0-9]{3})(?:\1[0-9]{3})*(?:([.,])([0-9]+))?")
_CURRENCY = "€$£¥%"
DATE_FORMATS = (
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%d-%m-%y",
    "%Y/%m/%d",
    "%d %b, %Y",
    "%d %b %Y",
    "%b %d, %Y",
    "%Y%m%d",
)
_CLOCK = re.compile(
    r"[T ]+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    r"\s*(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?$"
)
_LONGEST_MOMENT = 60


class NotConvertible(Exception):
    """A text that is no value of the wanted type. The message is a reason for the user."""


class Refused(Exception):
    """A custom field that cannot be defined. The message says why."""


def define(*, entity, key, label, type, known_at=KnownAt.UNKNOWN, choices=()):
    """Declare a custom field, or return the one with that key. The type of an existing field does not change."""
    check_key(key)
    with transaction.atomic():
        existing = CustomField.objects.filter(entity=entity, key=key).first()
        if existing is not None:
            return existing
        if CustomField.objects.filter(entity=entity).count() >= MAX_FIELDS:
            raise Refused(gettext("At most %(count)d custom fields are possible.") % {"count": MAX_FIELDS})
        return CustomField.objects.create(
            entity=entity, key=key, label=label[:120], type=type, known_at=known_at, choices=list(choices)[:MAX_CHOICES]
        )


def check_key(key):
    """Refuse what cannot be a key. Raises `Refused`."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", key):
        raise Refused(gettext("“%(key)s” is no key: use a–z, digits and _.") % {"key": key[:60]})


def key_for(label):
    """A key made from a label: “Größe der Firma” → groesse_der_firma."""
    text = label.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9]+", "_", text).strip("_")[:60].strip("_")
    if not key:
        return "field"
    return key if key[0].isalpha() else f"field_{key}"[:60]


def is_blank(text):
    """Whether a cell says that nothing was entered."""
    return text is None or text.strip().casefold() in BLANKS


def convert(text, type, *, decimal="", date_format="", is_whole=False):
    """The typed value of a cell; None if it is blank.

    `decimal` is the decimal sign and `date_format` the format of the column, where known. Raises `NotConvertible`.
    """
    if is_blank(text):
        return None
    text = text.strip()
    if type == FieldType.NUMBER:
        return number(text, decimal=decimal, is_whole=is_whole)
    if type == FieldType.BOOLEAN:
        return boolean(text)
    if type == FieldType.DATE:
        return moment(text, formats=[date_format] if date_format else DATE_FORMATS)[0].isoformat()
    return cleaning.cut(text, attributes.CUSTOM_TEXT_LIMIT)[0]


def boolean(text):
    """True or False. Raises `NotConvertible`."""
    folded = text.casefold()
    if folded in YES:
        return True
    if folded in NO:
        return False
    raise NotConvertible(gettext("“%(text)s” is neither yes nor no.") % {"text": _short(text)})


def number(text, *, decimal="", is_whole=False):
    """An int or float. `12,5` and `1.234,5` are read as German, `1,234.5` as English.

    Without a known `decimal` sign, one sign before exactly three digits is a decimal sign, unless the number must be
    whole. Raises `NotConvertible` for everything else, also for `1e400`, `0x10`, `1_000` and other scripts' digits.
    """
    bare = text.strip(_CURRENCY + " \u00a0\u202f")
    plain = _PLAIN.fullmatch(bare)
    grouped = _GROUPED.fullmatch(bare)
    if plain and (not plain[2] or decimal in ("", plain[2])) and not (is_whole and grouped):
        bare = bare.replace(",", ".")
    elif grouped and grouped[1] != (grouped[2] or decimal) and (not decimal or not grouped[2] or grouped[2] == decimal):
        bare = bare.replace(grouped[1], "").replace(",", ".")
    else:
        raise NotConvertible(gettext("“%(text)s” is not a number.") % {"text": _short(text)})
    value = float(bare)
    if not -MAX_NUMBER <= value <= MAX_NUMBER:
        raise NotConvertible(gettext("“%(text)s” is too large a number.") % {"text": _short(text)})
    value = clean_number(value)
    if is_whole:
        return int(value + 0.5) if value >= 0 else -int(0.5 - value)
    return int(value) if value.is_integer() else value


def moment(text, *, formats=DATE_FORMATS):
    """(date, time of day or None, zone text) of a cell. Raises `NotConvertible`."""
    if len(text) > _LONGEST_MOMENT:
        raise _no_date(text)
    clock, day_text = _apart(text)
    day = _day(day_text, formats)
    if clock is None:
        return day, None, ""
    try:
        clock_time = datetime.time(int(clock["hour"]), int(clock["minute"]), int(clock["second"] or 0))
    except ValueError:
        raise _no_date(text) from None
    return day, clock_time, clock["zone"] or ""


def date_format_of(texts, *, share=1.0):
    """The format that at least this share of the cells has, day before month where both would do; empty if none has."""
    hits = {known: 0 for known in DATE_FORMATS if any(c in known for c in "./- ,")}
    count = 0
    for count, text in enumerate(texts, start=1):
        _clock, day_text = _apart(text)
        for known in hits:
            hits[known] += _matches(day_text, known)
        if share == 1 and not any(found == count for found in hits.values()):
            return ""
    best = max(hits, key=hits.get)
    return best if count and hits[best] >= share * count else ""


def decimal_sign_of(texts):
    """The decimal sign that these numbers have: "," or ".", or empty if they do not tell."""
    signs = {",": 0, ".": 0}
    for text in texts:
        bare = text.strip(_CURRENCY + " \u00a0\u202f")
        both = [c for c in bare if c in ",."]
        if not both:
            continue
        last = both[-1]
        if len(set(both)) == 2 or (len(both) == 1 and len(bare) - bare.rindex(last) != 4):
            signs[last] += 1
    if signs[","] == signs["."]:
        return ""
    return max(signs, key=signs.get)


def _apart(text):
    """(match of the time of day or None, the text before it). Of a long text, which is no date, the search would take hours."""
    clock = _CLOCK.search(text) if len(text) <= _LONGEST_MOMENT else None
    return clock, text[: clock.start()].rstrip(" ,") if clock else text


def _day(text, formats):
    for known in formats:
        if _matches(text, known):
            return datetime.date(*time.strptime(text, known)[:3])
    raise _no_date(text)


def _matches(text, known):
    try:
        year = time.strptime(text, known).tm_year
    except ValueError:
        return False
    # strptime takes other scripts' digits, which nobody means.
    return text.isascii() and 1900 <= year <= 2100


def _no_date(text):
    return NotConvertible(gettext("“%(text)s” is not a date.") % {"text": _short(text)})


def _short(text):
    return text if len(text) <= 40 else f"{text[:40]}…"
