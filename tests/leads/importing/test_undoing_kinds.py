"""Imports of every kind can be undone: what they created goes, what they moved comes back."""

import pytest
from django.utils import timezone

from leads.enums import ImportState, Stage
from leads.importing import background
from leads.models import Campaign, Company, Contact, Deal, FollowUp, ImportRun, Interaction, Lead, Product, StageChange

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]


def undo():
    run = ImportRun.objects.latest("id")
    background.undo(run, now=timezone.now())
    for _slice in range(20):
        background.advance(now=timezone.now())
        run.refresh_from_db()
        if run.state == ImportState.UNDONE:
            return run.report["undo"]
    raise AssertionError(run.state)


def test_deals_go_and_their_leads_come_back(command):
    before = list(Lead.objects.order_by("id").values("stage", "stage_since", "outcome", "closed_at"))
    text = "Email,Name,Product,Status,Closed\nada@berg.example,A,Scanner,won,2026-02-01\nben@cox.example,B,,open,\n"
    command("import_deals", text)

    undo()

    assert not Deal.objects.exists()
    assert not Product.objects.filter(name="Scanner").exists()
    assert list(Lead.objects.order_by("id").values("stage", "stage_since", "outcome", "closed_at")) == before
    assert not StageChange.objects.filter(to_stage__in=(Stage.CUSTOMER, Stage.OPPORTUNITY)).exists()
    assert command("import_deals", text)["created"] == 2


def test_interactions_go_with_the_people_they_brought(command):
    text = "Email,Type,Date\nada@berg.example,Call,2026-02-01 10:00\nzoe@firma.de,Meeting,2026-02-02 10:00\n"
    command("import_interactions", text)

    undo()

    assert not Interaction.objects.exists()
    assert not Contact.objects.filter(email="zoe@firma.de").exists()
    assert Lead.objects.count() == 3


def test_companies_follow_ups_and_campaigns_go(command):
    command("import_companies", "Company,Industry\nBerg AG,Chemie\n")
    undo()
    command("import_follow_ups", "Email,Due date,Note\nada@berg.example,2026-12-24,Call\n")
    undo()
    command("import_campaigns", "Name,Type,Cost\nFair,Trade show,5\n")
    undo()

    assert not Company.objects.filter(name="Berg AG").exists()
    assert not FollowUp.objects.exists()
    assert not Campaign.objects.exists()


def test_a_campaigns_cost_comes_back(command):
    command("import_campaigns", "Name,Type,Cost,Start date\nFair,Trade show,5,2026-01-01\n")
    command("import_campaigns", "Name,Type,Cost,Start date\nFair,Online,7.50,2026-02-01\n")

    undo()

    fair = Campaign.objects.get()
    assert (fair.cost, fair.source.name, fair.starts_on.isoformat()) == (5, "Trade show", "2026-01-01")
