"""Actions on many leads: confirmed with their number, all or nothing, never on a foreign lead."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from leads import tags
from leads.models import Action, FollowUp, Lead
from tests.factories import MONDAY, LeadFactory, TeamFactory, people
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
    assert traces() == {"assign": (2, 0, 0), "snooze": (2, 0, 0), "follow_up": (2, 2, 0), "tag": (2, 0, 2)}[verb]


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


def state(leads):
    """What bulk actions change, of each lead."""
    found = Lead.objects.filter(pk__in=[lead.pk for lead in leads]).order_by("pk")
    waiting = set(FollowUp.objects.pending().values_list("lead_id", flat=True))
    return [
        (lead.owner_id, lead.team_id, lead.snoozed_until, list(lead.tags.values_list("name")), lead.pk in waiting)
        for lead in found
    ]


def undo(client):
    """Press the undo button of what was just done; returns what is said then."""
    batch = Action.objects.first().batch
    response = client.post(reverse("batch-undo", args=[batch]))
    return [str(message) for message in get_messages(response.wsgi_request)][1:]


@pytest.mark.parametrize("verb", EVERY)
def test_all_of_it_is_undone_at_once(client, rita, verb):
    leads = [scored(10), scored(20)]
    before = state(leads)
    ask(client, verb, leads, confirmed="1", **EVERY[verb])

    said = undo(client)

    assert said == ["Undone: 2 leads are as before."]
    assert state(leads) == before


@pytest.mark.parametrize(
    ("chosen", "owners"), [("me", ["rita", "rita"]), ("owner", ["ralf", "rita"]), ("mona", ["mona", "mona"])]
)
def test_follow_ups_on_many_leads_say_for_whom(client, rita, who, chosen, owners):
    leads = [scored(10, owner=who["ralf"]), scored(20)]

    ask(client, "follow_up", leads, confirmed="1", kind="call", days="1", **{
        "for": who[chosen].pk if chosen in who else chosen
    })  # fmt: skip

    assert [made.owner for made in FollowUp.objects.order_by("lead_id")] == [who[name] for name in owners]


def test_a_team_given_to_many_is_taken_back_with_the_owner_whose_turn_it_was(client, who):
    teamless = [LeadFactory(team=None, stage="mql"), LeadFactory(team=None)]
    client.force_login(who["mona"], backend="django.contrib.auth.backends.ModelBackend")
    ask(client, "team", teamless, confirmed="1", team=TeamFactory(name="North").pk)
    given = state(teamless)

    undo(client)

    assert given[0][0] in (who["rita"].pk, who["ralf"].pk)
    assert [row[:2] for row in state(teamless)] == [(None, None), (None, None)]


def test_what_somebody_has_changed_since_stays_and_is_counted(client, rita):
    leads = [scored(10), scored(20), scored(30)]
    ask(client, "snooze", leads, confirmed="1", days="7")
    Lead.objects.filter(pk=leads[0].pk).update(snoozed_until=None)

    said = undo(client)

    assert said[0] == "Undone: 2 leads are as before."
    assert said[1] == "1 lead stays as it is. Somebody has changed this lead since, so it stays as it is."


def test_a_tag_that_was_there_before_stays(client, rita):
    leads = [scored(10), scored(20)]
    tags.add(leads[0], name="Fair", by=rita, now=MONDAY)
    ask(client, "tag", leads, confirmed="1", name="Fair")

    undo(client)

    assert [row[3] for row in state(leads)] == [[("Fair",)], []]


def test_a_colleague_takes_nothing_of_it_back_but_a_manager_does(client, rita, who):
    leads = [scored(10), scored(20)]
    ask(client, "snooze", leads, confirmed="1", days="7")

    client.force_login(who["ralf"], backend="django.contrib.auth.backends.ModelBackend")
    undo(client)
    kept = state(leads)
    client.force_login(who["mona"], backend="django.contrib.auth.backends.ModelBackend")
    undo(client)

    assert all(row[2] for row in kept)
    assert not any(row[2] for row in state(leads))


@pytest.mark.parametrize("name", ["sven", "maja", "dora"])
def test_for_everybody_else_there_is_no_such_batch(client, rita, who, name):
    ask(client, "snooze", [scored(10)], confirmed="1", days="7")
    batch = Action.objects.get().batch
    client.force_login(who[name], backend="django.contrib.auth.backends.ModelBackend")

    assert client.post(reverse("batch-undo", args=[batch])).status_code == 404
    assert Action.objects.get().undone_at is None


def test_sent_twice_it_is_one_batch(client, rita):
    leads = [scored(10), scored(20)]

    for _ in range(2):
        ask(client, "snooze", leads, confirmed="1", token="abc", days="7")

    assert Action.objects.count() == 2
    assert len(set(Action.objects.values_list("batch", flat=True))) == 1


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
