"""`bench board`: the ranked page against a bare one with the same middleware, frame and columns, both signed in.

Requests go through all of Django, but not over a socket. The ratio is that of an administrator, who sees every lead; that of a
rep of a team with half of them stands beside it. `deep` compares a page far down (the 10,000th, if there are so many leads) with
the first.
"""

import statistics
import time
from contextlib import contextmanager
from datetime import timedelta
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.core.files.storage import storages
from django.core.management import call_command
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from leads.enums import Role
from leads.models import FollowUp, Lead, Membership, Team, User
from scoring import gathering, ranking
from scoring.bench import dataset, measuring
from scoring.models import ScoreHistory

LIMIT = 4.0
REQUESTS = 15
"""Pages per sample, of which the median counts."""
REPS = 40
DEEP = 10_000
"""The page that is compared with the first."""
DEEP_LIMIT = 1.5


def run(*, leads=100_000, interactions=0, requests=REQUESTS):
    """Measure in a database of its own; returns the report. Interactions play no part: scores are stored."""
    with measuring.own_database(), _addresses():
        administrator, rep = _company(leads, now=timezone.now())
        measuring.settle_all()
        samples, pages = {}, {}
        for user, seconds in ((administrator, 150), (rep, 90)):
            client = Client(SERVER_NAME="testserver")
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            pages[user.role] = []
            samples[user.role] = measuring.measure(
                _median(client, "/bench/bare/", requests, []),
                _median(client, "/", requests, pages[user.role]),
                pairs=7,
                deadline=seconds,
            )
        deep = _deep(administrator, leads, requests)
        of_rep = measuring.report("board", samples[Role.REP], limit=LIMIT)
        return measuring.report(
            "board",
            samples[Role.ADMINISTRATOR],
            limit=LIMIT,
            leads=leads,
            deep=deep,
            p50_ms=_percentile(pages[Role.ADMINISTRATOR], 50),
            p95_ms=_percentile(pages[Role.ADMINISTRATOR], 95),
            rep={
                **{key: of_rep[key] for key in ("bound_seconds", "ours_seconds", "ratio", "iqr", "pairs", "verdict")},
                "p50_ms": _percentile(pages[Role.REP], 50),
                "p95_ms": _percentile(pages[Role.REP], 95),
            },
        )


def _deep(user, leads, requests):
    """A page far down the ranking against the first one, for the same viewer."""
    number = max(1, min(DEEP, leads // ranking.PAGE - 1))
    above = ranking.page(Lead.objects.open(), order="score", size=(number - 1) * ranking.PAGE or 1)
    client = Client(SERVER_NAME="testserver")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    first = _median(client, "/", requests, [])
    far = _median(client, f"/?{urlencode({'at': above.next})}", requests, [])
    found = measuring.report("deep", measuring.measure(first, far, pairs=5, deadline=60), limit=DEEP_LIMIT)
    return {"page": number, **{key: found[key] for key in ("ratio", "iqr", "pairs", "verdict", "limit")}}


def _company(leads, *, now):
    """Two teams of reps with a believable board each; returns an administrator and a rep."""
    administrator = User.objects.create(username="bench-administrator", role=Role.ADMINISTRATOR)
    teams = [Team.objects.create(name=name) for name in ("North", "South")]
    reps = [User.objects.create(username=f"bench-rep-{n}", first_name=f"Rep {n}") for n in range(REPS)]
    Membership.objects.bulk_create(Membership(team=teams[n % 2], user=user) for n, user in enumerate(reps))
    ids = range(1, leads + 1)
    dataset.people(
        leads,
        seen_revision=1,
        team_id=[teams[n % 2].pk for n in ids],
        # Of the strongest each has a few: most leads wait for nobody.
        owner_id=[reps[n % REPS].pk if n % 7 == 0 else None for n in ids],
        stage=["mql" if n % 101 == 0 else "sql" if n % 103 == 0 else "lead" for n in ids],
        stage_since=now - timedelta(days=3),
        last_activity_at=[now - timedelta(days=n % 90, minutes=n % 1000) for n in ids],
        last_activity_kind="page_view",
    )
    dataset.scores(leads, version=gathering.live().version)
    followed = [n for n in ids if n % 7 == 0]
    dataset.write(
        FollowUp,
        len(followed),
        id=range(1, len(followed) + 1),
        lead_id=followed,
        owner_id=[reps[n % REPS].pk for n in followed],
        due_at=[now + timedelta(days=n % 60 - 5) for n in followed],
        created_at=now,
    )
    dataset.write(
        ScoreHistory,
        leads,
        id=ids,
        lead_id=ids,
        at=now - timedelta(days=10),
        score=[n % 100 + 1 for n in ids],
        fit=0,
        engagement=0,
        band=["DCBA"[n % 4] for n in ids],
        stage="lead",
        version=1,
        cause="facts",
    )
    return administrator, reps[0]


def _median(client, path, requests, noted):
    def sample():
        times = []
        for _ in range(requests):
            started = time.perf_counter()
            response = client.get(path)
            times.append(time.perf_counter() - started)
            if response.status_code != 200 or b'class="rail"' not in response.content:
                raise RuntimeError(f"{path} answered {response.status_code}.")
        noted.extend(times)
        return statistics.median(times)

    return sample


def _percentile(times, percent):
    return round(1000 * statistics.quantiles(times, n=100, method="inclusive")[percent - 1], 1)


@contextmanager
def _addresses():
    """The bare page beside the others, and static files collected if their names say what is in them."""
    with (
        TemporaryDirectory(prefix="vorsprung-bench-static-") as folder,
        override_settings(
            ROOT_URLCONF="scoring.bench.bare",
            ALLOWED_HOSTS=["testserver"],
            SECURE_SSL_REDIRECT=False,
            STATIC_ROOT=folder,
        ),
    ):
        if isinstance(storages["staticfiles"], ManifestFilesMixin):
            call_command("collectstatic", interactive=False, verbosity=0)
        yield
