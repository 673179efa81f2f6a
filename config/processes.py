"""Several processes under one parent: started together, restarted when they die, stopped together.

Nothing here knows what the processes do. Each child leads a process group of its own, so that what it starts in turn ends with
it; should the parent itself be killed, the watchdog ends the groups.
"""

import os
import random
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass, field

from config.watchdog import Watchdog, signal_group

STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Child:
    """A process to keep running: a name for people, the command, and what it adds to the environment.

    One that `waits` leaves the processors to the others until the group is ready, but no longer than `Policy.waiting`.
    """

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    waits: bool = False


@dataclass(frozen=True)
class Policy:
    """How patient the parent is. All in seconds, but `failures`: more deaths than that within `window` end everything."""

    failures: int = 5
    window: float = 60
    first_delay: float = 0.5
    longest_delay: float = 10
    waiting: float = 10
    grace: float = 20


class _Running:
    """One child: its process while it lives, its latest output, its recent deaths."""

    def __init__(self, child):
        self.child = child
        self.process = None
        self.due = 0.0
        self.deaths = deque()
        self.lines = deque(maxlen=20)
        self.partial = b""

    def start(self, enlist):
        self.process = subprocess.Popen(
            self.child.command,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.child.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=enlist,
        )
        os.set_blocking(self.process.stdout.fileno(), False)

    def read(self):
        """Complete lines that have arrived; None at the end of the output."""
        try:
            chunk = os.read(self.process.stdout.fileno(), 65_536)
        except BlockingIOError:
            return []
        if not chunk:
            return None
        *lines, self.partial = (self.partial + chunk).split(b"\n")
        lines = [line.decode(errors="replace").rstrip() for line in lines]
        self.lines.extend(lines)
        return lines


class ProcessGroup:
    """Runs children until a signal arrives or one of them cannot be kept alive.

    `ready` is asked about ten times a second until it answers True; then `on_ready` is called once. `say` gets every line that
    is meant for people, the children's output included unless `quiet`.
    """

    def __init__(
        self,
        children,
        *,
        policy=None,
        ready=None,
        on_ready=None,
        say=print,
        quiet=False,
    ):
        self._members = [_Running(child) for child in children]
        self._policy = policy or Policy()
        self._ready = ready
        self._on_ready = on_ready
        self._say = say
        self._quiet = quiet
        self._signals = 0
        self._patient_until = 0.0
        self._selector = selectors.DefaultSelector()
        self._watchdog = None

    def run(self):
        """Keep the children running; returns the exit status: 0 after a signal, 1 after giving up.

        Either way no child and no grandchild is left when it returns, at the latest `policy.grace` seconds after the end began;
        a second signal does not wait. Call it in the main thread: it takes over SIGINT, SIGTERM and SIGHUP meanwhile.
        """
        previous = {number: signal.signal(number, self._on_signal) for number in STOPPING_SIGNALS}
        self._watchdog = Watchdog()
        self._patient_until = time.monotonic() + self._policy.waiting
        given_up = None
        try:
            while not self._signals and given_up is None:
                self._start_due()
                self._pass_on_output(timeout=0.1)
                given_up = self._bury_dead()
                self._ask_whether_ready()
            if given_up is None:
                self._say("Stopping …")
        finally:
            self._stop()
            self._watchdog.close()
            self._selector.close()
            for number, handler in previous.items():
                signal.signal(number, handler)
        if given_up is None:
            return 0
        self._report(given_up)
        return 1

    def _on_signal(self, number, frame):
        self._signals += 1

    def _start_due(self):
        patient = self._ready is not None and time.monotonic() < self._patient_until
        for member in self._members:
            if member.process is None and time.monotonic() >= member.due and not (member.child.waits and patient):
                member.start(self._watchdog.enlist)
                self._selector.register(member.process.stdout, selectors.EVENT_READ, member)

    def _pass_on_output(self, *, timeout):
        if not self._selector.get_map():
            time.sleep(timeout)
            return
        for key, _ in self._selector.select(timeout):
            lines = key.data.read()
            if lines is None:
                self._selector.unregister(key.fileobj)
                continue
            if not self._quiet:
                for line in lines:
                    self._say(f"{key.data.child.name} | {line}")

    def _bury_dead(self):
        """Plan the restart of children that died; returns one that has died too often, if any."""
        for member in self._members:
            if member.process is None or member.process.poll() is None:
                continue
            status = self._bury(member)
            now = time.monotonic()
            member.deaths.append(now)
            while now - member.deaths[0] > self._policy.window:
                member.deaths.popleft()
            if len(member.deaths) > self._policy.failures:
                return member
            delay = min(
                self._policy.longest_delay,
                self._policy.first_delay * 2 ** (len(member.deaths) - 1),
            )
            delay *= random.uniform(0.5, 1)  # so that children that died together do not start together
            member.due = now + delay
            self._say(f"{member.child.name} ended ({_meaning(status)}); starting it again in {delay:.1f} s")
        return None

    def _bury(self, member):
        """Take the last output, end what the child left behind, and forget it; returns its exit status."""
        process = member.process
        signal_group(process.pid, signal.SIGKILL)
        if process.stdout in (key.fileobj for key in self._selector.get_map().values()):
            while member.read():
                pass
            self._selector.unregister(process.stdout)
        process.stdout.close()
        if member.partial:
            member.lines.append(member.partial.decode(errors="replace"))
            member.partial = b""
        self._watchdog.forget(process.pid)
        member.process = None
        return process.returncode

    def _ask_whether_ready(self):
        if self._ready is not None and self._ready():
            self._ready = None
            if self._on_ready is not None:
                self._on_ready()

    def _stop(self):
        signals = self._signals
        deadline = time.monotonic() + self._policy.grace
        living = [member for member in self._members if member.process is not None]
        for member in living:
            member.process.terminate()
        while living and time.monotonic() < deadline and self._signals <= max(signals, 1):
            self._pass_on_output(timeout=0.05)
            for member in [member for member in living if member.process.poll() is not None]:
                self._bury(member)
                living.remove(member)
        for member in living:
            self._say(f"{member.child.name} does not stop; ending it")
            signal_group(member.process.pid, signal.SIGKILL)
            member.process.wait()
            self._bury(member)

    def _report(self, member):
        policy = self._policy
        self._say(
            f"Giving up: {member.child.name} ended {len(member.deaths)} times within {policy.window:.0f} seconds."
        )
        self._say("Its last lines were:")
        for line in member.lines or ["(none)"]:
            self._say(f"  {line}")


def say(line):
    """Print at once, also into a pipe; a reader that went away is no reason to stop."""
    try:
        print(line, flush=True)  # noqa: T201 - this is the one place that speaks to people
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - it stays open until the end


def _meaning(status):
    if status < 0:
        return f"signal {signal.Signals(-status).name}"
    return f"status {status}"
