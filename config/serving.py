"""The processes of one installation, and how to tell that it answers."""

import http.client
import os
import socket
import sys

from django.conf import settings

from config.processes import Child, ProcessGroup, say


class PortTaken(Exception):
    """Somebody else listens on the address."""


def run(*, host, port, more=(), on_ready=None, quiet=False, first_page="/healthz/live"):
    """Serve until a signal arrives; returns the exit status (see `ProcessGroup.run`).

    Web server, the worker of the ticks (`live`), the worker of long jobs (`bulk`) and the clock run under one parent, together
    with `more` children. `on_ready` is called once, when the web server answers for `first_page`: the others start after that, and
    whoever waits for that page does not wait for them. Raises `PortTaken` before anything is started.
    """
    refuse_taken(host, port)
    group = ProcessGroup(
        [*_children(host, port), *more],
        ready=lambda: _answers(host, port, first_page),
        on_ready=on_ready,
        say=say,
        quiet=quiet,
    )
    return group.run()


def _children(host, port):
    python = [sys.executable, "-m"]
    # Two idle BLAS threads on two busy cores made small linear algebra up to 100 times slower.
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    celery = [*python, "celery", "--quiet", "-A", "config"]
    worker = [*celery, "worker", "--loglevel", "warning", "--without-gossip", "--without-mingle"]
    web = [
        *python,
        "granian",
        "--interface",
        "wsgi",
        "--host",
        host,
        "--port",
        str(port),
        "--no-ws",
        "--log-level",
        "warning",
    ]
    web += ["--blocking-threads", "4", "--backpressure", "64", "--workers-kill-timeout", "10"]
    web += ["--http1-header-read-timeout", "10000", "config.wsgi:application"]
    # On SQLite there is one writer anyway; elsewhere slices of long jobs run side by side.
    pool = ["--pool", "solo"] if settings.SQLITE else ["--pool", "prefork", "--concurrency", str(os.cpu_count() or 1)]
    # Said at every start as root, as in a container; messages are JSON, which is what the warning is about.
    worker_environment = single | {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
    # The first page comes first: on two cores four starting processes would make it wait for all of them.
    return [
        Child("web", web, {**single, "VORSPRUNG_DB_POOL": "1"}),
        Child(
            "live",
            [*worker, "--queues", "live", "--hostname", "live@%h", "--pool", "solo"],
            worker_environment,
            waits=True,
        ),
        Child(
            "bulk", [*worker, "--queues", "bulk,mail", "--hostname", "bulk@%h", *pool], worker_environment, waits=True
        ),
        Child("beat", [*celery, "beat", "--loglevel", "warning", "--pidfile", ""], single, waits=True),
    ]


def refuse_taken(host, port):
    """Raise `PortTaken` if nothing can listen there."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen()
        except OSError as error:
            raise PortTaken(f"Cannot listen on {host}, port {port}: {error.strerror or error}.") from error


def _answers(host, port, path):
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 # nosec B104 - listening everywhere means answering at home
    connection = http.client.HTTPConnection(everywhere.get(host, host), port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
