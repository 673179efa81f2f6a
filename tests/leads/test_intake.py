"""The one door for interactions."""

from datetime import UTC, datetime, timedelta

import pytest

from leads import consent, intake, suppression
from leads.enums import Cause, ConsentState, InteractionKind, Outcome, Purpose, Stage, SuppressionReason, Verdict
from leads.models import Company, Contact, CustomField, Interaction, Lead, StageChange, Suppression
from tests.factories import (
    MONDAY,
    CampaignFactory,
    ContactFactory,
    InteractionFactory,
    LeadFactory,
    ProductFactory,
    SignalFactory,
    SourceFactory,
    TeamFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def record(**changes):
    given = {
        "event_id": "e-1",
        "kind": InteractionKind.DOWNLOAD,
        "occurred_at": MONDAY - HOUR,
        "now": MONDAY,
        "email": "erika@firma.de",
    }
    return intake.record(**given | changes)


def batch(*changes, source=None):
    events = [
        {
            "event_id": f"e-{number}",
            "kind": "download",
            "occurred_at": MONDAY - HOUR,
            "email": f"person{number}@firma{number}.de",
            **change,
        }
        for number, change in enumerate(changes, start=1)
    ]
    return intake.record_batch(events, now=MONDAY, source=source)


def test_an_event_makes_contact_company_lead_and_interaction():
    source = SourceFactory(team=TeamFactory(name="North"))
    product = ProductFactory(slug="crm")
    campaign = CampaignFactory(slug="autumn")

    recorded = record(
        source=source, product="crm", campaign=campaign, asset="Guide", path="/guide", payload={"page": 1}
    )

    lead = Lead.objects.get()
    assert recorded.created
    assert recorded.lead == lead
    assert (lead.contact.email, lead.contact.company.domain, lead.contact.source) == (
        "erika@firma.de",
        "firma.de",
        source,
    )
    assert (lead.team.name, lead.source, lead.product, lead.campaign) == ("North", source, product, campaign)
    assert (lead.stage, lead.owner, lead.last_activity_kind) == (Stage.LEAD, None, "download")
    change = StageChange.objects.get()
    assert (change.lead, change.from_stage, change.to_stage, change.cause) == (lead, "", Stage.LEAD, Cause.INTAKE)
    interaction = Interaction.objects.get()
    assert (interaction.asset, interaction.path, interaction.payload) == ("Guide", "/guide", {"page": 1})


def test_a_second_delivery_changes_nothing_and_answers_the_same():
    first = record()
    revision = Contact.objects.get().revision

    second = record()

    assert (first.created, second.created, second.differs) == (True, False, False)
    assert (second.interaction, second.contact, second.lead) == (first.interaction, first.contact, first.lead)
    assert Contact.objects.get().revision == revision
    assert Interaction.objects.count() == 1


def test_another_event_under_a_known_id_leaves_the_first_one_and_says_so():
    record()

    second = record(kind=InteractionKind.WEBINAR, email="other@firma.de")

    assert (second.created, second.differs) == (False, True)
    assert Interaction.objects.get().kind == InteractionKind.DOWNLOAD
    assert not Contact.objects.filter(email="other@firma.de").exists()


def test_the_day_is_the_date_in_the_time_zone_of_the_installation(settings):
    settings.TIME_ZONE = "Europe/Berlin"

    recorded = record(occurred_at=datetime(2026, 10, 31, 23, 30, tzinfo=UTC))

    assert str(recorded.interaction.day) == "2026-11-01"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"event_id": ""}, "event_id"),
        ({"event_id": "x" * 121}, "event_id"),
        ({"event_id": "a\nb"}, "event_id"),
        ({"kind": "dance"}, "kind"),
        ({"kind": ["form"]}, "kind"),
        ({"occurred_at": datetime(2026, 11, 16, 8, 0)}, "occurred_at"),
        ({"occurred_at": "2026-11-16T08:00:00"}, "occurred_at"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"occurred_at": None}, "occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at"),
        ({"occurred_at": MONDAY + timedelta(minutes=6)}, "occurred_at"),
        ({"email": "not an address"}, "email"),
        ({"email": 5}, "email"),
        ({"email": ["a@b.de"]}, "email"),
        ({"email": None}, "email"),
        ({"external_id": "x" * 121}, "external_id"),
        ({"product": "unknown"}, "product"),
        ({"campaign": "unknown"}, "campaign"),
        ({"path": 5}, "path"),
        ({"payload": [1]}, "payload"),
        ({"payload": {"n": float("nan")}}, "payload"),
        ({"payload": {"n": 10**400}}, "payload"),
        ({"payload": {"n": "x" * 60_000}}, "payload"),
        ({"contact_fields": {"owner": "rita"}}, "contact.owner"),
        ({"contact_fields": {"revision": 7}}, "contact.revision"),
        ({"contact_fields": {"company": {"id": 7}}}, "contact.company.id"),
        ({"contact_fields": {"custom": {"undeclared": 7}}}, "contact.custom.undeclared"),
        ({"contact_fields": {"company": {"employees": "1e400"}}}, "contact.company.employees"),
        ({"contact_fields": {"country": "Germany"}}, "contact.country"),
    ],
)
def test_what_cannot_be_recorded_is_refused_by_field_and_leaves_nothing(changes, field):
    with pytest.raises(intake.Refused) as refused:
        record(**changes)

    assert refused.value.field == field
    assert refused.value.message
    assert not Interaction.objects.exists()
    assert not Contact.objects.exists()


