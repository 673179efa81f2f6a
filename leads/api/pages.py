"""Lists page by page. Pages follow keys instead of offsets, so that what arrives meanwhile moves nothing else.

A cursor is opaque to programs: the order, the last key and the last id. It is no secret and grants nothing.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from ninja import Field, Schema
from pydantic import AwareDatetime

from leads.api.problems import Refused, missing

PAGE, MOST = 100, 200
LARGEST = 2**63 - 1
Moment = Annotated[AwareDatetime, Field(ge=datetime(2, 1, 1, tzinfo=UTC), lt=datetime(9999, 1, 1, tzinfo=UTC))]
"""With its zone, and far enough from the ends of the calendar to be told in any other zone."""
_LONGEST = 600


class Wanted(Schema):
    """How much of a list."""

    sort: Literal["id", "-id"] = Field("id", description="The order; a minus turns it round.")
    after: str = Field("", max_length=_LONGEST, description="The `next` of the page before.")
    limit: int = Field(PAGE, ge=1, le=MOST)


@dataclass(frozen=True)
class Order:
    """A column to sort by, ties by id: never null, of one type, indexed."""

    column: str
    kind: type


def page(request, wanted, rows, *, orders=None):
    """(One page of rows in the order that is wanted, the cursor of the next or None). One query.

    `orders` names the orders beside `id`. Raises `Refused` for a filter that does not exist and for a cursor that is none.
    """
    check_names(request, type(wanted))
    falls, name = wanted.sort.startswith("-"), wanted.sort.removeprefix("-")
    order = None if name == "id" else orders[name]
    if wanted.after:
        rows = rows.filter(_behind(wanted, order, falls=falls))
    sign = "-" if falls else ""
    names = [sign + order.column, sign + "pk"] if order else [sign + "pk"]
    found = list(rows.order_by(*names)[: wanted.limit + 1])
    if len(found) <= wanted.limit:
        return found, None
    found = found[: wanted.limit]
    return found, _write(wanted.sort, _value(found[-1], order), found[-1].pk)


def check_names(request, schema):
    """A misspelt filter must not answer with everything, and no database stores a NUL."""
    for name, values in request.GET.lists():
        if name not in schema.model_fields:
            raise Refused(name[:60].replace("\0", ""), _("There is no such filter."))
        if len(values) > 1:
            raise Refused(name, _("Give this only once."))
        if "\0" in values[0]:
            raise Refused(name, _("This has characters that cannot be stored."))


def one(rows, pk):
    """The row with this id. 404 for one that is not among them, and for an id that no database has."""
    found = rows.filter(pk=pk).order_by().first() if pk <= LARGEST else None
    if found is None:
        raise missing()
    return found


def locked(rows, model, pk):
    """Like `one`, and nobody else changes the row before the transaction ends."""
    one(rows, pk)
    # Alone: a row joined to it would be the one from before the wait.
    found = model.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        raise missing()
    return found


def _behind(wanted, order, *, falls):
    value, pk = _read(wanted.after, wanted.sort, order)
    side = "lt" if falls else "gt"
    later = Q(**{f"pk__{side}": pk})
    if order is None:
        return later
    # The first condition says nothing new, but it is the one that an index can begin at.
    return Q(**{f"{order.column}__{side}e": value}) & (
        Q(**{f"{order.column}__{side}": value}) | Q(**{order.column: value}) & later
    )


def _value(row, order):
    if order is None:
        return None
    for name in order.column.split("__"):
        row = getattr(row, name)
    return row.isoformat() if isinstance(row, datetime) else row


def _write(sort, value, pk):
    text = json.dumps([sort, value, pk], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(text, sort, order):
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        name, value, pk = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if name != sort or not _is_id(pk):
            raise ValueError
        return _typed(value, order), pk
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise Refused("after", _("This is not the `next` of a page in this order.")) from None


def _is_id(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST


def _typed(value, order):
    if order is None:
        return None
    if order.kind is datetime:
        moment = parse_datetime(value)
        if moment is None or moment.tzinfo is None or not 1 < moment.year < 9999:
            raise ValueError
        return moment
    if order.kind is int and _is_id(value):
        return value
    if order.kind is str and isinstance(value, str) and "\0" not in value:
        value.encode()  # half of a surrogate pair is no text
        return value
    raise ValueError
