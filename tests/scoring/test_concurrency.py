"""Workers and events that get into each other's way, on a real database with real connections."""

import threading

import pytest
from django.db import connection

from leads.models import Contact
from scoring import evaluation, gathering, recording, rescoring, storing
from scoring.models import Score, Scorecard
from tests.factories import MONDAY
from tests.scoring.judged import DAY, act, judged_by_oracle, lead_with, publish

pytestmark = pytest.mark.django_db(transaction=True)


def in_threads(*works):
    """Run at the same time, each with a connection of its own; returns what they returned."""
    found, barrier = [None] * len(works), threading.Barrier(len(works))

    def run(place, work):
        try:
            barrier.wait(timeout=10)
            found[place] = work()
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def test_an_event_that_arrives_while_its_lead_is_being_scored_is_not_lost(monkeypatch):
    lead = lead_with(("demo-request", 0))
    evaluate = evaluation.evaluate

    def slowly(*args, **kwargs):
        monkeypatch.setattr(evaluation, "evaluate", evaluate)
        in_threads(lambda: act(lead, "webinar"))
        return evaluate(*args, **kwargs)

    monkeypatch.setattr(evaluation, "evaluate", slowly)
    rescoring.rescore(([lead.pk]), now=MONDAY)
    without = Score.objects.get().score

    rescoring.rescore_stale(now=MONDAY)

    assert Score.objects.get().score > without
    assert Score.objects.get().score == judged_by_oracle(lead, now=MONDAY).score


def test_an_event_between_reading_and_remembering_leaves_its_contact_unseen(monkeypatch):
    lead = lead_with(("demo-request", 0))
    see = storing.see

    def late(coordinates):
        monkeypatch.setattr(storing, "see", see)
        in_threads(lambda: act(lead, "webinar"))
        return see(coordinates)

    monkeypatch.setattr(storing, "see", late)
    monkeypatch.setattr(rescoring, "TICK_SECONDS", 0)
    rescoring.rescore_stale(now=MONDAY)

    assert Contact.objects.unseen().count() == 1
    assert rescoring.rescore_stale(now=MONDAY).changed == 1


def test_a_slow_worker_does_not_overwrite_what_a_later_one_has_seen():
    lead = lead_with(("demo-request", 0))
    model, day = gathering.live(), gathering.today(MONDAY)
    slow = gathering.facts(model, [lead.pk], day=day)
    act(lead, "webinar")
    rescoring.rescore_stale(now=MONDAY)
    newer = Score.objects.get().score

    changed = recording.record(
        evaluation.evaluate(model.card, slow.facts, day=day), slow, version=model.version, now=MONDAY
    )

    assert changed == 0
    assert Score.objects.get().score == newer


def test_two_workers_do_each_slice_once():
    for n in range(40):
        lead_with(("demo-request", n))
    rescoring.rescore_stale(now=MONDAY)
    publish({"demo-request": 20})

    outcomes = in_threads(
        lambda: rescoring.rescore_stale(now=MONDAY + DAY), lambda: rescoring.rescore_stale(now=MONDAY + DAY)
    )

    assert sum(outcome.scored for outcome in outcomes) == 40
    assert set(Score.objects.values_list("version", flat=True)) == {Scorecard.objects.live().get().version}


def test_two_workers_score_changed_contacts_once():
    for n in range(40):
        lead_with(("demo-request", n))

    outcomes = in_threads(lambda: rescoring.rescore_stale(now=MONDAY), lambda: rescoring.rescore_stale(now=MONDAY))

    assert sum(outcome.scored for outcome in outcomes) == 40
    assert Score.objects.count() == 40
