"""The scripts behind `make`: they say plainly what is missing, and leave no server behind."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from config import bootstrap
from tests.ops.installation import ROOT
from tests.ops.test_processes import living
from tests.ops.waiting import until

SERVICES = [sys.executable, str(ROOT / "tests" / "services.py")]


def without_servers(**changes):
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return kept | changes


def test_an_old_python_is_refused_with_one_sentence(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 12))

    assert bootstrap.main("requirements.lock").startswith("Vorsprung needs Python 3.11 or newer; this is ")


def test_a_python_without_venv_is_refused_with_the_package_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(bootstrap, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(bootstrap, "PYTHON", str(tmp_path / ".venv" / "bin" / "python"))
    monkeypatch.setitem(sys.modules, "ensurepip", None)

    assert "apt-get install python3-venv" in bootstrap.main("requirements.lock")


def test_servers_that_are_named_are_used():
    script = "import os, json; print(json.dumps([os.environ['DATABASE_URL'], os.environ['REDIS_URL']]))"
    named = {"DATABASE_URL": "postgres://somebody@127.0.0.1:1/x", "REDIS_URL": "redis://127.0.0.1:1/0"}

    done = subprocess.run(
        [*SERVICES, sys.executable, "-c", script],
        env=os.environ | named,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    assert json.loads(done.stdout.splitlines()[-1]) == list(named.values())


def test_the_status_of_the_command_is_passed_on():
    named = {"DATABASE_URL": "postgres://somebody@127.0.0.1:1/x", "REDIS_URL": "redis://127.0.0.1:1/0"}

    done = subprocess.run(
        [*SERVICES, "false"], env=os.environ | named, stdin=subprocess.DEVNULL, timeout=120, check=False
    )

    assert done.returncode == 1


def test_missing_servers_are_said_plainly_and_nothing_runs(tmp_path):
    ran = tmp_path / "ran"

    done = subprocess.run(
        [*SERVICES, "touch", str(ran)],
        env=without_servers(PATH=str(tmp_path), DATABASE_URL="postgres://somebody@127.0.0.1:1/x"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 1
    assert "apt-get install redis-server" in done.stderr
    assert not ran.exists()


@pytest.mark.services
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_servers_are_stopped_however_the_run_ends(tmp_path, number):
    output = tmp_path / "output"
    with output.open("wb") as sink:
        run = subprocess.Popen(
            [
                *SERVICES,
                sys.executable,
                "-c",
                "import os, time; print('command', os.getpid(), flush=True); time.sleep(600)",
            ],
            env=without_servers(TMPDIR=str(tmp_path), PYTHONUNBUFFERED="1"),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
            # Whoever runs the tests in the background of a shell hands on that this signal is ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
    try:
        until(lambda: b"command" in output.read_bytes(), log=output)
        command = int(output.read_text().split("command")[1])
        servers = [pid for pid in children(run.pid) if pid != command]
        assert len(servers) >= 2

        (os.killpg if number == signal.SIGINT else os.kill)(run.pid, number)
        run.wait(120)

        until(lambda: not [pid for pid in servers if living(pid)], log=output)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
        run.wait()


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]
