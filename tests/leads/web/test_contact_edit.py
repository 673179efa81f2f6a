"""Contact data by hand: saved, refused, never silently overwritten."""

from datetime import timedelta

import pytest
from django.urls import reverse

from leads import contacts
from leads.enums import Entity, FieldType
from leads.models import Contact, CustomField
from tests.factories import MONDAY, CompanyFactory, ContactFactory, LeadFactory, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(db):
    return people()


@pytest.fixture
def lead(who):
    company = CompanyFactory(name="Brennecke GmbH")
    return LeadFactory(
        contact=ContactFactory(first_name="Miriam", last_name="Osterkamp", email="m@firma.example", company=company)
    )


@pytest.fixture
def as_rita(client, who):
    client.force_login(who["rita"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(lead):
    return reverse("contact-edit", args=[lead.pk])


def filled(response, **changes):
    """What a browser would send back from the form shown, with these changes."""
    form = response.context["form"]
    return {field.name: field.value() or "" for field in form} | {"shown": response.context["shown"]} | changes


def test_a_change_is_saved_and_scored_again(as_rita, lead):
    shown = as_rita.get(address(lead))

    response = as_rita.post(address(lead), filled(shown, job_title="Head of production", phone="0521 1"))

    contact = Contact.objects.get(pk=lead.contact_id)
    assert response["Location"] == reverse("lead", args=[lead.pk]) + "#contact"
    assert (contact.job_title, contact.phone, contact.first_name) == ("Head of production", "0521 1", "Miriam")
    assert contact.revision == lead.contact.revision + 1
    assert contact.company == lead.contact.company


def test_a_second_tab_does_not_overwrite_the_first(as_rita, lead, who):
    shown = as_rita.get(address(lead))
    contacts.edit(lead.contact, values={"phone": "0521 999"}, by=who["ralf"], now=MONDAY + timedelta(days=1))

    response = as_rita.post(address(lead), filled(shown, city="Bielefeld"))

    contact = Contact.objects.get(pk=lead.contact_id)
    assert response.status_code == 409
    assert (contact.phone, contact.city) == ("0521 999", "")
    assert "0521 999" in response.content.decode()
    assert 'value="Bielefeld"' in response.content.decode()


def test_saving_again_after_the_conflict_is_a_decision(as_rita, lead, who):
    shown = as_rita.get(address(lead))
    contacts.edit(lead.contact, values={"phone": "0521 999"}, by=who["ralf"], now=MONDAY + timedelta(days=1))
    refused = as_rita.post(address(lead), filled(shown, city="Bielefeld"))

    as_rita.post(address(lead), filled(refused))

    contact = Contact.objects.get(pk=lead.contact_id)
    assert (contact.phone, contact.city) == ("", "Bielefeld")


@pytest.mark.parametrize(
    ("field", "value"), [("email", "no address"), ("country", "D"), ("language", "d"), ("first_name", "x" * 121)]
)
def test_a_bad_value_is_refused_beside_its_field(as_rita, lead, field, value):
    response = as_rita.post(address(lead), filled(as_rita.get(address(lead)), **{field: value}))

    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert Contact.objects.get(pk=lead.contact_id).revision == lead.contact.revision


def test_an_address_that_somebody_else_has_is_refused(as_rita, lead):
    ContactFactory(email="taken@firma.example")

    response = as_rita.post(address(lead), filled(as_rita.get(address(lead)), email="taken@firma.example"))

    assert response.context["form"].errors["email"]


def test_custom_fields_are_typed(as_rita, lead):
    CustomField.objects.create(entity=Entity.CONTACT, key="budget", label="Budget", type=FieldType.NUMBER)
    CustomField.objects.create(entity=Entity.CONTACT, key="agreed", label="Agreed", type=FieldType.BOOLEAN)
    shown = as_rita.get(address(lead))

    as_rita.post(address(lead), filled(shown, **{"custom.budget": "1200,5", "custom.agreed": "true"}))

    assert Contact.objects.get(pk=lead.contact_id).custom == {"budget": 1200.5, "agreed": True}


def test_a_bad_custom_value_is_refused_beside_its_field(as_rita, lead):
    CustomField.objects.create(entity=Entity.CONTACT, key="budget", label="Budget", type=FieldType.NUMBER)

    response = as_rita.post(address(lead), filled(as_rita.get(address(lead)), **{"custom.budget": "much"}))

    assert response.context["form"].errors["custom.budget"]


def test_the_company_can_be_changed_and_taken_away(as_rita, lead):
    as_rita.post(address(lead), filled(as_rita.get(address(lead)), company="Neue Werke AG"))
    assert Contact.objects.get(pk=lead.contact_id).company.name == "Neue Werke AG"

    as_rita.post(address(lead), filled(as_rita.get(address(lead)), company=""))
    assert Contact.objects.get(pk=lead.contact_id).company is None


@pytest.mark.parametrize("name", ["sven", "maja", "dora"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_not_work_the_lead_finds_nothing(client, who, lead, name, method):
    client.force_login(who[name], backend="django.contrib.auth.backends.ModelBackend")

    assert getattr(client, method)(address(lead)).status_code == 404
