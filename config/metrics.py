"""`/metrics` for Prometheus: what waits and what failed, asked at that moment, and durations of requests and tasks.

What waits is no counter of any process: it is asked of the database and the broker, so that every process gives the same
answer. Whoever may not read it gets the page of a missing address.
"""

import hmac
import ipaddress
import logging

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from config import backlog, durations, heartbeats, queues
from leads.web import clients

log = logging.getLogger(__name__)

_FORWARDED = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "X-Real-IP")


@require_safe
@never_cache
def metrics(request):
    """The metrics, for who has the token or asks from an address of `VORSPRUNG_METRICS_FROM`; 404 for everybody else."""
    if not _may_read(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(Waiting(now=timezone.now()))
    body = generate_latest(registry)
    if measured := durations.summed():
        body += generate_latest(measured)
    return HttpResponse(body, content_type=CONTENT_TYPE_PLAIN_0_0_4)


class Waiting:
    """A collector of what waits and what failed. A part that does not answer is left out, and said in `vorsprung_up`."""

    def __init__(self, *, now):
        self._now = now

    def collect(self):
        up = GaugeMetricFamily("vorsprung_up", "1 if this part answers, else 0.", labels=["part"])
        for part, ask in {"database": self._database, "broker": self._broker}.items():
            try:
                families = list(ask())
            except Exception as error:  # noqa: BLE001 - whatever a broken part raises, the others are told
                log.warning("metrics of the %s are missing: %s", part, type(error).__name__)
                families = []
            yield from families
            up.add_metric([part], float(bool(families)))
        yield up

    def _database(self):
        stale = backlog.stale(now=self._now)
        kinds = GaugeMetricFamily("vorsprung_stale", "What waits for scoring.", labels=["what"])
        kinds.add_metric(["contacts"], stale.contacts)
        kinds.add_metric(["scores"], stale.scores)
        yield kinds
        yield GaugeMetricFamily(
            "vorsprung_stale_oldest_seconds",
            "How long what has waited longest for scoring has waited.",
            value=self._age(stale.since),
        )
        yield GaugeMetricFamily(
            "vorsprung_imports_failed", "Imports that failed and were not undone.", value=backlog.failed_imports()
        )
        yield GaugeMetricFamily(
            "vorsprung_imports_unfinished", "Imports that wait or run.", value=backlog.unfinished_imports()
        )
        alive = GaugeMetricFamily(
            "vorsprung_heartbeat_age_seconds", "Since a worker last showed signs of life.", labels=["queue"]
        )
        for queue, at in heartbeats.last().items():
            alive.add_metric([queue], self._age(at))
        yield alive

    def _broker(self):
        length = GaugeMetricFamily("vorsprung_queue_messages", "Messages that no worker has taken.", labels=["queue"])
        age = GaugeMetricFamily("vorsprung_queue_oldest_seconds", "Age of the oldest message.", labels=["queue"])
        for queue, waiting in queues.waiting().items():
            length.add_metric([queue], waiting.messages)
            age.add_metric([queue], self._age(waiting.oldest_at))
        yield length
        yield age

    def _age(self, moment):
        return max(0.0, (self._now - moment).total_seconds()) if moment else 0.0


def _may_read(request):
    given = request.headers.get("Authorization", "")
    token = settings.METRICS_TOKEN
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    if not settings.PROXIES and any(name in request.headers for name in _FORWARDED):
        # A proxy that nobody told us of: everybody would come from its address.
        return False
    address = clients.address(request)
    return address is not None and any(ipaddress.ip_address(address) in net for net in settings.METRICS_FROM)
