"""Saved views of the board: what is saved, who sees it, and who may change it."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from scoring import boardviews
from scoring.models import BoardView
from tests.factories import MONDAY, TeamFactory, people
from tests.scoring.web.boards import ids, scored

pytestmark = pytest.mark.django_db
BOARD, SAVE = "/", "/board/views/"
HOT = "band=A&band=B&owner=me&sort=activity"


@pytest.fixture
def who(db):
    return people()


@pytest.fixture
def log_in(client, who):
    return lambda name: client.force_login(who[name], backend="django.contrib.auth.backends.ModelBackend")


@pytest.fixture
def rita(who, log_in):
    log_in("rita")
    return who["rita"]


def saved(owner, *, name="Hot", query=HOT, **values):
    return boardviews.save(name=name, query=query, by=owner, now=MONDAY, **values)


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_filters_and_order_are_saved_under_a_name_and_opened_by_a_link(client, rita):
    hot = scored(90, owner=rita)
    scored(20)

    response = client.post(SAVE, {"name": " Hot  ones", "query": f"{HOT}&panel=1&q=&nonsense=1"})
    page = client.get(response.url)

    view = BoardView.objects.get()
    assert (view.owner, view.name, view.query) == (rita, "Hot ones", HOT)
    assert response.url == f"{BOARD}?{HOT}"
    assert ids(page) == [hot.pk]
    assert f'href="{BOARD}?{HOT.replace("&", "&amp;")}" aria-current="page"' in page.content.decode()


def test_what_is_left_at_its_default_is_not_saved(client, rita):
    client.post(SAVE, {"name": "Mine", "query": "view=mine&sort=score&q="})

    assert BoardView.objects.get().query == "view=mine"


def test_the_same_name_saves_over_the_old_view(client, rita):
    saved(rita)

    client.post(SAVE, {"name": "Hot", "query": "band=A"})

    assert BoardView.objects.get().query == "band=A"


@pytest.mark.parametrize("query", ["view=nonsense", "sort=nonsense"])
def test_an_address_that_the_board_does_not_know_is_not_saved(client, rita, query):
    assert client.post(SAVE, {"name": "Broken", "query": query}).status_code == 400
    assert not BoardView.objects.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"name": " "}, "Give the view a name."),
        ({"name": "x" * 41}, "A name has at most 40 characters."),
        ({"name": "Long", "query": "q=" + "x" * 1001}, "These are too many filters to save."),
    ],
)
def test_what_cannot_be_saved_is_said(client, rita, data, words):
    response = client.post(SAVE, {"query": HOT} | data)

    assert said(response) == [words]
    assert not BoardView.objects.exists()


def test_a_person_has_a_limited_number_of_views(client, rita):
    for number in range(boardviews.MOST):
        saved(rita, name=f"View {number}")

    response = client.post(SAVE, {"name": "One more", "query": HOT})

    assert said(response) == ["At most 20 views, please. Delete one first."]
    assert BoardView.objects.count() == boardviews.MOST


def test_the_board_begins_with_the_start_view_and_all_leads_are_one_click_away(client, rita):
    saved(rita, is_start=True)

    begun, everything = client.get(BOARD), client.get(f"{BOARD}?view=all")

    assert (begun.status_code, begun.url) == (302, f"{BOARD}?{HOT}")
    assert everything.status_code == 200
    assert f'href="{BOARD}?view=all"' in everything.content.decode()


def test_there_is_one_start_view(client, rita):
    first = saved(rita, is_start=True)

    client.post(SAVE, {"name": "Other", "query": "band=A", "start": "1"})

    first.refresh_from_db()
    assert not first.is_start
    assert BoardView.objects.get(is_start=True).name == "Other"


def test_a_view_is_renamed_shared_pinned_and_all_of_it_taken_back(client, rita):
    view, north = saved(rita), TeamFactory(name="North")
    address = reverse("board-view-change", args=[view.pk])

    client.post(address, {"name": "Hotter", "team": north.pk, "start": "1"})
    view.refresh_from_db()
    after = (view.name, view.team, view.is_start, view.query)
    client.post(address, {"name": "Hotter"})
    view.refresh_from_db()

    assert after == ("Hotter", north, True, HOT)
    assert (view.team, view.is_start) == (None, False)


def test_a_name_that_is_taken_is_refused(client, rita):
    saved(rita, name="Cold", query="band=D")
    view = saved(rita)

    response = client.post(reverse("board-view-change", args=[view.pk]), {"name": "Cold"})

    view.refresh_from_db()
    assert said(response) == ["You have another view of this name."]
    assert view.name == "Hot"


def test_a_view_is_deleted_by_its_owner(client, rita):
    view = saved(rita)

    client.post(reverse("board-view-delete", args=[view.pk]))

    assert not BoardView.objects.exists()


@pytest.mark.parametrize(("name", "sees"), [("rita", True), ("ralf", True), ("mona", True), ("sven", False)])
def test_a_shared_view_is_seen_by_the_team(client, who, log_in, name, sees):
    saved(who["rita"], name="Hot North", team=TeamFactory(name="North"))
    log_in(name)

    assert ("Hot North" in client.get(f"{BOARD}?view=all").content.decode()) is sees


def test_an_own_view_is_seen_by_nobody_else(client, who, log_in):
    saved(who["rita"], name="Secret plan")
    log_in("ralf")

    assert "Secret plan" not in client.get(f"{BOARD}?view=all").content.decode()


def test_a_shared_view_shows_everybody_their_own_leads_and_is_nobodys_start_but_the_owners(client, who, log_in):
    saved(who["mona"], query="owner=me", team=TeamFactory(name="North"), is_start=True)
    own, _other = scored(50, owner=who["ralf"]), scored(60, owner=who["rita"])
    log_in("ralf")

    assert client.get(BOARD).status_code == 200
    assert ids(client.get(f"{BOARD}?owner=me")) == [own.pk]


@pytest.mark.parametrize("name", ["ralf", "mona", "sven", "anton"])
@pytest.mark.parametrize("address", ["board-view-change", "board-view-delete"])
def test_only_the_owner_changes_a_view(client, who, log_in, name, address):
    view = saved(who["rita"], team=TeamFactory(name="North"))
    log_in(name)

    foreign = client.post(reverse(address, args=[view.pk]), {"name": "Mine now"})
    missing = client.post(reverse(address, args=[10**15]), {"name": "Mine now"})

    assert foreign.status_code == missing.status_code == 404
    assert BoardView.objects.get().name == "Hot"


@pytest.mark.parametrize("team", ["South", "x", "99999999999999999999"])
def test_a_rep_shares_with_no_other_team(client, rita, team):
    chosen = TeamFactory(name="South").pk if team == "South" else team

    assert client.post(SAVE, {"name": "Hot", "query": HOT, "team": chosen}).status_code == 404
    assert not BoardView.objects.exists()


@pytest.mark.parametrize("many", [1, 3])
def test_views_cost_the_same_queries_however_many_there_are(client, rita, who, many, django_assert_num_queries):
    for number in range(many):
        saved(rita, name=f"Own {number}")
        saved(who["mona"], name=f"Shared {number}", team=TeamFactory(name="North"))
    client.get(f"{BOARD}?view=all")

    with django_assert_num_queries(15):
        client.get(f"{BOARD}?view=all")


def test_signs_that_nobody_sees_are_taken_out_of_a_name(client, rita):
    client.post(SAVE, {"name": "Ho\u202et\0", "query": "band=A"})

    assert BoardView.objects.get().name == "Hot"
