"""Dates as exports write them: `15 Apr, 2021 00:03:00`, `20-10-16`, `4/15/2021 12:03 AM`, Excel's serial numbers, Unix times."""

import datetime
import re

from django.utils import timezone
from django.utils.translation import gettext

from leads import customfields

SERIAL, UNIX = "serial", "unix"
DAY_FIRST, MONTH_FIRST = "day-first", "month-first"
STYLES = (DAY_FIRST, MONTH_FIRST)
FUTURE_TOLERANCE = datetime.timedelta(minutes=5)

FORMATS = (
    *customfields.DATE_FORMATS,
    "%d/%m/%y",
    "%m/%d/%y",
    "%m-%d-%Y",
    "%m-%d-%y",
    "%d %B %Y",
    "%d %B, %Y",
    "%B %d, %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
)
"""Tried in this order: where day and month could be swapped, the day comes first."""

_EPOCH = datetime.date(1899, 12, 30)
_HALVES = re.compile(r"(?P<hour>[0-9]{1,2})(?P<rest>:[0-9]{2}(?::[0-9]{2})?)\s*(?P<half>[AaPp])\.?[Mm]\.?$")
_ZONE_NAME = re.compile(r"\s*(?:UTC|GMT)$")
_FIRST_SERIAL, _LAST_SERIAL = 18_000, 80_000  # 1949 to 2119


def format_of(texts, *, share=1.0, style="", with_numbers=False):
    """The format that at least this share of the texts has, empty if none has.

    `style` says which of day and month comes first where both would do. `with_numbers` reads bare numbers as Excel's serial
    dates or Unix times; only for columns that are known to be dates.
    """
    texts = [_plain(text) for text in texts]
    if not texts:
        return ""
    if with_numbers:
        for name, test in ((SERIAL, _serial), (UNIX, _unix)):
            if sum(1 for text in texts if test(text) is not None) >= share * len(texts):
                return name
    candidates = [known for known in _ordered(style) if with_numbers or known != "%Y%m%d"]
    if share == 1:
        for text in texts:
            candidates = [known for known in candidates if _is(text, known)]
            if not candidates:
                return ""
        return candidates[0]
    hits = {known: sum(1 for text in texts if _is(text, known)) for known in candidates}
    best = max(hits, key=hits.get)
    return best if hits[best] >= share * len(texts) else ""


def day(text, *, known=""):
    """The date in a cell. Raises `customfields.NotConvertible`."""
    return _parts(text, known)[0]


def moment(text, *, known="", now=None):
    """The moment in a cell, in the installation's time zone unless it says another.

    Raises `customfields.NotConvertible`, also for what lies after `now`.
    """
    date, time, zone = _parts(text, known)
    tz = timezone.get_default_timezone()
    if zone:
        tz = datetime.datetime.strptime(zone.replace("Z", "+0000").replace(":", ""), "%z").tzinfo
    found = datetime.datetime.combine(date, time or datetime.time(), tzinfo=tz)
    if now is not None and found > now + FUTURE_TOLERANCE:
        raise customfields.NotConvertible(gettext("“%(text)s” lies in the future.") % {"text": text.strip()[:40]})
    return found


def _parts(text, known):
    """(date, time of day or None, zone text)."""
    text = _plain(text)
    if known == SERIAL and (found := _serial(text)) is not None:
        days, seconds = divmod(round(found * 86_400), 86_400)
        clock = datetime.time(seconds // 3600, seconds // 60 % 60, seconds % 60) if seconds else None
        return _EPOCH + datetime.timedelta(days=days), clock, ""
    if known == UNIX and (found := _unix(text)) is not None:
        at = datetime.datetime.fromtimestamp(found, tz=datetime.UTC)
        return at.date(), at.time(), "Z"
    formats = [known] if known in FORMATS else FORMATS
    return customfields.moment(text, formats=formats)


def _plain(text):
    """The text with a 24-hour clock, and without the names of the zones that need no offset."""
    text = text.strip()[:80]
    if _ZONE_NAME.search(text):
        text = _ZONE_NAME.sub("Z", text)
    halves = _HALVES.search(text)
    if halves and 1 <= int(halves["hour"]) <= 12:
        hour = int(halves["hour"]) % 12 + (12 if halves["half"] in "pP" else 0)
        text = f"{text[: halves.start()]}{hour:02d}{halves['rest']}"
    return text


def _ordered(style):
    if style != MONTH_FIRST:
        return list(FORMATS)
    return sorted(FORMATS, key=lambda known: not known.startswith(("%m", "%Y", "%b", "%B")))


def _is(text, known):
    try:
        customfields.moment(text, formats=[known])
    except customfields.NotConvertible:
        return False
    return True


def _serial(text):
    if not re.fullmatch(r"[0-9]{5}(?:[.,][0-9]+)?", text):
        return None
    found = float(text.replace(",", "."))
    return found if _FIRST_SERIAL <= found <= _LAST_SERIAL else None


def _unix(text):
    """Seconds since 1970 of a Unix time in seconds, milliseconds or microseconds."""
    if not re.fullmatch(r"1[0-9]{9}(?:[0-9]{3}|[0-9]{6})?(?:\.[0-9]+)?", text):
        return None
    return float(text) / {10: 1, 13: 1_000, 16: 1_000_000}[len(text.partition(".")[0])]
