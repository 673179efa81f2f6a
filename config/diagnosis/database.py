"""The database: does it answer, has it the tables of this version, does its clock agree."""

import datetime

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.diagnosis.findings import ok, problem

SKEW = datetime.timedelta(seconds=5)
"""Leases and due times compare the clocks of several machines."""


def answers(*, now):
    """The database can be asked, and is of a version that Django supports."""
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT sqlite_version()" if settings.SQLITE else "SHOW server_version")
            version = str(cursor.fetchone()[0]).split()[0]
    except (DatabaseError, OSError, ValueError) as error:
        says = _("The database does not answer: %(fault)s.") % {"fault": _first_line(error)}
        yield problem("database", says, _advice())
        return
    name = "SQLite" if settings.SQLITE else "PostgreSQL"
    yield ok("database", _("The database answers (%(name)s %(version)s).") % {"name": name, "version": version})


def clock(*, now):
    """The clock of the database's machine agrees with ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT strftime('%s', 'now')" if settings.SQLITE else "SELECT extract(epoch FROM clock_timestamp())"
        )
        there = datetime.datetime.fromtimestamp(float(cursor.fetchone()[0]), tz=datetime.UTC)
    apart = abs(there - now)
    if apart <= SKEW:
        yield ok("clock", _("The clocks of the database and of this machine agree."))
        return
    says = _("The clocks of the database and of this machine are %(seconds)s seconds apart.")
    do = _("Set both by NTP (on Debian: apt-get install chrony): due times and claims on work depend on it.")
    yield problem("clock", says % {"seconds": round(apart.total_seconds())}, do)


def migrations(*, now):
    """The tables are those of this version, neither older nor newer."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    known = set(executor.loader.disk_migrations)
    foreign = sorted(
        f"{app}.{name}"
        for app, name in set(executor.loader.applied_migrations) - known
        if app in executor.loader.migrated_apps
    )
    if missing:
        says = ngettext(
            "The database lacks %(count)d migration of this version.",
            "The database lacks %(count)d migrations of this version.",
            len(missing),
        )
        yield problem("migrations", says % {"count": len(missing)}, _("Run: manage.py migrate"))
    elif foreign:
        says = _("The database has been used by a newer version of Vorsprung: it knows %(name)s.") % {
            "name": foreign[-1]
        }
        yield problem("migrations", says, _("Install that version or a newer one, or restore an older backup."))
    else:
        yield ok("migrations", _("The database has the tables of this version."))


def _advice():
    if settings.SQLITE:
        return _(
            "DATABASE_URL names a file: its folder must exist and be writable for the account that runs Vorsprung."
        )
    return _("Start PostgreSQL, or correct DATABASE_URL (host, port, name, user and password).")


def _first_line(error):
    return str(error).strip().partition("\n")[0].rstrip(".")
