"""One row of a file as what it says about one person and one lead."""

import datetime
import hashlib
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext

from leads import addresses, attributes, cleaning, customfields
from leads.attributes import Attributes
from leads.enums import FieldType, Outcome
from leads.importing import countries

MAX_REMEMBERED = 20_000
FUTURE_TOLERANCE = datetime.timedelta(minutes=5)

_LANGUAGES = {
    "german": "de", "deutsch": "de", "english": "en", "englisch": "en", "french": "fr", "französisch": "fr",
    "italian": "it", "italienisch": "it", "spanish": "es", "spanisch": "es", "dutch": "nl", "polish": "pl",
}  # fmt: skip


class Rejected(Exception):
    """A row that cannot be taken. The message is the reason for the user."""


@dataclass
class Record:
    """What one row says; `outcome` is "" for an open lead."""

    number: int
    address: addresses.Address | None = None
    external_id: str = ""
    attributes: Attributes = field(default_factory=Attributes)
    outcome: str = ""
    created_at: datetime.datetime | None = None
    closed_at: datetime.datetime | None = None
    opt_outs: set = field(default_factory=set)
    row: object = None

    @property
    def digest(self):
        """The same for records that say the same, whatever row they stand in."""
        said = self.attributes
        parts = (
            self.address and self.address.email,
            self.external_id,
            [sorted(part.items()) for part in (said.contact, said.contact_custom, said.company, said.company_custom)],
            self.outcome,
            self.created_at,
            self.closed_at,
            sorted(self.opt_outs),
        )
        return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


class Interpreter:
    """Turns the rows of one file into records. Remembers converted cells, for columns repeat themselves.

    `notes` counts what was left out of rows that were taken; `new_choices` holds the values that choice fields did not
    know.
    """

    def __init__(self, mapping, *, now):
        self.mapping = mapping
        self.now = now
        self.notes = {}
        self.new_choices = {}
        self._readers = [
            (column, convert, place, {})
            for column in mapping.columns
            if column.is_used and not column.is_outcome
            for convert, place in _readings(self, column)
        ]

    def record(self, row, *, number):
        """The `Record` of a `reading.Row`. Raises `Rejected`."""
        if row.fault:
            raise Rejected(row.fault)
        record = Record(number, row=row)
        for column, convert, place, remembered in self._readers:
            cell = row.cells[column.position]
            if cell in remembered:
                value = remembered[cell]
            else:
                value = self._converted(column, convert, cell)
                if len(remembered) < MAX_REMEMBERED:
                    remembered[cell] = value
            if value is not None:
                place(record, value)
        if record.address is None and not record.external_id:
            raise Rejected(gettext("The row has neither an e-mail address nor an id."))
        record.outcome = self._outcome(row.cells)
        if record.created_at and record.closed_at:
            record.closed_at = max(record.created_at, record.closed_at)
        return record

    def note(self, text):
        """Count something that was left out."""
        self.notes[text] = self.notes.get(text, 0) + 1

    def _converted(self, column, convert, cell):
        try:
            return convert(cell)
        except (customfields.NotConvertible, addresses.NotAnAddress, attributes.Invalid) as fault:
            raise Rejected(f"{column.name}: {fault}") from None

    def _outcome(self, cells):
        for position, values in self.mapping.won.items():
            if cells[position].strip().casefold() in values:
                return Outcome.WON.value
        for position, values in self.mapping.lost.items():
            if cells[position].strip().casefold() in values:
                return Outcome.LOST.value
        if self.mapping.lost:
            return ""
        filled = any(not customfields.is_blank(cells[position]) for position in self.mapping.won)
        return Outcome.LOST.value if filled else ""


def _readings(interpreter, column):
    """(conversion, placement) pairs of a column: one for its target, one for the custom field that keeps it."""
    if column.target is not None and column.target.group != "skip":
        yield _target_reading(interpreter, column)
    if column.custom is not None:
        yield _custom_reading(interpreter, column)


def _custom_reading(interpreter, column):
    custom = column.custom
    group = "contact_custom" if custom.entity == "contact" else "company_custom"
    known = set(custom.choices)

    def convert(cell):
        value = customfields.convert(cell, custom.type, decimal=column.decimal, date_format=column.date_format)
        if custom.type == FieldType.CHOICE and value and value not in known:
            interpreter.new_choices.setdefault(custom.pk, {})[value] = True
        return value if value != "" else None

    def place(record, value):
        getattr(record.attributes, group)[custom.key] = value

    return convert, place


