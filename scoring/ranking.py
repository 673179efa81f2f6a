"""The order of the board, page by page.

Pages follow keys instead of offsets: a page costs the same at any depth, and a lead that arrives or moves meanwhile makes no
other one appear twice or get lost. An order is a chain of phases (leads with a score, then those still waiting for one), so
that each phase is one plain walk along an index on both databases, whatever they think of NULLs.
"""

import base64
import binascii
import json
from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.dateparse import parse_datetime

from leads.models import Lead
from scoring.models import Score

PAGE = 50
FEW = 1000
"""Up to so many leads are sorted; of more, the index of the order is walked until the page is full."""

_LARGEST = 2**63 - 1
_FAR = 1_000_000_000


class UnknownOrder(Exception):
    """There is no such order."""


class BadCursor(Exception):
    """This is not a place in the order."""


@dataclass(frozen=True, slots=True)
class _Phase:
    """Leads that share a way of being ordered: by `key` (None: by id alone), ties by id."""

    where: Q
    key: str | None = None
    kind: type = int
    falls: bool = False
    id_falls: bool = False
    model: type = Lead
    pk: str = "pk"

    def turned(self):
        return _Phase(self.where, self.key, self.kind, not self.falls, not self.id_falls, self.model, self.pk)

    def ordering(self):
        names = [(self.key, self.falls), (self.pk, self.id_falls)] if self.key else [(self.pk, self.id_falls)]
        return [f"-{name}" if falls else name for name, falls in names]

    def behind(self, value, lead_id):
        """What stands behind the lead `lead_id` with the key `value`."""
        later = Q(**{f"{self.pk}__{'lt' if self.id_falls else 'gt'}": lead_id})
        if self.key is None:
            return later
        side = "lt" if self.falls else "gt"
        # The first condition says nothing new, but it is the one that an index can begin at.
        return Q(**{f"{self.key}__{side}e": value}) & (
            Q(**{f"{self.key}__{side}": value}) | Q(**{self.key: value}) & later
        )


