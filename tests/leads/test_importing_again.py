"""Imports of the same file, or of the same people, more than once."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.enums import Cause, FieldType, Stage
from leads.models import (
    Company,
    ConsentEvent,
    Contact,
    CustomField,
    DuplicatePair,
    ImportRun,
    Lead,
    StageChange,
    Suppression,
)
from tests.factories import MONDAY, ContactFactory, LeadFactory, SourceFactory, TeamFactory

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def snapshot():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Contact, Company, Lead, StageChange, ConsentEvent, Suppression, CustomField)
    ]


PEOPLE = (
    "Id,Email,Firma,Budget,Do Not Email,Status\n"
    "1,a@firma.de,Firma,5,No,Won\n"
    "2,b@firma.de,Firma,6,Yes,\n"
    "3,,Other,7,Yes,Lost\n"
    "4,d@gmail.com,,,No,\n"
)


def test_importing_again_writes_nothing(load):
    load(PEOPLE, outcome="Status=Won")
    Contact.objects.update(seen_revision=1)
    before = snapshot()

    report = load(PEOPLE, outcome="Status=Won", now=MONDAY + DAY)

    assert (report.created, report.updated, report.unchanged) == (0, 0, 4)
    assert snapshot() == before
    assert not Contact.objects.unseen().exists()


def test_importing_again_takes_what_has_changed(load):
    load(PEOPLE, outcome="Status=Won")
    Contact.objects.update(seen_revision=1)

    report = load(
        PEOPLE.replace("b@firma.de,Firma,6,Yes,", "b@firma.de,Firma,60,Yes,Won"), outcome="Status=Won", now=MONDAY + DAY
    )

    assert (report.created, report.updated, report.unchanged) == (0, 1, 3)
    contact = Contact.objects.unseen().get()
    assert (contact.email, contact.custom["budget"]) == ("b@firma.de", 60)
    lead = contact.leads.get()
    assert (lead.stage, lead.outcome, lead.closed_at) == (Stage.CUSTOMER, "won", MONDAY + DAY)
    assert list(lead.stage_changes.order_by("id").values_list("to_stage", "is_imported")) == [
        ("lead", True),
        ("customer", True),
    ]


def test_rows_that_contradict_each_other_are_not_written_again(load):
    text = "Email,Website,Branche,Stadt\na@f.de,f.de,Chemie,Ulm\nb@f.de,f.de,Handel,Ulm\na@f.de,f.de,Chemie,Bonn\n"
    load(text)
    before = snapshot()

    report = load(text, now=MONDAY + DAY)

    assert report.unchanged == 3
    assert snapshot() == before


def test_an_unchanged_file_does_not_undo_what_a_person_corrected(load):
    load("Email,Stadt\na@firma.de,Köln\n")
    contact = Contact.objects.get()
    contact.city = "Bonn"
    contact.save()

    load("Email,Stadt\na@firma.de,Köln\n", now=MONDAY + DAY)
    assert Contact.objects.get().city == "Bonn"

    load("Email,Stadt\na@firma.de,Ulm\n", now=MONDAY + DAY)
    load("Email,Stadt\na@firma.de,Köln\n", now=MONDAY + DAY)
    assert Contact.objects.get().city == "Köln"


def test_a_blank_cell_takes_nothing_away(load):
    load("Email,Stadt\na@firma.de,Köln\n")

    report = load("Email,Stadt\na@firma.de,\n", now=MONDAY + DAY)

    assert report.unchanged == 1
    assert Contact.objects.get().city == "Köln"


def test_a_corrected_outcome_is_taken_if_no_person_decided(load):
    load("Email,Status\na@firma.de,Lost\nb@firma.de,Lost\n", outcome="Status=Won")
    by_hand = Lead.objects.get(contact__email="b@firma.de")
    StageChange.objects.create(
        lead=by_hand, from_stage="lead", to_stage="disqualified", at=MONDAY + DAY, cause=Cause.PERSON
    )

    load("Email,Status\na@firma.de,Won\nb@firma.de,Won\n", outcome="Status=Won", now=MONDAY + 2 * DAY)

    stages = dict(Lead.objects.values_list("contact__email", "stage"))
    assert stages == {"a@firma.de": Stage.CUSTOMER, "b@firma.de": Stage.DISQUALIFIED}


def test_an_old_file_does_not_reopen_what_was_closed_since(load):
    load("Email\na@firma.de\n")
    Lead.objects.update(stage=Stage.CUSTOMER, outcome="won", closed_at=MONDAY + DAY)

    report = load("Email\na@firma.de\n", now=MONDAY + 2 * DAY)

    assert report.unchanged == 1
    assert Lead.objects.count() == 1


def test_who_was_lost_elsewhere_gets_a_new_lead(load):
    contact = ContactFactory(email="a@firma.de")
    LeadFactory(contact=contact, stage=Stage.DISQUALIFIED, outcome="lost", closed_at=MONDAY)

    load("Email\na@firma.de\n", now=MONDAY + DAY)
    load("Email\na@firma.de\n", now=MONDAY + DAY)

    assert contact.leads.count() == 2
    assert contact.leads.open().count() == 1


def test_one_person_twice_in_a_file_is_one_person(load):
    report = load(
        "Email,Stadt,Status\nA@Firma.de,Köln,\na@firma.de,Ulm,Won\n a@FIRMA.DE ,Ulm,Won\n", outcome="Status=Won"
    )

    assert report.created == 1
    assert Contact.objects.get().city == "Ulm"
    assert Lead.objects.get().outcome == "won"


def test_an_id_is_good_within_its_source_only(load):
    load("Record ID,Stadt\n1,Köln\n", source="Old CRM")
    load("Record ID,Stadt\n1,Ulm\n", source="New CRM")

    assert set(Contact.objects.values_list("source_system", "external_id", "city")) == {
        ("Old CRM", "1", "Köln"),
        ("New CRM", "1", "Ulm"),
    }


def test_if_address_and_id_disagree_the_address_wins_and_the_pair_is_listed(load):
    load("Record ID,Email\n1,a@firma.de\n2,b@firma.de\n")

    load("Record ID,Email\n1,b@firma.de\n", now=MONDAY + DAY)

    pair = DuplicatePair.objects.get()
    assert (pair.kept.email, pair.other.email) == ("b@firma.de", "a@firma.de")
    assert Contact.objects.count() == 2


def test_team_and_source_are_those_of_the_import(load):
    team = TeamFactory(name="North")
    south = TeamFactory(name="South")
    SourceFactory(name="Messe", team=south)

    load("Email\na@firma.de\n", team="north", source="Kauf")
    load("Email\nb@firma.de\n", source="Messe")

    assert Lead.objects.get(contact__email="a@firma.de").team == team
    assert Lead.objects.get(contact__email="a@firma.de").source.name == "Kauf"
    assert Lead.objects.get(contact__email="b@firma.de").team == south


def test_choice_fields_learn_new_values_and_become_text_when_there_are_too_many(load):
    load("Email,Segment\n" + "".join(f"p{n}@firma.de,{'AB'[n % 2]}\n" for n in range(10)))
    field = CustomField.objects.get()
    assert (field.type, field.choices) == (FieldType.CHOICE, ["A", "B"])

    load("Email,Segment\nx@firma.de,C\n")
    field.refresh_from_db()
    assert (field.type, field.choices) == (FieldType.CHOICE, ["A", "B", "C"])

    load("Email,Segment\n" + "".join(f"q{n}@firma.de,S{n}\n" for n in range(300)))
    field.refresh_from_db()
    assert (field.type, field.choices) == (FieldType.TEXT, [])


def test_a_dry_run_writes_nothing(load):
    report = load(PEOPLE, outcome="Status=Won", is_dry_run=True)

    assert (report.created, report.won, report.lost, report.open) == (4, 1, 1, 2)
    assert not any(snapshot())
    assert not ImportRun.objects.exists()


def test_a_batch_takes_the_same_queries_whatever_its_size(load):
    counts = []
    for size in (1, 3):
        rows = "".join(f"p{n}@f{size}{n}.de,F{size}{n},Yes,Won\n" for n in range(size))
        with CaptureQueriesContext(connection) as queries:
            load("Email,Firma,Do Not Email,Status\n" + rows, outcome="Status=Won", source=f"S{size}")
        counts.append(len(queries))

    # The first import also declares the custom field.
    assert counts[0] >= counts[1]
