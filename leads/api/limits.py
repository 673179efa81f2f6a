"""How often a key may ask: so many requests in each minute of the clock.

Counted in the cache `limits`: in Redis if there is one, for all web processes together; else each process counts for itself.
A counter that cannot be reached stops nobody: counting goes on in the process.
"""

import logging
import time

from django.conf import settings
from django.core.cache import caches

from leads.api.problems import TooMany

logger = logging.getLogger(__name__)

WINDOW = 60
REST_AFTER_FAILURE = 5
"""Seconds. A counter that does not answer may cost one request its timeout, not every request."""

_resting_until = 0.0


def check(key):
    """Count one request of this key. Raises `TooMany`."""
    now = time.time()
    window = int(now // WINDOW)
    if _counted(f"api:{key.pk}:{window}") > settings.API_RATE:
        raise TooMany(max(1, int((window + 1) * WINDOW - now)))


def _counted(name):
    """How many requests there were in this window, this one included."""
    global _resting_until
    if time.monotonic() >= _resting_until:
        try:
            return _raised(caches["limits"], name)
        except Exception as error:  # noqa: BLE001 - whatever the cache raises, the request must go on
            _resting_until = time.monotonic() + REST_AFTER_FAILURE
            logger.warning("Requests are counted in this process alone: %s", type(error).__name__)
    return _raised(caches["default"], name)


def _raised(cache, name):
    cache.add(name, 0, timeout=2 * WINDOW)
    try:
        return cache.incr(name)
    except ValueError:
        # It ran out between the two.
        cache.set(name, 1, timeout=2 * WINDOW)
        return 1
