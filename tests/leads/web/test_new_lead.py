"""A lead that a person types in."""

import pytest
from django.contrib.messages import get_messages

from leads.enums import Cause, Outcome, Stage
from leads.models import Contact, Lead, StageChange
from tests.factories import ContactFactory, LeadFactory, ProductFactory, SourceFactory, TeamFactory, people

pytestmark = pytest.mark.django_db
FORM = "/leads/new/"


@pytest.fixture
def who(db):
    return people()


@pytest.fixture
def rita(who, client):
    client.force_login(who["rita"], backend="django.contrib.auth.backends.ModelBackend")
    return who["rita"]


def send(client, **data):
    return client.post(FORM, {"email": "heike@neu.example", "team": TeamFactory(name="North").pk} | data)


def test_a_new_person_gets_a_lead_in_the_reps_team(client, rita):
    product, source = ProductFactory(slug="cloud"), SourceFactory(name="Fair")

    response = send(
        client,
        first_name="Heike",
        last_name="Neu",
        company="Neu GmbH",
        phone="+49 30 1",
        product=product.pk,
        source=source.pk,
    )

    lead = Lead.objects.get()
    assert response.url == f"/leads/{lead.pk}/"
    assert (lead.contact.display_name, lead.contact.company.name, lead.team.name) == ("Heike Neu", "Neu GmbH", "North")
    assert (lead.product, lead.source) == (product, source)
    change = StageChange.objects.get()
    assert (change.by, change.cause) == (rita, Cause.PERSON)


def test_a_person_with_an_open_lead_leads_to_it(client, rita):
    lead = LeadFactory(contact=ContactFactory(email="heike@neu.example", first_name="Heike"))

    response = send(client, first_name="Other")

    assert response.url == f"/leads/{lead.pk}/"
    assert Contact.objects.get().first_name == "Heike"
    assert Lead.objects.count() == 1


def test_sent_twice_it_is_one_lead_and_one_notice(client, rita):
    send(client, first_name="Heike")

    response = send(client, first_name="Heike")

    lead = Lead.objects.get()
    assert response.url == f"/leads/{lead.pk}/"
    assert [str(message) for message in get_messages(response.wsgi_request)] == ["Heike is on the board."]


def test_a_former_lead_begins_a_new_cycle(client, rita):
    old = LeadFactory(
        contact=ContactFactory(email="heike@neu.example"),
        stage=Stage.CUSTOMER,
        outcome=Outcome.WON,
        closed_at="2026-01-01T00:00Z",
    )

    send(client)

    assert Lead.objects.exclude(pk=old.pk).get().contact == old.contact


def test_whose_lead_a_foreign_person_is_stays_untold(client, rita):
    LeadFactory(
        contact=ContactFactory(email="heike@neu.example", first_name="Secret", last_name="Person"),
        team=TeamFactory(name="South"),
    )

    page = send(client).content.decode()

    assert "This person cannot be added here." in page
    assert "Secret" not in page
    assert "South" not in page


@pytest.mark.parametrize("email", ["", "heike", "<script>@x.example", "a@b", "\0@x.example"])
def test_an_address_that_is_none_is_named(client, rita, email):
    response = send(client, email=email)

    assert response.status_code == 200
    assert response.context["form"].errors["email"]
    assert not Lead.objects.exists()


def test_a_rep_cannot_give_a_lead_to_another_team(client, rita):
    response = send(client, team=TeamFactory(name="South").pk)

    assert response.context["form"].errors["team"]
    assert not Lead.objects.exists()


@pytest.mark.parametrize("name", ["maja", "dora"])
def test_who_only_reads_enters_no_leads(client, who, name):
    client.force_login(who[name], backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(FORM).status_code == 403
    assert send(client).status_code == 403


def test_a_managers_lead_does_not_go_out_of_sight_by_its_source(client, who):
    client.force_login(who["mona"], backend="django.contrib.auth.backends.ModelBackend")
    foreign = SourceFactory(name="Partner", team=TeamFactory(name="East"))

    response = send(client, source=foreign.pk, team="")

    assert response.context["form"].errors["team"]
    assert not Lead.objects.exists()
    assert not Contact.objects.exists()


def test_a_manager_takes_a_lead_of_a_foreign_source_into_a_team_of_theirs(client, who):
    client.force_login(who["mona"], backend="django.contrib.auth.backends.ModelBackend")
    foreign = SourceFactory(name="Partner", team=TeamFactory(name="East"))

    response = send(client, source=foreign.pk)

    assert client.get(response.url).status_code == 200
    assert Lead.objects.get().team.name == "North"


@pytest.mark.parametrize(("name", "team"), [("mona", "South"), ("mona", None), ("anton", "East")])
def test_a_lead_without_a_team_of_its_own_takes_that_of_its_source(client, who, name, team):
    client.force_login(who[name], backend="django.contrib.auth.backends.ModelBackend")
    source = SourceFactory(name="Partner", team=TeamFactory(name=team) if team else None)

    response = send(client, source=source.pk, team="")

    assert client.get(response.url).status_code == 200
    assert Lead.objects.get().team == source.team
