"""Lists of leads as CSV that no spreadsheet can be tricked with."""

import csv
import io
import re
import unicodedata

from django.db.models import Case, CharField, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

BOM = "\ufeff"

# Column → (label, where it lies seen from a lead). This is also the allow-list of what may be exported.
COLUMNS = {
    "id": (_("Id"), "id"),
    "external_id": (_("External id"), "contact__external_id"),
    "email": (_("E-mail address"), "contact__email"),
    "first_name": (_("First name"), "contact__first_name"),
    "last_name": (_("Last name"), "contact__last_name"),
    "phone": (_("Phone"), "contact__phone"),
    "job_title": (_("Job title"), "contact__job_title"),
    "country": (_("Country"), "contact__country"),
    "city": (_("City"), "contact__city"),
    "language": (_("Language"), "contact__language"),
    "company": (_("Company"), "contact__company__name"),
    "domain": (_("Company domain"), "contact__company__domain"),
    "industry": (_("Industry"), "contact__company__industry"),
    "employees": (_("Employees"), "contact__company__employees"),
    "stage": (_("Stage"), "stage"),
    "status": (_("Status"), "status_word"),
    "owner": (_("Owner"), "owner__username"),
    "team": (_("Team"), "team__name"),
    "source": (_("Source"), "source__name"),
    "campaign": (_("Campaign"), "campaign__name"),
    "product": (_("Product"), "product__name"),
    "created_at": (_("Created"), "created_at"),
    "closed_at": (_("Closed"), "closed_at"),
    "last_activity_at": (_("Last activity"), "last_activity_at"),
}
STATUS_WORD = Case(When(~Q(outcome=""), then=F("outcome")), default=Value("open"), output_field=CharField())

# What a spreadsheet takes for the start of a formula, after it has thrown away what it does not see.
_SIGNS = frozenset("=+-@|")
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
# A phone number with a space behind the country code is no arithmetic to any spreadsheet. One without ("+49-30-12") would be
# computed, and "+49 30/12" read as a fraction.
_PHONE = re.compile(r"\+[0-9]+ \(?[0-9][0-9 ().-]*")


def write_csv(rows, columns, *, bom=False):
    """The rows as pieces of CSV text, header first; nothing is kept in memory.

    `rows` are mappings; `columns` are names or (name, label) pairs. Text is quoted and neutralised, numbers stay
    numbers, `None` is an empty cell. `bom` makes Excel read it as UTF-8.
    """
    pairs = [(column, column) if isinstance(column, str) else column for column in columns]
    buffer = io.StringIO()
    # Every text is quoted: a comma file opened with semicolons must not break a cell in two.
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    if bom:
        buffer.write(BOM)
    writer.writerow([neutralised(str(label)) for _name, label in pairs])
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name, _label in pairs])
        if buffer.tell() > 32_768:
            yield _emptied(buffer)
    yield _emptied(buffer)


def neutralised(text):
    """The text with an apostrophe in front if a spreadsheet could take it for a formula, and without NUL."""
    text = text.replace("\0", "")
    return f"'{text}" if _is_formula(text) and not _PHONE.fullmatch(text) else text


def restored(text):
    """What `neutralised` made `text` from, so that an export can be imported again."""
    return text[1:] if text.startswith("'") and _is_formula(text[1:]) else text


def _is_formula(text):
    for position, character in enumerate(text):
        if unicodedata.category(character) in _INVISIBLE:
            # A leading tab or carriage return is itself enough for some programs.
            if position == 0 and character in "\t\r":
                return True
            continue
        return unicodedata.normalize("NFKC", character)[:1] in _SIGNS
    return False


def _cell(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        value = "; ".join(str(item) for item in value)
    return neutralised(str(value))


def _emptied(buffer):
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
