import pytest
from django.urls import reverse

from leads.enums import Entity, FieldType
from leads.models import Contact, CustomField
from tests.factories import CompanyFactory, ContactFactory, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def anton(client):
    """The administrator, signed in."""
    found = people()["anton"]
    client.force_login(found)
    return found


def _page(thing):
    return reverse(f"admin:leads_{thing._meta.model_name}_change", args=[thing.pk])


def _filled(client, thing, **changes):
    """What a browser would post back."""
    form = client.get(_page(thing)).context["adminform"].form
    data = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
    return {name: value for name, value in (data | changes).items() if value is not None}


def test_a_contact_is_corrected_and_scored_again(client, anton):
    contact = ContactFactory(job_title="Buyer")
    CustomField.objects.create(entity=Entity.CONTACT, key="budget", label="Budget", type=FieldType.NUMBER)

    client.post(_page(contact), _filled(client, contact, job_title="Head of buying", **{"custom.budget": "1.200,5"}))

    changed = Contact.objects.get()
    assert (changed.job_title, changed.custom["budget"]) == ("Head of buying", 1200.5)
    assert changed.job_title_folded == "head of buying"
    assert changed.revision > contact.revision


def test_an_untouched_contact_is_not_scored_again(client, anton):
    contact = ContactFactory()

    client.post(_page(contact), _filled(client, contact))

    assert Contact.objects.get().revision == contact.revision


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "no address"), ("country", "Germany"), ("custom.budget", "much")],
)
def test_a_fault_stands_beside_its_field(client, anton, field, value):
    contact = ContactFactory()
    CustomField.objects.create(entity=Entity.CONTACT, key="budget", label="Budget", type=FieldType.NUMBER)

    page = client.post(_page(contact), _filled(client, contact, first_name="Changed", **{field: value}))

    assert list(page.context["adminform"].form.errors) == [field]
    assert Contact.objects.get().first_name == contact.first_name


def test_two_people_do_not_overwrite_each_other(client, anton):
    contact = ContactFactory()
    mine = _filled(client, contact, first_name="Anna")
    client.post(_page(contact), _filled(client, contact, first_name="Berta"))

    page = client.post(_page(contact), mine)

    assert "Somebody else has changed this contact meanwhile" in page.text
    assert Contact.objects.get().first_name == "Berta"


def test_an_objection_to_profiling_is_noted(client, anton):
    contact = ContactFactory()

    client.post(_page(contact), _filled(client, contact, do_not_profile="on"))

    assert Contact.objects.get().do_not_profile is True


@pytest.mark.parametrize(
    ("value", "kept"), [("javascript:alert(1)", ""), ("https://firma.example", "https://firma.example")]
)
def test_a_website_is_a_web_address(client, anton, value, kept):
    company = CompanyFactory()

    client.post(_page(company), _filled(client, company, website=value))

    company.refresh_from_db()
    assert company.website == kept


def test_a_marketer_reads_contacts_and_does_not_change_them(client):
    client.force_login(people()["maja"])
    contact = ContactFactory()

    page = client.get(_page(contact))
    answer = client.post(_page(contact), {"first_name": "Changed"})

    assert (page.status_code, answer.status_code) == (200, 403)
