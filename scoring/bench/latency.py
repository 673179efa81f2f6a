"""`bench latency`: from the POST of an event until the board's HTML carries the new score, in a served installation.

A rep who is signed in fetches the board over and over, ordered by activity so that the lead is on the first page; time runs until
the answer with the new `data-score` is there. Once with nothing else to do, once while full rescores that rewrite every row run.
Nothing here has a bound, so there is no ratio. The aims are reported, not judged: only a score that never comes fails the run.
"""

import json
import random
import re
import statistics
import subprocess
import time
from contextlib import contextmanager
from datetime import timedelta
from tempfile import TemporaryDirectory

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.db.models import F
from django.utils import timezone

from leads import apikeys
from leads.enums import SourceKind
from leads.models import Membership, Source, Team, User
from scoring import qualification, rescoring
from scoring.bench import dataset, installation, measuring
from scoring.models import Score

AIM_SECONDS, AIM_BUSY_SECONDS = 2, 5
SAMPLES = 120
LASTS = 420
"""Seconds after which the installation ends by itself."""
_PHASE_SECONDS = 130
_GIVE_UP_SECONDS = 30
_PASSWORD = "correct-horse-battery"  # noqa: S105 # nosec B105 - of a database that is dropped


def run(*, leads=100_000, interactions=1_000_000, samples=SAMPLES):
    """Measure in an installation of its own; returns the report."""
    with measuring.own_database(), TemporaryDirectory(prefix="vorsprung-bench-serve-") as folder:
        key = _company(leads, interactions, spare=4 * samples)
        measuring.settle_all()
        connection.close()
        waiting = iter(range(leads + 1, leads + 4 * samples + 1))
        with installation.served(folder, lasts=LASTS) as port:
            rep, program = installation.Browser(port), installation.Browser(port, key=key)
            rep.sign_in("bench-rep", _PASSWORD)
            probe = _Probe(rep, program)
            probe.seconds(next(waiting))  # the first page compiles templates
            idle = _sampled(probe, waiting, samples, going_on=lambda: True)
            busy, rounds = _while_rescoring(probe, waiting, samples, folder=folder)
            rep.close()
            program.close()
    enough = min(len(idle), len(busy)) >= min(samples, 100)
    return {
        "name": "latency",
        "bound_seconds": None,
        "ours_seconds": round(statistics.median(idle), 4) if idle else None,
        "ratio": None,
        "iqr": [round(edge, 4) for edge in statistics.quantiles(idle, n=4)[::2]] if len(idle) > 1 else [None, None],
        "pairs": 0,
        "verdict": "fail" if probe.missed else "pass" if enough else "inconclusive",
        "leads": leads,
        "interactions": interactions,
        "idle": _figures(idle, aim=AIM_SECONDS),
        "during_full_rescore": {**_figures(busy, aim=AIM_BUSY_SECONDS), "rescores": rounds},
        "missed": probe.missed,
        "samples": {"idle": idle, "busy": busy},
        "machine": measuring.machine(),
    }


def _company(leads, interactions, *, spare):
    """A scored board of one team, with `spare` more leads that nothing has happened to yet; returns an API key.

    More than there are samples: those that a rescore did not outlast are lost.
    """
    now = timezone.now()
    team = Team.objects.create(name="Bench")
    rep = User.objects.create(username="bench-rep", password=make_password(_PASSWORD))
    Membership.objects.create(team=team, user=rep)
    dataset.people(leads + spare, team_id=team.pk, last_activity_at=now - timedelta(days=30))
    dataset.interactions(leads, interactions)
    rescoring.rescore_all_stale(now=now)
    while sum(qualification.qualify(now=now).values()):
        pass
    source = Source.objects.create(name="Bench", kind=SourceKind.API, team=team)
    return apikeys.create(name="bench", scopes=[apikeys.Scope.EVENTS_WRITE], source=source, now=now)[1]


class _Probe:
    """Sends an event about a lead and watches the board until it shows the new score."""

    def __init__(self, rep, program):
        self._rep, self._program = rep, program
        self._email = {}
        self.missed = 0

    def seconds(self, lead):
        """How long it took; None if the score did not come."""
        address = _email_of(lead)
        event = {
            "event_id": f"latency-{lead}",
            "kind": "form",
            "asset": "demo-request",
            "email": address,
            "occurred_at": timezone.now().isoformat(),
        }
        old = Score.objects.values_list("score", flat=True).get(lead=lead)
        started = time.perf_counter()
        status, answer = self._program.post("/api/v1/events", json.dumps(event))
        if status != 202:
            raise RuntimeError(f"The API answered {status}: {answer[:300]}")
        while time.perf_counter() - started < _GIVE_UP_SECONDS:
            _, page = self._rep.get("/?sort=activity")
            shown = re.search(rf'data-lead="{lead}" data-score="(\d+)"', page)
            if shown and int(shown.group(1)) != old:
                return time.perf_counter() - started
            time.sleep(0.02)
        self.missed += 1
        return None


def _email_of(lead):
    return Score.objects.values_list("lead__contact__email", flat=True).get(lead=lead)


def _sampled(probe, waiting, number, *, going_on):
    """Up to `number` times, at odd moments; one that ended after `going_on` said no does not count."""
    until, found = time.monotonic() + _PHASE_SECONDS, []
    while len(found) < number and time.monotonic() < until and going_on():
        lead = next(waiting, None)
        if lead is None:
            break
        seconds = probe.seconds(lead)
        if seconds is not None and going_on():
            found.append(seconds)
        time.sleep(random.uniform(0, 0.3))  # nosec B311
    return found


def _while_rescoring(probe, waiting, number, *, folder):
    """Samples during `manage.py rescore --all`, over and over, each of which writes every row; and how many of these."""
    until, found, rounds = time.monotonic() + _PHASE_SECONDS, [], 0
    while len(found) < number and time.monotonic() < until:
        _make_all_rows_differ()
        with _rescore(folder) as process:
            before = len(found)
            found += _sampled(
                probe, waiting, number - len(found), going_on=lambda process=process: process.poll() is None
            )
        rounds += 1
        if len(found) == before and next(waiting, None) is None:
            break
    return found, rounds


def _make_all_rows_differ(step=5_000):
    """In small transactions, so that nobody waits for this instead of for the rescore."""
    last = Score.objects.order_by("-lead_id").values_list("lead_id", flat=True).first()
    for start in range(1, last + 1, step):
        Score.objects.filter(lead__gte=start, lead__lt=start + step).update(digest=F("digest") + 1)


@contextmanager
def _rescore(folder):
    process = subprocess.Popen(
        installation.manage("rescore", "--all", "--json"),
        cwd=settings.BASE_DIR,
        env=installation.environment_of(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        try:
            process.wait(120)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _figures(times, *, aim):
    if len(times) < 2:
        return {"n": len(times), "p50_seconds": None, "p95_seconds": None, "aim_p95_seconds": aim}
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    p50, p95 = round(cuts[49], 3), round(cuts[94], 3)
    return {"n": len(times), "p50_seconds": p50, "p95_seconds": p95, "max_seconds": round(max(times), 3),
            "aim_p95_seconds": aim, "aim_met": p95 <= aim}  # fmt: skip