def test_five_minutes_of_clock_error_are_forgiven():
    recorded = record(occurred_at=MONDAY + timedelta(minutes=5))

    assert recorded.created


def test_a_known_contact_gets_a_new_revision():
    contact = ContactFactory(email="erika@firma.de")

    record()

    contact.refresh_from_db()
    assert contact.revision == 2


@pytest.mark.parametrize("kind", ["page_view", "email_open", "email_click", "unsubscribe", "bounce"])
def test_passive_interactions_make_a_contact_but_no_lead(kind):
    recorded = record(kind=kind)

    assert recorded.lead is None
    assert not Lead.objects.exists()
    assert Contact.objects.get().interactions.count() == 1


def test_a_machine_opens_no_lead_and_is_no_activity():
    record(verdict=Verdict.MACHINE)

    assert not Lead.objects.exists()


def test_a_closed_lead_is_followed_by_a_new_one():
    closed = LeadFactory(
        contact=ContactFactory(email="erika@firma.de"),
        outcome=Outcome.LOST,
        closed_at=MONDAY - DAY,
        stage=Stage.DISQUALIFIED,
    )

    recorded = record()

    assert recorded.lead != closed
    assert recorded.lead.is_open


def test_what_arrives_late_from_before_the_close_opens_no_new_lead():
    LeadFactory(
        contact=ContactFactory(email="erika@firma.de"), outcome=Outcome.WON, closed_at=MONDAY, stage=Stage.CUSTOMER
    )

    recorded = record(occurred_at=MONDAY - DAY)

    assert recorded.lead is None
    assert Lead.objects.count() == 1


def test_last_activity_is_the_newest_whatever_the_order_of_arrival():
    record(event_id="new", kind=InteractionKind.WEBINAR, occurred_at=MONDAY - HOUR)

    record(event_id="old", kind=InteractionKind.FORM, occurred_at=MONDAY - DAY)

    lead = Lead.objects.get()
    assert (lead.last_activity_at, lead.last_activity_kind) == (MONDAY - HOUR, "webinar")


