"""Contacts that may be the same person, listed until somebody has looked."""

from leads.models import DuplicatePair


def open_pairs():
    """Pairs nobody has looked at, oldest first."""
    return DuplicatePair.objects.filter(resolved_at=None).select_related("kept", "other").order_by("created_at", "id")


def resolve(pair, *, by, now):
    """Say that the pair has been looked at and both contacts stay. Returns False when it was resolved before."""
    found = DuplicatePair.objects.filter(pk=pair.pk, resolved_at=None).update(resolved_at=now) == 1
    pair.resolved_at = pair.resolved_at or now
    return found
