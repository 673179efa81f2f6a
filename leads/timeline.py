"""The read model of a lead's timeline: what the person did, what we did, and how the lead moved, newest first.

Five sources are merged by time. Each is asked for one page at most, so a page costs five queries however long the history is.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Coalesce

from leads import history
from leads.enums import SALES_TOUCHES, Cause, Verdict
from leads.models import FieldChange, FollowUp, Interaction, Note, StageChange

PAGE = 20

ALL, THEM, US, STAGES, NOTES, CHANGES = "all", "them", "us", "stages", "notes", "changes"
FILTERS = (ALL, THEM, US, STAGES, NOTES, CHANGES)


class InvalidCursor(Exception):
    """The place to go on from is not one that this module gave out."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `source` says what `record` is: interaction, note, follow_up, change or stage; side: them, us or move."""

    at: dt.datetime
    source: str
    side: str
    record: object

    @property
    def cursor(self):
        """Where the page after this entry begins."""
        return f"{self.at.isoformat()}~{self.source}~{self.record.pk}"


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, newest first, and the cursor of the next page, if there is one."""

    entries: tuple[Entry, ...]
    older: str | None


def page(lead, *, show=ALL, before=None, size=PAGE):
    """The entries of `lead` older than the cursor `before`. Raises `InvalidCursor`.

    Interactions are those of the lead's contact, in whatever cycle they happened; the rest is the lead's own. At most one query per
    source.
    """
    place = _parse(before) if before else None
    found = []
    for rank, (source, read) in enumerate(_SOURCES.items()):
        rows = read(lead, show)
        if rows is None:
            continue
        column, queryset = rows
        if place:
            queryset = queryset.filter(_older(column, rank, place))
        found += [
            (getattr(record, column), rank, Entry(getattr(record, column), source, _side(source, record), record))
            for record in queryset.order_by(f"-{column}", "-id")[: size + 1]
        ]
    found.sort(key=lambda item: (item[0], -item[1], item[2].record.pk), reverse=True)
    entries = tuple(entry for _, _, entry in found[:size])
    return Page(entries, entries[-1].cursor if len(found) > size else None)


def _interactions(lead, show):
    if show not in (ALL, THEM, US):
        return None
    rows = Interaction.objects.filter(contact_id=lead.contact_id).exclude(verdict=Verdict.RETRACTED)
    if show == THEM:
        rows = rows.exclude(kind__in=SALES_TOUCHES)
    elif show == US:
        rows = rows.filter(kind__in=SALES_TOUCHES)
    return "occurred_at", rows.select_related("signal", "product", "campaign", "source")


def _notes(lead, show):
    if show not in (ALL, US, NOTES):
        return None
    return "created_at", Note.objects.filter(lead=lead, deleted_at__isnull=True).select_related("by")


def _follow_ups(lead, show):
    if show not in (ALL, US):
        return None
    rows = FollowUp.objects.filter(lead=lead).annotate(at=Coalesce("done_at", "cancelled_at", "created_at"))
    return "at", rows.select_related("owner", "created_by")


def _stage_changes(lead, show):
    if show not in (ALL, STAGES):
        return None
    return "at", StageChange.objects.filter(lead=lead).select_related("by")


def _changes(lead, show):
    if show not in (ALL, CHANGES):
        return None
    about = Q(contact=lead.contact_id) | Q(lead=lead)
    if lead.contact.company_id:
        about |= Q(company=lead.contact.company_id)
    # What follows from an address stands beside it in the log, but tells nobody anything.
    rows = FieldChange.objects.filter(about).exclude(field__in=history.DERIVED)
    return "at", rows.select_related("by", "source")


# Simultaneous entries stand in this order; as the newest is read first, what an interaction brought about stands above it.
_SOURCES = {
    "stage": _stage_changes,
    "change": _changes,
    "follow_up": _follow_ups,
    "note": _notes,
    "interaction": _interactions,
}


def _side(source, record):
    if source == "interaction":
        return "us" if record.kind in SALES_TOUCHES else "them"
    if source == "stage":
        return "us" if record.cause in (Cause.PERSON, Cause.UNDO) else "move"
    if source == "change":
        return "us" if record.by_id else "move"
    return "us"


def _parse(cursor):
    try:
        at, source, pk = cursor.split("~")
        moment = dt.datetime.fromisoformat(at)
        if moment.tzinfo is None or not 1 < moment.year < 9999:
            raise ValueError("a cursor has a time zone, and a date in each of them")
        return moment, list(_SOURCES).index(source), int(pk)
    except (ValueError, OverflowError) as error:
        raise InvalidCursor(cursor) from error


def _older(column, rank, place):
    at, place_rank, pk = place
    before = Q(**{f"{column}__lt": at})
    if rank == place_rank:
        return before | Q(**{column: at, "id__lt": pk})
    if rank > place_rank:
        return before | Q(**{column: at})
    return before
