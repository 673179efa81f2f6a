"""Background work of `leads`: imports and their undoing, as a chain of slices on the queue `bulk`."""

from celery import shared_task
from django.utils import timezone

from leads.importing import background


@shared_task(expires=60)
def advance_imports():
    """One slice of one unfinished import; another follows behind whatever else waits. A tick finds what nobody works on."""
    if background.advance(now=timezone.now()):
        advance_imports.apply_async(queue="bulk")
