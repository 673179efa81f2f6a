"""What the kinds of imports beside leads have in common: a row as values by target, and whose row it is."""

from dataclasses import dataclass, field

from django.utils.translation import gettext

from leads.enums import FieldType, Outcome
from leads.importing import cells, interpreting
from leads.importing.interpreting import row_id
from leads.importing.targets import Target

PERSON = (
    Target(
        "external_id",
        "link",
        "external_id",
        headers=("external id", "leadid", "lead id", "contactid", "contact id", "person id", "mql id", "associated contact ids"),
        reads="ids",
    ),
    Target("email", "link", "email", headers=("email", "e mail", "contact email", "person email", "email address"), reads="email"),
    Target("skip", "skip", "skip", headers=("import line", "import reason")),
)  # fmt: skip
"""Whose row it is: the ids of leads or contacts (several columns and several ids in a cell are possible), or the address."""


@dataclass
class Record:
    """One row: `values` by target, `ids` as (source, ids) in the order of the columns, `outcome` for what has one.

    `systems` are the sources that the file's columns name, whether this row has an id from them or not.
    """

    number: int
    row: object
    values: dict = field(default_factory=dict)
    ids: list = field(default_factory=list)
    outcome: str = ""
    systems: frozenset = frozenset()

    @property
    def address(self):
        """The address of the person, or None."""
        return self.values.get("email")


class Interpreter(interpreting.Rows):
    """Turns the rows of one file into `Record`s. A kind adds its own checks in `finished`."""

    def __init__(self, mapping, *, now):
        super().__init__(mapping, now=now)
        self._systems = frozenset(column.system for column in mapping.columns if column.system)
        self._readers = [
            (column, cells.converter(column, now=now, note=self.note), {})
            for column in mapping.columns
            if column.target is not None and column.target.group != "skip"
        ]

    def begin(self, row, *, number):
        """A `Record` that says nothing yet."""
        return Record(number, row, systems=self._systems)

    def read(self, record):
        """Fill a record from its row and check it. Raises `Rejected`."""
        for column, convert, remembered in self._readers:
            value = self.value(column, convert, remembered, record.row)
            if value is None:
                continue
            if column.target.reads == "ids":
                record.ids.append((column.system, value))
            else:
                record.values.setdefault(column.target.name, value)
        self.finished(record)

    def finished(self, record):
        """Complete and check a record of this kind. Raises `Rejected`."""

    def own_id(self, record, name, *, of=None):
        """The id of the row itself, else one made of these of its values, else of all that it says."""
        if name in record.values:
            return record.values[name]
        if of is None:
            return row_id(record.row)
        cells_ = [str(record.values.get(value, "")) for value in of] + [str(ids) for ids in record.ids]
        return row_id(type(record.row)(record.row.line, cells_))

    def named(self, positions, record):
        """Whether a cell in one of these positions has one of the values that the caller named for it."""
        return any(record.row.cells[position].strip().casefold() in values for position, values in positions.items())


def nobody_named(mapping):
    """Why no row could say whose it is, or ""."""
    if mapping.target("email") or mapping.target("external_id"):
        return ""
    return gettext(
        "No column says whom a row is about: name one with --map COLUMN=external_id or COLUMN=email. "
        "Without such a key these rows cannot be linked to anybody."
    )


def needs(mapping, *names):
    """Why a target that every row needs is missing, or ""."""
    for name in names:
        if mapping.target(name) is None:
            return gettext("No column says “%(name)s”: name one with --map COLUMN=%(name)s.") % {"name": name}
    return ""


def status_word(text, *, won, lost):
    """The `Outcome` that a status means, "" for an open one."""
    word = " ".join(text.casefold().replace("-", " ").replace("_", " ").split())
    if word in won:
        return Outcome.WON.value
    return Outcome.LOST.value if word in lost else ""


def target(name, headers, *, reads="text", limit=200):
    """A target of a kind whose name says where it goes."""
    type_ = {"money": FieldType.NUMBER, "number": FieldType.NUMBER, "flag": FieldType.BOOLEAN}.get(
        reads, FieldType.TEXT
    )
    if reads in cells.DATES:
        type_ = FieldType.DATE
    return Target(name, "value", name, type_, limit, tuple(headers), reads)


def by_name(*targets):
    """Name → target, for `TARGETS`."""
    return {item.name: item for item in targets}
