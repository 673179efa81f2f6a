"""Waiting for what other processes do, with a deadline far beyond what it takes."""

import time


def until(condition, *, seconds=120, log=None):
    """Return the first true answer of `condition()`; after `seconds`, fail and show the log file."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        time.sleep(0.05)
    shown = log.read_text(errors="replace")[-4_000:] if log and log.exists() else ""
    raise AssertionError(f"Waited {seconds} s in vain for {condition}.\n{shown}")
