"""Bearer keys of programs. A key is shown once; its prefix finds the row, the SHA-256 of the whole proves it."""

import hashlib
import secrets
from datetime import timedelta

from django.db.models import Q, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.models import ApiKey

MARK = "vs"
_USE_NOTED_EVERY = timedelta(minutes=1)
_NOBODY = hashlib.sha256(b"nobody").hexdigest()


class Scope(TextChoices):
    """What a key may do."""

    EVENTS_WRITE = "events:write", gettext_lazy("Send events")
    LEADS_READ = "leads:read", gettext_lazy("Read leads")


class Refused(ValueError):
    """Such a key cannot be made."""


def create(*, name, scopes, source, now, team=None, expires_at=None, by=None):
    """Make a key; returns the `ApiKey` and the key itself, which nothing can show again. Raises `Refused`."""
    scopes = list(dict.fromkeys(scopes))
    unknown = [scope for scope in scopes if scope not in Scope.values]
    if unknown or not scopes:
        known = ", ".join(Scope.values)
        raise Refused(_("Give one or more of these scopes: %(known)s.") % {"known": known})
    if not name.strip() or len(name) > 100:
        raise Refused(_("Give the key a name of at most 100 characters."))
    if expires_at is not None and expires_at <= now:
        raise Refused(_("The key would have expired already."))
    prefix = secrets.token_hex(6)
    key = f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    row = ApiKey.objects.create(
        name=name.strip(),
        prefix=prefix,
        digest=_digest(key),
        scopes=scopes,
        source=source,
        team=team,
        created_by=by,
        created_at=now,
        expires_at=expires_at,
    )
    return row, key


def revoke(key, *, by, now):
    """End a key at once. Revoking again changes nothing; returns whether it was in force."""
    found = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now) == 1
    key.refresh_from_db(fields=["revoked_at"])
    return found


def authenticate(text, *, now):
    """The `ApiKey` (with source and team) whose key this is, if it is neither revoked nor expired; else None."""
    mark, _separator, rest = text.partition("_")
    prefix = rest.partition("_")[0]
    row = (
        ApiKey.objects.select_related("source", "team").filter(prefix=prefix).first()
        if mark == MARK and text.isascii()
        else None
    )
    # An unknown prefix takes the same comparison, so that time does not tell which prefixes exist.
    if not secrets.compare_digest(_digest(text), row.digest if row else _NOBODY) or row is None:
        return None
    if row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now):
        return None
    _note_use(row, now=now)
    return row


def may(key, scope):
    """The key has the scope."""
    return scope in key.scopes


def _digest(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _note_use(row, *, now):
    """Remember when a key was last used, to the minute: not every request is a write."""
    if row.last_used_at is not None and now - row.last_used_at < _USE_NOTED_EVERY:
        return
    recent = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now)
    ApiKey.objects.filter(recent, pk=row.pk).update(last_used_at=now)
