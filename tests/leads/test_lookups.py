"""`among` finds what `in` finds, on either database."""

import pytest

from leads.models import Contact, Lead
from tests.factories import ContactFactory, LeadFactory

pytestmark = pytest.mark.django_db

ODD = ['{"a",b}', "NULL", "o'hara\\", "größe", "", "a,b", " "]


def test_texts_are_found_whatever_stands_in_them():
    for number, text in enumerate(ODD):
        ContactFactory(city=text, email=f"p{number}@firma.de")
    ContactFactory(city="elsewhere")

    found = Contact.objects.filter(city__among=[*ODD, ODD[0]])

    assert sorted(found.values_list("city", flat=True)) == sorted(ODD)


def test_keys_are_found_through_foreign_keys_and_joins():
    leads = [LeadFactory() for _ in range(5)]
    contacts = {lead.contact_id for lead in leads[:3]}

    assert set(Lead.objects.filter(contact_id__among=contacts)) == set(leads[:3])
    assert set(Lead.objects.filter(pk__among=[lead.pk for lead in leads[1:]])) == set(leads[1:])
    assert set(Contact.objects.filter(leads__pk__among={leads[0].pk: "first"})) == {leads[0].contact}
    assert set(Lead.objects.exclude(contact_id__among=contacts)) == set(leads[3:])


@pytest.mark.parametrize("nothing", [[], [None], set()])
def test_among_nothing_is_nobody(nothing, django_assert_num_queries):
    contact = ContactFactory(email=None, external_id="7")

    with django_assert_num_queries(0):
        assert list(Contact.objects.filter(email__among=nothing)) == []
    assert list(Contact.objects.filter(email__among=[*nothing, "x"])) == []
    assert list(Contact.objects.filter(external_id__among=[None, "7"])) == [contact]


def test_more_values_than_a_statement_has_parameters_are_no_problem():
    contact = ContactFactory(email="p70000@firma.de")

    assert list(Contact.objects.filter(email__among=[f"p{n}@firma.de" for n in range(70_001)])) == [contact]
