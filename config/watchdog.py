"""Stops the process groups of a parent that died without saying goodbye.

Run as a script with its standard input at the end of a pipe that only the parent writes: `+PID` and `-PID` lines name process
groups that are to be stopped once the pipe closes. A closed pipe is the one sign of a parent's death that no `kill -9` can
suppress and that every system knows. Plain Python without imports from the project, so that it starts at once and stays small.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time

PATIENCE = 10
"""Seconds between asking the groups to end and ending them."""


class Watchdog:
    """The parent's end: a process that outlives it just long enough to clean up."""

    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", __file__],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def enlist(self):
        """From now on this process and its group end with the parent.

        For the new process itself to call, between fork and exec (`preexec_fn`, with `start_new_session`): were it the parent's
        task, a parent killed right after the fork would leave a process that nobody knows.
        """
        self._say(f"+{os.getpid()}\n")

    def forget(self, pid):
        """The process group `pid` has ended."""
        self._say(f"-{pid}\n")

    def close(self):
        """Stop whatever is still enlisted, and wait for that."""
        self._process.stdin.close()
        self._process.wait()

    def _say(self, line):
        # If somebody ended the watchdog, the processes go on, only less guarded.
        with contextlib.suppress(BrokenPipeError):
            os.write(self._process.stdin.fileno(), line.encode())


def signal_group(group, number):
    """Send a signal to a process group; False if it is gone."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _main():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups = set()
    for line in sys.stdin:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    for group in groups:
        signal_group(group, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while groups and time.monotonic() < deadline:
        time.sleep(0.1)
        groups = {group for group in groups if signal_group(group, 0)}
    for group in groups:
        signal_group(group, signal.SIGKILL)


if __name__ == "__main__":
    _main()
