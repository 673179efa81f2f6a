"""Adds the ways of all leads up into cells, again and again; what has not changed is not written."""

import datetime
import time
import uuid

from django.db import transaction
from django.db.models import Max, Min, Q

from scoring import leases
from scoring.models import ConversionCell, LeadPath, ReportBuild
from scoring.reports import cells, counting, following

_LEASE, _RESTING = "report:building", "report:resting"
_PATIENCE = datetime.timedelta(minutes=15)
_REST = 20
"""After adding up, rest so many times as long as it took: at most a twentieth of a core, however many leads."""


def refresh_due(*, now):
    """`refresh`, unless it rests or somebody else is at it. Without news since the last time it costs a few index probes.

    Returns how many cells were written, or None if nothing was added up.
    """
    if leases.held(_RESTING, now=now):
        return None
    seen = _seen(now)
    # Nothing has happened: what was added up then still holds now.
    if ReportBuild.objects.filter(name=counting.BUILD, seen=seen).update(built_at=now):
        return None
    holder = str(uuid.uuid4())
    if not leases.claim(_LEASE, holder=holder, now=now, until=now + _PATIENCE):
        return None
    started = time.monotonic()
    try:
        written = refresh(now=now)
    finally:
        leases.release(_LEASE, holder=holder)
    rest = datetime.timedelta(seconds=_REST * (time.monotonic() - started))
    leases.claim(_RESTING, holder=holder, now=now, until=now + rest)
    return written


def refresh(*, now):
    """Follow every lead that has moved, add all ways up, and write the cells that differ. Returns how many those were."""
    seen = _seen(now)
    following.follow(now=now)
    span = LeadPath.objects.aggregate(first=Min("created_on"), last=Max("created_on"))
    years = range(span["first"].year, span["last"].year + 1) if span["first"] else range(0)
    written = sum(_write(year, _added_up(year)) for year in years)
    outside = Q(month__year__lt=years[0]) | Q(month__year__gt=years[-1]) if years else Q()
    written += ConversionCell.objects.filter(outside).delete()[0]
    ReportBuild.objects.update_or_create(name=counting.BUILD, defaults={"built_at": now, "seen": seen})
    return written


def _seen(now):
    """The newest facts, and the hour: some, such as a call that was logged, leave no newer row behind."""
    return counting.newest() | {"hour": now.strftime("%Y-%m-%d %H")}


def _added_up(year):
    """The cells of one year: (first day of the month, team or None) → [tallies, times]."""
    ways = counting.read(LeadPath.objects.filter(created_on__year=year))
    return {
        (datetime.date(year, month % 12 + 1, 1), team or None): packed
        for (month, team), packed in cells.added_up(ways).items()
    }


def _write(year, packed):
    """Make the stored cells of the year these. Returns how many differed."""
    gone = []
    stored = ConversionCell.objects.filter(month__year=year).values_list("pk", "month", "team_id", "tallies", "times")
    for pk, *key, tallies, times in stored:
        if packed.get(tuple(key)) == [bytes(tallies), bytes(times)]:
            del packed[tuple(key)]
        else:
            gone.append(pk)
    made = [
        ConversionCell(month=month, team_id=team, tallies=tallies, times=times)
        for (month, team), (tallies, times) in packed.items()
    ]
    # A changed cell is replaced; one transaction, so that no report misses it.
    with transaction.atomic():
        for start in range(0, len(gone), 500):
            ConversionCell.objects.filter(pk__in=gone[start : start + 500]).delete()
        ConversionCell.objects.bulk_create(made, batch_size=500)
    return len(made) or len(gone)
