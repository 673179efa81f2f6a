"""How long requests and tasks take, as histograms that all processes of an installation write and one of them sums up.

Each process has a file of its own in `var/metrics`, named after machine and process, so that containers which share the folder
do not share a file. A file that nobody has written to for a week is what a process left behind, and is removed.
"""

import os
import re
import socket
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from django.conf import settings
from prometheus_client import CollectorRegistry, Histogram, values
from prometheus_client.multiprocess import MultiProcessCollector

KEPT = 7 * 24 * 3600
"""Seconds."""
_BUCKETS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_MACHINE = re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname())


def folder():
    """Where the processes keep what they have measured."""
    return Path(settings.VAR_DIR) / "metrics"


def observe_request(method, view, status, *, seconds):
    """A request to a view took so long. Addresses without a view count as one, or strangers could invent series."""
    if histograms := _histograms():
        method = method if method in _METHODS else "other"
        histograms[0].labels(method, view or "none", f"{status // 100}xx").observe(seconds)


def observe_task(task, state, *, seconds):
    """A task took so long, and ended in this state of Celery's."""
    if histograms := _histograms():
        histograms[1].labels(task, state or "none").observe(seconds)


def summed():
    """A registry with the durations of all processes, or None if nothing can be measured here."""
    if not _histograms():
        return None
    _forget_the_gone()
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder()))
    return registry


@cache
def _histograms():
    """Made at the first use: only then is it known where they lie. None if the folder cannot be written."""
    try:
        folder().mkdir(parents=True, exist_ok=True)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder())
        values.ValueClass = values.MultiProcessValue(lambda: f"{_MACHINE}-{os.getpid()}")
        return (
            Histogram(
                "vorsprung_request_seconds",
                "How long requests took.",
                ["method", "view", "status"],
                buckets=_BUCKETS,
                registry=None,
            ),
            Histogram(
                "vorsprung_task_seconds", "How long tasks took.", ["task", "state"], buckets=_BUCKETS, registry=None
            ),
        )
    except OSError:
        return None


def _forget_the_gone():
    for path in folder().glob("*.db"):
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > KEPT:
                path.unlink()
