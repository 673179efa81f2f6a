"""Addresses that must not be mailed, remembered without remembering the address.

The digest is a keyed hash (HMAC-SHA-256 under one of the installation's `SUPPRESSION_KEYS`) of the normalised address: it
survives the erasure of the person, and nobody without the key can test addresses against it. The first key writes, all find.
"""

import datetime

from django.conf import settings
from django.utils.crypto import salted_hmac

from leads import addresses
from leads.models import Suppression


def digest(email):
    """The keyed hash under which an address becomes suppressed. Raises `addresses.NotAnAddress`."""
    return digests(email)[0]


def digests(email):
    """The keyed hashes under which an address may stand, that of the newest key first. Raises `addresses.NotAnAddress`."""
    address = addresses.normalise(email)
    return [
        salted_hmac("leads.suppression", address, secret=key, algorithm="sha256").hexdigest()
        for key in settings.SUPPRESSION_KEYS
    ]


def of(email):
    """The `Suppression` of an address, None if it may be mailed. Raises `addresses.NotAnAddress`."""
    return Suppression.objects.filter(digest__in=digests(email)).order_by("id").first()


def add(email, *, reason, now, source=None):
    """Suppress one address. The first reason stays; suppressing again changes nothing."""
    add_all({email: reason}, now=now, source=source)


def add_all(reasons, *, now, source=None):
    """Suppress many addresses, given as address → reason, with two statements."""
    known = suppressed(reasons)
    Suppression.objects.bulk_create(
        [
            Suppression(digest=digest(email), reason=reason, source=source, created_at=now)
            for email, reason in sorted(reasons.items())
            if email not in known
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
    return of(email) is not None


def suppressed(emails, *, reason=None):
    """Those of the addresses that must not be mailed, or not for this reason. One query."""
    standing = {value: email for email in emails for value in digests(email)}
    found = Suppression.objects.filter(digest__among=standing)
    if reason is not None:
        found = found.filter(reason=reason)
    return {standing[value] for value in found.values_list("digest", flat=True)}