def _target_reading(interpreter, column):
    target = column.target
    special = {
        "email": (_email, _place_address),
        "external_id": (_external_id, _place_external_id),
        "full_name": (_full_name, _place_names),
        "created_at": (lambda cell: _moment(interpreter, column, cell), _place_created),
        "closed_at": (lambda cell: _moment(interpreter, column, cell), _place_closed),
    }
    if target.name in special:
        return special[target.name]
    if target.group == "opt_out":
        return _flag, lambda record, value: value and record.opt_outs.add(target.attribute)
    convert = {
        "country": lambda cell: _country(interpreter, column, cell),
        "language": _language,
        "domain": lambda cell: _domain(interpreter, column, cell),
        "employees": _employees,
    }.get(target.attribute) or (lambda cell: _text(interpreter, column, cell))

    def place(record, value):
        getattr(record.attributes, target.group)[target.attribute] = value

    return convert, place


def _place_address(record, value):
    record.address = value


def _place_external_id(record, value):
    record.external_id = value


def _place_names(record, value):
    for name, part in zip(("first_name", "last_name"), value, strict=True):
        record.attributes.contact.setdefault(name, part)


def _place_created(record, value):
    record.created_at = value


def _place_closed(record, value):
    record.closed_at = value


def _email(cell):
    return None if customfields.is_blank(cell) else addresses.parse(cell)


def _external_id(cell):
    if customfields.is_blank(cell):
        return None
    value = cleaning.text(cell)
    if len(value) > 120:
        raise customfields.NotConvertible(gettext("The id has more than 120 characters."))
    return value or None


def _full_name(cell):
    if customfields.is_blank(cell):
        return None
    last, comma, first = cleaning.text(cell).partition(",")
    if not comma:
        first, _space, last = cleaning.text(cell).rpartition(" ")
    return first.strip()[:120], last.strip()[:120]


def _text(interpreter, column, cell):
    if customfields.is_blank(cell):
        return None
    value, was_cut = cleaning.cut(cell, column.target.limit)
    if was_cut:
        limits = {"field": column.name, "limit": column.target.limit}
        interpreter.note(gettext("%(field)s was cut to %(limit)d characters.") % limits)
    return value or None


def _country(interpreter, column, cell):
    found = countries.code(cell)
    if not found and not customfields.is_blank(cell) and cell.strip().casefold() not in ("unknown", "unbekannt"):
        interpreter.note(
            gettext("%(field)s: “%(value)s” is no country.") % {"field": column.name, "value": cell.strip()[:40]}
        )
    return found or None


def _language(cell):
    if customfields.is_blank(cell):
        return None
    return attributes.language(_LANGUAGES.get(cell.strip().casefold(), cell), name="language") or None


def _domain(interpreter, column, cell):
    found = addresses.company_domain(cell) if not customfields.is_blank(cell) else ""
    if not found and not customfields.is_blank(cell):
        interpreter.note(gettext("%(field)s: not a domain.") % {"field": column.name})
    return found or None


def _employees(cell):
    if customfields.is_blank(cell):
        return None
    return attributes.employees(customfields.number(cell.strip(), is_whole=True), name="employees")


def _flag(cell):
    return None if customfields.is_blank(cell) else customfields.boolean(cell.strip())


def _moment(interpreter, column, cell):
    if customfields.is_blank(cell):
        return None
    formats = [column.date_format] if column.date_format else customfields.DATE_FORMATS
    day, time, zone = customfields.moment(cell.strip(), formats=formats)
    if zone:
        offset = zone.replace("Z", "+0000").replace(":", "")
        tz = datetime.datetime.strptime(offset, "%z").tzinfo
    else:
        tz = timezone.get_default_timezone()
    moment = datetime.datetime.combine(day, time or datetime.time(), tzinfo=tz)
    if moment > interpreter.now + FUTURE_TOLERANCE:
        raise customfields.NotConvertible(gettext("“%(text)s” lies in the future.") % {"text": cell.strip()[:40]})
    return moment
