"""What the report counts: cohorts, stages reached, times, and the band at the reference time."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.enums import Cause, Stage
from leads.models import StageChange
from scoring.models import ConversionCell, LeadPath
from scoring.reports import conversion, counting, following, rollups
from scoring.reports.cohorts import NONE, Cohort, Figure
from tests.factories import MONDAY, CampaignFactory, ProductFactory, SourceFactory, TeamFactory, people
from tests.scoring.reports.histories import DAY, change, lead, scored

pytestmark = pytest.mark.django_db

SINCE, UNTIL = date(2026, 1, 1), date(2026, 11, 30)


@pytest.fixture
def who(db):
    return people()


def count(user, *, now=MONDAY, live=True, since=SINCE, until=UNTIL, **origin):
    return counting.count(Cohort(user, since, until, origin), now=now, live=live)


def reached(counted):
    return {step.stage: step.reached for step in conversion.funnel(counted)}


def spells(counted):
    """Median days of each step that took anybody time."""
    steps = [step for step in conversion.funnel(counted) if step.spell and step.spell.leads]
    return {step.stage: step.spell.median / 86_400 for step in steps}


def test_a_lead_counts_for_every_stage_up_to_the_latest_it_ever_reached(who):
    lead()
    lead((Stage.MQL, 1), (Stage.NURTURE, 2))
    lead((Stage.MQL, 1), (Stage.SQL, 3), (Stage.CUSTOMER, 9))

    counted = count(who["anton"])

    assert reached(counted) == {"subscriber": 3, "lead": 3, "mql": 2, "sql": 1, "opportunity": 1, "customer": 1}


def test_a_subscriber_has_not_reached_lead(who):
    lead(begins=Stage.SUBSCRIBER)
    lead((Stage.LEAD, 3), begins=Stage.SUBSCRIBER)

    assert reached(count(who["anton"]))["lead"] == 1


def test_days_are_from_first_entry_to_first_entry(who):
    lead((Stage.MQL, 4), (Stage.NURTURE, 5), (Stage.MQL, 20), (Stage.SQL, 26))

    found = spells(count(who["anton"]))

    assert found == {"mql": 4, "sql": 22}


def test_a_stage_never_entered_is_skipped_and_gives_no_time(who):
    lead((Stage.MQL, 2), (Stage.OPPORTUNITY, 8))

    steps = {step.stage: step for step in conversion.funnel(count(who["anton"]))}

    assert steps["sql"].skipped == 1
    assert steps["sql"].reached == 1
    assert steps["sql"].spell.leads == steps["opportunity"].spell.leads == 0


def test_a_lead_that_went_back_to_nurture_is_recycled(who):
    lead((Stage.MQL, 2), (Stage.NURTURE, 8), (Stage.MQL, 20))
    lead((Stage.MQL, 2))

    rate = conversion.recycled(count(who["anton"]))

    assert (rate.part, rate.whole) == (1, 2)


def test_a_move_that_was_undone_never_happened(who):
    made = lead((Stage.MQL, 2), (Stage.SQL, 5))
    change(made, Stage.SQL, Stage.MQL, MONDAY - 50 * DAY, cause=Cause.UNDO)
    made.stage, made.stage_since = Stage.MQL, MONDAY - 58 * DAY
    made.save()

    counted = count(who["anton"])

    assert reached(counted)["sql"] == 0
    assert "sql" not in spells(counted)


@pytest.mark.parametrize(("is_dated", "expected"), [(True, {"mql": 4}), (False, {})])
def test_imported_moves_count_for_times_only_with_their_dates(who, is_dated, expected):
    lead((Stage.MQL, 4))
    StageChange.objects.filter(to_stage=Stage.MQL).update(is_imported=True, is_dated=is_dated)

    counted = count(who["anton"])

    assert spells(counted) == expected
    assert reached(counted)["mql"] == 1


def test_median_and_percentile_are_interpolated(who):
    for days in (1, 2, 3, 10):
        lead((Stage.MQL, days))

    spell = conversion.funnel(count(who["anton"]))[2].spell

    assert (spell.leads, spell.median / 86_400) == (4, 2.5)
    assert round(spell.most / 86_400, 6) == 7.9


def test_the_cohort_is_those_created_in_the_period(who):
    lead(created_at=MONDAY - 60 * DAY)
    lead((Stage.MQL, 10), created_at=MONDAY - 5 * DAY)

    counted = count(who["anton"], since=date(2026, 11, 1), until=date(2026, 11, 13))

    assert conversion.total(counted) == 1
    assert [line.leads for line in conversion.by_month(counted)] == [1]


def test_the_first_and_the_last_day_are_those_of_the_installation(who):
    midnight = MONDAY.replace(hour=23, minute=30)  # half past midnight of Tuesday in Berlin
    lead(created_at=midnight)

    assert (
        conversion.total(count(who["anton"], since=date(2026, 11, 17), until=date(2026, 11, 17), now=MONDAY + DAY)) == 1
    )
    assert (
        conversion.total(count(who["anton"], since=date(2026, 11, 16), until=date(2026, 11, 16), now=MONDAY + DAY)) == 0
    )


# --- the band at the reference time


def bands(user):
    return {line.key: line.leads for line in conversion.by_band(count(user)) if line.leads}


def test_the_band_is_the_one_at_the_entry_as_mql(who):
    made = lead((Stage.MQL, 3), (Stage.CUSTOMER, 30), band="D")
    scored(made, "B", MONDAY - 58 * DAY)
    scored(made, "A", MONDAY - 40 * DAY)

    assert bands(who["anton"]) == {"B": 1}


def test_what_the_stage_change_says_goes_before_the_history(who):
    lead((Stage.MQL, 3), band="D")
    StageChange.objects.filter(to_stage=Stage.MQL).update(band="A", score=90)

    assert bands(who["anton"]) == {"A": 1}


def test_the_band_is_the_one_at_the_first_touch_if_that_came_first(who):
    made = lead((Stage.MQL, 9), band="C", first_touch_at=MONDAY - 58 * DAY)
    scored(made, "A", MONDAY - 54 * DAY)

    assert bands(who["anton"]) == {"C": 1}


def test_without_either_the_band_is_the_one_after_fourteen_days(who):
    made = lead(band="D")
    scored(made, "C", MONDAY - 50 * DAY)
    scored(made, "A", MONDAY - 40 * DAY)

    assert bands(who["anton"]) == {"C": 1}


def test_young_leads_have_no_band_yet_until_time_passes(who):
    lead(band="A", created_at=MONDAY - 3 * DAY)
    young = count(who["anton"])

    old = count(who["anton"], now=MONDAY + 12 * DAY)

    assert [line.key for line in conversion.by_band(young) if line.leads] == ["-"]
    assert [line.key for line in conversion.by_band(old) if line.leads] == ["A"]


@pytest.mark.parametrize(
    ("moves", "values"),
    [((), {"is_undated": True}), (((Stage.CUSTOMER, 2),), {})],
    ids=["undated", "closed before its reference time"],
)
def test_the_band_is_unknown_where_only_the_outcome_would_say_it(who, moves, values):
    lead(*moves, band="A", **values)

    assert bands(who["anton"]) == {"?": 1}


def test_a_lead_without_a_score_by_then_has_an_unknown_band(who):
    scored(lead((Stage.MQL, 3)), "A", MONDAY - 20 * DAY)

    assert bands(who["anton"]) == {"?": 1}


# --- time to the first touch


def test_times_to_the_first_touch_run_from_creation_and_from_mql(who):
    lead((Stage.MQL, 4), first_touch_at=MONDAY - 50 * DAY)
    lead((Stage.MQL, 4), first_touch_at=MONDAY - 58 * DAY)
    lead(first_touch_at=MONDAY - 50 * DAY, is_undated=True)

    found = conversion.touches(count(who["anton"]))

    assert (found["created_to_touch"].leads, found["created_to_touch"].median / 86_400) == (2, 6)
    assert (found["mql_to_touch"].leads, found["mql_to_touch"].median / 86_400) == (1, 6)


# --- keeping up


def test_ways_are_followed_as_leads_move(who):
    made = lead((Stage.MQL, 4))
    before = count(who["anton"])
    change(made, Stage.MQL, Stage.SQL, MONDAY)
    made.stage, made.stage_since = Stage.SQL, MONDAY
    made.save()

    after = count(who["anton"], now=MONDAY + DAY)

    assert (reached(before)["sql"], reached(after)["sql"]) == (0, 1)


def test_following_twice_finds_nothing_to_do(who):
    lead((Stage.MQL, 4), source=SourceFactory())
    lead(team=None)

    assert [following.follow(now=MONDAY), following.follow(now=MONDAY)] == [2, 0]


@pytest.mark.parametrize("field", ["source", "campaign", "product", "team"])
def test_another_origin_is_followed(who, field):
    made = lead()
    following.follow(now=MONDAY)
    other = {"source": SourceFactory, "campaign": CampaignFactory, "product": ProductFactory}.get(field)
    setattr(made, field, other() if other else TeamFactory(name="South"))
    made.save()

    assert following.follow(now=MONDAY) == 1
    assert getattr(LeadPath.objects.get(), f"{field}_id") == getattr(made, f"{field}_id")


# --- cells


def _everything(counted):
    return (
        conversion.funnel(counted), conversion.recycled(counted), conversion.by_band(counted), conversion.by_month(counted),
        [conversion.by_origin(counted, name) for name in ("source", "campaign", "product", "team")],
        conversion.touches(counted),
    )  # fmt: skip


@pytest.fixture
def past(who):
    for number in range(30):
        lead(
            *[(Stage.MQL, 1 + number), (Stage.SQL, 40), (Stage.CUSTOMER, 60)][: number % 4],
            created_at=MONDAY - (70 + 13 * number) * DAY,
            band="ABCD"[number % 4],
            source=SourceFactory(name=f"Source {number % 3}"),
            campaign=CampaignFactory(slug=f"c{number % 2}") if number % 2 else None,
            team=[TeamFactory(name="North"), TeamFactory(name="South"), None][number % 3],
            first_touch_at=MONDAY - (65 + 13 * number) * DAY if number % 5 == 0 else None,
        )


def test_cells_built_from_the_facts_say_the_same_as_the_facts(who, past):
    rollups.refresh(now=MONDAY)

    for user in who.values():
        for origin in ({}, {"team": NONE}):
            stored, live = (count(user, live=live, since=date(2025, 6, 1), **origin) for live in (False, True))
            assert (stored.is_live, live.is_live) == (False, True)
            assert _everything(stored) == _everything(live), user


def test_cells_that_were_kept_up_to_date_equal_cells_made_anew(who, past):
    rollups.refresh(now=MONDAY)
    moved = LeadPath.objects.filter(steps=1).first().lead
    change(moved, moved.stage, Stage.MQL, MONDAY)
    moved.stage, moved.stage_since, moved.first_mql_at = Stage.MQL, MONDAY, MONDAY
    moved.save()
    moved.__class__.objects.exclude(pk=moved.pk).first().delete()
    lead((Stage.MQL, 1))

    written = rollups.refresh(now=MONDAY + DAY)

    kept = _cells()
    ConversionCell.objects.all().delete()
    LeadPath.objects.all().delete()
    rollups.refresh(now=MONDAY + DAY)
    assert written < len(kept)
    assert kept == _cells()


def _cells():
    columns = ("month", "team_id", "tallies", "times")
    return sorted(ConversionCell.objects.values_list(*columns), key=str)


def test_without_news_nothing_is_added_up(who, past):
    rollups.refresh_due(now=MONDAY)
    later = MONDAY + timedelta(minutes=20)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert rollups.refresh_due(now=later) is None

    assert len(queries) < 8
    assert not count(who["anton"], now=later, live=False).is_live


@pytest.mark.parametrize(
    ("origin", "since"), [({"source": NONE}, SINCE), ({}, date(2026, 1, 15))], ids=["by source", "half a month"]
)
def test_what_cells_do_not_know_is_counted_from_the_leads(who, past, origin, since):
    rollups.refresh(now=MONDAY)

    assert count(who["anton"], live=False, since=since, **origin).is_live


def test_old_cells_are_not_shown(who, past):
    rollups.refresh(now=MONDAY)

    assert count(who["anton"], now=MONDAY + timedelta(minutes=11), live=False).is_live


def test_the_report_never_reads_interactions(who, past):
    with CaptureQueriesContext(connection) as queries:
        rollups.refresh(now=MONDAY)
        _everything(count(who["mona"]))
        list(Figure(reached=Stage.MQL).of(Cohort(who["mona"], SINCE, UNTIL).leads()))

    assert queries.captured_queries
    assert not [query["sql"] for query in queries if "leads_interaction" in query["sql"]]
