"""The whole report, live and from cells, against a plain count of the facts that shares no code with it.

The same leads on every database: whoever runs these tests on SQLite and on PostgreSQL has compared the two as well.
"""

from datetime import date
from random import Random
from statistics import median, quantiles
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from leads.enums import Role, Stage
from leads.models import Lead, StageChange
from scoring.models import ScoreHistory
from scoring.reports import conversion, counting, rollups
from scoring.reports.cohorts import Cohort
from tests.factories import MONDAY, CampaignFactory, ProductFactory, SourceFactory, TeamFactory, UserFactory, people
from tests.scoring.reports.histories import DAY, lead

pytestmark = pytest.mark.django_db

SINCE, UNTIL = date(2025, 9, 1), date(2026, 11, 30)
LADDER = ["subscriber", "lead", "mql", "sql", "opportunity", "customer"]
ORIGINS = ("source", "campaign", "product", "team")


@pytest.fixture
def past():
    """Some hundred leads with all sorts of ways. Returns the people."""
    chance, who = Random(11), people()
    teams = [TeamFactory(name="North"), TeamFactory(name="South"), None]
    sources = [SourceFactory(name=f"Source {number}") for number in range(3)]
    campaigns = [CampaignFactory(slug=f"c{number}") for number in range(2)]
    products = [ProductFactory(slug=f"p{number}") for number in range(2)]
    for _ in range(150):
        created_at = MONDAY - chance.randrange(1, 500) * DAY - chance.randrange(86_400) * DAY / 86_400
        lead(
            *_moves(chance, (MONDAY - created_at) / DAY),
            created_at=created_at,
            begins=chance.choice([Stage.SUBSCRIBER, Stage.LEAD, Stage.LEAD]),
            band=chance.choice(["A", "B", "C", "D", ""]),
            source=chance.choice(sources),
            campaign=chance.choice([*campaigns, None]),
            product=chance.choice([*products, None]),
            team=chance.choice(teams),
            first_touch_at=created_at + chance.randrange(30) * DAY if chance.random() < 0.4 else None,
            is_undated=chance.random() < 0.1,
        )
    return who


def _moves(chance, days_left):
    """A few moves up, down and past stages, the last of which may be the end."""
    moves, at, stage = [], 0, None
    for _ in range(chance.randrange(6)):
        at += chance.random() * 25
        to = chance.choice(
            [Stage.LEAD, Stage.MQL, Stage.MQL, Stage.SQL, Stage.OPPORTUNITY, Stage.NURTURE, Stage.CUSTOMER]
        )
        if at > days_left or to == stage or stage == Stage.CUSTOMER:
            break
        moves.append((to, at))
        stage = to
    return moves


def told(row):
    """What the facts say of one lead, by the definitions of the guide."""
    moves = list(StageChange.objects.filter(lead=row).order_by("at", "id").values_list("to_stage", "at"))
    entered = {}
    for stage, at in moves:
        entered.setdefault(stage, at)
    best = max(LADDER.index(stage) for stage in entered if stage in LADDER)
    first = LADDER.index(moves[0][0])
    gaps = {}
    for before, after in zip(LADDER, LADDER[1:], strict=False):
        if before in entered and after in entered and entered[after] >= entered[before]:
            gaps[after] = int((entered[after] - entered[before]).total_seconds())
    touched = row.first_touch_at
    touches = {}
    if touched and not row.is_undated:
        touches["created_to_touch"] = int((touched - row.created_at).total_seconds())
    if touched and "mql" in entered and touched >= entered["mql"]:
        touches["mql_to_touch"] = int((touched - entered["mql"]).total_seconds())
    return {
        "best": best,
        "gaps": gaps,
        "touches": touches,
        "skipped": {stage for stage in LADDER[first + 1 : best] if stage not in entered},
        "recycled": "nurture" in entered,
        "band": _band(row),
        "month": row.created_at.astimezone(ZoneInfo(settings.TIME_ZONE)).date().replace(day=1),
    }


