"""The numbers behind a report, as columns: counted from the ways of the leads now, or read from cells added up before."""

import datetime
from dataclasses import dataclass

from leads.models import FieldChange, Lead, StageChange
from scoring import gathering
from scoring.models import ReportBuild
from scoring.reports import cohorts, following, packing
from scoring.reports.cells import Cells

FRESH = datetime.timedelta(minutes=10)
"""Cells that were added up so long ago are as good as now."""
AT_ONCE = 4_000
"""A report follows at once so many of the leads that moved since the last tick; the rest is left to the next one."""
FEW = 50_000
"""So many leads are compared with their ways in some hundredths of a second."""
BUILD = "conversion 3"
"""Which cells these are: another number for each change of what a way holds, so that all are added up anew."""
CUTS = (*cohorts.ORIGINS, "band")

_LATE = 200
"""Rows may become visible in another order than they were numbered: so many are looked at again."""
_NEWS = {Lead: "pk", StageChange: "lead_id", FieldChange: "lead_id"}


@dataclass(frozen=True, eq=False)
class Counted:
    """Leads by cut: `cuts` maps month, source, campaign, product, team and band to parallel arrays of key, steps, leads.

    Keys are places in `months`, ids (0: none) and letters' codes; one key may stand in many rows. `seconds` maps
    names of paths.SECONDS to values. `at` is when it was counted.
    """

    months: list
    cuts: dict
    seconds: dict
    at: datetime.datetime
    is_live: bool


def count(cohort, *, now, live=False):
    """The `Counted` of a cohort: from the cells if these are fresh and know enough, else from the ways of the leads."""
    if not live and cohort.has_cells(now):
        builds = ReportBuild.objects.filter(name=BUILD, built_at__gt=now - FRESH)
        for at in builds.values_list("built_at", flat=True):
            return stored(cohort, at=at)
    return counted(cohort, now=now)


def counted(cohort, *, now):
    """Counted from the ways of the leads, after `catch_up`."""
    catch_up(cohort, now=now)
    ways, months = read(cohort.paths()), cohort.months()
    steps = ways.column("steps")
    cuts = {name: packing.tally(ways.column(name), steps) for name in CUTS}
    return Counted(
        months=months,
        cuts=cuts | {"month": packing.tally(ways.column("month") - packing.month_number(months[0]), steps)},
        seconds={name: seconds for name, (_leads, seconds) in ways.times_by_name.items()},
        at=now,
        is_live=True,
    )


def catch_up(cohort, *, now):
    """Follow the leads that moved since the last tick: those with news, and where there are few leads all that say so."""
    newest_lead = Lead.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    build = ReportBuild.objects.filter(name=BUILD).first()
    moved, leads = _with_news(StageChange, build), cohort.leads()
    if newest_lead > FEW:
        leads = Lead.objects.filter(pk__in=moved | _with_news(Lead, build) | _with_news(FieldChange, build))
    following.follow(now=now, leads=leads, moved=moved, most=AT_ONCE)


def read(rows):
    """The `packing.Ways` of a queryset of `LeadPath`. One query, one walk."""
    return packing.Ways(*gathering.read_bytes(rows.order_by(), ("facts", "times")))


def stored(cohort, *, at):
    """Read from the cells, which were added up `at`. One query."""
    found, months = Cells(*gathering.read_bytes(cohort.cells().order_by(), ("tallies", "times"))), cohort.months()
    month, *tallied = found.cut("month")
    return Counted(
        months=months,
        cuts={name: found.cut(name) for name in CUTS} | {"month": (month - packing.month_number(months[0]), *tallied)},
        seconds=found.seconds_by_name,
        at=at,
        is_live=False,
    )


def newest():
    """The highest ids of what a way hangs on, by index probes."""
    found = {}
    for model in _NEWS:
        found[model._meta.model_name] = model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return found


def _with_news(model, build):
    """Ids of leads with rows of this model that the last tick has not seen: of many, the newest."""
    seen = build.seen.get(model._meta.model_name, 0) if build else 0
    news = model.objects.filter(pk__gt=max(0, seen - _LATE)).order_by("-pk")
    return set(news.values_list(_NEWS[model], flat=True)[: 2 * AT_ONCE]) - {None}
