from datetime import timedelta

import pytest

from leads import actions
from leads.enums import InteractionKind, RejectReason, Stage, Verdict
from leads.models import Lead, Notification, Signal, StageChange, Team
from scoring import qualification
from scoring.models import Score, Scorecard
from tests.factories import (
    MONDAY,
    InteractionFactory,
    LeadFactory,
    ScoreFactory,
    people,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def _lead(score, *, stage=Stage.LEAD, **kwargs):
    lead = LeadFactory(stage=stage, **kwargs)
    ScoreFactory(lead=lead, score=score, valid_until=(MONDAY + 400 * DAY).date())
    return lead


def _stage(lead):
    return Lead.objects.get(pk=lead.pk).stage


def _asked_for_a_demo(lead, *, days_ago=0, **kwargs):
    when = MONDAY - days_ago * DAY
    signal = Signal.objects.get(key="demo-request")
    return InteractionFactory(
        contact=lead.contact, kind=InteractionKind.FORM, signal=signal, occurred_at=when, **kwargs
    )


@pytest.mark.parametrize("stage", [Stage.SUBSCRIBER, Stage.LEAD, Stage.NURTURE])
def test_a_lead_at_the_entry_threshold_becomes_an_mql(stage):
    lead = _lead(60, stage=stage)

    counts = qualification.qualify(now=MONDAY)

    assert counts["mql"] == 1
    change = StageChange.objects.get(lead=lead)
    assert (change.to_stage, change.cause, change.score, change.band) == ("mql", "threshold", 60, "B")
    assert change.by is None


def test_a_lead_below_the_entry_threshold_stays():
    lead = _lead(59)

    qualification.qualify(now=MONDAY)

    assert _stage(lead) == "lead"


def test_the_moves_of_one_tick_carry_one_run():
    _lead(60), _lead(70), _lead(10, stage=Stage.MQL, stage_since=MONDAY - 9 * DAY)

    qualification.qualify(now=MONDAY)

    assert StageChange.objects.count() == 3
    assert StageChange.objects.values("run").distinct().count() == 1


def test_a_second_tick_finds_nothing_to_do():
    _lead(60), _lead(10, stage=Stage.MQL, stage_since=MONDAY - 9 * DAY)
    qualification.qualify(now=MONDAY)

    counts = qualification.qualify(now=MONDAY)

    assert set(counts.values()) == {0}
    assert StageChange.objects.count() == 2


def test_new_mqls_go_to_the_reps_of_their_team_in_turn():
    who = people()
    north = Team.objects.get(name="North")
    best, second, third = _lead(90, team=north), _lead(80, team=north), _lead(70, team=north)

    counts = qualification.qualify(now=MONDAY)

    assert counts["assigned"] == 3
    owners = [Lead.objects.get(pk=lead.pk).owner for lead in (best, second, third)]
    assert owners == [who["rita"], who["ralf"], who["rita"]]
    assert Notification.objects.filter(kind="mql_assigned").count() == 3


def test_between_the_thresholds_nothing_moves_in_either_direction():
    below, above = _lead(50), _lead(50, stage=Stage.MQL, stage_since=MONDAY - 99 * DAY)

    qualification.qualify(now=MONDAY)

    assert (_stage(below), _stage(above)) == ("lead", "mql")


def test_an_mql_leaves_below_the_leaving_threshold_when_only_the_clock_moves(time_machine):
    lead = _lead(44, stage=Stage.MQL, stage_since=MONDAY)
    stages_seen = []

    for days in (0, 1, 2, 3):
        time_machine.move_to(MONDAY + days * DAY, tick=False)
        qualification.qualify(now=MONDAY + days * DAY)
        stages_seen.append(_stage(lead))

    assert stages_seen == ["mql", "mql", "mql", "nurture"]
    assert StageChange.objects.get().cause == "threshold"


def test_only_mqls_are_given_back():
    lead = _lead(10, stage=Stage.SQL, stage_since=MONDAY - 99 * DAY)

    qualification.qualify(now=MONDAY)

    assert _stage(lead) == "sql"


def test_a_rejected_contact_is_an_mql_again_only_after_the_cool_down():
    who = people()
    lead = _lead(80, stage=Stage.MQL)
    actions.reject(lead, reason=RejectReason.BAD_TIMING, by=who["rita"], now=MONDAY, cooldown_days=30)

    qualification.qualify(now=MONDAY + 29 * DAY)
    during = _stage(lead)
    qualification.qualify(now=MONDAY + 30 * DAY)

    assert (during, _stage(lead)) == ("nurture", "mql")


def test_nobody_who_must_not_be_profiled_is_moved():
    entering, leaving = _lead(80), _lead(10, stage=Stage.MQL, stage_since=MONDAY - 99 * DAY)
    for lead in (entering, leaving):
        lead.contact.do_not_profile = True
        lead.contact.save()

    counts = qualification.qualify(now=MONDAY)

    assert set(counts.values()) == {0}


def test_closed_leads_stay_closed():
    _lead(90, stage=Stage.DISQUALIFIED, outcome="lost", closed_at=MONDAY)

    assert set(qualification.qualify(now=MONDAY).values()) == {0}


def test_scores_of_an_old_version_wait_for_their_rescoring():
    lead = _lead(90)
    Score.objects.update(version=99)

    qualification.qualify(now=MONDAY)

    assert _stage(lead) == "lead"


def test_an_expired_score_waits_for_its_rescoring():
    lead = _lead(90)
    Score.objects.update(valid_until=(MONDAY - DAY).date())

    qualification.qualify(now=MONDAY)

    assert _stage(lead) == "lead"


def test_a_ripe_mql_that_asked_for_a_demo_becomes_an_sql():
    lead = _lead(85, stage=Stage.MQL)
    _asked_for_a_demo(lead, days_ago=13)

    counts = qualification.qualify(now=MONDAY)

    assert counts["sql"] == 1
    assert StageChange.objects.get().cause == "sql_rule"


@pytest.mark.parametrize(
    ("score", "days_ago", "verdict"),
    [(84, 0, Verdict.HUMAN), (99, 14, Verdict.HUMAN), (99, 0, Verdict.MACHINE)],
    ids=["score too low", "asked too long ago", "asked by a machine"],
)
def test_the_sql_rule_needs_score_and_a_recent_human_request(score, days_ago, verdict):
    lead = _lead(score, stage=Stage.MQL)
    _asked_for_a_demo(lead, days_ago=days_ago, verdict=verdict)

    qualification.qualify(now=MONDAY)

    assert _stage(lead) == "mql"


def test_the_sql_rule_can_be_switched_off():
    Scorecard.objects.update(sql_rule_enabled=False)
    lead = _lead(99, stage=Stage.MQL)
    _asked_for_a_demo(lead)

    qualification.qualify(now=MONDAY)

    assert _stage(lead) == "mql"


def test_named_leads_only():
    wanted, other = _lead(80), _lead(80)

    qualification.qualify(now=MONDAY, lead_ids=[wanted.pk])

    assert (_stage(wanted), _stage(other)) == ("mql", "lead")


def test_a_tick_with_nothing_to_do_takes_four_queries(django_assert_num_queries):
    _lead(50)

    with django_assert_num_queries(4):
        qualification.qualify(now=MONDAY)


def test_an_idle_tick_is_one_query(django_assert_num_queries):
    _lead(50)
    qualification.qualify_due(now=MONDAY, scored=1)

    with django_assert_num_queries(1):
        qualification.qualify_due(now=MONDAY + timedelta(seconds=2), scored=0)


def test_a_tick_that_has_scored_looks_at_once():
    qualification.qualify_due(now=MONDAY, scored=0)
    lead = _lead(60)

    qualification.qualify_due(now=MONDAY + timedelta(seconds=2), scored=1)

    assert _stage(lead) == "mql"


def test_what_a_killed_worker_has_scored_is_found_within_a_minute():
    qualification.qualify_due(now=MONDAY, scored=0)
    lead = _lead(60)

    early = qualification.qualify_due(now=MONDAY + timedelta(seconds=30), scored=0)
    qualification.qualify_due(now=MONDAY + timedelta(seconds=90), scored=0)

    assert early == {}
    assert _stage(lead) == "mql"


def test_after_a_long_look_it_rests_and_forgets_nothing(monkeypatch):
    leads = iter([_lead(60)])
    moments = iter([0.0, 3.0, 0.0, 0.0, 0.0, 0.0])
    monkeypatch.setattr(qualification.time, "monotonic", lambda: next(moments))
    qualification.qualify_due(now=MONDAY, scored=1)
    late = _lead(60)

    resting = qualification.qualify_due(now=MONDAY + timedelta(seconds=10), scored=1)
    qualification.qualify_due(now=MONDAY + timedelta(seconds=64), scored=0)

    assert resting == {}
    assert [_stage(lead) for lead in (*leads, late)] == ["mql", "mql"]
