"""A served installation for a benchmark: its own folder, queue and port, on the database of the run."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import connection

_START_SECONDS = 120
_STOP_SECONDS = 40


@contextmanager
def served(folder, *, lasts):
    """The processes of `manage.py serve` on the current database; yields the port. Stopped afterwards, whatever happens.

    Never with the installation's own broker: that one's workers would take the messages. After `lasts` seconds the processes
    end even if nobody is left to tell them (where there is a `timeout` command).
    """
    environment = environment_of(folder)
    port = _free_port()
    log = Path(folder) / "serve.log"
    timeout = shutil.which("timeout")
    limit = [timeout, "--signal=TERM", str(lasts)] if timeout else []
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [*limit, *manage("serve", "--port", str(port))],
            cwd=settings.BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
        )
    try:
        until = time.monotonic() + _START_SECONDS
        while "answers at" not in log.read_text(errors="replace"):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"The installation did not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
        yield port
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def manage(*arguments):
    """A management command as the start of a process."""
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]


def environment_of(folder):
    """The environment of such a process."""
    environment = {name: value for name, value in os.environ.items() if not re.match("VORSPRUNG_|DJANGO_SETT", name)}
    for name in ("REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS", "DEBUG", "STATIC_ROOT"):
        environment.pop(name, None)
    name = connection.settings_dict["NAME"]
    address = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        address = urlsplit(environment["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    return environment | {
        "DATABASE_URL": address,
        "VORSPRUNG_VAR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Browser:
    """Somebody who is signed in, or a program with a key; one connection that is kept open."""

    def __init__(self, port, *, key=None):
        self._port, self._key = port, key
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies = {}

    def sign_in(self, username, password):
        """As a person does it, with the form."""
        _, page = self.get("/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
        form = {"csrfmiddlewaretoken": token, "username": username, "password": password}
        status, _ = self._ask("POST", "/login/", urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})
        if status != 302:
            raise RuntimeError(f"Signing in answered {status}.")

    def get(self, path):
        """Status and text."""
        return self._ask("GET", path)

    def post(self, path, body):
        """Status and text; the body is JSON."""
        return self._ask("POST", path, body, {"Content-Type": "application/json"})

    def _ask(self, method, path, body=None, headers=None):
        headers = {"Origin": f"http://127.0.0.1:{self._port}", **(headers or {})}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
        except (http.client.HTTPException, ConnectionError):
            # The server may close a connection that rested; once more on a new one.
            self._connection.close()
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self._cookies[cookie] = content
        return response.status, response.read().decode()

    def close(self):
        """End the connection."""
        self._connection.close()
