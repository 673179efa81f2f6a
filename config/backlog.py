"""Work that waits in the database: leads whose score no longer holds, imports that failed or lie unfinished."""

import datetime
import zoneinfo
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Max, Min

from leads.enums import ImportState
from leads.models import Contact, ImportRun, Interaction
from scoring import evaluation, gathering, rescoring, staleness
from scoring.models import Score, Scorecard

LOOKED_AT = 1_000
"""So many changed contacts tell how long they wait; more would make the question dear just when much is to be done."""


@dataclass(frozen=True)
class Stale:
    """Changed contacts and aged scores that wait for scoring, and since when the one that waits longest: None if none does."""

    contacts: int
    scores: int
    since: datetime.datetime | None


def stale(*, now):
    """What waits for scoring. Contacts that changed again count from their newest change that left a time."""
    counts = rescoring.stale_counts(now=now)
    since = [_aged_since(now=now)] if counts["aged"] else []
    if counts["changed"]:
        since.append(_changed_since())
    return Stale(counts["changed"], counts["aged"], min((moment for moment in since if moment), default=None))


def failed_imports():
    """Imports that ended with a failure and have not been undone."""
    return ImportRun.objects.filter(state=ImportState.FAILED).count()


def unfinished_imports():
    """Imports that wait or run."""
    return ImportRun.objects.filter(state__in=[ImportState.WAITING, ImportState.RUNNING, ImportState.UNDOING]).count()


def _changed_since():
    """When the change happened that has waited longest, among the first `LOOKED_AT`."""
    changed = dict(Contact.objects.unseen().order_by("id").values_list("id", "updated_at")[:LOOKED_AT])
    heard = Interaction.objects.filter(contact_id__in=changed).values("contact_id").annotate(at=Max("received_at"))
    for contact, at in heard.values_list("contact_id", "at"):
        changed[contact] = max(changed[contact], at)
    return min(changed.values(), default=None)


def _aged_since(*, now):
    """When the first score ran out, or the scorecard changed under it."""
    card = Scorecard.objects.live().only("version", "published_at").get()
    scores = Score.objects.filter(is_frozen=False)
    current = scores.filter(version=card.version, engine=evaluation.ENGINE)
    last_day = current.aggregate(day=Min("valid_until"))["day"]
    since = []
    if last_day is not None and last_day.toordinal() < gathering.today(now):
        midnight = datetime.datetime.combine(last_day + datetime.timedelta(days=1), datetime.time())
        since.append(midnight.replace(tzinfo=zoneinfo.ZoneInfo(settings.TIME_ZONE)))
    if (
        scores.filter(staleness.aged(version=card.version, day=gathering.today(now)))
        .exclude(version=card.version)
        .exists()
        and card.published_at
    ):
        since.append(card.published_at)
    return min(since, default=None)
