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
    settings.SECRET_KEY = "another-installation" * 4

    assert suppression.digest("erika@firma.de") != here


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
