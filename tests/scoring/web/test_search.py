"""The jump box."""

import pytest
from django.urls import reverse

from tests.factories import CompanyFactory, ContactFactory, TeamFactory, people
from tests.scoring.web.boards import ids, scored

pytestmark = pytest.mark.django_db
SEARCH = "/search/"


@pytest.fixture
def rita(db, client):
    who = people()
    client.force_login(who["rita"], backend="django.contrib.auth.backends.ModelBackend")
    return who["rita"]


@pytest.fixture
def muller(rita):
    contact = ContactFactory(
        first_name="Jörg",
        last_name="MÜLLER",
        email="jm@brennecke.example",
        company=CompanyFactory(name="Brennecke Armaturen GmbH"),
    )
    return scored(50, contact=contact)


@pytest.mark.parametrize("text", ["müller", "MÜL", "jörg müller", "armaturen", "brennecke müller", "jm@brenn"])
def test_parts_of_name_company_and_address_find_the_lead(client, muller, text):
    scored(90)

    assert ids(client.get(SEARCH, {"q": text})) == [muller.pk]


@pytest.mark.parametrize("text", ["jm@brennecke.example", "JM@Brennecke.Example"])
def test_a_whole_address_jumps_to_the_lead(client, muller, text):
    response = client.get(SEARCH, {"q": text})

    assert response.url == reverse("lead", args=[muller.pk])


def test_a_number_jumps_to_the_lead(client, muller):
    assert client.get(SEARCH, {"q": f"#{muller.pk}"}).url == reverse("lead", args=[muller.pk])


def test_the_strongest_stand_first(client, rita):
    weak, strong = scored(10, name="Otto"), scored(80, name="Otto")

    assert ids(client.get(SEARCH, {"q": "otto"})) == [strong.pk, weak.pk]


def test_foreign_leads_are_not_found_by_any_way(client, rita):
    foreign = scored(50, name="Otto", team=TeamFactory(name="South"))

    for text in ("otto", foreign.contact.email, f"#{foreign.pk}"):
        response = client.get(SEARCH, {"q": text})
        assert response.status_code == 200
        assert ids(response) == []
        assert "Nobody found" in response.content.decode()


@pytest.mark.parametrize("text", ["", "x", "%", "__", "\0\0", "#" + "9" * 40, "'; --", "a" * 5000])
def test_odd_words_find_nobody_and_break_nothing(client, muller, text):
    response = client.get(SEARCH, {"q": text})

    assert response.status_code == 200
    assert ids(response) == []


@pytest.mark.parametrize("leads", [1, 3])
def test_searching_takes_the_same_queries_for_any_number(client, rita, leads, django_assert_num_queries):
    for _ in range(leads):
        scored(50, name="Otto")

    with django_assert_num_queries(11):
        client.get(SEARCH, {"q": "otto"})