def test_a_new_lead_knows_what_happened_before_it():
    record(event_id="view", kind=InteractionKind.PAGE_VIEW, occurred_at=MONDAY - HOUR)

    record(event_id="form", kind=InteractionKind.FORM, occurred_at=MONDAY - DAY)

    lead = Lead.objects.get()
    assert (lead.last_activity_at, lead.last_activity_kind) == (MONDAY - HOUR, "page_view")


def test_a_retracted_call_is_neither_last_activity_nor_first_touch():
    record(event_id="form", kind=InteractionKind.FORM, occurred_at=MONDAY - DAY)
    called = record(event_id="call", kind=InteractionKind.CALL, occurred_at=MONDAY - HOUR)
    assert Lead.objects.get().first_touch_at == MONDAY - HOUR
    revision = Contact.objects.get().revision

    intake.retract(called.interaction, by=UserFactory(), reason="undo", now=MONDAY)
    intake.retract(called.interaction, by=UserFactory(), reason="undo", now=MONDAY)

    lead = Lead.objects.get()
    assert (lead.last_activity_kind, lead.first_touch_at) == ("form", None)
    assert Interaction.objects.get(event_id="call").verdict == Verdict.RETRACTED
    assert Contact.objects.get().revision == revision + 1


def test_retracting_the_only_interaction_leaves_no_activity():
    recorded = record()

    intake.retract(recorded.interaction, by=UserFactory(), reason="undo", now=MONDAY)

    lead = Lead.objects.get()
    assert (lead.last_activity_at, lead.last_activity_kind) == (None, "")


def test_the_first_touch_is_the_earliest_one_of_this_cycle():
    contact = ContactFactory(email="erika@firma.de")
    LeadFactory(contact=contact, outcome=Outcome.LOST, closed_at=MONDAY - 5 * DAY, stage=Stage.DISQUALIFIED)
    InteractionFactory(contact=contact, kind=InteractionKind.CALL, occurred_at=MONDAY - 6 * DAY)
    record(event_id="later", kind=InteractionKind.MEETING, occurred_at=MONDAY - HOUR)

    record(event_id="earlier", kind=InteractionKind.CALL, occurred_at=MONDAY - DAY)

    assert Lead.objects.open().get().first_touch_at == MONDAY - DAY


def test_unsubscribing_withdraws_and_suppresses():
    contact = record(kind=InteractionKind.NEWSLETTER).contact
    consent.confirm(contact, purpose=Purpose.EMAIL, now=MONDAY)

    record(event_id="e-2", kind=InteractionKind.UNSUBSCRIBE)

    assert consent.state(contact, Purpose.EMAIL) == ConsentState.WITHDRAWN
    assert suppression.is_suppressed("Erika@FIRMA.de")
    assert Suppression.objects.get().reason == SuppressionReason.OPT_OUT


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"type": "hard"}, True),
        ({"status": "5.1.1"}, True),
        ({"type": "soft"}, False),
        ({"status": "4.2.2"}, False),
        ({}, False),
    ],
)
def test_only_a_hard_bounce_suppresses(payload, expected):
    record(kind=InteractionKind.BOUNCE, payload=payload)

    assert suppression.is_suppressed("erika@firma.de") is expected


def test_an_interaction_gets_the_most_specific_signal():
    SignalFactory(key="any", kind="page_view", path="/terms", is_prefix=True)
    terms = SignalFactory(key="terms-of-sale", kind="page_view", path="/terms/sale", is_prefix=True)

    recorded = record(kind=InteractionKind.PAGE_VIEW, path="https://firma.de/terms/sale/2026?utm_source=x")

    assert recorded.interaction.signal == terms
    assert recorded.interaction.path == "/terms/sale/2026"


def test_text_from_outside_is_cleaned_and_cut_with_a_notice():
    recorded = record(contact_fields={"first_name": "E\u202erika\x00", "last_name": "M" * 300}, path="/" + "p" * 8_000)

    contact = Contact.objects.get()
    assert contact.first_name == "Erika"
    assert contact.last_name == "M" * 120
    assert len(recorded.interaction.path) == 500
    assert len(recorded.notices) == 2


