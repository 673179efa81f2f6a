"""The clock queues work for workers that keep up, and waits for those that do not."""

import pytest
import redis
from celery import Celery

from config.beat import Scheduler
from tests.ops.servers import free_port, redis_server


@pytest.fixture
def app(tmp_path):
    app = Celery("clock", fixups=[], set_as_current=False)
    app.conf.update(
        broker_url="vorsprung://localhost",
        broker_transport="config.transport:Transport",
        broker_transport_options={"folder": str(tmp_path)},
        task_ignore_result=True,
        task_default_queue="bulk",
        beat_schedule={
            "one": {"task": "one", "schedule": 2, "options": {"queue": "live"}},
            "two": {"task": "two", "schedule": 2, "options": {"queue": "live"}},
            "night": {"task": "night", "schedule": 2},
        },
    )
    yield app
    app.pool.force_close_all()


def waiting(tmp_path, queue):
    return len(list(tmp_path.glob(f"*.{queue}.msg")))


def test_every_entry_gets_in_while_the_workers_keep_up(app, tmp_path):
    scheduler = Scheduler(app)

    for entry in scheduler.schedule.values():
        scheduler.apply_async(entry)

    assert (waiting(tmp_path, "live"), waiting(tmp_path, "bulk")) == (2, 1)


def test_no_more_is_queued_than_there_are_entries(app, tmp_path):
    scheduler = Scheduler(app)

    for _ in range(50):
        for entry in scheduler.schedule.values():
            scheduler.apply_async(entry)

    assert (waiting(tmp_path, "live"), waiting(tmp_path, "bulk")) == (2, 1)


def test_a_full_queue_does_not_hold_up_another(app, tmp_path):
    scheduler = Scheduler(app)
    for number in range(5):
        (tmp_path / f"{number}.live.msg").touch()

    for entry in scheduler.schedule.values():
        scheduler.apply_async(entry)

    assert (waiting(tmp_path, "live"), waiting(tmp_path, "bulk")) == (5, 1)


def test_an_entry_that_stayed_silent_is_due_again_at_its_next_time(app, tmp_path):
    scheduler = Scheduler(app)
    for number in range(5):
        (tmp_path / f"{number}.live.msg").touch()
    entry = scheduler.schedule["one"]
    before = entry.last_run_at

    scheduler.apply_async(entry)

    assert scheduler.schedule["one"].last_run_at > before


def test_the_clock_ticks_on_after_redis_was_killed_and_came_back(tmp_path):
    port = free_port()
    app = Celery("clock", fixups=[], set_as_current=False)
    app.conf.update(
        broker_url=f"redis://127.0.0.1:{port}/0",
        broker_transport_options={"socket_connect_timeout": 1},
        task_publish_retry=False,
        task_ignore_result=True,
        beat_schedule={"one": {"task": "one", "schedule": 2, "options": {"queue": "live"}}},
    )
    scheduler = Scheduler(app)
    entry = scheduler.schedule["one"]

    with redis_server(tmp_path, port=port):
        scheduler.apply_entry(entry, producer=scheduler.producer)
    scheduler.apply_entry(entry, producer=scheduler.producer)
    with redis_server(tmp_path, port=port) as url, redis.Redis.from_url(url) as broker:
        broker.delete("live")
        scheduler.apply_entry(entry, producer=scheduler.producer)
        queued = broker.llen("live")

    assert queued == 1
