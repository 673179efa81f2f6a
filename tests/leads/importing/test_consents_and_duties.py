"""Imports: consents need proof, and people whose data came from elsewhere must be told."""

import datetime

import pytest

from leads import suppression
from leads.enums import ConsentState, FollowUpKind, Purpose, SuppressionReason
from leads.models import ConsentEvent, Contact, FollowUp
from tests.factories import MONDAY, ContactFactory

pytestmark = pytest.mark.django_db

FILE = "Email,Consent,Phone Opt In\na@firma.de,yes,no\nb@firma.de,no,no\nc@firma.de,yes,yes\n"
PROVEN = {"legal_basis": "Art. 6 (1) a GDPR", "proof": "Trade fair form of 2026-03-01: “Yes, write to me.”"}


@pytest.mark.parametrize("given", [{}, {"legal_basis": "Art. 6"}, {"proof": "form"}])
def test_without_legal_basis_and_proof_no_consent_is_taken_over_and_the_report_says_so(load, given):
    report = load(FILE, **given)

    assert not ConsentEvent.objects.exists()
    assert report.notes == {"A consent was not taken over: that needs its legal basis and its proof.": 2}


def test_with_them_consents_are_confirmed_with_the_proof(load):
    load(FILE, **PROVEN)

    found = set(ConsentEvent.objects.values_list("contact__email", "purpose", "state"))
    assert found == {
        ("a@firma.de", Purpose.EMAIL, ConsentState.CONFIRMED),
        ("c@firma.de", Purpose.EMAIL, ConsentState.CONFIRMED),
        ("c@firma.de", Purpose.PHONE, ConsentState.CONFIRMED),
    }
    event = ConsentEvent.objects.first()
    assert event.wording == PROVEN["proof"]
    assert event.proof["legal_basis"] == PROVEN["legal_basis"]


def test_importing_consents_again_adds_nothing(load):
    load(FILE, **PROVEN)
    load(FILE, **PROVEN)

    assert ConsentEvent.objects.count() == 3


def test_who_withdrew_or_is_suppressed_is_not_won_back_by_a_file(load):
    gone = ContactFactory(email="a@firma.de")
    ConsentEvent.objects.create(contact=gone, purpose=Purpose.EMAIL, state=ConsentState.WITHDRAWN, at=MONDAY)
    suppression.add("c@firma.de", reason=SuppressionReason.OPT_OUT, now=MONDAY)

    load(FILE, **PROVEN)

    confirmed = ConsentEvent.objects.filter(state=ConsentState.CONFIRMED)
    assert set(confirmed.values_list("contact__email", "purpose")) == {("c@firma.de", Purpose.PHONE)}


def test_each_new_person_of_a_bought_file_is_to_be_told_within_a_month(load):
    ContactFactory(email="a@firma.de")

    load(FILE, art14=True, source="List broker")
    load(FILE, art14=True, source="List broker")

    assert set(FollowUp.objects.values_list("lead__contact__email", flat=True)) == {"b@firma.de", "c@firma.de"}
    follow_up = FollowUp.objects.first()
    assert (follow_up.kind, follow_up.due_at) == (FollowUpKind.MAIL, MONDAY + datetime.timedelta(days=28))
    assert "List broker" in follow_up.note
    assert Contact.objects.count() == 3
