"""The clock queues work for workers that keep up, and waits for those that do not."""

import pytest
from celery import Celery

from config.beat import Scheduler


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
