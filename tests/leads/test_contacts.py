"""Edits by people."""

from datetime import timedelta

import pytest

from leads import contacts
from leads.models import Company, Contact, CustomField
from tests.factories import MONDAY, CompanyFactory, ContactFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rita():
    return UserFactory(username="rita")


def edit(contact, by, **values):
    return contacts.edit(contact, values=values, by=by, now=MONDAY + timedelta(hours=1))


def test_an_edit_raises_the_revision_once_and_names_what_changed(rita):
    contact = ContactFactory(first_name="Erika", city="Bonn")

    changed = edit(contact, rita, first_name=" Érika ", city="Bonn", job_title="Buyer")

    assert sorted(changed) == ["first_name", "job_title"]
    assert (contact.revision, contact.name_folded.split()[0]) == (2, "érika")


def test_an_edit_that_changes_nothing_leaves_the_revision(rita):
    contact = ContactFactory(city="Bonn")

    assert edit(contact, rita, city="Bonn") == []
    assert contact.revision == 1


def test_a_blank_clears_a_field(rita):
    CustomField.objects.create(entity="contact", key="budget", label="Budget", type="number")
    contact = ContactFactory(city="Bonn", custom={"budget": 5})

    edit(contact, rita, city="", custom={"budget": ""})

    assert (contact.city, contact.custom) == ("", {})


def test_a_new_address_is_normalised_and_explained(rita):
    contact = ContactFactory()

    edit(contact, rita, email="Erika@GMAIL.com")

    assert (contact.email, contact.email_domain, contact.is_free_mail) == ("erika@gmail.com", "gmail.com", True)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": "nonsense"}, "email"),
        ({"email": "TAKEN@firma.de"}, "email"),
        ({"email": ""}, "email"),
        ({"country": "Germany"}, "country"),
        ({"revision": 9}, "revision"),
        ({"do_not_profile": True}, "do_not_profile"),
        ({"custom": {"unknown": 1}}, "custom.unknown"),
    ],
)
def test_what_is_wrong_is_named_by_its_field_and_changes_nothing(rita, values, field):
    ContactFactory(email="taken@firma.de")
    contact = ContactFactory(first_name="Erika")

    with pytest.raises(contacts.Invalid) as invalid:
        edit(contact, rita, first_name="Otto", **values)

    assert invalid.value.field == field
    contact.refresh_from_db()
    assert (contact.first_name, contact.revision) == ("Erika", 1)


def test_the_second_of_two_tabs_is_told_and_overwrites_nothing(rita):
    contact = ContactFactory(city="Bonn")
    shown = contact.updated_at
    edit(contact, rita, city="Köln")

    with pytest.raises(contacts.Conflict):
        contacts.edit(contact, values={"city": "Kiel"}, by=rita, now=MONDAY, shown=shown)

    contact.refresh_from_db()
    assert contact.city == "Köln"


def test_a_company_is_named_and_made_if_it_is_new(rita):
    known = CompanyFactory(name="Firma GmbH", domain="firma.de")
    contact = ContactFactory(email="erika@firma.de")

    edit(contact, rita, company={"name": "firma gmbh"})
    assert contact.company == known

    edit(contact, rita, company={"name": "Neue AG", "domain": "www.neue.de"})
    assert (contact.company.name, contact.company.domain) == ("Neue AG", "neue.de")

    edit(contact, rita, company={"name": ""})
    assert contact.company is None


def test_editing_a_company_concerns_all_its_people(rita):
    company = CompanyFactory()
    people = [ContactFactory(company=company) for _ in range(2)]
    other = ContactFactory()

    changed = contacts.edit_company(company, values={"employees": "1.200", "industry": "Möbel"}, by=rita, now=MONDAY)

    assert sorted(changed) == ["employees", "industry"]
    assert (company.employees, company.industry_folded) == (1200, "möbel")
    assert [contact.revision for contact in Contact.objects.filter(pk__in=[p.pk for p in people])] == [2, 2]
    other.refresh_from_db()
    assert other.revision == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"domain": "taken.de"}, "domain"),
        ({"domain": "gmail.com"}, "domain"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"website": "data:text/html,x"}, "website"),
        ({"employees": "many"}, "employees"),
        ({"id": 7}, "id"),
    ],
)
def test_a_company_is_validated_by_field(rita, values, field):
    Company.objects.create(name="Taken", domain="taken.de", created_at=MONDAY)
    company = CompanyFactory()

    with pytest.raises(contacts.Invalid) as invalid:
        contacts.edit_company(company, values=values, by=rita, now=MONDAY)

    assert invalid.value.field == field


def test_do_not_profile_is_a_new_fact(rita):
    contact = ContactFactory()

    assert contacts.set_do_not_profile(contact, value=True, by=rita, now=MONDAY)
    assert not contacts.set_do_not_profile(contact, value=True, by=rita, now=MONDAY)

    assert (contact.do_not_profile, contact.revision) == (True, 2)
