"""What the columns of a file hold: one pass over all rows that keeps a bounded number of values."""

from dataclasses import dataclass, field

from leads import addresses, customfields
from leads.enums import FieldType
from leads.importing import countries, dates, numbers, reading

MAX_DISTINCT = 2000
MAX_CHOICES = 50
CHOICE_LENGTH = 80

_FLAGS = frozenset({"yes", "no", "y", "n", "true", "false", "ja", "nein", "wahr", "falsch"})


@dataclass
class Profile:
    """Counts of one column's values, blanks left out; `values` is cut at `MAX_DISTINCT`."""

    filled: int = 0
    values: dict = field(default_factory=dict)

    def add(self, cell):
        """Count one cell."""
        known = self.values.get(cell)
        if known is not None:
            self.values[cell] = known + 1
        elif customfields.is_blank(cell):
            return
        elif len(self.values) < MAX_DISTINCT:
            self.values[cell] = 1
        self.filled += 1

    @property
    def is_unique(self):
        """No value was seen twice."""
        return self.filled > 0 and all(count == 1 for count in self.values.values())

    def share(self, test):
        """The share of the counted cells for whose value `test` holds."""
        total = sum(self.values.values())
        return sum(count for value, count in self.values.items() if test(value)) / total if total else 0.0

    @property
    def decimal(self):
        """The decimal sign of the column's numbers, "" if they do not tell."""
        return numbers.decimal_sign_of(self.values)

    def date_format(self, *, share=1.0, style="", with_numbers=False):
        """The format of the column's dates, "" if it holds none; see `dates.format_of`."""
        return dates.format_of(self.values, share=share, style=style, with_numbers=with_numbers)


def profiles(path, layout):
    """(one `Profile` per column, number of rows): reads the whole file in constant memory."""
    found = [Profile() for _name in layout.header]
    count = 0
    for row in reading.rows(path, layout):
        count += 1
        if not row.fault:
            for profile, cell in zip(found, row.cells, strict=True):
                profile.add(cell)
    return found, count


def type_of(profile):
    """The type that a custom field for these values should have."""
    if not profile.filled:
        return FieldType.TEXT
    words = {value.strip().casefold() for value in profile.values}
    if words <= _FLAGS:
        return FieldType.BOOLEAN
    if _are_numbers(profile):
        return FieldType.NUMBER
    if profile.date_format():
        return FieldType.DATE
    few = len(profile.values) <= MAX_CHOICES and profile.filled >= 2 * len(profile.values)
    if few and max(map(len, profile.values)) <= CHOICE_LENGTH:
        return FieldType.CHOICE
    return FieldType.TEXT


def is_email(text):
    """The text is an e-mail address."""
    if "@" not in text:
        return False
    try:
        addresses.parse(text)
    except addresses.NotAnAddress:
        return False
    return True


def is_country(text):
    """The text names a country."""
    return bool(countries.code(text))


def is_whole_number(text):
    """The text is a number of people or things."""
    return _is_number(text)


def is_money(text):
    """The text is an amount."""
    try:
        numbers.money(text)
    except customfields.NotConvertible:
        return False
    return True


def is_flag(text):
    """The text is yes or no."""
    return text.strip().casefold() in customfields.YES | customfields.NO


def _is_number(text, decimal=""):
    try:
        numbers.number(text, decimal=decimal)
    except customfields.NotConvertible:
        return False
    return True


def _are_numbers(profile):
    # A leading zero is part of a code (postcodes, phone numbers), and so is a sixteenth digit.
    if any(_is_code(value.strip()) for value in profile.values):
        return False
    decimal = profile.decimal
    share = profile.share(lambda value: _is_number(value, decimal))
    # The rest may be slips such as 0x10 and 1_000; they are rejected row by row, with a reason.
    return share == 1 or (
        share >= 0.5 and all(_is_number(value, decimal) or _looks_numeric(value) for value in profile.values)
    )


def _is_code(text):
    return (len(text) > 1 and text[0] == "0" and text.isdigit()) or (text.isdigit() and len(text) > 15)


def _looks_numeric(text):
    return text.strip().lstrip("+-")[:1].isdigit() and " " not in text.strip() and len(text) < 20
