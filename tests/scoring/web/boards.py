"""What the tests of the board share: scored leads, and reading a page."""

import re

from django.utils import timezone

from leads.enums import Stage
from scoring.models import Score
from tests.factories import ContactFactory, LeadFactory

ROW = re.compile(r'data-lead="(\d+)" data-score="(\d*)"')


def scored(points, *, name="Erika", last_name="Muster", contact=None, lines=(), version=1, **values):
    """A lead with a score of `points`."""
    now = timezone.now()
    values = {"stage": Stage.LEAD, "last_activity_at": now, "last_activity_kind": "form", "stage_since": now} | values
    lead = LeadFactory(contact=contact or ContactFactory(first_name=name, last_name=last_name), **values)
    band = "A" if points >= 75 else "B" if points >= 50 else "C" if points >= 25 else "D"
    Score.objects.create(
        lead=lead, score=points, rule_score=points, fit=0, engagement=points, band=band, lines=list(lines), revision=1,
        version=version, engine=1, as_of=timezone.localdate(now), valid_until=timezone.localdate(now), scored_at=now,
    )  # fmt: skip
    return lead


def shown(response):
    """(lead id, data-score) of the rows, from top to bottom."""
    return [(int(lead_id), score) for lead_id, score in ROW.findall(response.content.decode())]


def ids(response):
    return [lead_id for lead_id, _ in shown(response)]
