"""Leads with a past, for tests of the report."""

from datetime import timedelta

from leads.enums import Cause, Outcome, Stage
from leads.models import StageChange
from scoring.models import ScoreHistory
from tests.factories import MONDAY, LeadFactory

DAY = timedelta(days=1)
_OUTCOMES = {Stage.CUSTOMER: Outcome.WON, Stage.DISQUALIFIED: Outcome.LOST}


def lead(*moves, created_at=MONDAY - 60 * DAY, band="", **values):
    """A lead that was created as "lead" and made these moves: (stage, days since its creation), as the domain leaves it.

    `band` is that of its score on the day it was created.
    """
    begins, stage, since = values.pop("begins", Stage.LEAD), None, created_at
    changes = [("", begins, created_at), *((None, to, created_at + days * DAY) for to, days in moves)]
    first_mql_at = min((at for _, to, at in changes if to in (Stage.MQL, Stage.SQL, Stage.OPPORTUNITY)), default=None)
    stage, since = changes[-1][1:]
    outcome = _OUTCOMES.get(stage, "")
    made = LeadFactory(
        **{
            "created_at": created_at,
            "stage": stage,
            "stage_since": since,
            "outcome": outcome,
            "closed_at": since if outcome else None,
            "first_mql_at": first_mql_at,
        }
        | values
    )
    came_from = ""
    for _, to, at in changes:
        change(made, came_from, to, at)
        came_from = to
    if band:
        scored(made, band, created_at)
    return made


def change(made, came_from, to, at, *, cause=Cause.PERSON, **values):
    return StageChange.objects.create(lead=made, from_stage=came_from, to_stage=to, at=at, cause=cause, **values)


def scored(made, band, at):
    """A point of the lead's score history."""
    score = {"A": 90, "B": 60, "C": 30, "D": 10}[band]
    return ScoreHistory.objects.create(
        lead=made, at=at, score=score, fit=0, engagement=score, band=band, stage="lead", version=1, cause="facts"
    )
