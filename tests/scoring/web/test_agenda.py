"""The page of follow-ups."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from leads.enums import Outcome, Stage
from leads.models import FollowUp
from tests.factories import FollowUpFactory, LeadFactory, TeamFactory, people
from tests.scoring.web.boards import scored

pytestmark = pytest.mark.django_db
PAGE = "/followups/"


@pytest.fixture
def who(db):
    return people()


@pytest.fixture
def rita(who, client):
    client.force_login(who["rita"], backend="django.contrib.auth.backends.ModelBackend")
    return who["rita"]


def planned(lead, owner, days, **values):
    return FollowUpFactory(lead=lead, owner=owner, due_at=timezone.now() + timedelta(days=days), **values)


def test_mine_stand_under_overdue_today_and_later_in_order(client, rita):
    lead = scored(60, name="Anna", owner=rita)
    for days in (20, -3, 3, 0):
        planned(lead, rita, days)

    groups = client.get(PAGE).context["groups"]

    assert [(group["key"], len(group["items"])) for group in groups] == [
        ("late", 1),
        ("today", 1),
        ("week", 1),
        ("later", 1),
    ]


def test_others_stand_under_everybodys_and_foreign_ones_nowhere(client, rita, who):
    planned(scored(60, last_name="Ours"), who["ralf"], 1)
    planned(scored(60, last_name="Theirs", team=TeamFactory(name="South")), who["sven"], 1)

    mine = client.get(PAGE).content.decode()
    everybodys = client.get(PAGE, {"whose": "team"}).content.decode()

    assert "Nothing to follow up" in mine
    assert "Ours" in everybodys
    assert "Theirs" not in everybodys


def test_done_and_dropped_ones_and_those_of_closed_leads_are_gone(client, rita):
    planned(scored(60), rita, 1, done_at=timezone.now())
    planned(scored(60), rita, 1, cancelled_at=timezone.now())
    planned(scored(60, stage=Stage.CUSTOMER, outcome=Outcome.WON, closed_at=timezone.now()), rita, 1)

    assert client.get(PAGE).context["groups"] == []


def test_a_lead_without_a_score_is_no_obstacle(client, rita):
    planned(LeadFactory(), rita, 1)

    assert "scoring…" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_takes_the_same_queries_for_any_number(client, rita, number, django_assert_num_queries):
    for _ in range(number):
        planned(scored(60), rita, 1)

    with django_assert_num_queries(6):
        client.get(PAGE)


def test_a_follow_up_is_put_off(client, rita):
    found = planned(scored(60), rita, -2)

    client.post(reverse("followup-move", args=[found.pk]), {"days": "3"})

    found.refresh_from_db()
    assert timezone.localdate(found.due_at) == timezone.localdate() + timedelta(days=3)


def test_a_foreign_follow_up_is_as_missing_as_none(client, rita, who):
    foreign = planned(scored(60, team=TeamFactory(name="South")), who["sven"], 1)

    assert client.post(reverse("followup-move", args=[foreign.pk]), {"days": "3"}).status_code == 404
    assert client.post(reverse("followup-move", args=[10**9]), {"days": "3"}).status_code == 404


def test_nonsense_moves_nothing(client, rita):
    found = planned(scored(60), rita, 1)

    client.post(reverse("followup-move", args=[found.pk]), {"due": "soon"})

    assert FollowUp.objects.get().due_at == found.due_at
