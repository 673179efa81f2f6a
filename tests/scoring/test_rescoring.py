"""Rescoring through its front door: what is scored, what is written, and what is left alone."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads import stages
from leads.models import Contact, Interaction, Lead
from scoring import rescoring
from scoring.models import Score, Scorecard, ScoreHistory
from tests.factories import MONDAY, CompanyFactory, ContactFactory, LeadFactory, ProductFactory
from tests.scoring.judged import DAY, act, judged_by_oracle, lead_with, publish, rule_of, touch

pytestmark = pytest.mark.django_db


def test_a_new_lead_is_scored_with_lines_that_sum_to_its_score():
    company = CompanyFactory(employees=250, industry="Maschinenbau", country="DE")
    contact = ContactFactory(company=company, job_title="Leiter Einkauf", country="DE")
    lead = lead_with(("demo-request", 0), ("pricing-page", 3), ("pricing-page", 3), ("blog", 100), contact=contact)

    outcome = rescoring.rescore_stale(now=MONDAY)

    score = Score.objects.get(lead=lead)
    assert outcome == rescoring.Outcome(scored=1, changed=1)
    assert score.rule_score == sum(line["points"] for line in score.lines) == judged_by_oracle(lead, now=MONDAY).score
    assert {line["rule"]: line["count"] for line in score.lines}["pricing-page"] == 2
    assert score.band == "A" if score.score >= 75 else "B"


def test_stored_scores_agree_with_the_oracle_as_time_passes():
    leads = [lead_with(("whitepaper", n), ("email-open", 2 * n), ("newsletter", 30 * n)) for n in range(1, 6)]

    for days in (0, 1, 10, 90, 400):
        rescoring.rescore_all_stale(now=MONDAY + days * DAY)

        for lead in leads:
            assert Score.objects.get(lead=lead).score == judged_by_oracle(lead, now=MONDAY + days * DAY).score


def test_a_second_run_writes_nothing():
    lead_with(("demo-request", 5))
    rescoring.rescore_all(now=MONDAY)

    outcome = rescoring.rescore_all(now=MONDAY + timedelta(minutes=5))

    assert outcome == rescoring.Outcome(scored=1, changed=0)
    assert Score.objects.get().scored_at == MONDAY
    assert ScoreHistory.objects.count() == 1


def test_only_changed_rows_are_written():
    moved, still = lead_with(("demo-request", 5)), lead_with(("demo-request", 5))
    rescoring.rescore_all(now=MONDAY)
    act(moved, "webinar")

    outcome = rescoring.rescore_all(now=MONDAY + timedelta(minutes=5))

    assert outcome == rescoring.Outcome(scored=2, changed=1)
    assert Score.objects.get(lead=still).scored_at == MONDAY


def test_machine_interactions_give_nothing():
    lead = lead_with(("demo-request", 0))
    Interaction.objects.update(verdict="machine")

    rescoring.rescore_stale(now=MONDAY)

    assert [line["kind"] for line in lead.score.lines] == ["clamp"]


@pytest.mark.parametrize("number", [1, 3, 300])
def test_a_tick_takes_the_same_number_of_queries_for_any_number_of_leads(number):
    for _ in range(number):
        lead_with(("whitepaper", 1), ("blog", 2))

    with CaptureQueriesContext(connection) as queries:
        rescoring.rescore_stale(now=MONDAY)

    assert Score.objects.count() == number
    assert len(queries) == {"postgresql": 31, "sqlite": 25}[connection.vendor]


def test_an_idle_tick_asks_twice():
    lead_with(("whitepaper", 1))
    rescoring.rescore_stale(now=MONDAY)

    with CaptureQueriesContext(connection) as queries:
        outcome = rescoring.rescore_stale(now=MONDAY)

    assert outcome == rescoring.Outcome()
    assert len(queries) == 2


def test_a_closed_lead_keeps_its_score():
    lead = lead_with(("demo-request", 0))
    rescoring.rescore_stale(now=MONDAY)
    Lead.objects.filter(pk=lead.pk).update(closed_at=MONDAY, outcome="lost")
    act(lead, "webinar")

    rescoring.rescore_stale(now=MONDAY + 200 * DAY)
    publish({"demo-request": 90})
    rescoring.rescore_stale(now=MONDAY + 200 * DAY)

    score = Score.objects.get(lead=lead)
    assert (score.as_of, score.version, score.is_frozen) == (MONDAY.date(), 1, True)


def test_a_reopened_lead_is_scored_again():
    lead = lead_with(("demo-request", 0))
    rescoring.rescore_stale(now=MONDAY)
    stages.move(lead, to="disqualified", cause="person", now=MONDAY)
    rescoring.rescore_stale(now=MONDAY)
    stages.move(lead, to="lead", cause="undo", now=MONDAY)

    rescoring.rescore_stale(now=MONDAY + 90 * DAY)

    score = Score.objects.get(lead=lead)
    assert (score.as_of, score.is_frozen) == ((MONDAY + 90 * DAY).date(), False)


def test_a_lead_that_was_closed_unscored_gets_the_score_of_its_closing():
    lead = lead_with(("demo-request", 90), ("webinar", 10), closed_at=MONDAY - 30 * DAY, outcome="won")

    rescoring.rescore_stale(now=MONDAY)

    score = Score.objects.get(lead=lead)
    ages = {line["rule"]: line["age_days"] for line in score.lines if line["kind"] == "rule"}
    assert ages["demo-request"] == 60
    assert "webinar" not in ages
    assert score.is_frozen


def test_a_second_cycle_sees_what_the_contact_did_before():
    first = lead_with(("demo-request", 90), closed_at=MONDAY - 30 * DAY, outcome="lost")
    second = LeadFactory(contact=first.contact)

    rescoring.rescore_stale(now=MONDAY)

    assert [line["age_days"] for line in second.score.lines if line["rule"] == "demo-request"] == [90]


def test_who_does_not_want_to_be_profiled_has_no_score():
    lead = lead_with(("demo-request", 0))
    rescoring.rescore_stale(now=MONDAY)
    Contact.objects.update(do_not_profile=True)
    touch(lead.contact)

    rescoring.rescore_stale(now=MONDAY)
    rescoring.rescore_all(now=MONDAY)

    assert not Score.objects.exists()
    assert not ScoreHistory.objects.exists()


def test_a_condition_decides_whom_an_engagement_rule_counts_for():
    rule = rule_of("webinar")
    rule.condition = {"field": "contact.country", "op": "is", "value": "DE"}
    rule.save()
    inside = lead_with(("webinar", 0), contact=ContactFactory(country="DE"))
    outside = lead_with(("webinar", 0), contact=ContactFactory(country="FR"))

    rescoring.rescore_stale(now=MONDAY)

    assert "webinar" in {line["rule"] for line in inside.score.lines}
    assert "webinar" not in {line["rule"] for line in outside.score.lines}


def test_a_contact_has_the_first_persona_whose_condition_holds():
    card = Scorecard.objects.live().get()
    card.personas.create(key="any", name="Anybody", position=2)
    card.personas.create(
        key="boss", name="Boss", position=1, condition={"field": "contact.job_title", "op": "is", "value": "CEO"}
    )
    boss = lead_with(contact=ContactFactory(job_title="ceo"))
    other = lead_with()

    rescoring.rescore_stale(now=MONDAY)

    assert (boss.score.persona, other.score.persona) == ("boss", "any")


def test_interest_is_kept_per_product():
    rule, product = rule_of("webinar"), ProductFactory()
    rule.product = product
    rule.save()
    lead = lead_with(("webinar", 0), ("whitepaper", 0))

    rescoring.rescore_stale(now=MONDAY)

    assert lead.score.top_product == product
    assert lead.score.products == {str(product.pk): {"score": lead.score.score, "own": 12}}


def test_history_has_a_row_for_new_facts_and_new_weights_and_weekly_for_time():
    lead = lead_with(("demo-request", 0))
    rescoring.rescore_stale(now=MONDAY)
    act(lead, "webinar")
    rescoring.rescore_stale(now=MONDAY + timedelta(hours=1))
    for days in range(1, 15):
        rescoring.rescore_stale(now=MONDAY + days * DAY + timedelta(hours=1))
    publish({"demo-request": 20})
    rescoring.rescore_stale(now=MONDAY + 15 * DAY)

    rows = list(ScoreHistory.objects.order_by("at", "id"))
    causes = [row.cause for row in rows]
    assert (causes[:2], causes[-1]) == (["facts", "facts"], "version")
    for before, after in pairwise(rows):
        plain = after.cause == "time" and after.band == before.band
        assert not plain or after.at - before.at >= 7 * DAY


def test_history_has_a_row_for_a_new_stage():
    lead = lead_with(("demo-request", 0))
    rescoring.rescore_stale(now=MONDAY)
    Lead.objects.filter(pk=lead.pk).update(stage="mql", stage_since=MONDAY + timedelta(hours=1))

    rescoring.rescore([lead.pk], now=MONDAY + timedelta(hours=2))
    rescoring.rescore([lead.pk], now=MONDAY + timedelta(hours=3))

    assert list(ScoreHistory.objects.order_by("id").values_list("cause", "stage")) == [
        ("facts", "lead"),
        ("stage", "mql"),
    ]


def test_without_a_scorecard_a_tick_does_nothing():
    Scorecard.objects.update(status="retired")
    lead_with(("demo-request", 0))

    outcome = rescoring.rescore_stale(now=MONDAY)

    assert outcome == rescoring.Outcome()
