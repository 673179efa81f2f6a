"""The consent ledger."""

from datetime import timedelta

import pytest

from leads import consent
from leads.enums import ConsentState, Purpose
from leads.models import ConsentEvent
from tests.factories import MONDAY, ContactFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_only_a_confirmation_permits():
    contact = ContactFactory()
    assert consent.state(contact, Purpose.EMAIL) == ""

    consent.request(contact, purpose=Purpose.EMAIL, now=MONDAY, wording="May we write?")
    assert not consent.is_confirmed(contact, Purpose.EMAIL)

    consent.confirm(contact, purpose=Purpose.EMAIL, now=MONDAY + DAY)
    assert consent.is_confirmed(contact, Purpose.EMAIL)
    assert not consent.is_confirmed(contact, Purpose.TRACKING)


def test_the_ledger_keeps_every_change():
    contact = ContactFactory()
    consent.confirm(contact, purpose=Purpose.EMAIL, now=MONDAY, wording="May we write?", proof={"form": 7})

    consent.withdraw(contact, purpose=Purpose.EMAIL, now=MONDAY + DAY)

    assert list(ConsentEvent.objects.order_by("id").values_list("state", "wording")) == [
        (ConsentState.CONFIRMED, "May we write?"),
        (ConsentState.WITHDRAWN, ""),
    ]
    assert consent.states(contact) == {Purpose.EMAIL: ConsentState.WITHDRAWN}


def test_of_two_changes_at_one_time_the_later_row_is_in_force():
    contact = ContactFactory()
    consent.confirm(contact, purpose=Purpose.EMAIL, now=MONDAY)
    consent.withdraw(contact, purpose=Purpose.EMAIL, now=MONDAY)

    assert consent.state(contact, Purpose.EMAIL) == ConsentState.WITHDRAWN


def test_withdrawing_twice_adds_nothing():
    contact = ContactFactory()
    consent.withdraw(contact, purpose=Purpose.EMAIL, now=MONDAY)

    assert consent.withdraw(contact, purpose=Purpose.EMAIL, now=MONDAY + DAY) is None
    assert ConsentEvent.objects.count() == 1


def test_counting_looks_at_what_is_in_force():
    one, two, three = (ContactFactory() for _ in range(3))
    for contact in (one, two):
        consent.confirm(contact, purpose=Purpose.TRACKING, now=MONDAY)
    consent.withdraw(two, purpose=Purpose.TRACKING, now=MONDAY + DAY)
    consent.request(three, purpose=Purpose.TRACKING, now=MONDAY)

    counts = consent.confirmed_counts()

    assert counts == {"email": 0, "tracking": 1, "email_tracking": 0, "phone": 0}
