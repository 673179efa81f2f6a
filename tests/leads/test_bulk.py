"""Many rows at once are stored exactly as one by one, whichever way the database takes them."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from leads import bulk
from leads.enums import Cause, EntryVerb, Stage
from leads.models import Company, Contact, ImportedRow, ImportEntry, ImportRun, Lead, StageChange
from tests.factories import MONDAY, ContactFactory, LeadFactory, SourceFactory

pytestmark = pytest.mark.django_db

MANY = bulk.SMALL + 10
ODD = 'tab\there, line\nthere, back\\slash \\N \\., "quotes", ünïcödé 🙂, \\t'


def people(count=MANY, **values):
    return [
        Contact(email=f"p{number}@firma.de", created_at=MONDAY, updated_at=MONDAY, **values) for number in range(count)
    ]


@pytest.mark.parametrize("count", [1, MANY])
def test_every_value_comes_back_as_it_was(count):
    moment = datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=UTC)
    custom = {"text": ODD, "number": 1.5, "list": [1, None], "flag": True}
    company = Company.objects.create(name="Firma", created_at=MONDAY)

    made = bulk.insert(people(count, first_name=ODD, custom=custom, company=company, last_name=""))
    Contact.objects.filter(pk=made[0].pk).update(created_at=moment)
    again = Contact.objects.get(pk=made[-1].pk)

    assert [contact.pk for contact in made] == sorted(set(Contact.objects.values_list("pk", flat=True)))
    assert not any(contact._state.adding for contact in made)
    assert (again.first_name, again.last_name, again.custom, again.company) == (ODD, "", custom, company)
    for field in Contact._meta.local_concrete_fields:
        if field.name != "created_at":
            assert getattr(again, field.attname) == getattr(made[-1], field.attname), field.name


@pytest.mark.parametrize("count", [2, MANY])
def test_values_without_objects_get_the_defaults_of_the_other_columns(count):
    leads, run = [LeadFactory() for _ in range(count)], uuid.uuid4()

    names = ("lead_id", "to_stage", "at", "cause", "run", "reason")
    bulk.insert_values(StageChange, names, ((lead.pk, Stage.MQL, MONDAY, Cause.IMPORT, run, ODD) for lead in leads))

    found = StageChange.objects.filter(run=run)
    assert sorted(found.values_list("lead_id", flat=True)) == [lead.pk for lead in leads]
    one = StageChange(lead=leads[0], to_stage=Stage.MQL, at=MONDAY, cause=Cause.IMPORT, run=run, reason=ODD)
    one.save()
    columns = [field.attname for field in StageChange._meta.concrete_fields if field.attname not in ("id", "lead_id")]
    assert len(set(StageChange.objects.filter(run=run).values_list(*columns))) == 1


def test_a_json_column_without_a_value_is_empty_and_not_the_word_null():
    run = ImportRun.objects.create(name="x.csv", started_at=MONDAY, source=SourceFactory())

    bulk.insert(
        ImportEntry(run=run, model="contact", object_id=number, verb=EntryVerb.CREATED, after={"ids": [number]})
        for number in range(MANY)
    )

    one_by_one = ImportEntry.objects.create(
        run=run, model="contact", object_id=0, verb=EntryVerb.CREATED, after={"ids": [0]}
    )
    many = ImportEntry.objects.filter(object_id=0).exclude(pk=one_by_one.pk).get()
    assert (many.before, many.after) == (one_by_one.before, one_by_one.after)
    assert ImportEntry.objects.filter(before__isnull=True).count() in (0, MANY + 1)


def test_what_was_stored_only_after_it_was_given_is_pointed_at():
    company = Company(name="Firma", created_at=MONDAY)
    contacts = people(company=company)
    company.save()

    bulk.insert(contacts)

    assert Contact.objects.filter(company=company).count() == MANY


def test_what_is_not_stored_cannot_be_pointed_at():
    with pytest.raises(ValueError, match="company"), transaction.atomic():
        bulk.insert(people(company=Company(name="Firma", created_at=MONDAY)))

    assert not Contact.objects.exists()


def test_the_same_person_twice_is_refused_and_nothing_is_stored():
    ContactFactory(email="p7@firma.de")

    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(people())

    assert Contact.objects.count() == 1


def test_rows_that_are_there_already_are_left_out_on_request():
    contact, source = ContactFactory(), SourceFactory()

    def store(*digests):
        rows = ((contact.pk, source.pk, str(digest), uuid.uuid4()) for digest in digests)
        bulk.insert_values(ImportedRow, ("contact_id", "source_id", "digest", "run"), rows, ignore_conflicts=True)

    store(*range(MANY), 3, 3)
    store(*range(5, MANY + 5))
    store(5, MANY + 5)
    store()

    assert sorted(map(int, ImportedRow.objects.values_list("digest", flat=True))) == list(range(MANY + 6))


def test_nothing_takes_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert bulk.insert([]) == []


def test_the_number_of_statements_does_not_grow(django_assert_max_num_queries):
    leads = [
        Lead(contact=ContactFactory(), created_at=MONDAY, stage_since=MONDAY + timedelta(days=1)) for _ in range(MANY)
    ]

    with django_assert_max_num_queries(3):
        bulk.insert(leads)

    assert Lead.objects.count() == MANY
