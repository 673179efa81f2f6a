"""What a cell says, by what its target reads: typed values, None for blanks, `NotConvertible` for what cannot be."""

import re

from django.utils.translation import gettext

from leads import addresses, attributes, cleaning, customfields
from leads.importing import countries, dates, numbers

MAX_ID = 120
DATES = ("date", "past", "moment")
_SEVERAL = re.compile(r"\s*(?:;|:::|\|)\s*")

_LANGUAGES = {
    "german": "de", "deutsch": "de", "english": "en", "englisch": "en", "french": "fr", "französisch": "fr",
    "italian": "it", "italienisch": "it", "spanish": "es", "spanisch": "es", "dutch": "nl", "polish": "pl",
}  # fmt: skip


def converter(column, *, now, note):
    """The function from a cell of this column to what its target wants.

    `note(text)` counts what is left out of a row that is taken nevertheless.
    """
    convert = _READERS[column.target.reads]

    def read(cell):
        return None if customfields.is_blank(cell) else convert(cell, column, now, note)

    return read


def plain_id(cell):
    """An id as it was given; ids longer than possible are refused rather than cut."""
    value = cleaning.text(cell)
    if len(value) > MAX_ID:
        raise customfields.NotConvertible(gettext("The id has more than 120 characters."))
    # Spreadsheets make numbers of ids.
    return (value[:-2] if re.fullmatch(r"[0-9]+\.0", value) else value) or None


def _email(cell, _column, _now, _note):
    fault = None
    for part in _SEVERAL.split(cell.strip()):
        try:
            return addresses.parse(part)
        except addresses.NotAnAddress as error:
            fault = fault or error
    raise fault


def _id(cell, _column, _now, _note):
    return plain_id(cell)


def _ids(cell, _column, _now, _note):
    found = [plain_id(part) for part in _SEVERAL.split(cell) if not customfields.is_blank(part)]
    return [value for value in found if value and value != "0"] or None


def _names(cell, _column, _now, _note):
    last, comma, first = cleaning.text(cell).partition(",")
    if not comma:
        first, _space, last = cleaning.text(cell).rpartition(" ")
    return first.strip()[:120], last.strip()[:120]


def _text(cell, column, _now, note):
    value, was_cut = cleaning.cut(cell, column.target.limit)
    if was_cut:
        limits = {"field": column.name, "limit": column.target.limit}
        note(gettext("%(field)s was cut to %(limit)d characters.") % limits)
    return value or None


def _phone(cell, column, now, note):
    # Facebook marks numbers with p:, Google sets several into one cell.
    return _text(_SEVERAL.split(cell.strip().removeprefix("p:"))[0], column, now, note)


def _country(cell, column, _now, note):
    found = countries.code(cell)
    if not found and cell.strip().casefold() not in ("unknown", "unbekannt"):
        note(gettext("%(field)s: “%(value)s” is no country.") % {"field": column.name, "value": cell.strip()[:40]})
    return found or None


def _language(cell, _column, _now, _note):
    return attributes.language(_LANGUAGES.get(cell.strip().casefold(), cell), name="language") or None


def _domain(cell, column, _now, note):
    found = addresses.company_domain(cell)
    if not found:
        note(gettext("%(field)s: not a domain.") % {"field": column.name})
    return found or None


def _employees(cell, _column, _now, _note):
    return attributes.employees(customfields.number(cell.strip(), is_whole=True), name="employees")


def _flag(cell, _column, _now, _note):
    return customfields.boolean(cell.strip())


def _number(cell, column, _now, _note):
    return numbers.number(cell, decimal=column.decimal)


def _money(cell, column, _now, _note):
    value = numbers.money(cell, decimal=column.decimal)
    if value < 0:
        raise customfields.NotConvertible(gettext("“%(text)s” is less than nothing.") % {"text": cell.strip()[:40]})
    return value


def _date(cell, column, _now, _note):
    return dates.day(cell, known=column.date_format)


def _past(cell, column, now, _note):
    return dates.moment(cell, known=column.date_format, now=now)


def _moment(cell, column, _now, _note):
    return dates.moment(cell, known=column.date_format)


_READERS = {
    "text": _text,
    "email": _email,
    "id": _id,
    "ids": _ids,
    "names": _names,
    "phone": _phone,
    "country": _country,
    "language": _language,
    "domain": _domain,
    "employees": _employees,
    "flag": _flag,
    "number": _number,
    "money": _money,
    "date": _date,
    "past": _past,
    "moment": _moment,
}
