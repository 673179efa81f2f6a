"""Health for load balancers and supervisors. Names parts and whether they work; no versions, no details for strangers."""

import os
import time

from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def live(request):
    """200 while the process serves requests, whatever else is broken."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request):
    """200 if the process can do its work, else 503; says part by part what works."""
    parts = {name: _works(probe) for name, probe in PROBES.items()}
    fine = all(parts.values())
    body = {
        "status": "ok" if fine else "failing",
        "parts": {name: "ok" if works else "failing" for name, works in parts.items()},
    }
    return JsonResponse(body, status=200 if fine else 503)


def _works(probe):
    """A part that raises anything at all does not work; the health page itself must answer."""
    try:
        return probe() is not False
    except Exception:  # noqa: BLE001 - whatever is wrong with a part, the page says so
        return False


def _database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


class Migrations:
    """Whether every migration is applied, looked up anew after `KEPT` seconds: it reads all of them, and strangers may ask.

    A failure is kept shorter, so that a process is ready soon after its database has been migrated.
    """

    KEPT = 60
    KEPT_FAILING = 5

    def __init__(self):
        self.fine, self.until = False, 0.0

    def __call__(self):
        if time.monotonic() >= self.until:
            executor = MigrationExecutor(connection)
            self.fine = not executor.migration_plan(executor.loader.graph.leaf_nodes())
            self.until = time.monotonic() + (self.KEPT if self.fine else self.KEPT_FAILING)
        return self.fine


def _queue():
    if current_app.conf.broker_url and current_app.conf.broker_url.startswith("redis"):
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=2)
        return True
    folder = settings.QUEUE_DIR
    return not folder.exists() or os.access(folder, os.W_OK)


PROBES = {"database": _database, "migrations": Migrations(), "queue": _queue}
