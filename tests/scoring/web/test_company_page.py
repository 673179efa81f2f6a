"""The company page: its score is that of its best open lead, as far as the viewer sees."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from leads.enums import Outcome, Stage
from scoring.web import company as company_page
from tests.factories import CompanyFactory, LeadFactory, people
from tests.scoring.stored import line, score

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(db):
    return people()


@pytest.fixture
def company(who):
    return CompanyFactory(name="Brennecke GmbH", website="javascript:alert(1)")


def read(client, user, company):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse("company", args=[company.pk]))


def employed(company, points, **values):
    lead = LeadFactory(contact__company=company, **values)
    score(lead, line("demo-request", points))
    return lead


def test_the_score_is_the_highest_of_the_open_leads(client, who, company):
    employed(company, 62)
    employed(company, 40)
    employed(company, 90, stage=Stage.CUSTOMER, outcome=Outcome.WON, closed_at=timezone.now())

    response = read(client, who["rita"], company)

    assert (response.context["figures"]["best"], response.context["figures"]["open"], response.context["band"]) == (
        62,
        2,
        "B",
    )
    assert [lead.score.score for lead in response.context["open_leads"]] == [62, 40]


def test_contacts_with_activity_in_30_days_are_counted(client, who, company):
    employed(company, 62, last_activity_at=timezone.now() - timedelta(days=29))
    employed(company, 62, last_activity_at=timezone.now() - timedelta(days=31))
    employed(company, 62)

    figures = read(client, who["rita"], company).context["figures"]

    assert (figures["active"], figures["contacts"]) == (1, 3)


def test_leads_of_other_teams_count_for_nothing(client, who, company):
    employed(company, 40)
    employed(company, 95, team=who["sven"].teams.get())

    response = read(client, who["rita"], company)

    assert (response.context["figures"]["best"], len(response.context["open_leads"])) == (40, 1)
    assert read(client, who["mona"], company).context["figures"]["best"] == 95


def test_a_company_without_a_visible_lead_answers_like_a_missing_one(client, who, company):
    employed(company, 40)
    foreign = read(client, who["sven"], company)
    missing = client.get(reverse("company", args=[company.pk + 1000]))

    def anonymous(response):
        return re.sub(r"[0-9A-Fa-f-]{8,}|/companies/\d+/", "…", response.content.decode())

    assert foreign.status_code == missing.status_code == 404
    assert anonymous(foreign) == anonymous(missing)


def test_only_web_addresses_become_links(client, who, company):
    employed(company, 40)
    assert "javascript:" not in read(client, who["rita"], company).content.decode()

    company.website = "https://brennecke.example/"
    company.save()

    assert 'href="https://brennecke.example/"' in read(client, who["rita"], company).content.decode()


def test_leads_without_a_score_do_not_crowd_out_those_with_one(client, who, company, monkeypatch):
    monkeypatch.setattr(company_page, "MOST", 1)
    best = employed(company, 62)
    for _ in range(3):
        LeadFactory(contact__company=company, created_at=timezone.now())

    assert read(client, who["rita"], company).context["open_leads"] == [best]


@pytest.mark.parametrize("many", [1, 3, 30])
def test_the_number_of_queries_does_not_grow(client, who, company, many, django_assert_num_queries):
    for _ in range(many):
        employed(company, 40, owner=who["rita"])
    read(client, who["rita"], company)

    with django_assert_num_queries(9):
        client.get(reverse("company", args=[company.pk]))
