"""Deals, and the leads that they move."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest

from leads import actions, deals
from leads.enums import Cause, DealStatus, Outcome, Stage
from leads.models import Action, Deal, FollowUp, Lead, StageChange
from tests.factories import MONDAY, FollowUpFactory, LeadFactory, ProductFactory, people

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
TODAY = MONDAY.date()


@pytest.fixture
def who(db):
    return people()


@pytest.fixture
def rita(who):
    return who["rita"]


@pytest.fixture
def lead(who):
    return LeadFactory(stage=Stage.SQL)


@pytest.fixture
def add(rita):
    def do(lead, name="Two lines", **values):
        return deals.open_deal(lead, name=name, by=rita, now=MONDAY, **values)

    return do


def win(deal, by):
    deals.win(deal, by=by, now=MONDAY + HOUR)


def lose(deal, by, reason="no_budget", **values):
    deals.lose(deal, reason=reason, by=by, now=MONDAY + HOUR, cooldown_days=30, **values)


def stage_of(lead):
    return Lead.objects.get(pk=lead.pk).stage


# opening


@pytest.mark.parametrize("stage", [Stage.SUBSCRIBER, Stage.LEAD, Stage.MQL, Stage.SQL, Stage.NURTURE])
def test_a_deal_makes_its_lead_an_opportunity(add, rita, stage):
    lead = LeadFactory(stage=stage)

    deal = add(lead, amount="12500.50", product=ProductFactory(), expected_on=TODAY)

    assert (lead.stage, deal.status, deal.amount) == (Stage.OPPORTUNITY, DealStatus.OPEN, Decimal("12500.50"))
    change = StageChange.objects.get(lead=lead)
    assert (change.from_stage, change.by, change.cause) == (stage, rita, Cause.PERSON)


def test_a_second_deal_moves_nothing(add, lead):
    add(lead)
    add(lead, "A third line")

    assert StageChange.objects.filter(lead=lead).count() == 1
    assert lead.deals.open().count() == 2


def test_a_closed_lead_takes_no_new_deal(add):
    lead = LeadFactory(stage=Stage.CUSTOMER, outcome="won", closed_at=MONDAY)

    with pytest.raises(deals.NotAllowed, match="closed"):
        add(lead)

    assert not Deal.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("name", "x" * 201),
        ("amount", Decimal(-1)),
        ("amount", Decimal("NaN")),
        ("amount", "Infinity"),
        ("amount", "much"),
        ("amount", Decimal(1000000000000)),
        ("amount", Decimal("1.234")),
        ("amount", Decimal("1E-400")),
        ("expected_on", date(1, 1, 1)),
        ("expected_on", "tomorrow"),
        ("product", "flowcheck"),
    ],
)
def test_what_cannot_be_stored_is_refused_by_name(add, lead, field, value):
    with pytest.raises(deals.Invalid) as refused:
        add(lead, **{field: value})

    assert list(refused.value.errors) == [field]
    assert (stage_of(lead), Deal.objects.count()) == (Stage.SQL, 0)


def test_everything_that_is_wrong_is_said_at_once(lead, rita):
    with pytest.raises(deals.Invalid) as refused:
        deals.open_deal(lead, name="", amount=-1, by=rita, now=MONDAY)

    assert set(refused.value.errors) == {"name", "amount"}


# editing


def test_an_edit_names_what_changed_and_leaves_the_status(add, lead, rita):
    deal = add(lead, amount=10)
    win(deal, rita)

    changed = deals.edit(deal, values={"amount": 12, "name": "Two lines"}, by=rita, now=MONDAY + 2 * HOUR)

    assert (changed, deal.amount, deal.status) == (["amount"], 12, DealStatus.WON)
    assert deal.updated_at == MONDAY + 2 * HOUR


def test_an_edit_over_somebody_elses_is_refused(add, lead, rita):
    deal = add(lead)
    shown = deal.updated_at
    deals.edit(deal, values={"amount": 12}, by=rita, now=MONDAY + HOUR)

    with pytest.raises(deals.Conflict):
        deals.edit(deal, values={"amount": 13}, by=rita, now=MONDAY + 2 * HOUR, shown=shown)

    assert Deal.objects.get().amount == 12


# winning and losing


def test_a_won_deal_makes_a_customer(add, lead, rita):
    deal, step = add(lead), FollowUpFactory(lead=lead)

    cancelled = deals.win(deal, by=rita, now=MONDAY + HOUR)

    current = Lead.objects.get(pk=lead.pk)
    assert (current.stage, current.outcome, current.closed_at) == (Stage.CUSTOMER, Outcome.WON, MONDAY + HOUR)
    assert (deal.status, deal.closed_on) == (DealStatus.WON, TODAY)
    assert (cancelled, FollowUp.objects.pending().count()) == ([step.pk], 0)


def test_other_open_deals_of_a_customer_stay_open_and_are_settled_like_any(add, lead, rita):
    first, second, third = add(lead), add(lead, "B"), add(lead, "C")
    win(first, rita)

    lose(second, rita)
    win(third, rita)

    assert [second.status, third.status] == [DealStatus.LOST, DealStatus.WON]
    assert stage_of(lead) == Stage.CUSTOMER
    assert StageChange.objects.filter(lead=lead, to_stage=Stage.CUSTOMER).count() == 1


def test_the_last_lost_deal_loses_the_lead_with_its_reason(add, lead, rita):
    first, second = add(lead), add(lead, "B")

    lose(first, rita, reason="no_need")
    assert stage_of(lead) == Stage.OPPORTUNITY

    lose(second, rita, text="Too dear")
    current = Lead.objects.get(pk=lead.pk)
    assert (current.stage, current.outcome, current.reject_reason) == (Stage.DISQUALIFIED, Outcome.LOST, "no_budget")
    assert current.contact.cooldown_until == MONDAY + HOUR + timedelta(days=30)
    assert second.reason == StageChange.objects.last().reason == "no_budget: Too dear"


def test_a_deal_is_settled_once(add, lead, rita):
    deal, _other = add(lead), add(lead, "B")
    lose(deal, rita)

    with pytest.raises(deals.NotAllowed):
        win(deal, rita)
    with pytest.raises(deals.NotAllowed):
        lose(deal, rita)


def test_a_lost_deal_needs_a_reason_of_the_list(add, lead, rita):
    deal = add(lead)

    with pytest.raises(deals.Invalid) as refused:
        lose(deal, rita, reason="because")

    assert list(refused.value.errors) == ["reason"]
    assert Deal.objects.get().status == DealStatus.OPEN


def test_a_deal_is_closed_on_a_day_that_has_been(add, lead, rita):
    deal = add(lead)

    with pytest.raises(deals.Invalid):
        deals.win(deal, on=TODAY + timedelta(days=1), by=rita, now=MONDAY)
    deals.win(deal, on=date(2026, 10, 1), by=rita, now=MONDAY)

    assert deal.closed_on == date(2026, 10, 1)


def test_the_day_is_that_of_the_installation(add, lead, rita):
    deal = add(lead)

    deals.win(deal, by=rita, now=MONDAY.replace(hour=23, minute=30))

    assert deal.closed_on == TODAY + timedelta(days=1)


def test_a_program_moves_leads_under_its_own_name(lead):
    deal = deals.open_deal(lead, name="Two lines", by=None, now=MONDAY, cause=Cause.API)
    deals.win(deal, by=None, now=MONDAY + HOUR, cause=Cause.API)

    assert [(change.by, change.cause) for change in StageChange.objects.all()] == [(None, Cause.API)] * 2


# what a person did by the button, and takes back


def test_a_deal_that_was_won_by_mistake_is_open_again_and_its_lead_an_opportunity(add, lead, rita):
    deal, step = add(lead), FollowUpFactory(lead=lead)

    actions.undo(actions.win(deal, by=rita, now=MONDAY + HOUR), by=rita, now=MONDAY + 2 * HOUR)

    deal.refresh_from_db()
    current = Lead.objects.get(pk=lead.pk)
    assert (deal.status, deal.closed_on) == (DealStatus.OPEN, None)
    assert (current.stage, current.outcome, current.closed_at) == (Stage.OPPORTUNITY, "", None)
    assert list(FollowUp.objects.pending()) == [step]


def test_a_lost_deal_is_open_again_without_its_reason_and_cool_down(add, lead, rita):
    deal = add(lead)

    actions.undo(actions.lose(deal, reason="no_need", by=rita, now=MONDAY + HOUR), by=rita, now=MONDAY + 2 * HOUR)

    deal.refresh_from_db()
    current = Lead.objects.get(pk=lead.pk)
    assert (deal.status, deal.reason, current.reject_reason) == (DealStatus.OPEN, "", "")
    assert current.contact.cooldown_until is None


def test_a_new_deal_is_taken_back_with_the_move(lead, rita):
    action = actions.open_deal(lead, values={"name": "Two lines"}, by=rita, now=MONDAY)

    actions.undo(action, by=rita, now=MONDAY + HOUR)

    assert (Deal.objects.count(), stage_of(lead)) == (0, Stage.SQL)


def test_a_new_deal_that_was_lost_meanwhile_is_not_taken_back(lead, rita):
    action = actions.open_deal(lead, values={"name": "Two lines"}, by=rita, now=MONDAY)
    actions.open_deal(lead, values={"name": "B"}, by=rita, now=MONDAY)
    actions.lose(Deal.objects.get(name="Two lines"), reason="no_need", by=rita, now=MONDAY)

    with pytest.raises(actions.CannotUndo):
        actions.undo(action, by=rita, now=MONDAY + HOUR)

    action.refresh_from_db()
    assert (Deal.objects.count(), action.undone_at) == (2, None)


def test_a_new_deal_that_somebody_has_edited_meanwhile_is_not_taken_back(lead, rita):
    action = actions.open_deal(lead, values={"name": "Two lines"}, by=rita, now=MONDAY)
    deals.edit(Deal.objects.get(), values={"amount": 500}, by=people()["ralf"], now=MONDAY + HOUR)

    with pytest.raises(actions.CannotUndo):
        actions.undo(action, by=rita, now=MONDAY + 2 * HOUR)

    assert Deal.objects.get().amount == 500


def test_a_lead_that_another_deal_has_won_stays_a_customer(add, lead, rita):
    first, second = add(lead), add(lead, "B")
    action = actions.win(first, by=rita, now=MONDAY + HOUR)
    actions.win(second, by=rita, now=MONDAY + HOUR)

    actions.undo(action, by=rita, now=MONDAY + 2 * HOUR)

    first.refresh_from_db()
    assert (first.status, stage_of(lead)) == (DealStatus.OPEN, Stage.CUSTOMER)


def test_a_double_click_is_one_deal(lead, rita):
    token = uuid.uuid4()

    found = [actions.open_deal(lead, values={"name": "A"}, by=rita, now=MONDAY, token=token) for _ in range(2)]

    assert [action.pk for action in found] == [token, token]
    assert (Deal.objects.count(), Action.objects.count()) == (1, 1)


def test_who_closes_a_lead_as_lost_loses_its_deals_and_undo_opens_them_again(add, lead, rita):
    for name in "AB":
        add(lead, name)

    action = actions.close(lead, outcome="lost", reason="competitor", text="x" * 300, by=rita, now=MONDAY + HOUR)
    assert {deal.status for deal in lead.deals.all()} == {DealStatus.LOST}
    assert lead.deals.first().reason.startswith("competitor: xxx")

    actions.undo(action, by=rita, now=MONDAY + 2 * HOUR)
    assert {(deal.status, deal.reason) for deal in lead.deals.all()} == {(DealStatus.OPEN, "")}


def test_who_closes_a_lead_as_won_wins_its_only_open_deal(add, lead, rita):
    lost, wanted = add(lead), add(lead, "B")
    lose(lost, rita)

    actions.close(lead, outcome="won", by=rita, now=MONDAY + HOUR)

    wanted.refresh_from_db()
    assert (wanted.status, wanted.closed_on) == (DealStatus.WON, TODAY)


def test_of_several_open_deals_nobody_knows_which_was_won(add, lead, rita):
    add(lead), add(lead, "B")

    actions.close(lead, outcome="won", by=rita, now=MONDAY + HOUR)

    assert lead.deals.open().count() == 2


# reopening by hand


def test_a_lost_deal_of_an_open_lead_is_taken_up_again(add, lead, rita):
    deal, _other = add(lead), add(lead, "B")
    lose(deal, rita)

    deals.reopen(deal, by=rita, now=MONDAY + 2 * HOUR)

    assert (deal.status, deal.closed_on, deal.reason) == (DealStatus.OPEN, None, "")


@pytest.mark.parametrize("end", [win, lose])
def test_the_deal_that_closed_its_lead_stays_closed(add, lead, rita, end):
    deal = add(lead)
    end(deal, rita)

    with pytest.raises(deals.NotAllowed):
        deals.reopen(deal, by=rita, now=MONDAY + 2 * HOUR)

    assert Deal.objects.open().count() == 0


def test_an_open_deal_cannot_be_reopened(add, lead, rita):
    with pytest.raises(deals.NotAllowed):
        deals.reopen(add(lead), by=rita, now=MONDAY)
