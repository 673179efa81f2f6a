import pytest
from django.contrib import admin
from django.urls import reverse

from leads.enums import Role
from leads.models import Interaction
from tests.factories import InteractionFactory, people

pytestmark = pytest.mark.django_db


def _pages():
    return sorted(f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry)


@pytest.mark.parametrize("name", ["rita", "mona", "dora"])
def test_nobody_else_learns_that_there_is_an_admin(client, name):
    client.force_login(people()[name])

    answers = [client.get(reverse(f"admin:{page}_changelist"), follow=True) for page in _pages()]

    assert {answer.status_code for answer in answers} == {404}


def test_strangers_are_sent_to_the_one_sign_in_page(client):
    answer = client.get("/admin/", follow=True)

    assert answer.redirect_chain[-1][0] == "/login/?next=/admin/"


@pytest.mark.parametrize("name", ["maja", "anton"])
def test_every_page_opens_for_who_configures(client, name):
    who = people()
    client.force_login(who[name])
    closed = {"leads_user"} if name == "maja" else set()

    answers = {page: client.get(reverse(f"admin:{page}_changelist")).status_code for page in _pages()}

    assert {page for page, status in answers.items() if status != 200} == closed


def test_a_marketer_neither_sees_nor_makes_people(client):
    who = people()
    client.force_login(who["maja"])

    answers = [
        client.get(reverse("admin:leads_user_changelist")),
        client.get(reverse("admin:leads_user_add")),
        client.get(reverse("admin:leads_user_change", args=[who["rita"].pk])),
        client.post(reverse("admin:leads_user_change", args=[who["maja"].pk]), {"role": Role.ADMINISTRATOR}),
        client.post(reverse("admin:leads_user_link", args=[who["anton"].pk])),
        client.get(reverse("admin:auth_user_password_change", args=[who["anton"].pk])),
    ]

    assert {answer.status_code for answer in answers} <= {403, 302}
    who["maja"].refresh_from_db()
    assert who["maja"].role == Role.MARKETER


def test_a_marketer_reads_teams_and_does_not_change_them(client):
    who = people()
    client.force_login(who["maja"])
    team = who["rita"].memberships.get().team

    page = client.get(reverse("admin:leads_team_change", args=[team.pk]))
    answer = client.post(reverse("admin:leads_team_change", args=[team.pk]), {"name": "Mine"})

    assert (page.status_code, answer.status_code) == (200, 403)


@pytest.mark.parametrize(
    "page",
    ["interaction", "deal", "stagechange", "fieldchange", "consentevent", "suppression", "importrun", "duplicatepair"],
)
def test_records_are_neither_made_nor_deleted(client, page):
    client.force_login(people()["anton"])

    assert client.get(reverse(f"admin:leads_{page}_add")).status_code == 403


def test_an_interaction_is_read_and_cannot_be_changed_or_deleted(client):
    client.force_login(people()["anton"])
    interaction = InteractionFactory()

    page = client.get(reverse("admin:leads_interaction_change", args=[interaction.pk]))
    changed = client.post(reverse("admin:leads_interaction_change", args=[interaction.pk]), {"kind": "call"})
    deleted = client.post(reverse("admin:leads_interaction_delete", args=[interaction.pk]), {"post": "yes"})

    assert page.status_code == 200
    assert (changed.status_code, deleted.status_code) == (403, 403)
    assert Interaction.objects.get().kind == "custom"


def test_nothing_is_deleted_by_the_dozen(client):
    client.force_login(people()["anton"])

    page = client.get(reverse("admin:leads_source_changelist"))

    assert "delete_selected" not in page.text


def test_a_missing_record_is_answered_with_a_redirect(client):
    client.force_login(people()["anton"])

    answer = client.get(reverse("admin:leads_user_change", args=[999999]))

    assert (answer.status_code, answer.url) == (302, "/admin/")
