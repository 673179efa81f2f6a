"""Background work of `scoring`. Ticks run on the queue `live`, a full rescore as a chain of slices on `bulk`."""

from celery import shared_task
from django.utils import timezone

from scoring import gathering, qualification, rescoring
from scoring.reports import rollups


@shared_task(expires=30)
def rescore_stale():
    """One tick: score what is stale, then move leads whose stored score calls for it."""
    now = timezone.now()
    outcome = rescoring.rescore_stale(now=now)
    qualification.qualify_due(now=now, scored=outcome.scored)


@shared_task(expires=24 * 3600)
def rescore_all(after=0):
    """Score every open lead again, batch by batch: each one queues the next, so that other work gets its turn."""
    try:
        _, following = rescoring.rescore_after(after, now=timezone.now())
    except gathering.NoScorecard:
        return
    if following is not None:
        rescore_all.apply_async(kwargs={"after": following}, queue="bulk")


@shared_task(expires=600)
def refresh_reports():
    """Follow the leads that moved, and add the conversion report up again if anything has changed."""
    rollups.refresh_due(now=timezone.now())
