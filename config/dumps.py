"""The database as one file, and back: PostgreSQL by its own programs, SQLite by its own copying of a living database."""

import os
import sqlite3
import subprocess
from contextlib import closing

from django.db import connection, transaction
from django.utils.translation import gettext as _

NAMES = {"postgresql": "database.dump", "sqlite": "database.sqlite3"}
"""Engine → name of the file within a backup."""


class Failed(Exception):
    """The database could not be written to the file, or the file into the database; says why."""


def write(path):
    """Write the whole database, as it is at one moment, to a file. Raises `Failed`."""
    if connection.vendor == "sqlite":
        try:
            name = connection.settings_dict["NAME"]
            with closing(sqlite3.connect(name)) as source, closing(sqlite3.connect(path)) as target:
                source.backup(target)
        except sqlite3.Error as error:
            raise Failed(str(error)) from error
        return
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")


def read(path):
    """Fill the empty database from a file that `write` has made. Raises `Failed`, and has then changed nothing."""
    if connection.vendor == "sqlite":
        try:
            with closing(sqlite3.connect(path)) as source:
                connection.ensure_connection()
                source.backup(connection.connection)
        except sqlite3.Error as error:
            raise Failed(str(error)) from error
        return
    connection.close()
    database = f"--dbname={_parameters()['dbname']}"
    _run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", database, str(path))


def tables():
    """Names of the tables that are there: none in an empty database."""
    return connection.introspection.table_names()


def empty():
    """Drop every table, with all that is in them."""
    quote = connection.ops.quote_name
    if connection.vendor == "sqlite":
        return  # copying over it replaces everything
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"DROP TABLE {quote(table)} CASCADE")


def _run(program, *arguments):
    parameters = _parameters()
    environment = os.environ | {
        variable: str(parameters[name])
        for variable, name in {
            "PGHOST": "host",
            "PGPORT": "port",
            "PGUSER": "user",
            "PGPASSWORD": "password",
            "PGDATABASE": "dbname",
            "PGSSLMODE": "sslmode",
        }.items()
        if parameters.get(name)
    }
    try:
        # the password goes through the environment: arguments can be read by everybody on the machine
        done = subprocess.run(
            [program, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        message = _("%(program)s was not found (on Debian: apt-get install postgresql-client).")
        raise Failed(message % {"program": program}) from error
    if done.returncode:
        raise Failed(f"{program}: {' '.join(done.stderr.split())[:500]}")


def _parameters():
    return connection.get_connection_params()
