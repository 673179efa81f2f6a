"""How benchmarks measure: pairs of bound, ours, ours, bound in one run, beside a canary that notices a noisy machine."""

import os
import platform
import statistics
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory

import django
import numpy as np
from django.core.management import call_command
from django.db import connection, connections

DRIFT = 0.25
"""A pair counts only if the canary takes the same time before and after it, within this share."""
PAIRS = None
"""If set, the number of pairs whatever a benchmark asks for: smoke tests want one."""


@dataclass
class Samples:
    """Raw times of a benchmark in seconds, and which pairs the canary let count."""

    bound: list = field(default_factory=list)
    ours: list = field(default_factory=list)
    canary: list = field(default_factory=list)
    kept: list = field(default_factory=list)

    def ratios(self):
        """Ours ÷ bound of the pairs that count."""
        return [ours / bound for ours, bound, is_kept in zip(self.ours, self.bound, self.kept, strict=True) if is_kept]


def measure(bound, ours, *, before=lambda: None, pairs=5, deadline=240):
    """Time `bound` against `ours`: after a warm-up, until `pairs` pairs count or the deadline (seconds) comes.

    Each callable does its work once and returns the seconds it took. `before` runs ahead of each work, untimed.
    """
    samples, until = Samples(), time.monotonic() + deadline
    pairs = PAIRS or pairs
    for work in (bound, ours):
        before()
        work()
    while (len(samples.ours) if PAIRS else sum(samples.kept)) < pairs and (
        time.monotonic() < until or not samples.ours
    ):
        first = canary()
        times = []
        for work in (bound, ours, ours, bound):
            before()
            times.append(work())
        last = canary()
        samples.bound.append((times[0] + times[3]) / 2)
        samples.ours.append((times[1] + times[2]) / 2)
        samples.canary.append((first, last))
        samples.kept.append(abs(last - first) <= DRIFT * min(first, last))
    return samples


def report(name, samples, *, limit, ok=True, **figures):
    """The result of a benchmark as the machine-readable object that scripts rely on.

    `verdict` is fail if the median ratio is over `limit` or something was wrong (`ok`), inconclusive (and `ratio` null)
    if more than half of the pairs were dropped, else pass.
    """
    ratios = samples.ratios()
    is_conclusive = 2 * len(ratios) >= len(samples.kept) and bool(ratios)
    ratio = statistics.median(ratios) if is_conclusive else None
    verdict = "inconclusive" if ratio is None else "pass" if ratio <= limit else "fail"
    spread = np.percentile(ratios, [25, 75]).tolist() if ratios else [None, None]
    return {
        "name": name,
        "bound_seconds": round(statistics.median(samples.bound), 6),
        "ours_seconds": round(statistics.median(samples.ours), 6),
        "ratio": ratio and round(ratio, 3),
        "limit": limit,
        "iqr": [edge and round(edge, 3) for edge in spread],
        "pairs": len(ratios),
        "dropped": len(samples.kept) - len(ratios),
        "verdict": verdict if ok else "fail",
        **figures,
        "samples": {"bound": samples.bound, "ours": samples.ours, "canary": samples.canary},
        "machine": machine(),
    }


def canary():
    """Seconds for a fixed piece of work of Python and NumPy."""
    started = time.perf_counter()
    numbers = np.arange(400_000, dtype=np.float64)
    for _ in range(5):
        numbers = np.sqrt(numbers + 1.5)
    sum(range(1_000_000))
    return time.perf_counter() - started


def timed(work):
    """`work` as a callable that returns the seconds it took."""

    def run():
        started = time.perf_counter()
        work()
        return time.perf_counter() - started

    return run


def machine():
    """What the figures were measured on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()" if connection.vendor == "postgresql" else "SELECT sqlite_version()")
        database = cursor.fetchone()[0]
    return {
        "cpus": os.cpu_count(),
        "platform": platform.platform(),
        "python": platform.python_version(),
        "django": django.get_version(),
        "numpy": np.__version__,
        "database": f"{connection.vendor} {database}",
        "load": os.getloadavg(),
    }


@contextmanager
def own_database():
    """A migrated database of this run's own on the engine of `DATABASE_URL`, dropped afterwards whatever happens."""
    settings, name = connections.databases["default"], f"vorsprung_bench_{os.getpid()}"
    original = settings["NAME"]
    with TemporaryDirectory(prefix="vorsprung-bench-") as folder:
        if connection.vendor == "postgresql":
            _administer(f"CREATE DATABASE {name}")
            # For every connection. Durability is tested by killing, not here.
            _administer(f"ALTER DATABASE {name} SET synchronous_commit = off")
        _use(name if connection.vendor == "postgresql" else f"{folder}/bench.sqlite3")
        try:
            call_command("migrate", verbosity=0)
            yield
        finally:
            _use(original)
            if connection.vendor == "postgresql":
                _administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _administer(sql):
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql)


def _use(name):
    connection.close()
    connections.databases["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def settle():
    """An equal start for both sides: no dead rows, nothing waiting to be written."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE scoring_score")
            cursor.execute("CHECKPOINT")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def settle_all():
    """The same after loading, for all tables."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
