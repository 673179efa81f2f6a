"""Runs a command with PostgreSQL and Redis at hand: `python tests/services.py COMMAND…`.

DATABASE_URL and REDIS_URL are used if they are set. Otherwise throw-away servers are started on free ports of 127.0.0.1, with
their data in a temporary folder, and stopped by process id afterwards, however the command ends.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from glob import glob
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psycopg  # noqa: E402

from config.watchdog import Watchdog  # noqa: E402 - this file is run as a script

PATIENCE = 60
"""Seconds until a server that does not answer counts as failed."""
ATTEMPTS = 5
"""Somebody else may take a free port before the server does."""


class Unavailable(Exception):
    """A server cannot be had on this machine; says why and what to do."""


def main(command):
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    environment = dict(os.environ)
    # Importing `config` names the product's settings; the command is to choose its own.
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    with ExitStack() as stack:
        try:
            if not environment.get("DATABASE_URL"):
                environment["DATABASE_URL"] = _postgresql(stack)
            if not environment.get("REDIS_URL"):
                environment["REDIS_URL"] = _redis(stack)
        except Unavailable as error:
            print(f"The tests did not run: {error}", file=sys.stderr)
            return 1
        environment["VORSPRUNG_REQUIRE_SERVICES"] = "1"
        print(f"PostgreSQL: {environment['DATABASE_URL']}\nRedis: {environment['REDIS_URL']}", flush=True)
        process = subprocess.Popen(command, env=environment)
        try:
            return process.wait()
        except KeyboardInterrupt:
            return process.wait()  # the terminal has told the command too
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()


def _postgresql(stack):
    initdb, server = _find_postgresql("initdb"), _find_postgresql("postgres")
    user = _ordinary_user()
    folder = _folder(stack, user)
    data = folder / "data"
    options = ["--username", "vorsprung", "--auth", "trust", "--encoding", "UTF8", "--no-sync", "--pgdata", str(data)]
    for locale in ("C.UTF-8", "C"):
        shutil.rmtree(data, ignore_errors=True)
        made = subprocess.run(
            [initdb, *options, "--locale", locale], capture_output=True, text=True, check=False, **user
        )
        if made.returncode == 0:
            break
    else:
        raise Unavailable(f"initdb failed: {made.stderr.strip()}")
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        # Nothing here must survive anything.
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }
    command = [server, "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    port = _start(stack, "PostgreSQL", lambda port: [*command, "-p", str(port)], folder, user, _postgresql_answers)
    return f"postgres://vorsprung@127.0.0.1:{port}/postgres"


def _redis(stack):
    server = shutil.which("redis-server") or shutil.which("valkey-server")
    if not server:
        raise Unavailable(
            "redis-server was not found (on Debian: apt-get install redis-server), and REDIS_URL is not set."
        )
    folder = _folder(stack, {})
    command = [server, "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes", "--dir", str(folder)]
    port = _start(stack, "Redis", lambda port: [*command, "--port", str(port)], folder, {}, _redis_answers)
    return f"redis://127.0.0.1:{port}/0"


def _start(stack, name, command, folder, user, answers):
    """Start a server on a free port and wait until it answers; returns the port. The stack stops it."""
    log = folder / "log"
    for _ in range(ATTEMPTS):
        port = _free_port()
        watchdog = Watchdog()
        with log.open("wb") as sink:
            process = subprocess.Popen(
                command(port),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
                preexec_fn=watchdog.enlist,
                cwd=folder,
                **user,
            )
        deadline = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < deadline:
            if answers(port):
                stack.callback(_stop, process, watchdog)
                return port
            time.sleep(0.1)
        _stop(process, watchdog)
    raise Unavailable(f"{name} did not start:\n{log.read_text(errors='replace')[-2_000:]}")


def _stop(process, watchdog):
    # SIGINT is PostgreSQL's fast shutdown; Redis knows it as well.
    process.send_signal(signal.SIGINT)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    watchdog.forget(process.pid)
    watchdog.close()


def _find_postgresql(name):
    """The newest of Debian's versions, which are not on the PATH, else whatever is."""
    versions = sorted(glob(f"/usr/lib/postgresql/*/bin/{name}"), key=lambda path: float(path.split("/")[4]))
    found = versions[-1] if versions else shutil.which(name)
    if not found:
        raise Unavailable(f"{name} was not found (on Debian: apt-get install postgresql), and DATABASE_URL is not set.")
    return found


def _ordinary_user():
    """Arguments of Popen that drop root's rights: PostgreSQL refuses to run with them."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise Unavailable("PostgreSQL does not run as root, and there is neither a user postgres nor nobody.")


def _folder(stack, user):
    """A temporary folder that the user can reach and write."""
    for parent in dict.fromkeys([tempfile.gettempdir(), "/tmp", "/var/tmp"]):
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vorsprung-", dir=parent)))
        if user:
            os.chown(folder, user["user"], user["group"])
        if (
            subprocess.run(
                ["touch", str(folder / "probe")], cwd="/", capture_output=True, check=False, **user
            ).returncode
            == 0
        ):
            return folder
    raise Unavailable("no temporary folder is writable for the user that PostgreSQL runs as.")


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _postgresql_answers(port):
    """A session can be opened: a server that still starts up listens already, but refuses them."""

    try:
        psycopg.connect(host="127.0.0.1", port=port, user="vorsprung", dbname="postgres", connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _redis_answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(5) == b"+PONG"
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
