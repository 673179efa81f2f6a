"""Bearer keys of programs. A key is shown once; its prefix finds the row, the SHA-256 of the whole proves it."""

import hashlib
import secrets
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.models import ApiKey, Company, Contact, Lead

MARK = "vs"
_USE_NOTED_EVERY = timedelta(minutes=1)
_NOBODY = hashlib.sha256(b"nobody").hexdigest()


class Scope(TextChoices):
    """What a key may do."""

    EVENTS_WRITE = "events:write", gettext_lazy("Send events")
    LEADS_READ = "leads:read", gettext_lazy("Read leads")
    LEADS_WRITE = "leads:write", gettext_lazy("Open, change and move leads")
    CONTACTS_READ = "contacts:read", gettext_lazy("Read contacts")
    CONTACTS_WRITE = "contacts:write", gettext_lazy("Add and change contacts")
    COMPANIES_READ = "companies:read", gettext_lazy("Read companies")
    COMPANIES_WRITE = "companies:write", gettext_lazy("Add and change companies")
    DEALS_READ = "deals:read", gettext_lazy("Read deals")
    DEALS_WRITE = "deals:write", gettext_lazy("Open, change, win and lose deals")
    FOLLOW_UPS_READ = "follow-ups:read", gettext_lazy("Read follow-ups")
    FOLLOW_UPS_WRITE = "follow-ups:write", gettext_lazy("Set, move and settle follow-ups")
    NOTES_READ = "notes:read", gettext_lazy("Read notes")
    NOTES_WRITE = "notes:write", gettext_lazy("Write notes")
    PRODUCTS_READ = "products:read", gettext_lazy("Read products")
    PRODUCTS_WRITE = "products:write", gettext_lazy("Add and change products")


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


def leads_of(key):
    """The leads that exist for a key: its team's, or all if it has none."""
    return Lead.objects.all() if key.team_id is None else Lead.objects.filter(team_id=key.team_id)


def contacts_of(key):
    """The contacts that exist for a key: those with a lead of its team, or all if it has none."""
    if key.team_id is None:
        return Contact.objects.all()
    return Contact.objects.filter(Exists(leads_of(key).filter(contact=OuterRef("pk"))))


def companies_of(key):
    """The companies that exist for a key: those with a contact that has a lead of its team, or all if it has none."""
    if key.team_id is None:
        return Company.objects.all()
    return Company.objects.filter(Exists(leads_of(key).filter(contact__company=OuterRef("pk"))))


def _digest(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _note_use(row, *, now):
    """Remember when a key was last used, to the minute: not every request is a write."""
    if row.last_used_at is not None and now - row.last_used_at < _USE_NOTED_EVERY:
        return
    recent = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now)
    ApiKey.objects.filter(recent, pk=row.pk).update(last_used_at=now)
