"""Deals through the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from leads.enums import Cause, Outcome, Stage
from leads.models import Deal, StageChange
from tests.factories import LeadFactory, ProductFactory, TeamFactory
from tests.leads.api.calling import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return Program()


def opened(program, lead, **values):
    return program.post("/deals", {"lead": lead.pk, "name": "Two lines"} | values)


def test_a_deal_makes_its_lead_an_opportunity(program):
    ProductFactory(slug="erp")
    lead = LeadFactory(stage=Stage.SQL)

    answer = opened(program, lead, product="erp", amount=1200.5, expected_on="2027-03-01")

    found = answer.json()
    assert answer.status_code == 201
    assert (found["lead"], found["name"], found["product"], found["status"]) == (lead.pk, "Two lines", "erp", "open")
    assert (found["amount"], found["expected_on"]) == ("1200.50", "2027-03-01")
    assert program.get(f"/deals/{found['id']}").json() == found
    assert program.get("/deals", product="erp", status="open").json()["deals"] == [found]
    assert (StageChange.objects.get().to_stage, StageChange.objects.get().cause) == (Stage.OPPORTUNITY, Cause.API)


def test_a_deal_known_by_your_id_is_changed(program):
    lead = LeadFactory()
    first = opened(program, lead, external_id="d-7")

    second = program.post("/deals", {"lead": lead.pk, "external_id": "d-7", "amount": "99.90"})

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json() | {"amount": "99.90", "updated_at": second.json()["updated_at"]}
    assert program.post("/deals", {"lead": LeadFactory().pk, "external_id": "d-7"}).status_code == 404
    assert Deal.objects.count() == 1


def test_a_won_deal_makes_a_customer(program):
    lead = LeadFactory()
    deal = opened(program, lead).json()["id"]

    won = program.post(f"/deals/{deal}/win", {"closed_on": timezone.localdate().isoformat()})

    lead.refresh_from_db()
    assert (won.json()["status"], lead.outcome) == ("won", Outcome.WON)
    assert program.post(f"/deals/{deal}/win", {}).status_code == 409
    assert opened(program, lead).status_code == 409


def test_with_the_last_deal_the_lead_is_lost(program):
    lead = LeadFactory()
    deals = [opened(program, lead, name=f"Line {number}").json()["id"] for number in range(2)]

    program.post(f"/deals/{deals[0]}/lose", {"reason": "no_budget"})
    lead.refresh_from_db()
    assert lead.is_open
    lost = program.post(f"/deals/{deals[1]}/lose", {"reason": "no_budget", "text": "Next year"})

    lead.refresh_from_db()
    lead.contact.refresh_from_db()
    assert (lost.json()["reason"], lead.outcome) == ("no_budget: Next year", Outcome.LOST)
    assert lead.contact.cooldown_until > timezone.now()
    assert StageChange.objects.order_by("-pk")[0].cause == Cause.API


def test_a_lead_closed_by_a_move_takes_its_deals_along(program):
    lead = LeadFactory()
    deal = opened(program, lead).json()["id"]

    program.post(f"/leads/{lead.pk}/stage", {"to": "customer"})

    assert program.get(f"/deals/{deal}").json()["status"] == "won"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"name": ""}, "name"), ({"name": None}, "name"), ({"product": "x"}, "product"), ({"amount": -1}, "amount"),
     ({"amount": 1.005}, "amount"), ({"amount": "much"}, "amount"), ({"expected_on": "1800-01-01"}, "expected_on"),
     ({"expected_on": "soon"}, "expected_on"), ({"status": "won"}, "status"), ({"external_id": "a\u202eb"}, "external_id")],
)  # fmt: skip
def test_what_cannot_be_taken_is_named(program, changes, field):
    answer = opened(program, LeadFactory(), **changes)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert not Deal.objects.exists()


def test_a_day_to_come_is_no_closing_day(program):
    deal = opened(program, LeadFactory()).json()["id"]
    tomorrow = (timezone.localdate() + timedelta(days=2)).isoformat()

    answer = program.post(f"/deals/{deal}/win", {"closed_on": tomorrow})

    assert (answer.status_code, answer.json()["field"]) == (422, "closed_on")


def test_a_change_names_its_version(program):
    deal = opened(program, LeadFactory())
    path = f"/deals/{deal.json()['id']}"

    changed = program.patch(path, {"amount": 5, "expected_on": None}, if_match=deal["ETag"])
    late = program.patch(path, {"amount": 6}, if_match=deal["ETag"])

    assert (changed.json()["amount"], late.status_code) == ("5.00", 412)
    assert program.post(f"{path}/win", {}, if_match=deal["ETag"]).status_code == 412


def test_many_deals_are_opened_together_or_not_at_all():
    north = TeamFactory(name="North")
    program = Program(team=north)
    own, foreign = LeadFactory(team=north), LeadFactory(team=TeamFactory(name="South"))
    items = [{"lead": own.pk, "name": "A"}, {"lead": own.pk, "name": "B"}]

    with_foreign = program.post("/deals/bulk", {"items": [*items, {"lead": foreign.pk, "name": "C"}]})
    bad = program.post("/deals/bulk", {"items": [*items, {"lead": own.pk, "name": " "}]})
    assert (with_foreign.status_code, bad.status_code, bad.json()["field"]) == (404, 422, "items.2.name")
    assert not Deal.objects.exists()
    good = program.post("/deals/bulk", {"items": items})

    assert [found["is_new"] for found in good.json()["results"]] == [True, True]


def test_a_key_of_a_team_knows_only_deals_of_its_leads():
    north = TeamFactory(name="North")
    foreign = LeadFactory(team=TeamFactory(name="South"))
    deal = opened(Program(), foreign, external_id="d-1").json()["id"]
    program = Program(team=north)

    missing = program.get("/deals/999999")
    answers = [
        program.get(f"/deals/{deal}"),
        program.patch(f"/deals/{deal}", {"amount": 1}),
        program.post(f"/deals/{deal}/win", {}),
        program.post(f"/deals/{deal}/lose", {"reason": "other"}),
        opened(program, foreign),
        opened(program, LeadFactory(team=north), external_id="d-1"),
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, missing.content)}
    assert program.get("/deals").json()["deals"] == []


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_takes_one_query_whatever_its_length(program, number, django_assert_num_queries):
    for _ in range(number):
        opened(program, LeadFactory())
    program.get("/deals")

    with django_assert_num_queries(2):
        program.get("/deals")
