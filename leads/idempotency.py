"""A write that is sent again under the same key does nothing and is answered as before.

The key is claimed before the work and answered in the transaction of the work, so that an answer is kept exactly if the
effect is. A request that was refused has no effect; its key is given back.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from leads.models import IdempotencyKey

LONGEST = 120
KEPT_FOR = timedelta(hours=24)
LEASE = timedelta(minutes=2)
"""Whoever has not answered by then was killed; the next one may try."""
_CLEANED_AT_ONCE = 5_000


class NotAKey(ValueError):
    """This text cannot be an idempotency key."""


class Mismatch(Exception):
    """The key was used for another request."""


class InProgress(Exception):
    """The first request under this key is still at work."""


class Overtaken(Exception):
    """Another request has taken this claim over meanwhile, so the work must not be kept."""


@dataclass(frozen=True)
class Claim:
    """One use of a key. `status` and `body` are those of the first answer, or None if the work is still to be done."""

    pk: int
    at: object
    status: int | None = None
    body: object = None


def digest(*parts):
    """What tells one request from another: method, path and body, as bytes or text."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "big") + data)
    return found.hexdigest()


def claim(api_key, *, key, digest, now):
    """Take a key for a request, or find how it was answered. Raises `NotAKey`, `Mismatch` and `InProgress`."""
    if not 0 < len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        raise NotAKey(_("An Idempotency-Key has 1 to %(count)d printable ASCII characters.") % {"count": LONGEST})
    row, is_new = IdempotencyKey.objects.get_or_create(
        api_key=api_key, key=key, defaults={"digest": digest, "at": now, "status": None}
    )
    if is_new:
        return Claim(row.pk, row.at)
    if row.at <= now - (KEPT_FOR if row.status is not None else LEASE):
        # Expired, or left behind by a process that was killed. Exactly one of those who see it takes it over.
        mine = IdempotencyKey.objects.filter(pk=row.pk, at=row.at, status=row.status)
        if mine.update(digest=digest, at=now, status=None, body=None):
            return Claim(row.pk, now)
        raise InProgress(_("The first request with this Idempotency-Key is still at work."))
    if row.digest != digest:
        raise Mismatch(_("This Idempotency-Key was used for another request."))
    if row.status is None:
        raise InProgress(_("The first request with this Idempotency-Key is still at work."))
    return Claim(row.pk, row.at, row.status, row.body)


def keep(claim, *, status, body):
    """Remember the answer, in the transaction of the work. Raises `Overtaken`."""
    mine = IdempotencyKey.objects.filter(pk=claim.pk, at=claim.at, status=None)
    if not mine.update(status=status, body=body):
        raise Overtaken(_("The first request with this Idempotency-Key is still at work."))


def give_back(claim):
    """Nothing was done: the key may be used again."""
    IdempotencyKey.objects.filter(pk=claim.pk, at=claim.at, status=None).delete()


def clean(*, now):
    """Forget some of the answers that are older than 24 hours. Returns how many; safe to repeat and to run concurrently."""
    old = IdempotencyKey.objects.filter(at__lte=now - KEPT_FOR).order_by("at")
    return IdempotencyKey.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:_CLEANED_AT_ONCE])).delete()[0]
