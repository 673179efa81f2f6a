"""Waking a task is cheap, happens after the commit, and never fails the request."""

import pytest
import redis
from celery import Celery
from django.db import transaction

from leads import hints
from tests.ops.servers import free_port, redis_server


@pytest.fixture
def broker(monkeypatch, tmp_path):
    """The embedded broker in a folder of its own."""
    monkeypatch.setattr(hints, "_resting_until", 0.0)
    other = Celery("hints", broker="vorsprung://", set_as_current=False)
    other.conf.update(
        broker_transport="config.transport:Transport",
        broker_transport_options={"folder": str(tmp_path)},
        task_publish_retry=False,
    )
    monkeypatch.setattr(hints, "current_app", other)
    yield other
    other.close()


def waiting():
    return hints._waiting("live")


@pytest.mark.django_db(transaction=True)
def test_a_task_is_queued_after_the_commit_and_not_before(broker):
    with transaction.atomic():
        hints.rescore()
        assert waiting() == 0

    assert waiting() == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_queued_for_what_is_rolled_back(broker):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        hints.rescore()
        raise ZeroDivisionError

    assert waiting() == 0


@pytest.mark.django_db(transaction=True)
def test_a_burst_queues_one_task(broker):
    for _ in range(20):
        hints.rescore()

    assert waiting() == 1


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_fails_is_left_alone_for_a_while(monkeypatch):
    asked = []

    def fail(queue):
        asked.append(queue)
        raise ConnectionRefusedError

    monkeypatch.setattr(hints, "_resting_until", 0.0)
    monkeypatch.setattr(hints, "_waiting", fail)

    hints.rescore()
    hints.rescore()

    assert asked == ["live"]


def test_tasks_are_woken_again_after_redis_was_killed_and_came_back(monkeypatch, tmp_path):
    port = free_port()
    app = Celery("hints", broker=f"redis://127.0.0.1:{port}/0", set_as_current=False)
    app.conf.update(broker_transport_options={"socket_connect_timeout": 1}, task_publish_retry=False)
    monkeypatch.setattr(hints, "current_app", app)
    monkeypatch.setattr(hints, "REST_AFTER_FAILURE", 0)
    wake = {"queue": "live", "expires": 30, "kwargs": {}}

    with redis_server(tmp_path, port=port):
        hints._send("one", **wake)
    hints._send("one", **wake)
    with redis_server(tmp_path, port=port) as url, redis.Redis.from_url(url) as broker:
        broker.delete("live")
        hints._send("one", **wake)

        assert broker.llen("live") == 1
