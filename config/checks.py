"""What `manage.py check --deploy` refuses before strangers reach the installation. The settings refuse some of it themselves."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

from config import broker

_PLACEHOLDERS = ("change", "secret", "insecure", "example", "placeholder", "todo")


def register():
    """Make them part of `check --deploy`."""
    for check in (environment, secrets, address, database, queues):
        checks.register(check, checks.Tags.security, deploy=True)


def environment(app_configs, **kwargs):
    """E001, E002: settings for a trial."""
    found = []
    if not settings.PRODUCTION:
        found.append(_error(1, "VORSPRUNG_ENV is not 'production'.", "Set VORSPRUNG_ENV=production."))
    if settings.DEBUG:
        found.append(_error(2, "DEBUG is on: error pages show code and settings to everybody.", "Unset DEBUG."))
    return found


def secrets(app_configs, **kwargs):
    """E003: a key that can be guessed, so that anybody can sign in as anybody."""
    key = settings.SECRET_KEY
    if len(key) >= 50 and len(set(key)) >= 10 and not any(word in key.lower() for word in _PLACEHOLDERS):
        return []
    hint = (
        "Set SECRET_KEY to at least 50 random characters: python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
    )
    return [_error(3, "SECRET_KEY is short or a placeholder.", hint)]


def address(app_configs, **kwargs):
    """E004: links in mail that lead over an open line."""
    parts = urlsplit(settings.BASE_URL)
    if parts.scheme == "https" and parts.hostname:
        return []
    return [_error(4, "BASE_URL is no https address.", "Set BASE_URL, such as https://crm.example.com.")]


def database(app_configs, **kwargs):
    """W005: one writer at a time."""
    if not settings.SQLITE:
        return []
    hint = "Set DATABASE_URL to PostgreSQL unless a handful of people use it."
    return [checks.Warning("The database is SQLite.", hint=hint, id="vorsprung.W005")]


def queues(app_configs, **kwargs):
    """E006 to W009: a broker that loses messages, or that strangers may use."""
    if not settings.REDIS_URL:
        hint = "Set REDIS_URL if workers run on more than one machine."
        return [checks.Warning("The broker is a folder on this machine's disk.", hint=hint, id="vorsprung.W008")]
    found = []
    if broker.is_open():
        hint = "Give it a password (requirepass) and name it: redis://:PASSWORD@host:6379/0."
        found.append(checks.Warning("Redis has no password.", hint=hint, id="vorsprung.W009"))
    try:
        report = broker.ask()
    except broker.Unreachable as error:
        message = f"Redis at {broker.address()} could not be asked how it keeps messages: {error}."
        return [*found, checks.Info(message, id="vorsprung.I010")]
    if report.evicts:
        hint = "In redis.conf: maxmemory-policy noeviction."
        message = f"Redis throws messages away when its memory is full (maxmemory-policy {report.policy})."
        found.append(_error(6, message, hint))
    if not report.keeps:
        found.append(_error(7, "Redis forgets messages in a crash (appendonly no).", "In redis.conf: appendonly yes."))
    return found


def _error(number, message, hint):
    return checks.Error(message, hint=hint, id=f"vorsprung.E{number:03}")
