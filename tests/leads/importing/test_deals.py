"""`import_deals`: amounts, days and outcomes, and what they do to leads."""

import csv
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError
from django.utils import timezone

from leads import deals
from leads import stages as stages_
from leads.enums import Cause, DealStatus, Stage
from leads.models import Contact, Deal, Lead, Product, StageChange
from tests.factories import ContactFactory, LeadFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]

FILE = """\
Deal ID,Contact ID,Deal Name,Product,Amount,Stage,Close Date,Created,Loss reason
d1,c1,Big one,Scanner,"$342.09K",Negotiation,2026-12-24,2026-02-01,
d2,c2,Small one,Printer,"1,200.50",Closed Won,2026-03-05,2026-02-02,
d3,c3,Gone one,,12.5,Closed Lost,2026-03-06,2026-02-03,Too dear
"""


def stages(email):
    changes = StageChange.objects.filter(lead__contact__email=email).order_by("at", "id")
    return [(change.to_stage, change.at.date().isoformat(), change.is_dated) for change in changes]


def test_deals_are_linked_and_move_their_leads_on_their_days(command):
    found = command("import_deals", FILE)

    assert [found[name] for name in ("rows", "created", "updated", "rejected")] == [3, 3, 0, 0]
    assert [found[name] for name in ("won", "lost", "open")] == [1, 1, 1]
    big, small, gone = Deal.objects.order_by("external_id")
    assert (big.name, big.amount, big.expected_on, big.status) == (
        "Big one",
        Decimal("342090.00"),
        date(2026, 12, 24),
        DealStatus.OPEN,
    )
    assert (small.amount, small.closed_on, small.status) == (Decimal("1200.50"), date(2026, 3, 5), DealStatus.WON)
    assert (gone.reason, gone.closed_on, gone.is_imported) == ("Too dear", date(2026, 3, 6), True)
    assert stages("ada@berg.example")[1:] == [(Stage.OPPORTUNITY, "2026-01-31", True)]
    assert stages("ben@cox.example")[1:] == [
        (Stage.OPPORTUNITY, "2026-02-01", True),
        (Stage.CUSTOMER, "2026-03-05", True),
    ]
    assert stages("cleo@dahl.example")[-1] == (Stage.DISQUALIFIED, "2026-03-06", True)
    assert all(StageChange.objects.values_list("is_imported", flat=True))


def test_importing_deals_again_changes_nothing(command):
    command("import_deals", FILE)
    before = list(StageChange.objects.values())

    found = command("import_deals", FILE)

    assert [found[name] for name in ("created", "updated", "unchanged", "rejected")] == [0, 3, 3, 0]
    assert Deal.objects.count() == 3
    assert list(StageChange.objects.values()) == before


def test_a_newer_export_wins_what_was_open(command):
    command("import_deals", FILE)

    found = command("import_deals", FILE.replace("Negotiation,2026-12-24", "Closed Won,2026-04-01"))

    assert (found["created"], found["updated"], found["unchanged"]) == (0, 3, 2)
    assert Lead.objects.get(contact__email="ada@berg.example").stage == Stage.CUSTOMER
    assert Deal.objects.get(external_id="d1").closed_on == date(2026, 4, 1)


def test_an_old_file_opens_nothing_again(command):
    command("import_deals", FILE)

    command("import_deals", FILE.replace("Closed Won,2026-03-05", "Proposal,"))

    assert Deal.objects.get(external_id="d2").status == DealStatus.WON
    assert Lead.objects.get(contact__email="ben@cox.example").stage == Stage.CUSTOMER


def test_what_people_changed_about_a_deal_stays_but_its_end_is_told(command):
    command("import_deals", FILE)
    deals.edit(Deal.objects.get(external_id="d1"), values={"amount": 7}, by=None, now=timezone.now())

    command("import_deals", FILE)
    assert Deal.objects.get(external_id="d1").amount == 7

    command("import_deals", FILE.replace("Negotiation,2026-12-24", "Closed Lost,2026-04-01"))
    big = Deal.objects.get(external_id="d1")
    assert (big.amount, big.status) == (7, DealStatus.LOST)


def test_a_deal_of_an_old_lead_does_not_move_the_new_one(command):
    command("import_deals", FILE)
    old = Lead.objects.get(contact__email="ada@berg.example")
    stages_.move(old, to=Stage.DISQUALIFIED, cause=Cause.PERSON, now=timezone.now())
    new = LeadFactory(contact=old.contact)

    command("import_deals", FILE.replace("Negotiation,2026-12-24", "Closed Lost,2026-04-01"))

    new.refresh_from_db()
    assert (new.stage, Deal.objects.get(external_id="d1").status) == (Stage.LEAD, DealStatus.LOST)


def test_without_days_the_moves_are_undated(command):
    command("import_deals", "Email,Name,Status\nada@berg.example,One,won\n")

    change = StageChange.objects.get(to_stage=Stage.CUSTOMER)
    assert (change.is_dated, change.cause) == (False, Cause.IMPORT)


