"""Two at once: what must happen once happens once, and turns stay fair. On PostgreSQL, where two really write at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from leads import actions, assignment, stages
from leads.enums import Cause, Stage
from leads.models import Lead, StageChange, Team
from tests.factories import MONDAY, LeadFactory, people

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
AT_ONCE = 8


def _together(work, number=AT_ONCE):
    """What each of `number` threads answers: a result or the exception."""

    def one(turn):
        try:
            return work(turn)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def test_many_movers_write_one_change():
    lead = LeadFactory(stage=Stage.LEAD)

    changes = _together(
        lambda _turn: stages.move(Lead.objects.get(pk=lead.pk), to=Stage.MQL, cause=Cause.THRESHOLD, now=MONDAY)
    )

    assert sum(change is not None for change in changes) == 1
    assert StageChange.objects.count() == 1


def test_many_ticks_move_each_lead_once():
    ids = [lead.pk for lead in LeadFactory.create_batch(40, stage=Stage.LEAD)]

    moved = _together(lambda _turn: stages.move_many(ids, to=Stage.MQL, cause=Cause.THRESHOLD, now=MONDAY))

    assert sorted(pk for some in moved for pk in some) == ids
    assert StageChange.objects.count() == 40


def test_turns_stay_fair():
    who = people()
    north = Team.objects.get(name="North")
    shares = [[lead.pk for lead in LeadFactory.create_batch(5, team=north)] for _ in range(AT_ONCE)]

    _together(lambda turn: assignment.assign_in_turn(shares[turn], now=MONDAY + timedelta(seconds=turn)))

    counts = Counter(Lead.objects.values_list("owner__username", flat=True))
    assert counts == {"rita": 20, "ralf": 20}
    assert who["mona"].leads.count() == 0


def test_one_of_two_reps_gets_the_lead():
    who = people()
    lead = LeadFactory(stage=Stage.MQL, team=Team.objects.get(name="North"))
    reps = [who["rita"], who["ralf"]]

    answers = _together(lambda turn: actions.accept(Lead.objects.get(pk=lead.pk), by=reps[turn], now=MONDAY), number=2)

    refused = [answer for answer in answers if isinstance(answer, actions.NotAllowed)]
    assert len(refused) == 1, answers
    assert StageChange.objects.count() == 1
    assert Lead.objects.get().owner == next(
        rep for rep, answer in zip(reps, answers, strict=True) if answer not in refused
    )
