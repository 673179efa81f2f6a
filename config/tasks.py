"""Background work of the installation itself."""

from celery import shared_task
from django.utils import timezone

from config import heartbeats


@shared_task(expires=300)
def heartbeat(queue):
    """Proof that clock, broker and a worker of this queue work together."""
    heartbeats.beat(queue, now=timezone.now())
