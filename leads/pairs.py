"""Contacts that may be the same person, listed until somebody has looked."""

from leads.models import DuplicatePair


def resolve(pair, *, by, now):
    """Say that the pair has been looked at and both contacts stay. Returns False when it was resolved before."""
    found = DuplicatePair.objects.filter(pk=pair.pk, resolved_at=None).update(resolved_at=now) == 1
    pair.resolved_at = pair.resolved_at or now
    return found
