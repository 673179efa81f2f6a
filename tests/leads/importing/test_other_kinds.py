"""Companies, follow-ups and campaigns from files."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError

from leads.models import Campaign, Company, CustomField, FollowUp
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_companies_by_domain_or_name_with_their_own_fields(command):
    text = (
        "Account Name,Website,Industry,Employees,Country,Plan\n"
        "Berg AG,www.berg.example,Chemie,120,Germany,Gold\nCox,,Food,,Austria,Tin\n,,x,,,\n"
    )

    found = command("import_companies", text)
    again = command("import_companies", text)

    assert [found[name] for name in ("rows", "created", "updated", "rejected")] == [3, 2, 0, 1]
    assert [again[name] for name in ("created", "updated", "unchanged", "rejected")] == [0, 2, 2, 1]
    berg = Company.objects.get(domain="berg.example")
    assert (berg.name, berg.employees, berg.country, berg.custom) == ("Berg AG", 120, "DE", {"plan": "Gold"})
    assert CustomField.objects.get().entity == "company"


def test_what_stands_about_a_company_stays_and_blanks_are_filled(command):
    Company.objects.create(name="Berg AG", domain="berg.example", industry="Pharma", created_at="2026-01-01T00:00:00Z")

    found = command("import_companies", "Company,Domain,Industry,City\nBerg,berg.example,Chemie,Köln\n")

    berg = Company.objects.get()
    assert (found["created"], found["updated"]) == (0, 1)
    assert (berg.name, berg.industry, berg.city) == ("Berg AG", "Pharma", "Köln")


@pytest.mark.usefixtures("people")
def test_follow_ups_with_their_owner_and_what_is_done(command):
    rita = UserFactory(username="rita", first_name="Rita", last_name="Ross")
    text = (
        "Contact ID,Subject,Due Date,Status,Task Owner\n"
        "c1,Call back,2026-12-24 10:00,Not Started,Rita Ross\nc2,Send offer,2026-01-02,Completed,Nobody\nc9,Call,2026-12-24,,\n"
    )

    found = command("import_follow_ups", text)
    again = command("import_follow_ups", text)

    assert (found["created"], found["rejected"]) == (2, 1)
    assert (again["created"], again["unchanged"], FollowUp.objects.count()) == (0, 2, 2)
    call, offer = FollowUp.objects.order_by("-due_at")
    assert (call.kind, call.owner, call.done_at) == ("call", rita, None)
    assert (offer.kind, offer.owner) == ("offer", None)
    assert offer.done_at is not None


@pytest.mark.usefixtures("people")
def test_tasks_without_any_key_are_refused_with_that_reason(command):
    with pytest.raises(CommandError, match="Without such a key these rows cannot be linked to anybody"):
        command("import_follow_ups", "Task Owner,Subject,Due Date,Status\nRita,Call,2026-12-24,Open\n")


def test_campaigns_with_short_amounts(command):
    text = (
        'Campaign Name,Type,Start Date,End Date,Actual Cost\nSpring fair,Trade show,2026-03-01,2026-03-05,"$342.09K"\n'
        'Mailing,Email,2026-04-01,2026-04-02,"$1,117.10K"\nOdd,Email,2026-04-03,2026-04-02,$5\n'
    )

    found = command("import_campaigns", text)
    again = command("import_campaigns", text.replace("342.09", "400.00"))

    assert (found["created"], found["rejected"]) == (2, 1)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 2, 1)
    fair = Campaign.objects.get(slug="spring-fair")
    assert (fair.cost, fair.starts_on, fair.source.name) == (Decimal("400000.00"), date(2026, 3, 1), "Trade show")
