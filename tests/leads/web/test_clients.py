"""Whose address counts failed sign-ins: never one that the client made up."""

import pytest
from axes.models import AccessAttempt

pytestmark = pytest.mark.django_db
SENDER = "198.51.100.9"


def counted(client, forwarded=None, *, sender=SENDER):
    """The address under which a failed sign-in is counted."""
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    wrong = {"username": "nobody", "password": "not-this-one"}
    client.post("/login/", wrong, headers=headers, REMOTE_ADDR=sender)
    return AccessAttempt.objects.get().ip_address


@pytest.mark.parametrize("forwarded", [None, "203.0.113.7", "203.0.113.7, 203.0.113.8"])
def test_without_proxies_only_the_sender_counts(client, forwarded):
    assert counted(client, forwarded) == SENDER


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "10.0.0.1, 203.0.113.7", "203.0.113.7"),
        (2, "203.0.113.7, 192.0.2.1", "203.0.113.7"),
        (2, "1.1.1.1, 10.0.0.1,203.0.113.7 ,192.0.2.1", "203.0.113.7"),
        (1, "203.0.113.7:49152", "203.0.113.7"),
        (1, "2001:DB8::7", "2001:db8::7"),
        (1, "[2001:db8::7]:49152", "2001:db8::7"),
        (1, "::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_the_address_that_the_outermost_proxy_saw_counts(client, settings, proxies, forwarded, address):
    settings.PROXIES = proxies

    assert counted(client, forwarded) == address


@pytest.mark.parametrize("forwarded", [None, "", "203.0.113.7", ", 192.0.2.1", "unknown, 192.0.2.1", "<script>, x"])
def test_a_request_that_did_not_pass_all_proxies_counts_as_its_senders(client, settings, forwarded):
    settings.PROXIES = 2

    assert counted(client, forwarded) == SENDER


def test_other_headers_are_not_believed(client, settings):
    settings.PROXIES = 1
    made_up = {"x-real-ip": "203.0.113.7", "forwarded": "for=203.0.113.7", "client-ip": "203.0.113.7"}

    client.post("/login/", {"username": "nobody", "password": "wrong"}, headers=made_up, REMOTE_ADDR=SENDER)

    assert AccessAttempt.objects.get().ip_address == SENDER


def test_made_up_addresses_do_not_get_around_the_lock(client, settings):
    settings.PROXIES = 1
    wrong = {"username": "nobody", "password": "not-this-one"}

    answers = [
        client.post("/login/", wrong, headers={"x-forwarded-for": f"10.0.0.{n}, 203.0.113.7"}).status_code
        for n in range(settings.AXES_FAILURE_LIMIT + 1)
    ]

    assert answers[0] == 200
    assert answers[-1] == 429
