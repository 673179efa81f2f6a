"""Signs of life of the workers: which queue was last worked on, and when."""

from config.models import Heartbeat


def beat(queue, *, now):
    """A worker of this queue is alive."""
    Heartbeat.objects.update_or_create(queue=queue, defaults={"at": now})


def last():
    """Queue → when a worker of it last showed signs of life; a queue without any is missing."""
    return dict(Heartbeat.objects.values_list("queue", "at"))
