"""Companies through the API."""

import pytest

from leads.models import Company
from tests.factories import CompanyFactory, ContactFactory, LeadFactory, TeamFactory
from tests.leads.api.calling import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return Program()


def test_a_company_is_added_once_and_then_changed(program):
    first = program.post("/companies", {"name": "Firma GmbH", "domain": "firma.de", "website": "https://firma.de/"})
    second = program.post("/companies", {"domain": "www.firma.de", "employees": 40})

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json() | {"employees": 40}
    assert Company.objects.count() == 1


def test_a_company_without_a_domain_is_known_by_its_name(program):
    first = program.post("/companies", {"name": "Firma GmbH"})
    second = program.post("/companies", {"name": "FIRMA GmbH", "city": "Köln"})

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["id"] == first.json()["id"]


def test_a_change_raises_the_revision_of_its_people(program):
    company = CompanyFactory(industry="Steel")
    contact = ContactFactory(company=company)
    before = contact.revision

    answer = program.patch(f"/companies/{company.pk}", {"industry": None, "employees": 7, "website": None})

    assert (answer.json()["industry"], answer.json()["employees"]) == ("", 7)
    contact.refresh_from_db()
    assert contact.revision > before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "domain"),
        ({"domain": "gmail.com"}, "domain"),
        ({"name": "x", "website": "javascript:alert(1)"}, "website"),
        ({"name": "x", "employees": -1}, "employees"),
        ({"name": "x", "employees": "many"}, "employees"),
    ],
)
def test_what_cannot_be_taken_is_named(program, body, field):
    answer = program.post("/companies", body)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert not Company.objects.exists()


def test_the_domain_of_another_company_is_refused(program):
    CompanyFactory(domain="firma.de")
    other = CompanyFactory()

    answer = program.patch(f"/companies/{other.pk}", {"domain": "firma.de"})

    assert (answer.status_code, answer.json()["field"]) == (422, "domain")


def test_many_are_written_or_none(program):
    bad = program.post("/companies/bulk", {"items": [{"name": "A"}, {"name": "B", "country": "x1"}]})
    assert (bad.status_code, bad.json()["field"], Company.objects.count()) == (422, "items.1.country", 0)
    good = program.post("/companies/bulk", {"items": [{"name": "A"}, {"name": "a"}]})

    assert [found["is_new"] for found in good.json()["results"]] == [True, False]


def test_a_key_of_a_team_knows_only_companies_with_a_lead_of_the_team():
    north = TeamFactory(name="North")
    program = Program(team=north)
    own, foreign = CompanyFactory(), CompanyFactory()
    LeadFactory(team=north, contact=ContactFactory(company=own))
    LeadFactory(team=TeamFactory(name="South"), contact=ContactFactory(company=foreign))

    assert [found["id"] for found in program.get("/companies").json()["companies"]] == [own.pk]
    missing = program.get("/companies/999999")
    answers = [
        program.get(f"/companies/{foreign.pk}"),
        program.patch(f"/companies/{foreign.pk}", {"city": "Köln"}),
        program.post("/companies", {"domain": foreign.domain, "city": "Köln"}),
        program.post("/companies", {"domain": "unknown.example"}),
        program.post("/companies/bulk", {"items": [{"domain": own.domain}, {"domain": foreign.domain}]}),
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, missing.content)}
    assert program.patch(f"/companies/{own.pk}", {"city": "Köln"}).status_code == 200


def test_companies_are_filtered_and_sorted_by_name(program):
    b, a = CompanyFactory(name="Bolte", domain="bolte.de"), CompanyFactory(name="ähre")

    def ids(**query):
        return [found["id"] for found in program.get("/companies", **query).json()["companies"]]

    assert ids(domain="BOLTE.de") == ids(name="BOLTE") == [b.pk]
    assert ids(sort="name") == [b.pk, a.pk]


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_takes_one_query_whatever_its_length(program, number, django_assert_num_queries):
    for _ in range(number):
        CompanyFactory()
    program.get("/companies")

    with django_assert_num_queries(2):
        program.get("/companies")