def test_fields_are_filled_and_changed_by_the_source_of_the_contact_only():
    own, other = SourceFactory(name="CRM"), SourceFactory(name="Form")
    record(source=own, contact_fields={"job_title": "Buyer"})

    record(event_id="e-2", source=other, contact_fields={"job_title": "King", "city": "Köln"})
    record(event_id="e-3", source=own, contact_fields={"first_name": "Erika", "city": ""})

    contact = Contact.objects.get()
    assert (contact.job_title, contact.city, contact.first_name) == ("Buyer", "Köln", "Erika")
    record(event_id="e-4", source=own, contact_fields={"job_title": "Head of purchasing"})
    contact.refresh_from_db()
    assert (contact.job_title, contact.job_title_folded) == ("Head of purchasing", "head of purchasing")


def test_custom_fields_are_stored_with_their_type():
    CustomField.objects.create(entity="contact", key="budget", label="Budget", type="number")
    CustomField.objects.create(entity="company", key="founded", label="Founded", type="date")

    record(contact_fields={"custom": {"budget": "12,5"}, "company": {"custom": {"founded": "2001-02-03"}}})

    contact = Contact.objects.get()
    assert contact.custom == {"budget": 12.5}
    assert contact.company.custom == {"founded": "2001-02-03"}


def test_what_is_learned_about_a_company_concerns_all_its_people():
    record(event_id="e-1", email="erika@firma.de")
    colleague = record(event_id="e-2", email="otto@firma.de").contact

    record(event_id="e-3", email="erika@firma.de", contact_fields={"company": {"employees": 250}})

    assert Company.objects.get().employees == 250
    colleague.refresh_from_db()
    assert colleague.revision == 2


def test_a_batch_tells_item_by_item():
    record(event_id="e-3")

    results = batch({}, {"kind": "dance"}, {}, {"event_id": "e-1"}, {"sudo": 1}, {"product": "none"})

    assert [type(result).__name__ for result in results] == [
        "Recorded", "Refused", "Recorded", "Recorded", "Refused", "Refused",
    ]  # fmt: skip
    assert [results[0].created, results[2].created, results[3].created] == [True, False, False]
    assert [results[1].field, results[4].field, results[5].field] == ["kind", "sudo", "product"]
    assert Interaction.objects.count() == 2


def test_a_batch_about_one_person_makes_one_contact_and_one_lead():
    person = {"email": "erika@firma.de"}

    results = batch(person, person | {"email": "ERIKA@firma.de"}, person)

    assert {result.contact for result in results} == {Contact.objects.get()}
    assert {result.lead for result in results} == {Lead.objects.get()}
    assert Contact.objects.get().revision == 1


@pytest.mark.parametrize("count", [2, 20])
def test_a_batch_takes_the_same_number_of_queries_whatever_its_size(count, django_assert_num_queries):
    ContactFactory(email="person1@firma1.de", email_domain="firma1.de")

    with django_assert_num_queries(18):  # the log of changes is one of them
        batch(*[{} for _ in range(count)])


def test_events_of_one_batch_may_come_from_several_sources():
    form, fair = SourceFactory(name="Form"), SourceFactory(name="Fair")

    results = batch({"kind": "unsubscribe", "source": fair}, {"kind": "unsubscribe"}, {"source": fair}, source=form)

    assert [result.contact.source for result in results] == [fair, form, fair]
    assert [item.source for item in Suppression.objects.order_by("id")] == [fair, form]


def test_opening_a_lead_by_hand_is_safe_to_repeat():
    contact = ContactFactory()

    first = intake.open_lead(contact, now=MONDAY, by=UserFactory(username="rita"), reason="Met at a fair")
    second = intake.open_lead(contact, now=MONDAY)

    assert first == second
    assert StageChange.objects.get().by.username == "rita"
