"""The queues of the broker, looked at from outside: how many messages wait, and since when."""

import contextlib
import datetime
import json
from dataclasses import dataclass

from celery import current_app

NAMES = ("live", "bulk", "mail")
"""Ticks that must not wait, long jobs, and mail: each has workers of its own in production."""

HEARTBEAT = 30
"""Seconds between two signs of life that a worker of each queue is asked for."""

QUEUED_AT = "vorsprung_queued_at"
"""The header of a message that says when it was queued, as seconds since 1970."""


@dataclass(frozen=True)
class Waiting:
    """Messages that no worker has taken yet, and when the oldest was queued: None if none waits or it does not say."""

    messages: int
    oldest_at: datetime.datetime | None


def waiting():
    """Queue → `Waiting`. Raises whatever the broker's client raises if the broker does not answer."""
    with current_app.connection_for_read() as connection, connection.channel() as channel:
        peek = _peek_redis if hasattr(channel, "client") else _peek_files
        return {name: Waiting(*peek(channel, name)) for name in NAMES}


def _peek_redis(channel, queue):
    oldest = channel.client.lindex(queue, -1)
    at = None
    with contextlib.suppress(ValueError, KeyError, TypeError):
        at = _moment(json.loads(oldest)["headers"][QUEUED_AT])
    return channel.client.llen(queue), at


def _peek_files(channel, queue):
    names = channel.names(queue)
    return len(names), _moment(int(names[0].partition("_")[0]) / 1e9) if names else None


def _moment(seconds):
    return datetime.datetime.fromtimestamp(float(seconds), tz=datetime.UTC)
