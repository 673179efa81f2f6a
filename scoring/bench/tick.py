"""`bench tick`: a tick that finds nothing to do, against three index probes."""

import time

from django.db import connection
from django.utils import timezone

from scoring import gathering, qualification, rescoring
from scoring.bench import dataset, measuring

LIMIT = 3.0
REPEATS = 50

_PROBES = (
    "SELECT MIN(id) FROM leads_contact WHERE NOT (revision = seen_revision)",
    "SELECT 1 FROM scoring_score WHERE NOT is_frozen AND version = 1 AND engine = 1 AND valid_until < '2000-01-01' LIMIT 1",
    "SELECT 1 FROM scoring_score WHERE NOT is_frozen AND version < 1 LIMIT 1",
)


def run(*, leads=1_000_000, interactions=0):
    """Measure in a database of its own; returns the report. Interactions play no part in an idle tick."""
    with measuring.own_database():
        dataset.people(leads, seen_revision=1)
        dataset.scores(leads, version=gathering.live().version)
        measuring.settle_all()
        while sum(qualification.qualify(now=timezone.now()).values()):
            pass  # until every lead stands where its score says, as after the first ticks
        measuring.settle_all()
        found = []

        def probes():
            for sql in _PROBES:
                with connection.cursor() as cursor:
                    cursor.execute(sql)
                    cursor.fetchone()

        def scoring():
            found.append(rescoring.rescore_stale(now=timezone.now()).scored)

        def whole():
            scoring()
            qualification.qualify_due(now=timezone.now(), scored=0)

        samples = measuring.measure(_repeated(probes), _repeated(scoring), pairs=9, deadline=60)
        with_qualification = measuring.measure(_repeated(probes), _repeated(whole), pairs=5, deadline=60)
        return measuring.report(
            "tick",
            samples,
            limit=LIMIT,
            ok=not any(found),
            leads=leads,
            with_qualification_seconds=round(sorted(with_qualification.ours)[len(with_qualification.ours) // 2], 6),
        )


def _repeated(work):
    """The mean of many: one tick takes less than the clock's jitter."""

    def run_often():
        started = time.perf_counter()
        for _ in range(REPEATS):
            work()
        return (time.perf_counter() - started) / REPEATS

    return run_often
