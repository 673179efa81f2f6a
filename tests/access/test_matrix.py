"""Drives every line of the matrix with real requests, and refuses addresses without a line and lines without an address."""

import json
import re
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver

from leads import apikeys
from leads.models import ApiKey
from tests.access import matrix
from tests.access.world import World

pytestmark = pytest.mark.django_db

LINES = matrix.lines()
# The object is named in what is sent.
NAMED_IN_BODY = {"board-bulk", "api:leads-stage"} | {
    f"api:{name}{ending}"
    for name in ("contacts", "companies", "deals", "follow-ups", "notes")
    for ending in ("", "-bulk")
}
SCOPED = ("rep", "manager", "key")
_TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"')


def addresses():
    """Every address of the installation: its name, or its route if it has none → its route."""
    return dict(_walk(get_resolver(), "", ""))


def _walk(resolver, prefix, namespace):
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, route, inner)
        elif pattern.name:
            yield namespace + pattern.name, route
        else:
            yield route.replace("^", ""), route


def test_every_address_has_a_line_and_every_line_an_address():
    written = {line.address for line in LINES}

    assert len(LINES) == len({(line.address, line.method) for line in LINES})
    assert set(addresses()) - written == set()
    assert written - set(addresses()) == set()


def test_every_verdict_is_one_of_three():
    assert {verdict for line in LINES for verdict in line.verdicts.values()} == {"allow", "own", "deny"}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Made once for all lines: every request is rolled back by itself, and the whole at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = World()
        sessions = {}
        for role, user in made.users.items():
            client = Client()
            client.force_login(user)
            sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
        made.sessions = sessions
        yield made
        transaction.set_rollback(True)


class Answer:
    """What came back, without what differs between any two requests."""

    def __init__(self, response, *, path):
        self.status = response.status_code
        self.location = response.get("Location", "")
        body = b"".join(response.streaming_content) if response.streaming else response.content
        text = _TOKENS.sub("", body.decode("utf-8", "replace")).replace(response["X-Request-ID"], "")
        self.seen = (self.status, text.replace(path, "…").replace(quote(path, safe=""), "…"))

    @property
    def is_denied(self):
        return self.status in (401, 403, 404) or self.is_sent_away

    @property
    def is_sent_away(self):
        """Sent to sign in, or, as the admin does with what it does not have, to its index."""
        to_sign_in = self.location.startswith(("/login/?next=", "/admin/login/?next="))
        return self.status == 302 and (to_sign_in or self.location == "/admin/")

    def __repr__(self):
        return f"<{self.status} {self.location}>"


def ask(world, role, line, things):
    """One request in a transaction of its own that is rolled back, so that no request meets what another one left."""
    route = addresses()[line.address]
    arguments = world.arguments(line.address, route, things)
    path = "/" + _filled(route, arguments) if "/" in line.address else reverse(line.address, kwargs=arguments)
    client = Client(raise_request_exception=True)
    headers = {"HTTP_AUTHORIZATION": f"Bearer {world.key}"} if role == "key" else {}
    if role in world.sessions:
        client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[role]
    with transaction.atomic():
        data = world.data(line.address, things)
        if line.method != "GET" and line.address.startswith("api:"):
            response = client.generic(line.method, path, json.dumps(data), "application/json", **headers)
        elif line.method == "POST":
            response = client.post(path, data, **headers)
        else:
            response = client.get(path, {} if line.address.startswith("api:") else data, **headers)
        if (
            "<path:object_id>/" in line.address
            and response.status_code == 302
            and "/login/" not in response["Location"]
        ):
            # The short address of an object in the admin leads on to its page, which decides.
            response = client.get(response["Location"], **headers)
        answer = Answer(response, path=path)
        transaction.set_rollback(True)
    assert answer.status < 500 or answer.status == 503, (role, line, answer)
    assert answer.status not in (400, 405), (role, line, answer)
    return answer


def _filled(route, arguments):
    route = route.replace("^", "").replace("(?P<url>.*)$", "no-such-page/")
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(arguments[found[1]]), route)


@pytest.mark.parametrize("line", LINES, ids=str)
def test_a_line_holds(world, line):
    has_object = any(f":{name}>" in addresses()[line.address] for name in world.own) or (
        line.method == "POST" and line.address in NAMED_IN_BODY
    )
    for role, verdict in line.verdicts.items():
        own = ask(world, role, line, world.own)
        assert own.is_denied == (verdict == "deny"), (role, verdict, own)
        if not has_object:
            continue
        foreign, missing = ask(world, role, line, world.foreign), ask(world, role, line, world.missing)
        assert missing.is_denied, (role, missing)
        if role == "stranger":
            # The lead of team South is the stranger's own: for them only North's counts.
            assert own.seen == missing.seen, (role, own, missing)
            continue
        assert foreign.is_denied == (verdict != "allow"), (role, verdict, foreign)
        if verdict == "own" or role in SCOPED:
            assert foreign.seen == missing.seen, (role, foreign, missing)
        if role == "nobody":
            assert own.seen == foreign.seen == missing.seen, (role, own, foreign, missing)


def scope_of(line):
    """The one scope that this line of the API asks for."""
    name = re.match(r"api:(events|leads?|contacts?|compan|deals?|follow-ups?|notes?|products?)", line.address)[
        1
    ].removesuffix("s")
    resource = "companies" if name == "compan" else f"{name}s"
    return f"{resource}:{'read' if line.method == 'GET' else 'write'}"


API = [line for line in LINES if line.verdicts["key"] != "deny" and line.address.startswith("api:")]
PUBLIC = [line for line in API if line.verdicts["nobody"] == "allow"]


@pytest.mark.parametrize("line", [line for line in API if line not in PUBLIC], ids=str)
def test_a_key_needs_the_scope_and_ends_when_it_is_revoked(world, line, monkeypatch):
    needed = scope_of(line)

    monkeypatch.setattr(world, "key", world.make_key(needed))
    assert not ask(world, "key", line, world.own).is_denied
    apikeys.revoke(
        ApiKey.objects.order_by("-pk")[0], by=world.people["anton"], now=ApiKey.objects.order_by("-pk")[0].created_at
    )
    assert ask(world, "key", line, world.own).status == 401

    monkeypatch.setattr(world, "key", world.make_key(*(scope for scope in apikeys.Scope.values if scope != needed)))
    assert ask(world, "key", line, world.own).status == 403
