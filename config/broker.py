"""What the broker says about itself, where it is Redis: whether it would throw messages away."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import redis
from django.conf import settings


class Unreachable(Exception):
    """Redis does not answer; says why, without the password that stands in its address."""


@dataclass(frozen=True)
class Report:
    """`policy` is its maxmemory-policy; `keeps` says whether an append-only file survives a crash."""

    version: str
    policy: str
    keeps: bool

    @property
    def evicts(self):
        """It throws waiting messages away when its memory is full."""
        return self.policy != "noeviction"


def address():
    """Where Redis is, as people may see it: without user and password."""
    parts = urlsplit(settings.REDIS_URL)
    return f"{parts.hostname or 'localhost'}:{parts.port or 6379}"


def is_open():
    """Everybody who reaches it may use it: there is no password, and it is not only on this machine."""
    parts = urlsplit(settings.REDIS_URL)
    return not parts.password and parts.hostname not in ("localhost", "127.0.0.1", "::1", None)


def ask():
    """A `Report`. Raises `Unreachable`."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=5) as client:
            found = client.info("server", "memory", "persistence")
    except (redis.RedisError, OSError, ValueError) as error:
        raise Unreachable(_reason(error)) from error
    return Report(found["redis_version"], found["maxmemory_policy"], bool(found["aof_enabled"]))


def _reason(error):
    """What the client says without the address, which the caller names."""
    return re.sub(r"^Error -?\d+ connecting to \S+\s", "", str(error)).rstrip(".") or type(error).__name__