_UNSCORED = _Phase(Q(score__isnull=True))
_NAMELESS = _Phase(Q(contact__name_folded=""))
_NEVER_ACTIVE = _Phase(Q(last_activity_at__isnull=True), id_falls=True)
_NATURAL = {
    "score": (_Phase(Q(), "score", int, falls=True, model=Score, pk="lead_id"), _UNSCORED),
    "activity": (_Phase(Q(last_activity_at__isnull=False), "last_activity_at", datetime, True, True), _NEVER_ACTIVE),
    "created": (_Phase(Q(), "created_at", datetime, True, True),),
    "name": (_Phase(Q(contact__name_folded__gt=""), "contact__name_folded", str), _NAMELESS),
}
# What has no key stands last in either direction.
ORDERS = _NATURAL | {
    f"-{name}": tuple(phase.turned() if phase.key else phase for phase in phases) for name, phases in _NATURAL.items()
}
"""The allow-list: strongest, latest active, newest, and by name; with a minus the other way round."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in an order: before or behind one lead. `position` is its rank when it was shown."""

    phase: int
    value: object
    lead_id: int
    position: int
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Lead ids in order; `first` is the rank of the first. `previous` and `next` are cursor texts, or empty."""

    ids: list[int]
    first: int
    previous: str
    next: str


def page(leads, *, order, cursor="", size=PAGE, many=True):
    """One page of `leads` (a queryset of Lead) in the order named `order`.

    Two queries at most. `many` says that `leads` are more than FEW: it changes how the database looks for them, never what
    comes out. Raises `UnknownOrder` and `BadCursor`.
    """
    phases = _phases(order)
    at = read(cursor, order=order) if cursor else None
    backwards = bool(at and at.backwards)
    rows = _walk(leads, phases, at, size + 1, many=many, backwards=backwards)
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
        first = max(1, at.position - len(rows)) if more else 1
        has_previous, has_next = more, True
    else:
        first = at.position + 1 if at else 1
        has_previous, has_next = at is not None, more
    if not rows:
        return Page([], first, "", "")
    return Page(
        [lead_id for _, _, lead_id in rows],
        first,
        _write(order, rows[0], first, backwards=True) if has_previous else "",
        _write(order, rows[-1], first + len(rows) - 1) if has_next else "",
    )


def everything(leads, *, order, size=1000):
    """All ids in order, a page at a time, for exports."""
    cursor = ""
    while True:
        found = page(leads, order=order, cursor=cursor, size=size)
        if found.ids:
            yield found.ids
        cursor = found.next
        if not cursor:
            return


def moves(shown, current):
    """Which leads stand elsewhere now: those of `current` outside a longest run that kept its order.

    One lead that rises over two others is one move, not three. Leads that are new in `current` count too.
    """
    places = {lead_id: place for place, lead_id in enumerate(shown)}
    kept = [lead_id for lead_id in current if lead_id in places]
    staying = {kept[index] for index in _longest_rise([places[lead_id] for lead_id in kept])}
    return [lead_id for lead_id in current if lead_id not in staying]


def read(text, *, order):
    """The cursor that `text` stands for. Raises `BadCursor`."""
    phases = _phases(order)
    try:
        name, phase, value, lead_id, position, backwards = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise BadCursor from None
    if name != order or not _is_number(phase, len(phases) - 1) or backwards not in (True, False):
        raise BadCursor
    if not _is_number(lead_id, _LARGEST) or not _is_number(position, _FAR):
        raise BadCursor
    return Cursor(phase, _key(value, phases[phase]), lead_id, position, bool(backwards))


def _write(order, row, position, *, backwards=False):
    phase, value, lead_id = row
    if isinstance(value, datetime):
        value = value.isoformat()
    text = json.dumps([order, phase, value, lead_id, position, backwards], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def _phases(order):
    try:
        return ORDERS[order]
    except (KeyError, TypeError):
        raise UnknownOrder(order) from None


def _is_number(value, most):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _key(value, phase):
    if phase.key is None:
        return None
    if phase.kind is int and _is_number(value, 100):
        return value
    if phase.kind is str and isinstance(value, str) and 0 < len(value) <= 250 and "\0" not in value:
        return value
    if phase.kind is datetime and isinstance(value, str) and len(value) <= 40:
        try:
            moment = parse_datetime(value)
        except ValueError:
            raise BadCursor from None
        if moment is not None and moment.tzinfo is not None and 1 < moment.year < 9999:
            return moment
    raise BadCursor


def _walk(leads, phases, at, wanted, *, many, backwards):
    """Up to `wanted` rows (phase, key, lead id) from the cursor on, in walking direction."""
    rows = []
    order = range(len(phases))
    if at:
        order = range(at.phase, -1, -1) if backwards else range(at.phase, len(phases))
    elif backwards:
        order = reversed(order)
    for number in order:
        phase = phases[number].turned() if backwards else phases[number]
        found = _candidates(leads, phase, many=many)
        if at and number == at.phase:
            found = found.filter(phase.behind(at.value, at.lead_id))
        columns = (phase.key or phase.pk, phase.pk)
        for value, lead_id in found.order_by(*phase.ordering()).values_list(*columns)[: wanted - len(rows)]:
            rows.append((number, value if phase.key else None, lead_id))
        if len(rows) == wanted:
            break
    return rows


def _candidates(leads, phase, *, many):
    """The leads of one phase, asked for so that the index of the order can lead the way.

    Many: walk the order and look at each lead whether it belongs. SQLite does so only for EXISTS; given a join it would sort
    all leads of the team first (100 ms instead of 1 ms of 100,000 leads). Few: find them, then sort.
    """
    found = phase.model.objects.filter(phase.where)
    if many:
        return found.filter(Exists(leads.order_by().filter(pk=OuterRef(phase.pk))))
    return found.filter(**{f"{phase.pk}__in": leads.order_by().values("pk")})


def _longest_rise(numbers):
    """Indexes of a longest strictly rising subsequence."""
    tails, tail_at, before = [], [], [-1] * len(numbers)
    for index, number in enumerate(numbers):
        length = bisect_left(tails, number)
        before[index] = tail_at[length - 1] if length else -1
        if length == len(tails):
            tails.append(number)
            tail_at.append(index)
        else:
            tails[length], tail_at[length] = number, index
    rise, index = [], tail_at[-1] if tail_at else -1
    while index >= 0:
        rise.append(index)
        index = before[index]
    return rise[::-1]
