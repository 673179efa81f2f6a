"""Addresses that must not be mailed, remembered without remembering the address.

The digest is a keyed hash (HMAC-SHA-256 under the installation's `SECRET_KEY`) of the normalised address: it survives the
erasure of the person, and nobody without the key can test addresses against it. A new `SECRET_KEY` forgets all of them.
"""

import datetime

from django.utils.crypto import salted_hmac

from leads import addresses
from leads.models import Suppression


def digest(email):
    """The keyed hash under which an address is suppressed. Raises `addresses.NotAnAddress`."""
    return salted_hmac("leads.suppression", addresses.normalise(email), algorithm="sha256").hexdigest()


def add(email, *, reason, now, source=None):
    """Suppress one address. The first reason stays; suppressing again changes nothing."""
    add_all({email: reason}, now=now, source=source)


def add_all(reasons, *, now, source=None):
    """Suppress many addresses, given as address → reason, with one statement."""
    Suppression.objects.bulk_create(
        [
            Suppression(digest=digest(email), reason=reason, source=source, created_at=now)
            for email, reason in sorted(reasons.items())
        ],
        ignore_conflicts=True,
        batch_size=200,
    )


def journal():
    """All suppressions as plain values, oldest first: to be kept apart from backups and given to `replay`."""
    rows = Suppression.objects.order_by("id").values_list("digest", "reason", "created_at")
    return (
        {"digest": digest, "reason": reason, "created_at": at.isoformat()} for digest, reason, at in rows.iterator()
    )


def replay(rows):
    """Put suppressions of a `journal` back that are missing; returns how many were."""
    before = Suppression.objects.count()
    Suppression.objects.bulk_create(
        [
            Suppression(
                digest=row["digest"],
                reason=row["reason"],
                created_at=datetime.datetime.fromisoformat(row["created_at"]),
            )
            for row in rows
        ],
        ignore_conflicts=True,
        batch_size=200,
    )
    return Suppression.objects.count() - before


def is_suppressed(email):
    """The address must not be mailed."""
    return Suppression.objects.filter(digest=digest(email)).exists()


def suppressed(emails):
    """Those of the addresses that must not be mailed. One query."""
    digests = {digest(email): email for email in emails}
    found = Suppression.objects.filter(digest__among=digests).values_list("digest", flat=True)
    return {digests[value] for value in found}
