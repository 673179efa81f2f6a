import pytest
from django.urls import reverse

from leads.models import Contact, DuplicatePair, Product, Source
from tests.factories import MONDAY, ContactFactory, LeadFactory, ProductFactory, SourceFactory, people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def maja(client):
    """The marketer, signed in."""
    found = people()["maja"]
    client.force_login(found)
    return found


def test_a_marketer_adds_a_product_and_its_key_stays(client):
    client.post(reverse("admin:leads_product_add"), {"name": "Pumps", "slug": "pumps", "is_active": "on"})
    product = Product.objects.get()

    client.post(
        reverse("admin:leads_product_change", args=[product.pk]),
        {"name": "Pumps and valves", "slug": "valves", "is_active": "on"},
    )

    product.refresh_from_db()
    assert (product.name, product.slug) == ("Pumps and valves", "pumps")


def test_what_leads_refer_to_is_not_deleted(client):
    used, unused = ProductFactory(slug="used"), ProductFactory(slug="unused")
    LeadFactory(product=used)

    for product in (used, unused):
        client.post(reverse("admin:leads_product_delete", args=[product.pk]), {"post": "yes"})

    assert list(Product.objects.all()) == [used]


def test_a_source_that_names_external_ids_keeps_its_name(client):
    source = SourceFactory(name="Old CRM")
    ContactFactory(source_system="Old CRM", external_id="7")

    client.post(
        reverse("admin:leads_source_change", args=[source.pk]), {"name": "New CRM", "kind": "import", "team": ""}
    )

    source.refresh_from_db()
    assert (source.name, source.kind) == ("Old CRM", "import")


def test_leads_are_scored_again_when_the_kind_of_their_source_changes(client):
    source = SourceFactory()
    lead = LeadFactory(source=source)

    client.post(
        reverse("admin:leads_source_change", args=[source.pk]), {"name": source.name, "kind": "event", "team": ""}
    )

    assert Source.objects.get().kind == "event"
    assert Contact.objects.get(pk=lead.contact_id).revision == lead.contact.revision + 1


def test_pairs_are_marked_as_looked_at(client):
    pair = DuplicatePair.objects.create(
        kept=ContactFactory(), other=ContactFactory(), reason="one event named both", created_at=MONDAY
    )

    client.post(
        reverse("admin:leads_duplicatepair_changelist"), {"action": "resolve_selected", "_selected_action": [pair.pk]}
    )

    pair.refresh_from_db()
    assert pair.resolved_at
