"""The one place that wakes a task: by name, after the commit, and never at the cost of the request.

A hint only saves somebody the wait for the next tick; nothing is lost without it. So nothing is queued while messages wait in
the queue (the tick that will run next finds this work as well, and a burst of events cannot flood the broker), and a broker
that fails is not asked again for a few seconds.
"""

import logging
import time

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)

REST_AFTER_FAILURE = 5
"""Seconds. A broker that does not answer may cost one request its timeout, not every request."""

_resting_until = 0.0


def rescore():
    """Somebody's facts have changed: score them now instead of at the next tick."""
    wake("scoring.tasks.rescore_stale", queue="live", expires=30)


def wake(task, *, queue, expires, **kwargs):
    """Queue a task by its name once the running transaction is committed, unless the queue has work waiting.

    Failures of the broker are logged and swallowed.
    """
    transaction.on_commit(lambda: _send(task, queue=queue, expires=expires, kwargs=kwargs))


def _send(task, *, queue, expires, kwargs):
    global _resting_until
    if time.monotonic() < _resting_until:
        return
    try:
        if _waiting(queue) == 0:
            current_app.send_task(task, kwargs=kwargs, queue=queue, expires=expires, retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001 - whatever the broker raises, the request has done its work
        _resting_until = time.monotonic() + REST_AFTER_FAILURE
        logger.warning("Could not wake %s: %s", task, type(error).__name__)


def _waiting(queue):
    """Messages in the queue that no worker has taken yet."""
    # A connection of its own: one from the pool that has lived through a restart of Redis stays broken for ever.
    with current_app.connection_for_write() as connection, connection.channel() as channel:
        return channel.queue_declare(queue=queue).message_count
