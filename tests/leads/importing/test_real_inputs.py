"""The command lines of docs/importing.md on real exports, where those are at hand."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db.models import Max, Min

from leads.enums import Stage
from leads.models import Contact, ContactAlias, Deal, Interaction, Lead, StageChange

# Thousands of rows, some of them in several files.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]

DATA = Path(django_settings.BASE_DIR).parent / "shared" / "data"


@pytest.fixture
def load(tmp_path, settings):
    """Run an import command on a file of the folder; returns the counts of its report."""
    settings.VAR_DIR = tmp_path / "var"

    def load(name, file, *options):
        path = DATA / file
        if not path.exists():
            pytest.skip(f"the real export ../shared/data/{file} is not on this machine")
        out = io.StringIO()
        call_command(name, str(path), *options, "--json", stdout=out)
        found = json.loads(out.getvalue().splitlines()[-1])
        assert found["rows"] == found["created"] + found["updated"] + found["rejected"]
        return found

    return load


def counts(found, *names):
    return tuple(found[name] for name in names)


def test_zoho_moves_in_with_its_past(load):
    leads = load("import_leads", "zoho/Leads.csv", "--preset", "zoho")
    contacts = load("import_leads", "zoho/Contacts.csv", "--preset", "zoho")
    deals = load("import_deals", "zoho/Potentials.csv", "--preset", "zoho")
    calls = load("import_interactions", "zoho/Calls.csv", "--preset", "zoho")
    events = load("import_interactions", "zoho/Events.csv", "--preset", "zoho")

    assert counts(leads, "rows", "created", "rejected", "lost") == (3900, 3900, 0, 780)
    # Every contact is one of the leads by its address, under another id.
    assert counts(contacts, "rows", "created", "rejected") == (1265, 0, 0)
    assert ContactAlias.objects.filter(source_system="Zoho Contacts").count() == 1265
    assert counts(deals, "rows", "created", "rejected", "won", "lost", "open") == (3632, 3632, 0, 1425, 485, 1722)
    assert counts(calls, "rows", "created", "rejected") == (4100, 2270, 1830)
    assert counts(events, "rows", "created", "rejected") == (2978, 2975, 3)
    assert all("names nobody" in reason for reason in {**calls["reasons"], **events["reasons"]})
    assert Lead.objects.filter(stage=Stage.CUSTOMER).count() == 1425
    assert Lead.objects.open().count() == Lead.objects.exclude(stage__in=(Stage.CUSTOMER, Stage.DISQUALIFIED)).count()
    assert Interaction.objects.count() == 2270 + 2975
    assert Deal.objects.aggregate(Min("closed_on"))["closed_on__min"].year == 2019


def test_zohos_accounts_and_campaigns(load):
    accounts = load("import_companies", "zoho/Accounts.csv", "--preset", "zoho")
    campaigns = load("import_campaigns", "zoho/Campaigns.csv", "--preset", "zoho")

    assert counts(accounts, "rows", "rejected") == (2229, 0)
    assert counts(campaigns, "rows", "created", "rejected") == (110, 110, 0)


def test_zohos_tasks_have_no_key_and_are_refused_with_that_reason(load):
    with pytest.raises(CommandError, match="cannot be linked to anybody"):
        load("import_follow_ups", "zoho/Tasks.csv", "--preset", "zoho")


def test_olists_two_files_are_joined_and_dated(load):
    leads = load(
        "import_leads",
        "olist/mqls.csv",
        "--id",
        "mql_id",
        "--map",
        "first_contact_date=created_at",
        "--source",
        "Olist",
    )
    deals = load(
        "import_deals",
        "olist/closed_deals.csv",
        *("--map", "mql_id=external_id", "--map", "won_date=closed_on", "--status", "won", "--source", "Olist"),
    )

    assert counts(leads, "rows", "created", "rejected", "open") == (6697, 6697, 0, 6697)
    assert counts(deals, "rows", "created", "rejected", "won") == (543, 543, 0, 543)
    won = StageChange.objects.filter(to_stage=Stage.CUSTOMER)
    # One is said to have been won before the first contact.
    assert (won.count(), won.filter(is_dated=False).count()) == (543, 1)
    assert won.aggregate(Min("at"))["at__min"].date() == date(2017, 12, 5)
    # What only winners have must not become a field that predicts winning.
    assert not Contact.objects.filter(custom__has_key="business_segment").exists()


def test_mavens_days_come_first_in_two_digit_years(load):
    leads = load(
        "import_leads",
        "maven/sales_pipeline.csv",
        *("--id", "opportunity_id", "--map", "account=company.name", "--map", "engage_date=created_at"),
        *("--map", "close_date=closed_at", "--outcome", "deal_stage=Won", "--lost", "deal_stage=Lost"),
        *("--sales-field", "close_value", "--sales-field", "close_quarter", "--source", "Maven"),
    )
    deals = load("import_deals", "maven/sales_pipeline.csv", "--map", "opportunity_id=external_id", "--source", "Maven")

    assert counts(leads, "rows", "created", "rejected") == (8800, 8800, 0)
    assert counts(leads, "won", "lost", "open") == (4238, 2473, 2089)
    assert counts(deals, "rows", "created", "rejected", "won", "lost") == (8800, 8800, 0, 4238, 2473)
    days = Lead.objects.filter(is_undated=False).aggregate(Min("created_at"), Max("closed_at"))
    assert days["created_at__min"].date() == date(2016, 10, 19)
    assert days["closed_at__max"].year == 2017
