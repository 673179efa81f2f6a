"""One id leads from a request through the log to the tasks it caused, and no line names a person."""

import itertools
import json
import logging
import re
import sys
import time
import urllib.request

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from config import logs
from tests.factories import MONDAY, people
from tests.ops.installation import installed
from tests.ops.waiting import until

NEEDLE = "needle.zwirn@firma-nadel.example"


def entry(*, message="hello", exc_info=None, name="test", **fields):
    record = logging.LogRecord(name, logging.INFO, __file__, 1, message, (), exc_info)
    record.fields = fields
    return logs.Json().format(record)


@pytest.mark.parametrize("given", ["4F2A-77C1-trace", "0123456789abcdef0123456789abcdef"])
def test_a_well_formed_id_is_kept(client, given):
    response = client.get("/healthz/live", headers={"x-request-id": given})

    assert response["X-Request-ID"] == given


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 65, "evil\nline-of-ours", NEEDLE, "a b c d e f g h", "-leading-dash"]
)
def test_any_other_id_is_replaced(client, given):
    response = client.get("/healthz/live", headers={"x-request-id": given})

    assert re.fullmatch(r"[0-9A-F]{4}-[0-9A-F]{4}", response["X-Request-ID"])


def test_a_line_is_one_object_on_one_line():
    line = entry(message="first\nsecond \x1b[31m", status=200)

    assert "\n" not in line
    assert "\x1b" not in line
    assert json.loads(line)["status"] == 200


def test_the_line_of_a_request_carries_its_id_and_the_id_of_the_person(client, db, caplog):
    caplog.set_level("INFO", "vorsprung")
    rita = people()["rita"]
    client.force_login(rita)

    client.get("/help/", headers={"x-request-id": "trace-me-please"})

    [record] = [record for record in caplog.records if record.name == "vorsprung"]
    assert record.fields["view"] == "help"
    assert (record.fields["status"], record.fields["user"]) == (200, rita.pk)


def test_an_error_is_told_by_type_and_place_because_its_message_quotes_values():
    try:
        raise IntegrityError(f"Key (email, name)=({NEEDLE}, Zwirn) already exists.")
    except IntegrityError:
        line = entry(message="could not save", exc_info=sys.exc_info())

    assert "Zwirn" not in line
    assert json.loads(line)["error"] == "IntegrityError"
    assert "test_an_error_is_told" in json.loads(line)["where"][-1]


@pytest.mark.parametrize(("status", "traced"), [(403, False), (404, False), (500, True)])
def test_people_read_where_it_happened_of_faults_alone(status, traced):
    try:
        raise PermissionDenied
    except PermissionDenied:
        record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "/leads/new/", (), sys.exc_info())
    record.status_code = status

    line = logs.Lines().format(record)

    assert "/leads/new/" in line
    assert ("Traceback" in line) is traced


@pytest.mark.parametrize(
    "text", [NEEDLE, f"Not Found: /search/{NEEDLE}/", "q=needle.zwirn%40firma-nadel.example", f"<{NEEDLE}>"]
)
def test_addresses_are_blotted_out(text):
    assert "nadel" not in entry(message=text)


def test_a_real_installation_hands_the_id_to_the_worker_and_names_nobody(tmp_path):
    """A needle goes in by the API, in the address of a page and as a broken body; the logs of all processes are searched."""
    with installed(tmp_path) as installation:
        installation.environment |= {"LOG_LEVEL": "DEBUG", "DJANGO_SETTINGS_MODULE": "tests.ops.chatty"}
        key = installation.manage("create_api_key", "--name", "Website", "--scope", "events:write").stdout.split()[-1]
        installation.serve()

        answer = send(installation, key, "trace-needle-0001", number=1)
        installation.get(f"/search/?q={NEEDLE}")
        installation.get(f"/{NEEDLE}/")
        sent = itertools.count(2)
        # What comes while a tick waits queues none of its own: another event does.
        until(
            lambda: (
                worked(installation, "trace-needle-0001")
                or time.sleep(1)
                or (send(installation, key, "trace-needle-0001", number=next(sent)) and None)
            ),
            log=installation.log,
        )

        assert answer == 202
        assert "nadel" not in installation.said()
        assert "zwirn" not in installation.said().lower()


def entries(installation):
    lines = (line.partition(" | ") for line in installation.said().splitlines())
    return [(child, json.loads(rest)) for child, _, rest in lines if rest.startswith("{")]


def worked(installation, given):
    """A worker has logged a finished task under the id that came with the request."""
    return [
        found
        for child, found in entries(installation)
        if child in ("live", "bulk") and found.get("id") == given and found.get("task") == "scoring.tasks.rescore_stale"
    ]


def send(installation, key, given, *, number):
    body = {
        "event_id": f"needle-{number}",
        "kind": "page_view",
        "occurred_at": MONDAY.isoformat(),
        "email": NEEDLE,
        "path": "/pricing",
    }
    request = urllib.request.Request(
        f"{installation.url}/api/v1/events",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json", "X-Request-ID": given},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return response.status
