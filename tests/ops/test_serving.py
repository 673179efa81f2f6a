"""`manage.py serve`: one command runs an installation, and nothing of it is left when it ends."""

import os
import signal
import socket
from pathlib import Path

import pytest

from tests.ops.installation import free_port, installed
from tests.ops.waiting import until


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    with installed(tmp_path_factory.mktemp("installation")) as installation:
        yield installation


@pytest.fixture
def installation(migrated):
    yield migrated
    migrated.stop()


def commands(installation):
    return {
        pid: Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode() for pid in installation.processes()
    }


def test_it_answers_restarts_what_dies_and_leaves_nothing_behind(installation):
    installation.serve()
    assert installation.get("/healthz/live")[0] == 200
    [web] = [
        pid
        for pid, command in commands(installation).items()
        if "granian" in command and parent(pid) == installation.process.pid
    ]

    os.kill(web, signal.SIGKILL)
    until(lambda: "web ended (signal SIGKILL)" in installation.said(), log=installation.log)
    until(lambda: installation.get("/healthz/live"), log=installation.log)
    installation.process.terminate()

    assert installation.process.wait(120) == 0
    assert installation.processes() == []
    assert "Giving up" not in installation.said()


def test_nothing_is_left_when_its_parent_is_killed(installation):
    installation.serve()
    until(lambda: len(installation.processes()) >= 7, log=installation.log)

    installation.process.kill()
    installation.process.wait()

    until(lambda: installation.processes() == [], log=installation.log)


def test_a_taken_port_is_one_clear_line_and_status_1(installation):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        done = installation.manage("serve", "--port", str(port), check=False)

    assert done.returncode == 1
    assert done.stderr == f"CommandError: Cannot listen on 127.0.0.1, port {port}: Address already in use.\n"


def test_the_demo_names_no_address_and_no_password_on_a_taken_port(installation):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        done = installation.manage("demo", "--port", str(port), check=False)

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == f"CommandError: Cannot listen on 127.0.0.1, port {port}: Address already in use.\n"


def test_a_database_that_is_behind_is_not_served(tmp_path):
    with installed(tmp_path, migrated=False) as installation:
        done = installation.manage("serve", "--port", str(free_port()), check=False)

    assert done.returncode == 1
    assert done.stderr == "CommandError: The database is not up to date. Run: manage.py migrate\n"


def parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
