"""Adds the ways of all leads up into cells, again and again; what has not changed is not written."""

import datetime
import time
import uuid

import numpy as np
from django.db import transaction
from django.db.models import Max, Min, Q

from scoring import leases
from scoring.models import ConversionCell, LeadPath, ReportBuild
from scoring.reports import counting, following, packing

_LEASE, _RESTING = "report:building", "report:resting"
_PATIENCE = datetime.timedelta(minutes=15)
_REST = 20
"""After adding up, rest so many times as long as it took: at most a twentieth of a core, however many leads."""
_COLUMNS = ("month", "team_id", "cut", "key", "steps")
_CUTS = ("source", "campaign", "product", "band")
"""Cuts with cells of their own: month and team are in all of them."""


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
    """The cells of one year: (month, team, cut, key, steps) → (how many leads, {name: seconds})."""
    ways = counting.read(LeadPath.objects.filter(created_on__year=year))
    months = [datetime.date(year, month, 1) for month in range(1, 13)]
    teams, places = np.unique(ways.column("team"), return_inverse=True)
    groups = places * len(months) + ways.column("month") - packing.month_number(months[0])
    steps, cells = ways.column("steps"), {}

    def name_of(group, cut, key, came_to):
        team, month = divmod(group, len(months))
        return months[month], int(teams[team]) or None, cut, key, came_to

    for cut in ("", *_CUTS):
        keys = ways.column(cut) if cut else np.zeros_like(steps)
        for group, key, came_to, leads in _rows(packing.tally_within(groups, keys, steps)):
            cells[name_of(group, cut, key, came_to)] = (leads, {})
    for name, (leads, seconds) in ways.times_by_name.items():
        for group, came_to, taken in packing.sorted_within(groups[leads], steps[leads], seconds):
            cells[name_of(group, "", 0, came_to)][1][name] = taken
    return cells


def _rows(columns):
    return zip(*(column.tolist() for column in columns), strict=True)


def _write(year, cells):
    """Make the stored cells of the year these. Returns how many differed."""
    stored = ConversionCell.objects.filter(month__year=year).values_list("pk", *_COLUMNS, "leads", "seconds")
    gone = []
    for pk, *key, leads, seconds in stored:
        if cells.get(tuple(key)) == (leads, seconds):
            del cells[tuple(key)]
        else:
            gone.append(pk)
    # A changed cell is replaced; one transaction, so that no report misses it.
    with transaction.atomic():
        for start in range(0, len(gone), 500):
            ConversionCell.objects.filter(pk__in=gone[start : start + 500]).delete()
        ConversionCell.objects.bulk_create(
            (
                ConversionCell(**dict(zip(_COLUMNS, key, strict=True)), leads=leads, seconds=seconds)
                for key, (leads, seconds) in cells.items()
            ),
            batch_size=500,
        )
    return len(cells) or len(gone)
