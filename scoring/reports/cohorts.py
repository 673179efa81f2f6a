"""Which leads a report is about: created in a period, of an origin and a team, and visible to who asks."""

import datetime
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from leads.enums import Stage
from leads.models import Lead
from scoring.models import ConversionCell, LeadPath
from scoring.reports import paths

ORIGINS = ("source", "campaign", "product", "team")
NONE = "none"
"""Stands for leads that have no source, campaign, product or team."""


def today(now):
    """The date of `now` where the installation stands."""
    return timezone.localdate(now, ZoneInfo(settings.TIME_ZONE))


def start(day):
    """The moment at which `day` begins where the installation stands."""
    return datetime.datetime.combine(day, datetime.time(), ZoneInfo(settings.TIME_ZONE))


def month_after(day, months=1):
    """The first day of the month so many months after the month of `day`."""
    number = day.year * 12 + day.month - 1 + months
    return datetime.date(number // 12, number % 12 + 1, 1)


@dataclass(frozen=True)
class Cohort:
    """Leads that `user` sees, created from `since` to `until` (both included).

    `origin` maps names of ORIGINS to an id or NONE.
    """

    user: object
    since: datetime.date
    until: datetime.date
    origin: dict = field(default_factory=dict)

    def leads(self):
        """The leads themselves."""
        created = Q(created_at__gte=start(self.since), created_at__lt=start(self.until + datetime.timedelta(days=1)))
        return self._of_origin(Lead.objects.visible_to(self.user).filter(created))

    def paths(self):
        """Their ways."""
        created = Q(created_on__gte=self.since, created_on__lte=self.until)
        return self._of_origin(LeadPath.objects.visible_to(self.user).filter(created))

    def cells(self):
        """The stored cells of these leads: the right ones only if `has_cells`."""
        cells = ConversionCell.objects.visible_to(self.user)
        return self._of_origin(cells.filter(month__gte=self.since, month__lte=self.until))

    def has_cells(self, now):
        """True if no month is cut in two by the period, and of the origin only the team is asked for: cells know no more."""
        ends = self.until >= today(now) or (self.until + datetime.timedelta(days=1)).day == 1
        return self.since.day == 1 and ends and self.origin.keys() <= {"team"}

    def months(self):
        """The first days of the months that the period touches."""
        first, found = self.since.replace(day=1), []
        while first <= self.until:
            found.append(first)
            first = month_after(first)
        return found

    def before(self):
        """The period of the same length just before: by months if this one begins with a month, else by days."""
        last = self.since - datetime.timedelta(days=1)
        if self.since.day == 1:
            return replace(self, since=month_after(self.since, -len(self.months())), until=last)
        return replace(self, since=self.since - (self.until - last), until=last)

    def _of_origin(self, rows):
        for name, value in self.origin.items():
            rows = rows.filter(**({f"{name}__isnull": True} if value == NONE else {f"{name}_id": value}))
        return rows


@dataclass(frozen=True, slots=True)
class Figure:
    """What one number of the report counts within a cohort: each part that is set narrows.

    `reached` and `skipped` are stages, `band` a band, UNKNOWN or NOT_YET, `month` its first day, `timed` one of paths.SECONDS.
    """

    reached: str = ""
    skipped: str = ""
    is_recycled: bool = False
    band: str = ""
    month: datetime.date | None = None
    timed: str = ""

    def of(self, leads):
        """Those of `leads` that the figure counts."""
        leads = leads.annotate(came_to=F("path__steps").bitand(paths.REACHED))
        if self.reached:
            leads = leads.filter(came_to__gte=_place(self.reached))
        if self.skipped:
            leads = _with_bit(leads, "has_skipped", paths.skipped(_place(self.skipped)))
        if self.is_recycled:
            leads = _with_bit(leads, "was_recycled", paths.RECYCLED)
        if self.band:
            leads = leads.filter(path__band=self.band)
        if self.month:
            leads = leads.filter(created_at__gte=start(self.month), created_at__lt=start(month_after(self.month)))
        if self.timed:
            leads = _with_bit(leads, "has_time", paths.timed(self.timed), of="timed")
        return leads


def _place(stage):
    return paths.STEPS.index(Stage(stage))


def _with_bit(leads, name, bit, *, of="steps"):
    return leads.annotate(**{name: F(f"path__{of}").bitand(bit)}).filter(**{name: bit})
