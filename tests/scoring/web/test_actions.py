"""One-click actions: what they do, to whose leads, once, and how they are taken back."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from leads.enums import ActionVerb, Stage
from leads.models import Action, FollowUp, Interaction
from tests.factories import LeadFactory, TeamFactory, people
from tests.scoring.web.boards import scored, shown

pytestmark = pytest.mark.django_db
EVERY = {
    "lead-accept": {},
    "lead-reject": {"reason": "no_need"},
    "lead-snooze": {"days": "3"},
    "lead-log-call": {"result": "1"},
    "lead-follow-up": {"kind": "call", "days": "1"},
    "lead-assign": {"to": "me"},
}


@pytest.fixture
def who(db):
    return people()


@pytest.fixture
def rita(who, client):
    client.force_login(who["rita"], backend="django.contrib.auth.backends.ModelBackend")
    return who["rita"]


def mql(**values):
    return scored(70, stage=Stage.MQL, **values)


def press(client, name, lead, **data):
    return client.post(reverse(name, args=[lead.pk]), data)


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize("name", EVERY)
def test_every_action_can_be_undone_by_its_button(client, rita, name):
    lead = mql()
    before = (lead.stage, lead.owner_id, lead.snoozed_until)

    response = press(client, name, lead, **EVERY[name])
    action = Action.objects.get(lead=lead)
    client.post(reverse("action-undo", args=[action.pk]))

    assert response.status_code == 302
    lead.refresh_from_db()
    action.refresh_from_db()
    assert action.undone_at is not None
    assert (lead.stage, lead.owner_id, lead.snoozed_until) == before
    assert not FollowUp.objects.pending().exists()


@pytest.mark.parametrize("name", EVERY)
def test_a_second_press_of_the_same_button_does_nothing_more(client, rita, name):
    lead = mql()

    press(client, name, lead, token="abc", **EVERY[name])
    press(client, name, lead, token="abc", **EVERY[name])

    assert Action.objects.filter(lead=lead).count() == 1
    assert Interaction.objects.count() == (1 if name == "lead-log-call" else 0)
    assert FollowUp.objects.count() == (1 if name == "lead-follow-up" else 0)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("whose", ["South", None])
def test_a_foreign_lead_is_as_missing_as_none(client, rita, name, whose):
    foreign = mql(team=TeamFactory(name=whose) if whose else None)

    response = press(client, name, foreign, **EVERY[name])
    missing = client.post(reverse(name, args=[10**17]), EVERY[name])

    assert response.status_code == missing.status_code == 404
    assert not Action.objects.exists()


@pytest.mark.parametrize("role", ["maja", "dora"])
def test_who_only_reads_cannot_act(client, who, role):
    lead = mql()
    client.force_login(who[role], backend="django.contrib.auth.backends.ModelBackend")

    assert press(client, "lead-accept", lead).status_code == 404
    assert not Action.objects.exists()


def test_an_action_needs_a_post(client, rita):
    assert client.get(reverse("lead-accept", args=[mql().pk])).status_code == 405


def test_htmx_gets_the_fresh_row_alone_with_a_toast(client, rita):
    lead = mql()

    response = client.post(
        reverse("lead-accept", args=[lead.pk]) + "?rank=7&token=x",
        headers={"HX-Request": "true", "HX-Target": f"row-{lead.pk}"},
    )
    page = response.content.decode()

    assert shown(response) == [(lead.pk, "70")]
    assert page.lstrip().startswith("<tr")
    assert "<span>7</span>" in page
    assert "Erika Muster accepted." in page
    assert reverse("action-undo", args=[Action.objects.get().pk]) in page


def test_what_cannot_be_done_is_said_and_changes_nothing(client, rita):
    lead = scored(30, stage=Stage.LEAD)

    response = press(client, "lead-accept", lead)

    assert "Only an MQL can be accepted" in said(response)[0]
    lead.refresh_from_db()
    assert lead.stage == Stage.LEAD


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("lead-reject", {"reason": "because"}),
        ("lead-reject", {}),
        ("lead-snooze", {}),
        ("lead-snooze", {"until": "2026-99-99"}),
        ("lead-snooze", {"until": "1999-01-01"}),
        ("lead-snooze", {"days": "9999"}),
        ("lead-snooze", {"days": "²"}),
        ("lead-log-call", {"result": "x"}),
        ("lead-follow-up", {"kind": "dance", "days": "1"}),
        ("lead-follow-up", {"kind": "call"}),
        ("lead-close", {"outcome": "perhaps"}),
        ("lead-close", {"outcome": "lost"}),
    ],
)
def test_nonsense_is_refused_in_words(client, rita, name, data):
    lead = mql()

    response = press(client, name, lead, **data)

    assert response.status_code == 302
    assert said(response)
    assert not Action.objects.exists()


def test_a_follow_up_may_name_its_day_and_hour(client, rita):
    due = timezone.localtime(timezone.now() + timedelta(days=3)).replace(hour=14, minute=30, second=0, microsecond=0)

    press(client, "lead-follow-up", mql(), kind="meeting", due=f"{due:%Y-%m-%dT%H:%M}", note="Bring the offer")

    found = FollowUp.objects.get()
    assert (found.kind, found.due_at, found.note) == ("meeting", due, "Bring the offer")


@pytest.mark.parametrize(
    ("chosen", "owner"), [("", "rita"), ("me", "rita"), ("owner", "ralf"), ("ralf", "ralf"), ("mona", "mona")]
)
def test_a_follow_up_on_a_colleagues_lead_is_for_oneself_unless_one_says_for_whom(client, rita, who, chosen, owner):
    lead = mql(owner=who["ralf"])

    press(client, "lead-follow-up", lead, kind="call", days="1", **{"for": who[chosen].pk if chosen in who else chosen})

    made = FollowUp.objects.get()
    assert (made.owner, made.created_by) == (who[owner], rita)


@pytest.mark.parametrize("name", ["sven", "maja", "dora"])
def test_a_follow_up_is_for_nobody_outside_of_the_leads_team(client, rita, who, name):
    response = press(client, "lead-follow-up", mql(), kind="call", days="1", **{"for": who[name].pk})

    assert response.status_code == 404
    assert not FollowUp.objects.exists()


def test_a_colleague_of_another_team_cannot_be_made_owner(client, rita, who):
    lead = mql()

    assert press(client, "lead-assign", lead, to=who["sven"].pk).status_code == 404
    assert press(client, "lead-assign", lead, to=who["ralf"].pk).status_code == 302
    lead.refresh_from_db()
    assert lead.owner == who["ralf"]


def test_a_colleagues_lead_is_not_ritas_to_give_away(client, rita, who):
    lead = mql(owner=who["ralf"])

    response = press(client, "lead-assign", lead, to="me")

    assert "Only the owner or a manager" in said(response)[0]
    lead.refresh_from_db()
    assert lead.owner == who["ralf"]


def test_undo_of_a_foreign_or_missing_action_is_a_404(client, rita, who):
    lead = LeadFactory(team=TeamFactory(name="South"))
    action = Action.objects.create(lead=lead, verb=ActionVerb.SNOOZE, by=who["sven"], at=timezone.now())

    assert client.post(reverse("action-undo", args=[action.pk])).status_code == 404
    assert client.post(reverse("action-undo", args=[uuid.uuid4()])).status_code == 404


def test_only_the_actor_or_who_is_in_charge_takes_an_action_back(client, rita, who):
    lead = mql()
    press(client, "lead-snooze", lead, days="3")
    client.force_login(who["ralf"], backend="django.contrib.auth.backends.ModelBackend")

    response = client.post(reverse("action-undo", args=[Action.objects.get().pk]))

    assert "Only Rita" in said(response)[-1]
    lead.refresh_from_db()
    assert lead.snoozed_until is not None


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_way_back_stays_on_this_site(client, rita, address):
    response = press(client, "lead-snooze", mql(), days="3", next=address)

    assert response.url.startswith("/leads/")
