"""A score is stale as soon as one of its coordinates has moved, and not before."""

import pytest

from leads.models import Contact
from scoring import evaluation, leases, rescoring, staleness
from scoring.models import Lease, Score
from tests.factories import MONDAY
from tests.scoring.judged import DAY, act, lead_with, publish, touch

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    lead = lead_with(("demo-request", 0))
    rescoring.rescore_stale(now=MONDAY)
    return lead


def test_nothing_is_stale_right_after_scoring(lead):
    assert rescoring.stale_counts(now=MONDAY) == {"changed": 0, "aged": 0, "scored": 1}


def test_a_new_interaction_makes_stale(lead):
    act(lead, "webinar")

    outcome = rescoring.rescore_stale(now=MONDAY)

    assert outcome.changed == 1
    assert Contact.objects.get().seen_revision == Contact.objects.get().revision


def test_a_change_that_gives_no_points_is_seen_and_recorded_too(lead):
    touch(lead.contact)

    rescoring.rescore_stale(now=MONDAY)

    lead.contact.refresh_from_db()
    assert lead.contact.seen_revision == lead.contact.revision == Score.objects.get().revision


def test_new_weights_make_stale(lead):
    publish({"demo-request": 11})

    rescoring.rescore_stale(now=MONDAY)

    assert (Score.objects.get().version, Score.objects.get().score) == (2, 11)


def test_new_arithmetic_makes_stale(lead, monkeypatch):
    monkeypatch.setattr(evaluation, "ENGINE", evaluation.ENGINE + 1)

    outcome = rescoring.rescore_stale(now=MONDAY)

    assert outcome.changed == 1
    assert Score.objects.get().engine == evaluation.ENGINE


def test_time_makes_stale_on_the_day_after_valid_until_and_not_before(lead):
    last = Score.objects.get().valid_until
    days = (last - MONDAY.date()).days

    on_the_last = rescoring.rescore_stale(now=MONDAY + days * DAY)
    on_the_next = rescoring.rescore_stale(now=MONDAY + (days + 1) * DAY)

    assert (on_the_last.scored, on_the_next.scored) == (0, 1)
    assert Score.objects.get().valid_until > last


def test_changed_contacts_without_a_lead_are_seen_so_that_they_do_not_wait_for_ever(lead):
    lead.delete()
    touch(lead.contact)

    rescoring.rescore_stale(now=MONDAY)

    assert rescoring.stale_counts(now=MONDAY)["changed"] == 0


def test_a_slice_that_another_worker_holds_is_left_to_it(lead):
    publish({"demo-request": 11})
    number = lead.pk // staleness.SLICE
    leases.claim(f"slice:{number}", holder="other", now=MONDAY, until=MONDAY + DAY)

    outcome = rescoring.rescore_stale(now=MONDAY)

    assert outcome.scored == 0


def test_the_slice_of_a_killed_worker_is_taken_over(lead):
    publish({"demo-request": 11})
    number = lead.pk // staleness.SLICE
    leases.claim(f"slice:{number}", holder="killed", now=MONDAY - DAY, until=MONDAY - DAY + rescoring.LEASE)

    outcome = rescoring.rescore_stale(now=MONDAY)

    assert outcome.scored == 1
    assert not Lease.objects.exists()


def test_a_publish_does_not_make_a_fresh_change_wait(lead, monkeypatch):
    publish({"demo-request": 11})
    fresh = lead_with(("webinar", 0))
    look, found = staleness.aged_slice, []

    def looking(**kwargs):
        found.append(Score.objects.filter(lead=fresh).exists())
        return look(**kwargs)

    monkeypatch.setattr(staleness, "aged_slice", looking)
    rescoring.rescore_stale(now=MONDAY)

    assert found[0]
    assert Score.objects.get(lead=lead).version == 2
