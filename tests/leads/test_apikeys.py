"""Keys of programs."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from leads import apikeys
from leads.models import ApiKey, Source
from tests.factories import MONDAY, SourceFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def make(**changes):
    given = {"name": "Shop", "scopes": ["events:write"], "source": SourceFactory(), "now": MONDAY}
    return apikeys.create(**given | changes)


def test_a_key_opens_and_is_stored_nowhere():
    row, key = make(team=TeamFactory())

    found = apikeys.authenticate(key, now=MONDAY)

    assert found == row
    assert apikeys.may(found, apikeys.Scope.EVENTS_WRITE)
    assert not apikeys.may(found, apikeys.Scope.LEADS_READ)
    stored = ApiKey.objects.values().get()
    assert key.startswith(f"vs_{row.prefix}_")
    assert not [value for value in stored.values() if key[-20:] in str(value)]


def test_a_key_has_at_least_128_random_bits_and_none_comes_twice():
    keys = {make()[1] for _ in range(20)}

    assert len(keys) == 20
    assert all(len(key.split("_", 2)[2]) >= 22 for key in keys)


@pytest.mark.parametrize("text", ["", "vs", "vs_", "vs__", "vs_x_y", "Bearer", "vs_\ud800_x", "ä" * 10_000])
def test_other_texts_open_nothing(text):
    make()

    assert apikeys.authenticate(text, now=MONDAY) is None


def test_the_right_prefix_with_a_wrong_secret_opens_nothing():
    _row, key = make()

    assert apikeys.authenticate(key[:-1] + ("a" if key[-1] != "a" else "b"), now=MONDAY) is None


def test_revoking_ends_a_key_at_once():
    row, key = make()

    assert apikeys.revoke(row, by=UserFactory(), now=MONDAY)
    assert not apikeys.revoke(row, by=UserFactory(), now=MONDAY + DAY)

    assert apikeys.authenticate(key, now=MONDAY) is None
    assert row.revoked_at == MONDAY


def test_a_key_expires():
    _row, key = make(expires_at=MONDAY + DAY)

    assert apikeys.authenticate(key, now=MONDAY + DAY - timedelta(seconds=1))
    assert apikeys.authenticate(key, now=MONDAY + DAY) is None


@pytest.mark.parametrize("changes", [{"scopes": []}, {"scopes": ["all"]}, {"name": " "}, {"expires_at": MONDAY}])
def test_a_senseless_key_is_not_made(changes):
    with pytest.raises(apikeys.Refused):
        make(**changes)

    assert not ApiKey.objects.exists()


def test_using_a_key_is_noted_but_not_at_every_request(django_assert_num_queries):
    row, key = make()
    apikeys.authenticate(key, now=MONDAY)

    with django_assert_num_queries(1):
        apikeys.authenticate(key, now=MONDAY + timedelta(seconds=30))

    row.refresh_from_db()
    assert row.last_used_at == MONDAY


@pytest.mark.parametrize(
    "scopes",
    [["--scope", "events:write", "leads:read"], ["--scope", "events:write", "--scope", "leads:read"]],
)
def test_the_command_prints_the_key_and_makes_its_source(scopes, capsys):
    arguments = ["--name", "Shop", "--source", "Web shop", "--json", *scopes]
    call_command("create_api_key", *arguments)

    key = json.loads(capsys.readouterr().out.splitlines()[-1])["key"]
    found = ApiKey.objects.get()
    assert apikeys.authenticate(key, now=found.created_at) == found
    assert (found.source, found.scopes) == (Source.objects.get(name="Web shop"), ["events:write", "leads:read"])


@pytest.mark.parametrize(
    "arguments",
    [["--name", "x"], ["--name", "x", "--scope", "all"], ["--scope", "leads:read"],
     ["--name", "x", "--scope", "leads:read", "--team", "Nowhere"], ["--name", "", "--scope", "leads:read"]],
)  # fmt: skip
def test_wrong_arguments_are_one_line_and_status_2(arguments):
    with pytest.raises(CommandError) as error:
        call_command("create_api_key", *arguments)

    assert error.value.returncode == 2
    assert "\n" not in str(error.value)
