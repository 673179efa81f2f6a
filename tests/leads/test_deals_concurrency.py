"""Deals of one lead that end at the same moment. On PostgreSQL, where two really write at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from leads import actions, deals, intake
from leads.enums import Outcome, Stage
from leads.models import Action, Deal, Lead, StageChange
from tests.factories import MONDAY, ContactFactory, DealFactory, LeadFactory, people

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def together(*works):
    """What each of the calls answers, made at once: a result or the exception."""

    def one(work):
        try:
            return work()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def losing(deal, by):
    return lambda: actions.lose(Deal.objects.get(pk=deal.pk), reason="no_need", by=by, now=MONDAY)


def test_of_deals_that_are_lost_at_once_one_is_the_last():
    rita = people()["rita"]
    lead = LeadFactory(stage=Stage.OPPORTUNITY)
    found = [DealFactory(lead=lead) for _ in range(6)]

    answers = together(*(losing(deal, rita) for deal in found))

    assert all(isinstance(answer, Action) for answer in answers), answers
    assert Lead.objects.get().outcome == Outcome.LOST
    assert StageChange.objects.filter(to_stage=Stage.DISQUALIFIED).count() == 1


def test_a_deal_is_won_or_lost_but_not_both():
    rita = people()["rita"]
    deal = DealFactory(lead=LeadFactory(stage=Stage.OPPORTUNITY))

    answers = together(losing(deal, rita), lambda: actions.win(Deal.objects.get(), by=rita, now=MONDAY))

    assert sorted(type(answer) for answer in answers if isinstance(answer, Exception)) == [deals.NotAllowed]
    assert Lead.objects.get().outcome == Deal.objects.get().status


def test_a_closing_deal_and_the_events_of_its_contact_do_not_wait_for_each_other():
    rita = people()["rita"]
    leads = [LeadFactory(contact=ContactFactory(), stage=Stage.OPPORTUNITY) for _ in range(15)]
    found = [DealFactory(lead=lead) for lead in leads]

    def events():
        for number, lead in enumerate(leads):
            event = {"event_id": f"event-{number}", "kind": "call", "occurred_at": MONDAY, "contact": lead.contact}
            intake.record(**event, now=MONDAY + timedelta(minutes=1))

    def closings():
        for deal in found:
            losing(deal, rita)()

    answers = together(events, closings)

    assert answers == [None, None]
    assert Lead.objects.closed().count() >= 15
