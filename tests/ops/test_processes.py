"""One parent keeps its children running, and leaves nothing behind, however it ends."""

import os
import re
import signal
import subprocess
import sys
import textwrap
import uuid
from pathlib import Path

import pytest

from config.processes import Child, Policy, ProcessGroup
from tests.ops.waiting import until

SLEEPER = "import os, subprocess, sys, time; print('pid', os.getpid()); time.sleep(600)"
FAMILY = (
    "import os, subprocess, sys, time; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    "print('pid', os.getpid()); print('pid', child.pid); time.sleep(600)"
)
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPER}"


def living(pid):
    """True while the process runs; a zombie that only awaits its parent does not count."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.fixture
def parent(tmp_path):
    """Starts a parent in a process of its own; its output goes to `parent.log`."""
    started = []

    def start(*programs, policy="Policy(first_delay=0.05)"):
        log = tmp_path / "log"
        script = textwrap.dedent(
            f"""
            import sys
            from config.processes import Child, Policy, ProcessGroup, say
            children = [Child(f"child{{n}}", [sys.executable, "-c", p]) for n, p in enumerate({programs!r})]
            sys.exit(ProcessGroup(children, policy={policy}, say=say).run())
            """
        )
        mark = f"STARTED_BY_TEST={uuid.uuid4().hex}"
        environment = {**os.environ, **dict([mark.split("=")])}
        with log.open("wb") as sink:
            process = subprocess.Popen(
                [sys.executable, "-c", script], env=environment, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink
            )
        process.family = lambda: [
            path
            for path in Path("/proc").glob("[0-9]*/environ")
            if path.parent.name != str(process.pid) and mark.encode() in _environment(path)
        ]
        process.log = log
        process.pids = lambda: [int(pid) for pid in re.findall(r"\| pid (\d+)", log.read_text())]
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        for pid in process.pids():
            if living(pid):
                os.kill(pid, signal.SIGKILL)


def test_a_killed_child_is_started_again(parent):
    group = parent(SLEEPER)
    [first] = until(group.pids, log=group.log)

    os.kill(first, signal.SIGKILL)
    until(lambda: len(group.pids()) == 2, log=group.log)

    assert "child0 ended (signal SIGKILL)" in group.log.read_text()
    assert living(group.pids()[1])


def test_grandchildren_of_a_dead_child_are_ended_before_the_restart(parent):
    group = parent(FAMILY)
    child, grandchild = until(lambda: len(group.pids()) == 2 and group.pids(), log=group.log)

    os.kill(child, signal.SIGKILL)
    until(lambda: len(group.pids()) == 4, log=group.log)

    assert not living(grandchild)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_with_status_0(parent, number):
    group = parent(FAMILY, SLEEPER)
    pids = until(lambda: len(group.pids()) == 3 and group.pids(), log=group.log)

    group.send_signal(number)

    assert group.wait(120) == 0
    assert not [pid for pid in pids if living(pid)]


def test_a_child_that_ignores_the_request_is_ended_after_the_grace_time(parent):
    group = parent(STUBBORN, policy="Policy(grace=0.5)")
    [pid] = until(group.pids, log=group.log)

    group.terminate()

    assert group.wait(120) == 0
    assert not living(pid)
    assert "child0 does not stop" in group.log.read_text()


def test_a_second_signal_does_not_wait(parent):
    group = parent(STUBBORN, policy="Policy(grace=1_000)")
    [pid] = until(group.pids, log=group.log)

    group.terminate()
    until(lambda: "Stopping" in group.log.read_text(), log=group.log)
    group.send_signal(signal.SIGINT)

    assert group.wait(120) == 0
    assert not living(pid)


def test_nothing_is_left_when_the_parent_is_killed(parent):
    group = parent(FAMILY, SLEEPER)
    pids = until(lambda: len(group.pids()) == 3 and group.pids(), log=group.log)

    group.kill()

    until(lambda: not [pid for pid in pids if living(pid)])


def test_giving_up_is_loud_and_stops_the_others(parent):
    group = parent(
        "print('no luck today'); raise SystemExit(3)", SLEEPER, policy="Policy(failures=2, first_delay=0.05)"
    )

    assert group.wait(120) == 1
    said = group.log.read_text()
    assert "child0 ended (status 3); starting it again" in said
    assert "Giving up: child0 ended 3 times within 60 seconds." in said
    assert said.endswith("no luck today\n")
    assert not [pid for pid in group.pids() if living(pid)]


def test_being_ready_is_announced_once(parent):
    answers = iter([False, False, True])
    said = []
    group = ProcessGroup(
        [Child("child", [sys.executable, "-c", "import time; time.sleep(600)"])],
        policy=Policy(),
        ready=lambda: next(answers),
        on_ready=lambda: (said.append("ready"), os.kill(os.getpid(), signal.SIGTERM)),
        say=said.append,
    )

    status = group.run()

    assert status == 0
    assert said == ["ready", "Stopping …"]


def test_a_child_that_waits_starts_when_the_group_is_ready():
    said = []
    is_ready = False

    def ready():
        nonlocal is_ready
        if any("first" in line for line in said):
            assert not any("second" in line for line in said)
            is_ready = True
        return is_ready

    def hear(line):
        said.append(line)
        if "second" in line:
            os.kill(os.getpid(), signal.SIGTERM)

    print_and_stay = "import sys, time; print(sys.argv[1]); time.sleep(600)"
    group = ProcessGroup(
        [
            Child("late", [sys.executable, "-c", print_and_stay, "second"], waits=True),
            Child("early", [sys.executable, "-c", print_and_stay, "first"]),
        ],
        policy=Policy(waiting=1_000),
        ready=ready,
        say=hear,
    )

    status = group.run()

    assert status == 0
    assert said == ["early | first", "late | second", "Stopping …"]


def test_nothing_is_left_when_the_parent_is_killed_while_it_starts_children(parent):
    group = parent(*[FAMILY] * 8)
    until(group.family, log=group.log)

    group.kill()

    until(lambda: not group.family())


def _environment(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""
