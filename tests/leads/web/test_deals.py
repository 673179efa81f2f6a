"""Deals on the lead page, through the front door."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from leads.enums import DealStatus, Stage
from leads.models import Action, Deal, Lead
from tests.factories import DealFactory, LeadFactory, ProductFactory, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(db):
    return people()


@pytest.fixture
def lead(who):
    return LeadFactory(stage=Stage.SQL, owner=who["rita"])


@pytest.fixture
def signed_in(client, who):
    def do(name, language="en"):
        client.force_login(who[name], backend="django.contrib.auth.backends.ModelBackend")
        client.cookies["django_language"] = language
        type(who[name]).objects.filter(pk=who[name].pk).update(language=language)
        return client

    return do


def page(client, lead):
    return client.get(reverse("lead", args=[lead.pk])).content.decode()


def add(client, lead, **values):
    return client.post(reverse("deal-new", args=[lead.pk]), {"name": "Two lines"} | values)


def stage_of(lead):
    return Lead.objects.get(pk=lead.pk).stage


def test_a_lead_without_deals_says_what_to_do(signed_in, lead):
    text = page(signed_in("rita"), lead)

    assert "No deal yet." in text
    assert reverse("deal-new", args=[lead.pk]) in text


def test_a_deal_is_added_shown_and_taken_back(signed_in, lead, who):
    client, product = signed_in("rita"), ProductFactory(name="FlowCheck")

    response = add(client, lead, amount="12,500.50", product=product.pk, expected_on="2026-12-24")

    deal = Deal.objects.get()
    assert response["Location"] == reverse("lead", args=[lead.pk]) + "#deals"
    assert (deal.name, deal.amount, deal.product, deal.created_by) == (
        *("Two lines", Decimal("12500.50"), product),
        who["rita"],
    )
    text = page(client, lead)
    assert "12,500.50\u00a0EUR" in text and "FlowCheck" in text
    assert stage_of(lead) == Stage.OPPORTUNITY

    undo = reverse("action-undo", args=[Action.objects.get().pk])
    assert undo in text
    client.post(undo)
    assert (Deal.objects.count(), stage_of(lead)) == (0, Stage.SQL)


@pytest.mark.parametrize(
    ("language", "text", "amount"),
    [
        ("de", "12,50", "12.50"),
        ("de", "12.500", "12500"),
        ("de", "12.500,5 €", "12500.50"),
        ("en", "12.50", "12.50"),
        ("en", "12,500", "12500"),
        ("en", "EUR 1", None),
        ("en", "12,500.50 EUR", "12500.50"),
        ("en", "999999999999.99", "999999999999.99"),
        ("de", "12.50", None),
        ("en", "12,50", None),
        ("en", "1e400", None),
        ("en", "-5", None),
        ("en", "0.005", None),
        ("en", "much", None),
    ],
)
def test_amounts_are_read_in_the_language_of_the_viewer(signed_in, lead, language, text, amount):
    response = add(signed_in("rita", language), lead, amount=text)

    if amount is None:
        assert (response.status_code, Deal.objects.count()) == (422, 0)
        assert response.context["form"].errors.keys() == {"amount"}
    else:
        assert Deal.objects.get().amount == Decimal(amount)


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(signed_in, lead):
    response = add(signed_in("rita"), lead, name="", amount="12,500", expected_on="someday")

    text = response.content.decode()
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"name", "expected_on"}
    assert 'value="12,500"' in text and 'value="someday"' in text


def test_a_second_press_of_the_button_is_one_deal(signed_in, lead):
    client = signed_in("rita")

    for _ in range(2):
        add(client, lead, token="once")

    assert Deal.objects.count() == 1


def test_a_closed_lead_offers_no_new_deal_and_takes_none(signed_in, who):
    lead = LeadFactory(stage=Stage.CUSTOMER, outcome="won", closed_at=timezone.now())
    client = signed_in("rita")

    assert reverse("deal-new", args=[lead.pk]) not in page(client, lead)
    add(client, lead)
    assert not Deal.objects.exists()
    assert "closed" in page(client, lead)


def test_a_deal_is_edited_in_the_language_of_the_viewer(signed_in, lead):
    deal = DealFactory(lead=lead, amount=Decimal("12500.50"))
    client, url = signed_in("rita", "de"), reverse("deal-edit", args=[deal.pk])

    shown = client.get(url)
    assert 'value="12500,50"' in shown.content.decode()

    client.post(url, {"name": "Drei Linien", "amount": "12500,50", "shown": shown.context["shown"]})
    deal.refresh_from_db()
    assert (deal.name, deal.amount) == ("Drei Linien", Decimal("12500.50"))


def test_a_save_over_somebody_elses_is_refused_once(signed_in, lead):
    deal = DealFactory(lead=lead)
    client, url = signed_in("rita"), reverse("deal-edit", args=[deal.pk])
    seen = client.get(url).context["shown"]
    Deal.objects.filter(pk=deal.pk).update(name="Theirs", updated_at=timezone.now())

    refused = client.post(url, {"name": "Mine", "shown": seen})
    assert (refused.status_code, Deal.objects.get().name) == (409, "Theirs")
    assert 'value="Mine"' in refused.content.decode()

    client.post(url, {"name": "Mine", "shown": refused.context["shown"]})
    assert Deal.objects.get().name == "Mine"


def test_a_won_deal_makes_a_customer_and_is_taken_back(signed_in, lead):
    deal, client = DealFactory(lead=lead), signed_in("rita")

    client.post(reverse("deal-win", args=[deal.pk]))
    assert (Deal.objects.get().status, stage_of(lead)) == (DealStatus.WON, Stage.CUSTOMER)

    client.post(reverse("action-undo", args=[Action.objects.get().pk]))
    assert (Deal.objects.get().status, stage_of(lead)) == (DealStatus.OPEN, Stage.SQL)


def test_a_lost_deal_shows_why_and_loses_the_lead(signed_in, lead):
    deal, client = DealFactory(lead=lead), signed_in("rita")

    client.post(reverse("deal-lose", args=[deal.pk]), {"reason": "no_budget", "text": "Too dear"})

    assert stage_of(lead) == Stage.DISQUALIFIED
    assert "No budget: Too dear" in page(client, lead)


def test_the_live_scorecard_says_how_long_a_lost_lead_rests(signed_in, lead, django_capture_on_commit_callbacks):
    from scoring.models import Scorecard

    Scorecard.objects.live().update(cooldown_days=7)
    deal = DealFactory(lead=lead)

    signed_in("rita").post(reverse("deal-lose", args=[deal.pk]), {"reason": "no_need"})

    rests = Lead.objects.get().contact.cooldown_until - timezone.now()
    assert timedelta(days=6) < rests <= timedelta(days=7)


@pytest.mark.parametrize("data", [{}, {"reason": "because"}, {"reason": "no_need", "text": "x" * 251}])
def test_a_deal_is_not_lost_without_a_good_reason(signed_in, lead, data):
    deal = DealFactory(lead=lead)

    signed_in("rita").post(reverse("deal-lose", args=[deal.pk]), data)

    assert Deal.objects.get().status == DealStatus.OPEN


def test_a_lost_deal_is_taken_up_again(signed_in, lead):
    deal = DealFactory(lead=lead, status="lost", closed_on=timezone.localdate(), reason="no_need")
    client, url = signed_in("rita"), reverse("deal-reopen", args=[deal.pk])
    assert url in page(client, lead)

    client.post(url)

    assert Deal.objects.get().status == DealStatus.OPEN


@pytest.mark.parametrize("name", ["maja", "dora"])
def test_marketers_and_data_protection_read_only(signed_in, lead, name):
    deal = DealFactory(lead=lead, name="Retrofit")

    text = page(signed_in(name), lead)

    assert "Retrofit" in text
    assert reverse("deal-win", args=[deal.pk]) not in text and reverse("deal-new", args=[lead.pk]) not in text


@pytest.mark.parametrize("name", ["sven", "maja", "dora"])
def test_who_may_not_work_the_lead_finds_nothing(signed_in, lead, name):
    deal, client = DealFactory(lead=lead), signed_in(name)
    names = ("deal-edit", "deal-win", "deal-lose", "deal-reopen")

    answers = [client.post(reverse(url, args=[deal.pk]), {"reason": "no_need", "name": "x"}) for url in names]
    answers += [add(client, lead), client.get(reverse("deal-edit", args=[deal.pk]))]

    assert {response.status_code for response in answers} == {404}
    assert Deal.objects.get().status == DealStatus.OPEN


@pytest.mark.parametrize("url", ["deal-win", "deal-lose", "deal-reopen"])
def test_nothing_is_changed_by_a_link(signed_in, lead, url):
    assert signed_in("rita").get(reverse(url, args=[DealFactory(lead=lead).pk])).status_code == 405


def test_open_deals_stand_first_those_due_first(signed_in, lead):
    today = timezone.localdate()
    DealFactory(lead=lead, name="Lost one", status="lost", closed_on=today)
    DealFactory(lead=lead, name="Some day")
    DealFactory(lead=lead, name="Next week", expected_on=today + timedelta(days=7))
    DealFactory(lead=lead, name="Tomorrow", expected_on=today + timedelta(days=1), amount=5)

    text = page(signed_in("rita"), lead)

    places = [text.index(name) for name in ("Tomorrow", "Next week", "Some day", "Lost one")]
    assert places == sorted(places)
    assert "5\u00a0EUR open" in text


def test_what_was_typed_is_shown_as_text(signed_in, lead):
    DealFactory(lead=lead, name="<script>alert(1)</script>", status="lost", closed_on="2026-11-01", reason="<b>no</b>")

    text = page(signed_in("rita"), lead)

    assert "<script>alert" not in text and "<b>no</b>" not in text


@pytest.mark.parametrize("many", [1, 3])
def test_the_panel_takes_the_same_queries_for_any_number(signed_in, lead, many, django_assert_num_queries):
    from leads.models import User
    from leads.web import deals

    for _ in range(many):
        DealFactory(lead=lead, product=ProductFactory())
        DealFactory(lead=lead, product=ProductFactory(), status="won", closed_on="2026-11-01")
    user = User.objects.get(username="maja")

    with django_assert_num_queries(1):
        deals.panel(lead, user=user, now=timezone.now())
