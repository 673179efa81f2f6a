import re

import pytest
from django.urls import reverse

from leads import apikeys
from leads.enums import Role
from leads.models import ApiKey, Lead, Membership, Team, User
from tests.factories import LeadFactory, SourceFactory, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(client):
    """Everybody; anton is signed in."""
    found = people()
    client.force_login(found["anton"])
    return found


def _account(user, **changes):
    """The change form of an account, with its memberships as they stand."""
    data = {
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "language": "",
        "time_zone": "",
        "role": user.role,
        "is_active": "on",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    return {name: value for name, value in (data | changes).items() if value is not None}


def test_an_administrator_makes_an_account_with_a_role(client, who):
    client.post(
        reverse("admin:leads_user_add"),
        {
            "username": "nina",
            "usable_password": "true",
            "password1": "anchor-lantern-4711",
            "password2": "anchor-lantern-4711",
            "role": Role.MANAGER,
        },
    )

    nina = User.objects.get(username="nina")
    assert nina.role == Role.MANAGER
    assert nina.check_password("anchor-lantern-4711")
    assert not nina.is_staff and not nina.is_superuser


def test_djangos_own_switches_are_not_on_the_form(client, who):
    url = reverse("admin:leads_user_change", args=[who["rita"].pk])

    client.post(url, _account(who["rita"], is_superuser="on", is_staff="on", first_name="Margarita"))

    rita = User.objects.get(username="rita")
    assert (rita.first_name, rita.is_staff, rita.is_superuser) == ("Margarita", False, False)


@pytest.mark.parametrize("changes", [{"role": Role.REP}, {"is_active": None}])
def test_the_last_administrator_stays(client, who, changes):
    answer = client.post(reverse("admin:leads_user_change", args=[who["anton"].pk]), _account(who["anton"], **changes))

    assert "One active administrator must remain." in answer.text
    anton = User.objects.get(username="anton")
    assert (anton.role, anton.is_active) == (Role.ADMINISTRATOR, True)


def test_accounts_are_not_deleted(client, who):
    answer = client.post(reverse("admin:leads_user_delete", args=[who["rita"].pk]), {"post": "yes"})

    assert answer.status_code == 403


def test_the_password_link_opens_and_names_the_configured_host(client, who, settings):
    settings.BASE_URL = "https://crm.example"

    page = client.post(reverse("admin:leads_user_link", args=[who["rita"].pk]))

    link = re.search(r'value="https://crm\.example(/[^"]+)"', page.text)[1]
    client.logout()
    assert client.get(link, follow=True).context["validlink"] is True


def test_a_person_joins_and_leaves_a_team(client, who):
    north, south = Team.objects.get(name="North"), Team.objects.get(name="South")
    LeadFactory(team=north, owner=who["rita"])
    membership = who["rita"].memberships.get()

    client.post(
        reverse("admin:leads_user_change", args=[who["rita"].pk]),
        _account(
            who["rita"],
            **{
                "memberships-TOTAL_FORMS": "2",
                "memberships-INITIAL_FORMS": "1",
                "memberships-0-id": membership.pk,
                "memberships-0-user": who["rita"].pk,
                "memberships-0-team": north.pk,
                "memberships-0-DELETE": "on",
                "memberships-1-user": who["rita"].pk,
                "memberships-1-team": south.pk,
            },
        ),
    )

    joined = Membership.objects.get(user=who["rita"])
    assert (joined.team, joined.takes_leads) == (south, False)
    assert Lead.objects.get().owner is None


def test_dissolving_a_team_frees_its_leads(client, who):
    north = Team.objects.get(name="North")
    LeadFactory(team=north, owner=who["rita"])

    client.post(reverse("admin:leads_team_delete", args=[north.pk]), {"post": "yes"})

    lead = Lead.objects.get()
    assert (lead.team, lead.owner) == (None, None)


def _new_key(client, **changes):
    data = {"name": "Website", "scopes": ["events:write"], "source": SourceFactory().pk, "team": ""}
    return client.post(reverse("admin:leads_apikey_add"), data | {"expires_at": ""} | changes)


def test_a_key_is_shown_once_and_works(client, who):
    page = _new_key(client)

    key = re.search(r'value="(vs_[^"]+)"', page.text)[1]
    row = ApiKey.objects.get()
    assert apikeys.authenticate(key, now=row.created_at) == row
    assert row.created_by == who["anton"]
    later = client.get(reverse("admin:leads_apikey_change", args=[row.pk])).text
    assert key not in later and row.digest not in later


def test_a_key_does_not_travel_in_a_cookie(client, who):
    page = _new_key(client)

    key = re.search(r'value="(vs_[^"]+)"', page.text)[1]
    assert key not in str(page.cookies)
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("changes", [{"scopes": []}, {"name": ""}, {"expires_at": "2020-01-01T00:00"}])
def test_a_faulty_key_is_not_made(client, who, changes):
    page = _new_key(client, **changes)

    assert page.context["adminform"].errors
    assert not ApiKey.objects.exists()


def test_a_revoked_key_is_dead_at_once(client, who):
    key = re.search(r'value="(vs_[^"]+)"', _new_key(client).text)[1]
    row = ApiKey.objects.get()

    client.post(reverse("admin:leads_apikey_change", args=[row.pk]), {"_revoke": "Revoke this key"})

    assert apikeys.authenticate(key, now=row.created_at) is None


def test_a_key_cannot_be_changed_afterwards(client, who):
    _new_key(client)
    row = ApiKey.objects.get()

    client.post(reverse("admin:leads_apikey_change", args=[row.pk]), {"name": "Other", "scopes": ["leads:read"]})

    row.refresh_from_db()
    assert (row.name, row.scopes) == ("Website", ["events:write"])
