"""Actions on many leads: confirmed with their number, all or nothing, never on a foreign lead."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from leads.models import Action, FollowUp, Lead
from tests.factories import LeadFactory, TeamFactory, people
from tests.scoring.web.boards import scored

pytestmark = pytest.mark.django_db
EVERY = {
    "assign": {"to": "me"},
    "snooze": {"days": "7"},
    "follow_up": {"kind": "call", "days": "1"},
    "tag": {"name": "Fair"},
}


@pytest.fixture
def who(db):
    return people()


@pytest.fixture
def rita(who, client):
    client.force_login(who["rita"], backend="django.contrib.auth.backends.ModelBackend")
    return who["rita"]


def ask(client, verb, leads, **data):
    return client.post(reverse("board-bulk"), {"verb": verb, "lead": [lead.pk for lead in leads]} | data)


def traces():
    return Action.objects.count(), FollowUp.objects.count(), Lead.objects.filter(tags__isnull=False).count()


@pytest.mark.parametrize("verb", EVERY)
def test_first_it_says_how_many_and_does_nothing(client, rita, verb):
    leads = [scored(10), scored(20)]

    page = ask(client, verb, leads, **EVERY[verb]).content.decode()

    assert "2 leads" in page
    assert "Nothing has been changed yet." in page
    assert traces() == (0, 0, 0)


@pytest.mark.parametrize("verb", EVERY)
def test_confirmed_it_is_done_to_all_of_them(client, rita, verb):
    leads = [scored(10), scored(20)]

    response = ask(client, verb, leads, confirmed="1", **EVERY[verb])

    assert response.status_code == 302
    assert "2 leads" in str(list(get_messages(response.wsgi_request))[0]) or verb == "follow_up"
    assert traces() == {"assign": (2, 0, 0), "snooze": (2, 0, 0), "follow_up": (2, 2, 0), "tag": (0, 0, 2)}[verb]


@pytest.mark.parametrize("verb", EVERY)
@pytest.mark.parametrize("confirmed", ["", "1"])
def test_one_foreign_lead_makes_it_a_404_and_nothing_happens(client, rita, verb, confirmed):
    leads = [scored(10), scored(20, team=TeamFactory(name="South"))]

    response = ask(client, verb, leads, confirmed=confirmed, **EVERY[verb])

    assert response.status_code == 404
    assert traces() == (0, 0, 0)


@pytest.mark.parametrize("lead_id", ["x", "-1", str(10**30), ""])
def test_ids_that_are_none_are_a_404(client, rita, lead_id):
    assert client.post(reverse("board-bulk"), {"verb": "tag", "lead": lead_id}).status_code == 404


def test_an_unknown_verb_is_a_404(client, rita):
    assert ask(client, "delete", [scored(10)], confirmed="1").status_code == 404


def test_sent_twice_it_is_done_once(client, rita):
    leads = [scored(10), scored(20)]

    for _ in range(2):
        ask(client, "follow_up", leads, confirmed="1", token="abc", kind="call", days="1")

    assert FollowUp.objects.count() == 2


def test_what_is_refused_for_one_is_done_to_none(client, rita, who):
    leads = [scored(10), scored(20, owner=who["ralf"])]

    response = ask(client, "assign", leads, confirmed="1", to="me")

    assert "Nothing was changed." in response.content.decode()
    assert Action.objects.count() == 0


def test_nothing_selected_is_said(client, rita):
    response = ask(client, "snooze", [])

    assert "Choose at least one lead first." in str(list(get_messages(response.wsgi_request))[0])


def test_a_manager_puts_all_leads_without_a_team_into_one(client, who):
    teamless = [LeadFactory(team=None), LeadFactory(team=None)]
    client.force_login(who["mona"], backend="django.contrib.auth.backends.ModelBackend")
    north = TeamFactory(name="North")

    asked = client.post(reverse("board-bulk"), {"verb": "team", "everything": "1"}).content.decode()
    ask(client, "team", teamless, confirmed="1", team=north.pk)

    assert "2 leads" in asked
    assert Lead.objects.filter(team=north).count() == 2


def test_a_rep_puts_no_lead_into_a_team(client, rita):
    lead = scored(10)

    response = ask(client, "team", [lead], confirmed="1", team=lead.team_id)

    assert "Nothing was changed." in response.content.decode()
