"""`/metrics`: what waits and what failed, for the monitor and nobody else."""

import datetime
import os
import re

import pytest
from celery import current_app
from django.utils import timezone

from config import durations, heartbeats, queues
from leads.enums import ImportState
from leads.models import Contact, ImportRun
from scoring import rescoring
from tests.factories import ContactFactory

HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def empty_queues():
    def purge():
        with current_app.connection_for_write() as connection, connection.channel() as channel:
            for queue in queues.NAMES:
                channel.queue_declare(queue=queue)
                channel.queue_purge(queue)

    purge()
    yield
    purge()


def value(client, series, **extra):
    text = client.get("/metrics", **extra).content.decode()
    found = re.search(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
    assert found, f"{series} is missing in:\n{text}"
    return float(found.group(1))


def test_this_machine_may_read_it(client, db):
    response = client.get("/metrics")

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    "request_of",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer wrong"},
        {"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_PROTO": "https"},
    ],
)
def test_for_anybody_else_the_page_does_not_exist(client, db, settings, request_of):
    settings.METRICS_TOKEN = "a-long-random-word"

    refused = client.get("/metrics", **request_of)
    missing = client.get("/metricz", **request_of)

    assert refused.status_code == missing.status_code == 404
    assert without_id(refused) == without_id(missing)


def without_id(response):
    return response.content.decode().replace(response["X-Request-ID"], "").replace("metricz", "metrics")


def test_an_empty_token_opens_nothing(client, db, settings):
    settings.METRICS_TOKEN = ""

    response = client.get("/metrics", REMOTE_ADDR="203.0.113.9", HTTP_AUTHORIZATION="Bearer ")

    assert response.status_code == 404


def test_with_the_token_it_can_be_read_from_anywhere(client, db, settings):
    settings.METRICS_TOKEN = "a-long-random-word"

    response = client.get("/metrics", REMOTE_ADDR="203.0.113.9", HTTP_AUTHORIZATION="Bearer a-long-random-word")

    assert response.status_code == 200


def test_messages_are_counted_by_queue_and_the_oldest_gives_the_age(client, db, time_machine):
    start = timezone.now()
    time_machine.move_to(start - HOUR, tick=False)
    current_app.send_task("scoring.tasks.rescore_all", queue="bulk")
    time_machine.move_to(start, tick=False)
    current_app.send_task("scoring.tasks.rescore_all", queue="bulk")

    assert value(client, 'vorsprung_queue_messages{queue="bulk"}') == 2
    assert value(client, 'vorsprung_queue_messages{queue="live"}') == 0
    assert value(client, 'vorsprung_queue_oldest_seconds{queue="bulk"}') == pytest.approx(3600, abs=5)


def test_what_waits_for_scoring_is_counted_with_its_age(client, db):
    ContactFactory(updated_at=timezone.now() - HOUR)

    assert value(client, 'vorsprung_stale{what="contacts"}') == 1
    assert value(client, "vorsprung_stale_oldest_seconds") == pytest.approx(3600, abs=60)


def test_what_is_scored_waits_no_more(client, db):
    ContactFactory(updated_at=timezone.now() - HOUR)
    rescoring.rescore_all_stale(now=timezone.now())

    assert Contact.objects.unseen().count() == 0
    assert value(client, "vorsprung_stale_oldest_seconds") == 0


def test_failed_imports_are_counted(client, db):
    ImportRun.objects.create(name="old.csv", state=ImportState.FAILED, started_at=timezone.now())
    ImportRun.objects.create(name="new.csv", state=ImportState.RUNNING, started_at=timezone.now())

    assert value(client, "vorsprung_imports_failed") == 1
    assert value(client, "vorsprung_imports_unfinished") == 1


def test_the_age_of_each_heartbeat_is_told(client, db):
    heartbeats.beat("live", now=timezone.now() - HOUR)

    assert value(client, 'vorsprung_heartbeat_age_seconds{queue="live"}') == pytest.approx(3600, abs=5)


def test_a_broker_that_is_down_is_said_and_the_rest_is_told(client, db, monkeypatch, settings):
    def refuse():
        raise OSError("secret host name")

    monkeypatch.setattr(queues, "waiting", refuse)
    body = client.get("/metrics").content.decode()

    assert 'vorsprung_up{part="broker"} 0.0' in body
    assert 'vorsprung_up{part="database"} 1.0' in body
    assert "secret" not in body


def test_requests_are_measured_by_view_and_not_by_address(client, db):
    client.get("/healthz/live")
    client.get("/no/such/page/1")
    client.get("/no/such/page/2")

    assert value(client, 'vorsprung_request_seconds_count{method="GET",status="2xx",view="healthz_live"}') >= 1
    assert value(client, 'vorsprung_request_seconds_count{method="GET",status="4xx",view="none"}') >= 2
    assert "such" not in client.get("/metrics").content.decode()


def test_an_invented_method_makes_no_series_of_its_own(client, db):
    client.generic("BREW", "/healthz/live")

    assert "BREW" not in client.get("/metrics").content.decode()


def test_what_a_process_left_behind_long_ago_is_removed(client, db):
    durations.folder().mkdir(parents=True, exist_ok=True)
    left = durations.folder() / "histogram_gone-1.db"
    left.write_bytes(bytes(65_536))
    os.utime(left, (1, 1))

    client.get("/metrics")

    assert not left.exists()


@pytest.mark.parametrize("waiting", [1, 3])
def test_the_question_is_the_same_few_queries_however_much_waits(client, db, django_assert_num_queries, waiting):
    ContactFactory.create_batch(waiting)

    with django_assert_num_queries(10):
        client.get("/metrics")
