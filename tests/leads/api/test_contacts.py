"""Contacts through the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from leads.models import Contact, CustomField, FieldChange
from tests.factories import CompanyFactory, ContactFactory, LeadFactory, SourceFactory, TeamFactory
from tests.leads.api.calling import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return Program()


@pytest.fixture
def north():
    return TeamFactory(name="North")


def test_somebody_new_is_added_with_their_employer(program):
    answer = program.post(
        "/contacts",
        {
            "email": "Erika@Firma.DE",
            "first_name": "Erika",
            "external_id": "c-7",
            "company": {"name": "Firma", "employees": 40},
        },
    )

    found = answer.json()
    assert answer.status_code == 201
    assert (found["email"], found["external_id"], found["source_system"]) == ("erika@firma.de", "c-7", "Website")
    assert (found["company"]["name"], found["company"]["domain"], found["company"]["employees"]) == (
        "Firma",
        "firma.de",
        40,
    )
    assert Contact.objects.get().pk == found["id"]
    assert program.get(f"/contacts/{found['id']}").json() == found


def test_somebody_known_by_address_or_id_is_told_more_about(program):
    first = program.post("/contacts", {"email": "erika@firma.de", "external_id": "c-7"}).json()

    by_address = program.post("/contacts", {"email": "ERIKA@firma.de", "phone": "1"})
    by_id = program.post("/contacts", {"external_id": "c-7", "city": "Köln"})

    assert (by_address.status_code, by_id.status_code) == (200, 200)
    assert by_id.json()["id"] == by_address.json()["id"] == first["id"]
    assert (by_id.json()["phone"], by_id.json()["city"]) == ("1", "Köln")


def test_the_word_of_another_source_stands(program):
    other = Program(source=SourceFactory(name="Fair"))
    program.post("/contacts", {"email": "erika@firma.de", "job_title": "Buyer"})

    heard = other.post("/contacts", {"email": "erika@firma.de", "job_title": "Guest", "city": "Köln"}).json()

    assert (heard["job_title"], heard["city"]) == ("Buyer", "Köln")


def test_a_change_overrules_and_null_clears(program):
    contact = ContactFactory(job_title="Guest", phone="1", company=CompanyFactory())
    before = Contact.objects.get().revision

    answer = program.patch(f"/contacts/{contact.pk}", {"job_title": "Buyer", "phone": None, "company": None})

    assert answer.status_code == 200
    contact.refresh_from_db()
    assert (contact.job_title, contact.phone, contact.company) == ("Buyer", "", None)
    assert contact.revision > before
    assert set(FieldChange.objects.values_list("field", flat=True)) == {
        "contact.job_title", "contact.phone", "contact.company",
    }  # fmt: skip


def test_custom_fields_are_typed(program):
    CustomField.objects.create(entity="contact", key="budget", label="Budget", type="number")

    good = program.post("/contacts", {"email": "erika@firma.de", "custom": {"budget": 12}})
    bad = program.post("/contacts", {"email": "erika@firma.de", "custom": {"budget": "much"}})
    unknown = program.post("/contacts", {"email": "erika@firma.de", "custom": {"shoes": 1}})

    assert good.json()["custom"] == {"budget": 12}
    assert (bad.status_code, bad.json()["field"]) == (422, "custom.budget")
    assert (unknown.status_code, unknown.json()["field"]) == (422, "custom.shoes")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "email"),
        ({"email": "nobody"}, "email"),
        ({"email": "a@b.example", "country": "Germany"}, "country"),
        ({"email": "a@b.example", "country": "1x"}, "country"),
        ({"email": "a@b.example", "score": 100}, "score"),
        ({"email": "a@b.example", "phone": 49}, "phone"),
        ({"email": "a@b.example", "first_name": "x" * 121}, "first_name"),
        ({"email": "a@b.example", "external_id": "a\u202eb"}, "external_id"),
        ({"email": "a@b.example", "company": {"name": "x", "owner": 1}}, "company.owner"),
    ],
)
def test_what_cannot_be_taken_is_named_and_nothing_is_written(program, body, field):
    answer = program.post("/contacts", body)

    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert answer.json()["detail"].startswith(f"{field}: ")
    assert not Contact.objects.exists()


def test_many_are_added_at_once_or_not_at_all(program):
    items = [{"email": f"e{number}@firma.de"} for number in range(3)] + [{"email": "e0@firma.de"}]

    bad = program.post("/contacts/bulk", {"items": [*items, {"email": "nobody"}]})
    assert (bad.status_code, bad.json()["field"], Contact.objects.count()) == (422, "items.4.email", 0)
    good = program.post("/contacts/bulk", {"items": items})

    assert good.status_code == 200
    assert [found["is_new"] for found in good.json()["results"]] == [True, True, True, False]
    assert Contact.objects.count() == 3


def test_at_most_500_are_added_at_once(program):
    answer = program.post("/contacts/bulk", {"items": [{"email": f"e{number}@firma.de"} for number in range(501)]})

    assert answer.status_code == 413


@pytest.mark.parametrize("number", [1, 3])
def test_many_take_as_few_queries_as_one(program, number, django_assert_num_queries):
    items = [{"email": f"e{each}@firma{each}.example"} for each in range(number)]
    program.post("/contacts/bulk", {"items": [{"email": "warm@up.example"}]})

    with django_assert_num_queries(8):
        assert program.post("/contacts/bulk", {"items": items}).status_code == 200


def test_a_key_of_a_team_knows_only_contacts_with_a_lead_of_the_team(north):
    program = Program(team=north)
    own = LeadFactory(team=north).contact
    foreign = LeadFactory(team=TeamFactory(name="South")).contact
    nobodys = ContactFactory()

    assert [found["id"] for found in program.get("/contacts").json()["contacts"]] == [own.pk]
    missing = program.get("/contacts/999999")
    for contact in (foreign, nobodys):
        for answer in (
            program.get(f"/contacts/{contact.pk}"),
            program.patch(f"/contacts/{contact.pk}", {"phone": "1"}),
        ):
            assert (answer.status_code, answer.content) == (404, missing.content)


def test_among_many_one_foreign_contact_stops_all(north):
    program = Program(team=north)
    own = LeadFactory(team=north).contact
    foreign = LeadFactory(team=TeamFactory(name="South")).contact
    items = [{"email": own.email, "phone": "1"}]

    refused = program.post("/contacts/bulk", {"items": [*items, {"email": foreign.email}]})
    unknown = program.post("/contacts/bulk", {"items": [*items, {"email": "new@firma.de"}]})

    assert (refused.status_code, refused.content) == (404, unknown.content)
    own.refresh_from_db()
    assert own.phone == ""
    assert program.post("/contacts/bulk", {"items": items}).status_code == 200


def test_contacts_are_filtered(program):
    company = CompanyFactory()
    old = ContactFactory(company=company, external_id="c-1", source_system="Website")
    new = ContactFactory(updated_at=timezone.now())

    def ids(**query):
        return [found["id"] for found in program.get("/contacts", **query).json()["contacts"]]

    assert ids(email=old.email.upper()) == [old.pk]
    assert ids(external_id="c-1") == ids(company=company.pk) == [old.pk]
    assert ids(updated_since=(timezone.now() - timedelta(minutes=1)).isoformat()) == [new.pk]
    assert program.get("/contacts", email="nobody").status_code == 422


def test_pages_by_name_go_on_behind_the_same_name(program):
    for first, last in (("B", ""), ("A", ""), ("B", ""), ("", "")):
        ContactFactory(first_name=first, last_name=last)
    seen, after = [], ""
    while after is not None:
        page = program.get("/contacts", sort="-name", limit=1, after=after).json()
        seen += [found["id"] for found in page["contacts"]]
        after = page["next"]

    assert seen == list(Contact.objects.order_by("-name_folded", "-pk").values_list("pk", flat=True))
    assert len(seen) == 4


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_takes_one_query_whatever_its_length(program, number, django_assert_num_queries):
    for _ in range(number):
        ContactFactory(company=CompanyFactory())
    program.get("/contacts")

    with django_assert_num_queries(2):
        program.get("/contacts")
