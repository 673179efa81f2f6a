"""`bench report`: the conversion report over every lead, counted live, against one sequential scan of the table of leads.

The bound counts the leads by the stage they stand in, which is the least that a funnel can be made of. The ways of the leads
have been followed, as the ticks do. What the same report takes from the stored cells stands beside it, and so do the figures
of both, which must be the same.
"""

import statistics
from datetime import timedelta

import numpy as np
from django.db import connection

from leads.enums import Outcome, Role, Stage
from leads.models import Campaign, Product, Source, StageChange, Team, User
from scoring.bench import dataset, measuring
from scoring.models import ScoreHistory
from scoring.reports import cohorts, conversion, counting, rollups

LIMIT = 10.0
MONTHS = 36
_WAY = (Stage.LEAD, Stage.MQL, Stage.SQL, Stage.OPPORTUNITY, Stage.CUSTOMER)
_SHARES = (0.55, 0.25, 0.10, 0.06, 0.04)
"""How many leads come to each stage and no further."""
_STAGES = ", ".join(f"count(*) FILTER (WHERE stage = '{stage}')" for stage in (*_WAY, Stage.NURTURE))


def run(*, leads=1_000_000, interactions=0):
    """Measure in a database of its own; returns the report. Interactions play no part in it."""
    with measuring.own_database():
        user = _past(leads)
        measuring.settle_all()
        rollups.refresh(now=dataset.NOW)
        measuring.settle_all()
        today = cohorts.today(dataset.NOW)
        whole = cohorts.Cohort(user, cohorts.month_after(today, 1 - MONTHS), today)
        figures = {}

        def bound():
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {_STAGES} FROM leads_lead")
                cursor.fetchone()

        def live():
            figures["live"] = _report(counting.count(whole, now=dataset.NOW, live=True))

        def first_paint():
            figures["stored"] = _report(counting.count(whole, now=dataset.NOW))

        samples = measuring.measure(measuring.timed(bound), measuring.timed(live), pairs=7, deadline=240)
        stored = measuring.measure(measuring.timed(bound), measuring.timed(first_paint), pairs=5, deadline=60)
        return measuring.report(
            "report",
            samples,
            limit=LIMIT,
            ok=figures["live"] == figures["stored"] and figures["live"][0][0].reached == leads,
            leads=leads,
            cells=rollups.ConversionCell.objects.count(),
            first_paint_seconds=round(statistics.median(stored.ours), 6),
        )


def _report(counted):
    """Every figure of the page."""
    return (
        conversion.funnel(counted),
        conversion.recycled(counted),
        conversion.by_band(counted),
        conversion.by_month(counted),
        [conversion.by_origin(counted, name) for name in cohorts.ORIGINS],
        conversion.touches(counted),
    )


def _past(leads):
    """Leads of three years with their moves and scores; returns an administrator."""
    chance = np.random.default_rng(7)
    user = User.objects.create(username="bench-administrator", role=Role.ADMINISTRATOR)
    sources = [Source.objects.create(name=f"Source {n}").pk for n in range(6)]
    campaigns = [Campaign.objects.create(name=f"Campaign {n}", slug=f"c{n}").pk for n in range(12)]
    products = [Product.objects.create(name=f"Product {n}", slug=f"p{n}").pk for n in range(4)]
    teams = [Team.objects.create(name=f"Team {n}").pk for n in range(3)]
    first = cohorts.start(cohorts.month_after(cohorts.today(dataset.NOW), 1 - MONTHS))
    span = int((dataset.NOW - first).total_seconds()) - 1
    created = [first + timedelta(seconds=seconds) for seconds in chance.integers(0, span, leads).tolist()]
    ends = chance.choice(len(_WAY), leads, p=_SHARES).tolist()
    pauses = chance.integers(3_600, 30 * 86_400, (len(_WAY), leads)).tolist()
    entered = [created]
    for place in range(1, len(_WAY)):
        entered.append([at + timedelta(seconds=pause) for at, pause in zip(entered[-1], pauses[place], strict=True)])
    # Nobody has moved in the future: who would have, stands where the past ends.
    ends = [
        max((place for place in range(end + 1) if entered[place][n] <= dataset.NOW), default=0)
        for n, end in enumerate(ends)
    ]
    won = len(_WAY) - 1
    ids = range(1, leads + 1)
    dataset.people(
        leads,
        seen_revision=1,
        created_at=created,
        stage=[_WAY[end].value for end in ends],
        stage_since=[entered[end][n] for n, end in enumerate(ends)],
        outcome=[Outcome.WON.value if end == won else "" for end in ends],
        closed_at=[entered[end][n] if end == won else None for n, end in enumerate(ends)],
        first_mql_at=[entered[1][n] if end else None for n, end in enumerate(ends)],
        first_touch_at=[
            entered[1][n] + timedelta(hours=n % 90) if end and n % 3 else None for n, end in enumerate(ends)
        ],
        source_id=_some(chance, sources, leads),
        campaign_id=_some(chance, [*campaigns, *[None] * 12], leads),
        product_id=_some(chance, [*products, *[None] * 4], leads),
        team_id=_some(chance, [*teams, None], leads),
    )
    moves = [(n, place) for n, end in enumerate(ends) for place in range(end + 1)]
    dataset.write(
        StageChange,
        len(moves),
        id=range(1, len(moves) + 1),
        lead_id=[n + 1 for n, _ in moves],
        from_stage=[_WAY[place - 1].value if place else "" for _, place in moves],
        to_stage=[_WAY[place].value for _, place in moves],
        at=[entered[place][n] for n, place in moves],
        cause="person",
    )
    dataset.write(
        ScoreHistory,
        2 * leads,
        id=range(1, 2 * leads + 1),
        lead_id=[*ids, *ids],
        at=[*created, *[at + timedelta(days=9) for at in created]],
        score=50,
        fit=0,
        engagement=50,
        band=_some(chance, list("ABCD"), 2 * leads),
        stage="lead",
        version=1,
        cause="facts",
    )
    return user


def _some(chance, choices, size):
    return [choices[n] for n in chance.integers(0, len(choices), size).tolist()]
