"""Settings and first steps: what an administrator forgets."""

import json
import smtplib
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail as django_mail
from django.http.request import validate_host
from django.utils.translation import gettext as _

from config import checks
from config.diagnosis.findings import notice, ok, problem
from leads.enums import Role
from leads.models import User
from scoring.models import Scorecard

_SILENT = ("console", "dummy", "locmem", "filebased")


def secret(*, now):
    """Nobody can guess or read the key that signs everything."""
    path = settings.VAR_DIR / "secret_key"
    if checks.secrets(None):
        says = _("SECRET_KEY is short or a placeholder: whoever guesses it can sign in as anybody.")
        do = _("Set it to 50 random characters or more: %(command)s")
        command = "python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
        yield problem("secret", says, do % {"command": command})
    elif not settings.PRODUCTION and path.exists() and path.stat().st_mode & 0o077:
        says = _("Others on this machine can read %(path)s.") % {"path": path}
        yield problem("secret", says, _("Run: chmod 600 %(path)s") % {"path": path})
    else:
        yield ok("secret", _("The secret key is long and random."))


def mode(*, now):
    """Whether it runs as in production."""
    if settings.DEBUG:
        says = _("DEBUG is on: error pages show code and settings to everybody.")
        yield problem("mode", says, _("Unset DEBUG."))
    elif settings.PRODUCTION:
        yield ok("mode", _("It runs with the settings for production."))
    else:
        says = _("It runs with settings for a trial (VORSPRUNG_ENV=embedded).")
        yield notice("mode", says, _("Set VORSPRUNG_ENV=production before other people use it over a network."))


def addresses(*, now):
    """Links in mail lead to a name that is served."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    if validate_host(host, settings.ALLOWED_HOSTS):
        yield ok("address", _("Links in mail lead to %(address)s, which is served.") % {"address": settings.BASE_URL})
        return
    says = _("Links in mail lead to %(host)s, but ALLOWED_HOSTS does not contain it: that page would answer 400.")
    yield problem(
        "address", says % {"host": host or settings.BASE_URL}, _("Add it to ALLOWED_HOSTS, or correct BASE_URL.")
    )


def static_files(*, now):
    """Pages have their style sheet."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    do = _("Run: manage.py collectstatic --no-input")
    try:
        paths = json.loads(manifest.read_text())["paths"].values()
    except (OSError, ValueError, KeyError):
        says = _("The static files have not been collected in %(folder)s: pages answer with an error.")
        yield problem("static", says % {"folder": settings.STATIC_ROOT}, do)
        return
    missing = [path for path in paths if not (manifest.parent / path).exists()]
    if missing:
        says = _("Static files are missing, such as %(name)s.") % {"name": missing[0]}
        yield problem("static", says, do)
    else:
        yield ok("static", _("The static files are collected."))


def mail(*, now):
    """The mail server takes our connection. Nothing is sent."""
    if any(name in settings.EMAIL_BACKEND for name in _SILENT):
        says = _("Mail is not sent: it is printed or kept here.")
        yield notice("mail", says, _("Set EMAIL_URL to your mail server, such as smtp+tls://user:password@host:587"))
        return
    where = {"server": f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"}
    try:
        connection = django_mail.get_connection()
        connection.open()
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        fault = getattr(error, "strerror", None) or type(error).__name__
        says = _("The mail server at %(server)s does not take our connection: %(fault)s.") % {**where, "fault": fault}
        yield problem("mail", says, _("Correct EMAIL_URL (host, port, user, password, TLS), or start the mail server."))
    else:
        yield ok("mail", _("The mail server at %(server)s takes our connection.") % where)


def scorecard(*, now):
    """There is something to score with."""
    if Scorecard.objects.live().exists():
        yield ok("scorecard", _("A scorecard is live."))
    else:
        says = _("No scorecard is live: no lead gets a score.")
        yield problem("scorecard", says, _("Publish one in the admin under Scorecards."))


def administrator(*, now):
    """Somebody can let the others in."""
    if User.objects.filter(is_active=True, role=Role.ADMINISTRATOR).exists():
        yield ok("administrator", _("There is an administrator."))
    else:
        yield problem("administrator", _("There is no administrator."), _("Run: manage.py createsuperuser"))
