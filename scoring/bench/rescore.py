"""`bench rescore`: a full rescore with stored lines against a bare SQL pass over the same interactions.

Each run is scored a day later than the one before, as every night's is: about a third of the stored rows change, and only
these are written. What a run takes that changes nearly all of them (a fortnight later), and one that changes none, is told
apart. The bound sums the decayed points of all interactions per contact and updates (lead id, score) in a table of just
these, ranked by an index as the scores are.
"""

import itertools
import random
import sqlite3
from contextlib import closing
from datetime import timedelta

from django.db import connection

from leads.models import Interaction
from scoring import evaluation, gathering, rescoring
from scoring.bench import dataset, measuring, plain
from scoring.models import Score

LIMITS = {"postgresql": 2.5, "sqlite": 4.0}
WORKERS = 2
"""As `manage.py rescore --all` does it."""
CHECKED = 1_000

_BARE = {
    "postgresql": "UPDATE bench_narrow SET score = p.points + {salt} FROM ("
    "SELECT contact_id, ROUND(SUM(5 * POWER(2, -(DATE '{today}' - day) / 30.0::float8)))::int AS points"
    " FROM leads_interaction WHERE verdict = 'human' GROUP BY contact_id"
    ") p WHERE p.contact_id = bench_narrow.lead_id",
    "sqlite": "UPDATE bench_narrow SET score = p.points + {salt} FROM ("
    "SELECT contact_id, CAST(ROUND(SUM(5 * POWER(2, -(julianday('{today}') - julianday(day)) / 30.0))) AS INTEGER)"
    " AS points FROM leads_interaction WHERE verdict = 'human' GROUP BY contact_id"
    ") p WHERE p.contact_id = bench_narrow.lead_id",
}


def run(*, leads=100_000, interactions=1_000_000):
    """Measure in a database of its own; returns the report."""
    with measuring.own_database():
        dataset.people(leads)
        dataset.interactions(leads, interactions)
        _narrow_table()
        measuring.settle_all()
        days = itertools.count()
        rescoring.rescore_all(now=dataset.NOW)
        measuring.settle_all()
        outcomes = []

        def ours():
            now = dataset.NOW + timedelta(days=next(days))
            outcomes.append(rescoring.rescore_all(now=now, workers=WORKERS))

        samples = measuring.measure(_bound(), measuring.timed(ours), before=measuring.settle, deadline=200)
        at = dataset.NOW + timedelta(days=next(days) - 1)
        unchanged, _ = _once(at)
        at += timedelta(days=14)
        everything, outcome = _once(at)
        wrong = _differences(leads, now=at)
        seconds = sorted(samples.ours)[len(samples.ours) // 2]
        return measuring.report(
            "rescore",
            samples,
            limit=LIMITS[connection.vendor],
            ok=not wrong and Score.objects.count() == leads,
            leads=leads,
            interactions=interactions,
            changed=[outcome.changed for outcome in outcomes],
            unchanged_seconds=round(unchanged, 3),
            fortnight_seconds=round(everything, 3),
            fortnight_changed=outcome.changed,
            leads_per_second=round(leads / seconds),
            checked=min(CHECKED, leads),
            wrong=wrong,
        )


def _once(at):
    """Seconds and outcome of one run as of `at`."""
    outcomes = []
    measuring.settle()
    run = measuring.timed(lambda: outcomes.append(rescoring.rescore_all(now=at, workers=WORKERS)))
    return run(), outcomes[0]


def _narrow_table():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_narrow (lead_id bigint PRIMARY KEY, score integer NOT NULL)")
        cursor.execute("INSERT INTO bench_narrow SELECT id, 0 FROM leads_lead")
        cursor.execute("CREATE INDEX bench_rank ON bench_narrow (score DESC, lead_id)")


def _bound():
    """The bare pass; its salt changes every row each time. On SQLite without Django's functions written in Python."""
    salts = itertools.count()

    def sql():
        return _BARE[connection.vendor].format(salt=next(salts), today=dataset.NOW.date().isoformat())

    if connection.vendor == "postgresql":
        return measuring.timed(lambda: connection.cursor().execute(sql()))

    def bare():
        with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as plainly:
            plainly.execute("PRAGMA synchronous=NORMAL")
            plainly.execute("PRAGMA cache_size=-64000")
            plainly.execute(sql())

    return measuring.timed(bare)


def _differences(leads, *, now):
    """How many of some random leads have another stored score than plain Python makes of their facts."""
    chosen = random.Random(7).sample(range(1, leads + 1), min(CHECKED, leads))  # nosec B311
    rescoring.rescore(chosen, now=now)
    model, day = gathering.live(), gathering.today(now)
    batch = gathering.facts(model, chosen, day=day)
    rows = {lead: row for row, lead in enumerate(batch.leads.tolist())}
    acts = {lead: [] for lead in chosen}
    found = Interaction.objects.filter(contact_id__in=batch.contacts.tolist(), verdict="human", signal__isnull=False)
    of_contact = dict(zip(batch.contacts.tolist(), batch.leads.tolist(), strict=True))
    for contact, signal, at in found.values_list("contact_id", "signal_id", "day"):
        acts[of_contact[contact]].append((signal, at.toordinal()))
    stored = {score.lead_id: score for score in Score.objects.filter(lead_id__in=chosen)}
    wrong = 0
    for lead in chosen:
        truths = {rule: bool(mask[rows[lead]]) for rule, mask in batch.facts.masks.items()}
        score = stored[lead]
        expected = plain.score(model.card, acts[lead], truths, day=day)
        is_right = score.score == expected == sum(line["points"] for line in score.lines)
        wrong += not (is_right and score.engine == evaluation.ENGINE)
    return wrong
