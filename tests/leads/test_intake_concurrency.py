"""Several writers at once: nothing is lost, nothing is counted twice, nobody sees an error."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from leads import intake
from leads.models import Contact, Interaction, Lead
from tests.factories import MONDAY

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, ROUNDS = 4, 5


def together(work):
    """Run `work(number)` in several threads that start at once; returns the errors."""
    errors, gate = [], threading.Barrier(WRITERS)

    def run(number):
        try:
            gate.wait(timeout=30)
            work(number)
        except Exception as error:  # noqa: BLE001 - the test shows whatever went wrong
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return errors


def event(event_id, *, email, minutes=0):
    return {
        "event_id": event_id,
        "kind": "form",
        "occurred_at": MONDAY - timedelta(minutes=minutes),
        "email": email,
        "contact_fields": {"company": {"name": "Firma GmbH"}},
    }


def test_the_same_event_from_several_writers_is_one():
    created = []

    def work(number):
        for turn in range(ROUNDS):
            recorded = intake.record(now=MONDAY, **event(f"e-{turn}", email=f"person{turn}@firma.de"))
            created.append(recorded.created)

    assert together(work) == []
    assert created.count(True) == ROUNDS
    assert (Interaction.objects.count(), Contact.objects.count(), Lead.objects.count()) == (ROUNDS, ROUNDS, ROUNDS)


def test_several_events_of_one_new_person_make_one_contact_with_one_lead_and_the_newest_activity():
    def work(number):
        for turn in range(ROUNDS):
            minutes = 1 + turn * WRITERS + number
            intake.record(now=MONDAY, **event(f"e-{number}-{turn}", email="erika@firma.de", minutes=minutes))

    assert together(work) == []
    assert Interaction.objects.count() == WRITERS * ROUNDS
    assert Lead.objects.get().last_activity_at == MONDAY - timedelta(minutes=1)
    assert Contact.objects.get().revision == WRITERS * ROUNDS


def test_batches_about_the_same_people_in_opposite_orders_all_arrive():
    def work(number):
        people = [f"person{turn}@firma.de" for turn in range(ROUNDS)]
        if number % 2:
            people.reverse()
        events = [event(f"e-{number}-{email}", email=email) for email in people]
        results = intake.record_batch(events, now=MONDAY)
        assert all(isinstance(result, intake.Recorded) for result in results), results

    assert together(work) == []
    assert Interaction.objects.count() == WRITERS * ROUNDS
    assert Contact.objects.count() == Lead.objects.count() == ROUNDS
