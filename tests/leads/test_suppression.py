"""Addresses that must not be mailed."""

import pytest

from leads import addresses, suppression
from leads.enums import SuppressionReason
from leads.models import Suppression
from tests.factories import MONDAY

pytestmark = pytest.mark.django_db


def test_every_spelling_of_a_suppressed_address_is_suppressed():
    suppression.add("Erika@MÜNCHEN.de", reason=SuppressionReason.OPT_OUT, now=MONDAY)

    assert suppression.is_suppressed("erika@xn--mnchen-3ya.de")
    assert not suppression.is_suppressed("otto@münchen.de")


def test_the_address_itself_is_not_kept():
    suppression.add("erika@firma.de", reason=SuppressionReason.ERASED, now=MONDAY)

    assert "erika" not in str(Suppression.objects.values().get())


def test_the_digest_depends_on_the_key_of_the_installation(settings):
    here = suppression.digest("erika@firma.de")
    settings.SUPPRESSION_KEYS = ["another-installation" * 4]

    assert suppression.digest("erika@firma.de") != here


def test_a_new_key_before_the_old_one_forgets_nobody_and_doubles_nobody(settings):
    suppression.add("erika@firma.de", reason=SuppressionReason.COMPLAINT, now=MONDAY)
    settings.SUPPRESSION_KEYS = ["a new key" * 8, *settings.SUPPRESSION_KEYS]

    suppression.add_all(dict.fromkeys(["erika@firma.de", "otto@firma.de"], SuppressionReason.OPT_OUT), now=MONDAY)

    assert suppression.of("Erika@firma.de").reason == SuppressionReason.COMPLAINT
    assert suppression.suppressed(["erika@firma.de", "otto@firma.de", "x@y.de"]) == {"erika@firma.de", "otto@firma.de"}
    assert suppression.suppressed(["erika@firma.de"], reason=SuppressionReason.OPT_OUT) == set()
    assert Suppression.objects.count() == 2
    settings.SUPPRESSION_KEYS = settings.SUPPRESSION_KEYS[:1]
    assert not suppression.is_suppressed("erika@firma.de")
    assert suppression.is_suppressed("otto@firma.de")


def test_the_first_reason_stays():
    suppression.add("erika@firma.de", reason=SuppressionReason.COMPLAINT, now=MONDAY)
    suppression.add("erika@firma.de", reason=SuppressionReason.OPT_OUT, now=MONDAY)

    assert Suppression.objects.get().reason == SuppressionReason.COMPLAINT


def test_many_addresses_are_asked_with_one_query(django_assert_num_queries):
    suppression.add_all(
        {"a@firma.de": SuppressionReason.OPT_OUT, "b@firma.de": SuppressionReason.HARD_BOUNCE}, now=MONDAY
    )

    with django_assert_num_queries(1):
        assert suppression.suppressed(["A@firma.de", "c@firma.de"]) == {"A@firma.de"}


def test_what_is_no_address_cannot_be_suppressed():
    with pytest.raises(addresses.NotAnAddress):
        suppression.add("nonsense", reason=SuppressionReason.OPT_OUT, now=MONDAY)