def test_deals_without_an_id_are_known_again_by_what_they_are(command):
    text = "Email,Name,Status,Amount\nada@berg.example,One,open,5\nada@berg.example,Two,open,6\n"
    command("import_deals", text)

    found = command("import_deals", text.replace(",6", ",7"))

    assert (found["created"], found["unchanged"]) == (0, 1)
    assert set(Deal.objects.values_list("name", "amount")) == {("One", 5), ("Two", 7)}


def test_of_several_deals_the_last_lost_one_loses_the_lead(command):
    command("import_deals", "Email,Name,Status\nada@berg.example,One,lost\nada@berg.example,Two,open\n")
    assert Lead.objects.get(contact__email="ada@berg.example").stage == Stage.OPPORTUNITY

    command("import_deals", "Email,Name,Status\nada@berg.example,One,lost\nada@berg.example,Two,lost\n")
    assert Lead.objects.get(contact__email="ada@berg.example").stage == Stage.DISQUALIFIED


def test_a_lead_that_only_a_file_lost_is_won_by_its_deal_but_not_one_that_a_person_lost(command):
    command("import_leads", "Email,Status\nada@berg.example,Junk\n", "--source", "CRM", "--lost", "Status=Junk")
    by_hand = LeadFactory(contact=ContactFactory(email="zoe@firma.de"))
    Lead.objects.filter(pk=by_hand.pk).update(stage=Stage.DISQUALIFIED, outcome="lost", closed_at=by_hand.created_at)

    found = command("import_deals", "Email,Name,Status\nada@berg.example,One,won\nzoe@firma.de,Two,won\n")

    assert (found["created"], found["rejected"]) == (1, 1)
    assert "Somebody has closed this lead as lost" in next(iter(found["reasons"]))
    assert Lead.objects.get(contact__email="ada@berg.example").stage == Stage.CUSTOMER


def test_what_does_not_link_comes_back_with_the_reason(command):
    found = command("import_deals", "Contact ID,Deal Name,Amount\nc9,A,1\n,B,2\nc1,C,-3\nc2,D,lots\nc3,E,5\n")

    assert (found["created"], found["rejected"]) == (1, 4)
    with open(found["rejects_file"], encoding="utf-8-sig", newline="") as file:
        reasons = {row["Import line"]: row["Import reason"] for row in csv.DictReader(file)}
    assert reasons["2"] == "There is nobody with the id “c9”."
    assert "names nobody" in reasons["3"]
    assert "less than nothing" in reasons["4"]
    assert "not a number" in reasons["5"]


def test_an_id_that_two_sources_know_must_say_which(command):
    ContactFactory(email="other@firma.de", source_system="Shop", external_id="c1")

    unclear = command("import_deals", "Contact ID,Deal Name\nc1,A\n", "--map", "Contact ID=external_id")
    clear = command("import_deals", "Contact ID,Deal Name\nc1,A\n", "--map", "Contact ID=external_id@Shop")

    assert "Several sources" in next(iter(unclear["reasons"]))
    assert clear["created"] == 1
    assert Deal.objects.get().lead.contact.email == "other@firma.de"


def test_words_for_won_and_lost_can_be_named(command):
    text = "Email,Name,Phase\nada@berg.example,A,Signed\nben@cox.example,B,Dropped\ncleo@dahl.example,C,Won\n"

    found = command("import_deals", text, "--outcome", "Phase=Signed", "--lost", "Phase=Dropped")

    assert [found[name] for name in ("won", "lost", "open")] == [1, 1, 1]


def test_a_file_of_wins_only_says_so_once(command):
    found = command("import_deals", "mql_id,won_date\nc1,2026-03-01 10:00:00\n", "--status", "won")

    assert found["won"] == 1
    assert stages("ada@berg.example")[-1] == (Stage.CUSTOMER, "2026-03-01", True)


def test_unknown_products_are_kept_but_not_offered(command):
    command("import_deals", FILE)

    assert set(Product.objects.values_list("name", "is_active")) == {("Scanner", False), ("Printer", False)}


def test_no_custom_field_comes_of_what_only_winners_have(command):
    report = command("import_deals", FILE.replace("Loss reason", "Segment"))

    assert {"column": "Segment", "field": "", "type": ""} in report["columns"]
    assert not Contact.objects.exclude(custom={}).exists()


@pytest.mark.parametrize(
    ("text", "part"),
    [("Name,Amount\nA,1\n", "says whom a row is about"), ("Email,Name\na@firma.de,1\n", "there is no field “bogus”")],
)
def test_what_cannot_be_imported_is_said_before_anything_is_written(command, text, part):
    with pytest.raises(CommandError, match=part):
        command("import_deals", text, *(["--map", "Name=bogus"] if "bogus" in part else []))
