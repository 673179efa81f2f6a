"""One row of a file as what it says about one person and one lead."""

import datetime
import hashlib
from dataclasses import dataclass, field

from django.utils.translation import gettext

from leads import addresses, attributes, customfields
from leads.attributes import Attributes
from leads.enums import FieldType, Outcome
from leads.importing import cells, dates, numbers

MAX_REMEMBERED = 20_000


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
    consents: set = field(default_factory=set)
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
            *([sorted(self.consents)] if self.consents else []),
        )
        return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


class Rows:
    """Turns the rows of one file into records; each kind of import says how its own are made and read.

    `notes` counts what was left out of rows that were taken; `new_choices` holds the values that choice fields did not
    know. Converted cells are remembered, for columns repeat themselves.
    """

    def __init__(self, mapping, *, now):
        self.mapping = mapping
        self.now = now
        self.notes = {}
        self.new_choices = {}
        self._noted = []  # in the row at hand: it may still be rejected

    def record(self, row, *, number):
        """The record of a `reading.Row`. Raises `Rejected`."""
        self._noted = []
        if row.fault:
            raise Rejected(row.fault)
        record = self.begin(row, number=number)
        self.read(record)
        for text in self._noted:
            self.notes[text] = self.notes.get(text, 0) + 1
        return record

    def begin(self, row, *, number):
        """The record of a row that says nothing yet."""
        raise NotImplementedError

    def read(self, record):
        """Fill a record from its row and check it. Raises `Rejected`."""
        raise NotImplementedError

    def note(self, text):
        """Count something that was left out of the row at hand."""
        self._noted.append(text)

    def value(self, column, convert, remembered, row):
        """What a column says in a row, noting again what was left out of an equal cell before. Raises `Rejected`."""
        cell = row.cells[column.position]
        if cell in remembered:
            value, noted = remembered[cell]
            self._noted += noted
            return value
        before = len(self._noted)
        try:
            value = convert(cell)
        except (customfields.NotConvertible, addresses.NotAnAddress, attributes.Invalid) as fault:
            raise Rejected(f"{column.name}: {fault}") from None
        if len(remembered) < MAX_REMEMBERED:
            remembered[cell] = (value, self._noted[before:])
        return value


class Interpreter(Rows):
    """Turns the rows of a file of people into `Record`s."""

    def __init__(self, mapping, *, now):
        super().__init__(mapping, now=now)
        self._readers = [
            (column, convert, place, {})
            for column in mapping.columns
            if column.is_used and not column.is_outcome
            for convert, place in _readings(self, column)
        ]

    def begin(self, row, *, number):
        """A `Record` that says nothing yet."""
        return Record(number, row=row)

    def read(self, record):
        """Fill a record from its row and check it. Raises `Rejected`."""
        self.fill(record)
        if record.address is None and not record.external_id:
            if not self.mapping.rules.get("hash_id"):
                raise Rejected(gettext("The row has neither an e-mail address nor an id."))
            record.external_id = row_id(record.row)
        if record.consents and not (self.mapping.rules.get("legal_basis") and self.mapping.rules.get("proof")):
            record.consents = set()
            self.note(gettext("A consent was not taken over: that needs its legal basis and its proof."))
        record.outcome = self._outcome(record.row.cells)
        if record.created_at and record.closed_at:
            record.closed_at = max(record.created_at, record.closed_at)

    def fill(self, record):
        """Put what the cells of its row say where it belongs. Raises `Rejected`."""
        for column, convert, place, remembered in self._readers:
            value = self.value(column, convert, remembered, record.row)
            if value is not None:
                place(record, value)

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


def row_id(row):
    """An id made of all that a row says, for rows without one: the same row gets the same id."""
    return "row-" + hashlib.blake2b("\x1f".join(row.cells).encode(), digest_size=12).hexdigest()


def _readings(interpreter, column):
    """(conversion, placement) pairs of a column: one for its target, one for the custom field that keeps it."""
    if column.target is not None and column.target.group != "skip":
        yield cells.converter(column, now=interpreter.now, note=interpreter.note), _placement(column.target)
    if column.custom is not None:
        yield _custom_reading(interpreter, column)


def _custom_reading(interpreter, column):
    custom = column.custom
    group = "contact_custom" if custom.entity == "contact" else "company_custom"
    known = set(custom.choices)

    def convert(cell):
        if customfields.is_blank(cell):
            return None
        if custom.type == FieldType.NUMBER:
            return numbers.number(cell, decimal=column.decimal)
        if custom.type == FieldType.DATE:
            return dates.day(cell, known=column.date_format).isoformat()
        value = customfields.convert(cell, custom.type)
        if custom.type == FieldType.CHOICE and value and value not in known:
            interpreter.new_choices.setdefault(custom.pk, {})[value] = True
        return value if value != "" else None

    def place(record, value):
        getattr(record.attributes, group)[custom.key] = value

    return convert, place


def _placement(target):
    special = {
        "email": lambda record, value: setattr(record, "address", value),
        "full_name": _place_names,
    }
    if target.name in special:
        return special[target.name]
    if target.group == "opt_out":
        return lambda record, value: value and record.opt_outs.add(target.attribute)
    if target.group == "consent":
        return lambda record, value: value and record.consents.add(target.attribute)
    if target.group == "lead":
        return lambda record, value: setattr(record, target.attribute, value)

    def place(record, value):
        getattr(record.attributes, target.group)[target.attribute] = value

    return place


def _place_names(record, value):
    for name, part in zip(("first_name", "last_name"), value, strict=True):
        record.attributes.contact.setdefault(name, part)
