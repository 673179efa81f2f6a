"""Two at once: what must happen once happens once, and turns stay fair. On PostgreSQL, where two really write at once."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from leads import actions, assignment, contacts, stages
from leads.enums import Cause, Stage
from leads.models import Contact, Lead, StageChange, Team
from tests.factories import MONDAY, CompanyFactory, ContactFactory, LeadFactory, people

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
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


def test_an_editor_who_had_to_wait_sees_the_company_that_was_given_meanwhile():
    contact = ContactFactory(company=CompanyFactory(name="Alte GmbH"))
    new = CompanyFactory(name="Neue GmbH")

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Contact.objects.filter(pk=contact.pk).update(company=new)
            waiting = pool.submit(_edit, contact, company={"name": "Neue GmbH"})
            _until_somebody_waits()
        changed = waiting.result(timeout=20)

    assert changed == []
    assert Contact.objects.get().company == new


def _edit(contact, **values):
    try:
        return contacts.edit(Contact.objects.get(pk=contact.pk), values=values, by=None, now=MONDAY)
    finally:
        connection.close()


def _until_somebody_waits():
    with connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.05)
    raise AssertionError("Nobody waits.")


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
