"""Facts of a batch as arrays."""

from datetime import date, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.models import Contact, CustomField, Interaction, Lead, Signal
from scoring import gathering
from tests.factories import MONDAY, ContactFactory, LeadFactory
from tests.scoring.judged import DAY, lead_with, rule_of

pytestmark = pytest.mark.django_db


def gather(leads, **options):
    return gathering.facts(gathering.live(), leads, day=gathering.today(MONDAY), **options)


def counted(batch):
    """{(contact, signal key, age in days): count}."""
    keys = dict(Signal.objects.values_list("id", "key"))
    facts, today = batch.facts, gathering.today(MONDAY)
    columns = (facts.lead.tolist(), facts.signal.tolist(), facts.day.tolist(), facts.count.tolist())
    return {
        (int(batch.contacts[row]), keys[signal], today - day): count
        for row, signal, day, count in zip(*columns, strict=True)
    }


def test_interactions_are_counted_per_lead_signal_and_day():
    lead = lead_with(("blog", 0), ("blog", 0), ("blog", 4), ("webinar", 4))

    batch = gather([lead.pk])

    assert counted(batch) == {
        (lead.contact_id, "blog", 0): 2,
        (lead.contact_id, "blog", 4): 1,
        (lead.contact_id, "webinar", 4): 1,
    }


def test_far_apart_leads_are_gathered_without_those_in_between():
    leads = [lead_with(("blog", n)) for n in range(9)]

    batch = gather([leads[0].pk, leads[8].pk])

    assert {contact for contact, _, _ in counted(batch)} == {leads[0].contact_id, leads[8].contact_id}


def test_as_of_leaves_out_what_came_later():
    lead = lead_with(("blog", 0), ("blog", 4))

    batch = gather([lead.pk], as_of=MONDAY - timedelta(days=1))

    assert list(counted(batch).values()) == [1]


def test_conditions_see_custom_fields_as_they_were_declared():
    CustomField.objects.create(entity="contact", key="budget", label="Budget", type="number")
    CustomField.objects.create(entity="contact", key="partner", label="Partner", type="boolean")
    rule = rule_of("phone")
    rule.condition = {
        "all": [
            {"field": "contact.custom.budget", "op": "gte", "value": 100},
            {"field": "contact.custom.partner", "op": "is_true"},
        ]
    }
    rule.save()
    customs = [
        {"budget": 100, "partner": True},
        {"budget": 99, "partner": True},
        {"budget": "100"},
        {"budget": 500},
        {},
    ]
    leads = [LeadFactory(contact=ContactFactory(custom=custom)) for custom in customs]

    batch = gather([lead.pk for lead in leads])

    assert batch.facts.masks[rule.pk].tolist() == [True, False, False, False, False]


def test_all_conditions_of_the_shipped_scorecard_can_be_asked_of_blank_contacts():
    LeadFactory(contact=ContactFactory(email=None, email_domain="", job_title="", external_id="x", country=""))

    batch = gather(Lead.objects.all())

    assert not np.any(list(batch.facts.masks.values()))


@pytest.mark.parametrize("number", [1, 3, 300])
def test_facts_take_two_queries_for_any_number_of_leads(number):
    for _ in range(number):
        lead_with(("blog", 1))
    model = gathering.live()

    with CaptureQueriesContext(connection) as queries:
        batch = gathering.facts(model, Lead.objects.all(), day=gathering.today(MONDAY))

    assert len(batch.leads) == number
    assert len(queries) == 2


def test_nobody_gives_an_empty_batch():
    Contact.objects.all().delete()

    batch = gather(Lead.objects.all())

    assert (len(batch.leads), batch.facts.leads) == (0, 0)


def test_the_day_is_that_of_the_installation():
    late = MONDAY.replace(hour=23, minute=30)

    assert gathering.today(late) == gathering.today(MONDAY + DAY)


@pytest.mark.parametrize("day", ["0001-01-01", "1900-03-01", "2000-02-29", "2026-11-16", "2100-02-28", "9999-12-31"])
def test_days_are_read_as_the_calendar_has_them(day):
    lead = lead_with(("blog", 0))
    Interaction.objects.update(day=day)

    batch = gather([lead.pk])

    assert batch.facts.day.tolist() == [date.fromisoformat(day).toordinal()]
