"""One contact per person, one company per employer."""

from datetime import timedelta

import pytest

from leads import identity, intake
from leads.models import Company, Contact, DuplicatePair, Interaction
from tests.factories import MONDAY, CompanyFactory, ContactFactory, SourceFactory

pytestmark = pytest.mark.django_db


def arrive(event_id="e-1", *, source=None, **who):
    return intake.record(
        event_id=event_id, kind="form", occurred_at=MONDAY - timedelta(hours=1), now=MONDAY, source=source, **who
    ).contact


def test_spellings_of_an_address_are_one_person():
    first = arrive("e-1", email="Erika@MÜNCHEN.de")

    assert arrive("e-2", email="ｅrika@xn--mnchen-3ya.de") == first


def test_an_external_id_belongs_to_its_source():
    crm, shop = SourceFactory(name="CRM"), SourceFactory(name="Shop")
    first = arrive("e-1", external_id="17", source=crm)

    assert arrive("e-2", external_id="17", source=crm) == first
    assert arrive("e-3", external_id="17", source=shop) != first


def test_an_address_is_added_to_somebody_known_by_id_only():
    crm = SourceFactory(name="CRM")
    first = arrive("e-1", external_id="17", source=crm)

    second = arrive("e-2", external_id="17", email="erika@gmail.com", source=crm)

    assert second == first
    first.refresh_from_db()
    assert (first.email, first.email_domain, first.is_free_mail) == ("erika@gmail.com", "gmail.com", True)


def test_an_id_is_added_to_somebody_known_by_address_only():
    first = arrive("e-1", email="erika@firma.de")

    arrive("e-2", email="erika@firma.de", external_id="17", source_system="crm")

    assert arrive("e-3", external_id="17", source_system="crm") == first


def test_if_address_and_id_point_at_two_people_the_address_wins_and_the_pair_is_listed():
    by_id = arrive("e-1", external_id="17", source_system="crm")
    by_email = arrive("e-2", email="erika@firma.de")

    found = arrive("e-3", external_id="17", source_system="crm", email="erika@firma.de")
    arrive("e-4", external_id="17", source_system="crm", email="erika@firma.de")

    assert found == by_email
    pair = DuplicatePair.objects.get()
    assert (pair.kept, pair.other) == (by_email, by_id)
    assert Interaction.objects.get(event_id="e-3").contact == by_email


def test_an_unknown_address_with_the_id_of_somebody_else_is_a_new_person_and_a_pair():
    by_id = arrive("e-1", external_id="17", source_system="crm", email="old@firma.de")

    found = arrive("e-2", external_id="17", source_system="crm", email="new@firma.de")

    assert found != by_id
    assert found.email == "new@firma.de"
    assert DuplicatePair.objects.get().other == by_id


def test_colleagues_share_the_company_of_their_domain():
    arrive("e-1", email="erika@firma.de", contact_fields={"company": {"name": "Firma GmbH"}})
    arrive("e-2", email="otto@mail.firma.de")

    company = Company.objects.get()
    assert (company.name, company.domain, company.contacts.count()) == ("Firma GmbH", "firma.de", 2)


def test_a_name_replaces_the_domain_that_stood_in_for_it():
    arrive("e-1", email="erika@firma.de")

    arrive("e-2", email="otto@firma.de", contact_fields={"company": {"name": "Firma GmbH"}})

    assert Company.objects.get().name == "Firma GmbH"


def test_a_free_mail_address_says_nothing_about_the_employer():
    arrive("e-1", email="erika@web.de")
    arrive("e-2", email="otto@gmail.com", contact_fields={"company": {"name": "Bäckerei MÜLLER"}})
    arrive(
        "e-3", email="anna@gmail.com", contact_fields={"company": {"name": "bäckerei müller", "domain": "gmail.com"}}
    )

    company = Company.objects.get()
    assert (company.domain, company.contacts.count()) == (None, 2)


def test_a_company_known_by_name_gets_its_domain_later():
    arrive("e-1", external_id="1", contact_fields={"company": {"name": "Firma GmbH"}})

    arrive("e-2", email="otto@firma.de", contact_fields={"company": {"name": "Firma GmbH"}})

    company = Company.objects.get()
    assert (company.domain, company.contacts.count()) == ("firma.de", 2)


def test_an_address_alone_does_not_move_somebody_to_another_company():
    company = CompanyFactory(name="Holding AG", domain="holding.de")
    ContactFactory(email="erika@firma.de", company=company)

    contact = arrive("e-1", email="erika@firma.de")

    contact.refresh_from_db()
    assert contact.company == company


def test_the_source_of_a_person_may_move_them_to_another_company():
    crm = SourceFactory(name="CRM")
    arrive("e-1", email="erika@firma.de", source=crm, contact_fields={"company": {"name": "Firma", "employees": 5}})

    contact = arrive(
        "e-2",
        email="erika@firma.de",
        source=crm,
        contact_fields={"company": {"domain": "holding.de", "employees": 900}},
    )

    contact.refresh_from_db()
    assert (contact.company.domain, contact.company.employees) == ("holding.de", 900)
    assert Company.objects.get(domain="firma.de").employees == 5


def test_a_known_company_is_described_further_by_name():
    arrive("e-1", email="erika@firma.de", contact_fields={"company": {"name": "Firma"}})

    arrive(
        "e-2",
        email="erika@firma.de",
        contact_fields={"company": {"name": "Firma", "industry": "Möbel", "employees": 7}},
    )

    company = Company.objects.get()
    assert (company.industry, company.industry_folded, company.employees) == ("Möbel", "möbel", 7)


def test_companies_with_one_name_and_two_domains_are_two():
    arrive("e-1", email="erika@firma.de", contact_fields={"company": {"name": "Firma"}})

    arrive("e-2", email="otto@firma.at", contact_fields={"company": {"name": "Firma"}})

    assert set(Company.objects.values_list("domain", flat=True)) == {"firma.de", "firma.at"}


def test_people_are_found_by_id_before_address():
    by_id = ContactFactory(external_id="erika@firma.de", email="other@firma.de")
    ContactFactory(email="erika@firma.de")

    assert identity.find("erika@firma.de") == by_id
    assert identity.find("OTHER@firma.de") == by_id
    assert identity.find("nobody") is None
    assert Contact.objects.count() == 2
