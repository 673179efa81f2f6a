"""Background work of `leads` on the queue `bulk`: imports and their undoing as a chain of slices, and tidying up."""

from celery import shared_task
from django.utils import timezone

from leads import idempotency
from leads.importing import background


@shared_task(expires=60)
def advance_imports():
    """One slice of one unfinished import; another follows behind whatever else waits. A tick finds what nobody works on."""
    if background.advance(now=timezone.now()):
        advance_imports.apply_async(queue="bulk")


@shared_task(expires=600)
def forget_answers():
    """What the API has answered under idempotency keys is kept for a day."""
    idempotency.clean(now=timezone.now())