def _band(row):
    if row.is_undated:
        return "?"
    moment = min(at for at in (row.first_mql_at, row.first_touch_at, row.created_at + 14 * DAY) if at)
    if row.closed_at and row.closed_at < moment:
        return "?"
    if moment > MONDAY:
        return "-"
    known = ScoreHistory.objects.filter(lead=row, at__lte=moment).order_by("-at", "-id").first()
    return known.band if known else "?"


def expected(rows):
    """The figures of these leads, counted by loops."""
    facts = [(row, told(row)) for row in rows]

    def reached(some):
        return tuple(sum(fact["best"] >= place for _, fact in some) for place in range(len(LADDER)))

    def by(of):
        groups = {}
        for row, fact in facts:
            groups.setdefault(of(row, fact), []).append((row, fact))
        return {key: reached(some) for key, some in groups.items()}

    return {
        "reached": reached(facts),
        "skipped": [sum(stage in fact["skipped"] for _, fact in facts) for stage in LADDER],
        "recycled": sum(fact["recycled"] for _, fact in facts),
        "times": [_times([f["gaps"][stage] for _, f in facts if stage in f["gaps"]]) for stage in LADDER[1:]],
        "touches": {
            name: _times([f["touches"][name] for _, f in facts if name in f["touches"]])
            for name in ("created_to_touch", "mql_to_touch")
        },
        "band": by(lambda _, fact: fact["band"]),
        "month": by(lambda _, fact: fact["month"]),
        **{name: by(lambda row, _, name=name: getattr(row, f"{name}_id") or 0) for name in ORIGINS},
    }


def _times(seconds):
    if len(seconds) < 2:
        return (len(seconds), *(seconds * 2 or [None, None]))
    most = quantiles(seconds, n=10, method="inclusive")[-1]
    return len(seconds), pytest.approx(median(seconds)), pytest.approx(most)


def shown(counted):
    """The same figures, as the report has them."""

    def of(spell):
        return spell.leads, spell.median, spell.most

    steps = conversion.funnel(counted)
    lines = {name: conversion.by_origin(counted, name) for name in ORIGINS}
    lines |= {"band": conversion.by_band(counted), "month": conversion.by_month(counted)}
    return {
        "reached": tuple(step.reached for step in steps),
        "skipped": [step.skipped for step in steps],
        "recycled": conversion.recycled(counted).part,
        "times": [of(step.spell) for step in steps[1:]],
        "touches": {name: of(spell) for name, spell in conversion.touches(counted).items()},
        **{name: {line.key: line.reached for line in some if line.leads} for name, some in lines.items()},
    }


@pytest.mark.parametrize("is_live", [True, False], ids=["live", "from cells"])
@pytest.mark.parametrize("name", ["anton", "mona", "ralf"])
def test_the_report_says_what_the_facts_say(past, name, is_live):
    user = past[name]
    rollups.refresh(now=MONDAY)
    rows = [row for row in Lead.objects.visible_to(user) if told(row)["month"] >= SINCE]

    counted = counting.count(Cohort(user, SINCE, UNTIL), now=MONDAY, live=is_live)

    assert counted.is_live == is_live
    assert len(rows) > 20
    assert shown(counted) == expected(rows)


@pytest.mark.parametrize("name", ORIGINS)
def test_so_it_does_for_leads_of_one_origin(past, name):
    value = getattr(Lead.objects.filter(**{f"{name}__isnull": False}).first(), f"{name}_id")
    rows = [row for row in Lead.objects.filter(**{f"{name}_id": value}) if told(row)["month"] >= SINCE]

    counted = counting.count(Cohort(past["anton"], SINCE, UNTIL, {name: value}), now=MONDAY, live=True)

    assert shown(counted) == expected(rows)


def test_somebody_of_no_team_sees_nothing_and_no_error(past):
    counted = counting.count(Cohort(UserFactory(role=Role.REP), SINCE, UNTIL), now=MONDAY, live=True)

    assert conversion.total(counted) == 0
