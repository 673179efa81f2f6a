"""A real installation for a test: its own database, queue and port, and the processes of `manage.py serve`.

On SQLite it uses the embedded broker; under `make test-services` a PostgreSQL database and a Redis database of its own.
"""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
import uuid
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

import psycopg

from tests.ops.waiting import until

ROOT = Path(__file__).resolve().parent.parent.parent


class Installation:
    """Commands run against it with `manage`; once `serve` has returned, `url` answers."""

    def __init__(self, folder, environment):
        self.folder = folder
        self.environment = environment
        self.log = folder / "serve.log"
        self.process = None
        self.url = None

    def manage(self, *arguments, check=True):
        """Run a management command to its end; returns what subprocess.run returns, with text."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
            check=check,
        )

    def ask(self, statement):
        """Rows of the database's answer, read beside the product: at once, where a command takes seconds to start."""
        url = self.environment["DATABASE_URL"]
        if url.startswith("postgres"):
            with psycopg.connect(url) as connection:
                return connection.execute(statement).fetchall()
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)) as connection:
            return connection.execute(statement).fetchall()

    def start(self, *arguments):
        """Start a management command that goes on; its output goes to `log`."""
        with self.log.open("wb") as sink:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", *arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
            )
        return self.process

    def serve(self):
        """Start all processes and wait until the web server answers. Somebody may take the free port first: then another."""
        while self.url is None:
            port = free_port()
            self.start("serve", "--port", str(port))
            until(lambda: self.process.poll() is not None or "answers at" in self.said(), seconds=200, log=self.log)
            if self.process.poll() is None:
                self.url = f"http://127.0.0.1:{port}"
            else:
                assert "Cannot listen" in self.said(), self.said()

    def said(self):
        """Everything that was printed so far."""
        return self.log.read_text(errors="replace")

    def get(self, path):
        """Status and body of a page; None if nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=60) as response:
                return response.status, response.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()
        except (OSError, HTTPException):
            return None

    def processes(self):
        """Process ids of everything that runs with this installation's environment."""
        marker = f"VORSPRUNG_VAR={self.environment['VORSPRUNG_VAR']}".encode()
        return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if marker in _content(path)]

    def stop(self):
        """End everything at once, whatever state it is in."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process = self.url = None


@contextmanager
def installed(folder, *, migrated=True):
    """An installation with a migrated, otherwise empty database (or without any table); gone afterwards."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not re.match("DJANGO_|PYTEST_|VORSPRUNG_|COV_", name)
        and name not in ("SECRET_KEY", "SUPPRESSION_KEY", "ALLOWED_HOSTS")
    }
    environment |= {"VORSPRUNG_VAR": str(folder / "var")}
    served, drop = environment.get("DATABASE_URL", ""), None
    if served.startswith("postgres"):
        name = f"vorsprung_{uuid.uuid4().hex}"
        _on_server(served, f"CREATE DATABASE {name}")
        drop = f"DROP DATABASE {name} WITH (FORCE)"
        environment["DATABASE_URL"] = urlsplit(served)._replace(path=f"/{name}").geturl()
    else:
        environment["DATABASE_URL"] = f"sqlite:///{folder / 'database.sqlite3'}"
    installation = Installation(folder, environment)
    try:
        if migrated:
            installation.manage("migrate", "--verbosity", "0")
        yield installation
    finally:
        installation.stop()
        if drop:
            _on_server(served, drop)


def free_port():
    """A port of 127.0.0.1 that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _on_server(url, statement):
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def _content(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""
