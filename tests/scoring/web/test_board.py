"""The ranked board: who is shown to whom, in which order, and at what cost."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from leads.enums import Outcome, Stage
from leads.models import Tag
from scoring.models import Rule, ScoreHistory
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    FollowUpFactory,
    LeadFactory,
    ProductFactory,
    TeamFactory,
    people,
)
from tests.scoring.web.boards import ids, scored, shown

pytestmark = pytest.mark.django_db
BOARD = "/"


@pytest.fixture
def who(db):
    return people()


@pytest.fixture
def rita(who, client):
    client.force_login(who["rita"], backend="django.contrib.auth.backends.ModelBackend")
    return who["rita"]


def test_strangers_are_sent_to_the_login(client):
    response = client.get(BOARD)

    assert response.status_code == 302
    assert response.url.startswith(reverse("login"))


def test_rows_carry_lead_and_score_in_ranked_order_and_unscored_leads_stand_last(client, rita):
    unscored = LeadFactory()
    weak, strong = scored(20), scored(90)

    response = client.get(BOARD)

    assert shown(response) == [(strong.pk, "90"), (weak.pk, "20"), (unscored.pk, "")]
    assert "scoring…" in response.content.decode()


def test_a_rep_sees_the_leads_of_the_team_only(client, rita):
    own = scored(50)
    scored(90, team=TeamFactory(name="South"))
    scored(95, team=None)

    assert ids(client.get(BOARD)) == [own.pk]
    assert ids(client.get(BOARD, {"scope": "all"})) == [own.pk]


@pytest.mark.parametrize(
    ("name", "said"),
    [("Pricing page viewed", "Pricing page viewed ×2, yesterday"), ("Demo requested", "Demo requested yesterday")],
    ids=["counts-every-time", "counts-once"],
)
def test_a_row_says_why_in_words(client, rita, name, said):
    rule = Rule.objects.get(scorecard__status="live", name=name)
    line = {
        "kind": "rule",
        "group": "engagement",
        "rule": rule.key,
        "points": 30,
        "count": 2,
        "age_days": 1,
        "note": "",
    }
    scored(60, lines=[line], version=rule.scorecard.version)

    page = client.get(BOARD).content.decode()

    assert f"<b>{said}</b>" in page


def test_the_change_is_the_one_of_seven_days(client, rita):
    lead = scored(60)
    for days, points in ((9, 40), (8, 48), (2, 55)):
        ScoreHistory.objects.create(
            lead=lead, at=timezone.now() - timedelta(days=days), score=points, fit=0, engagement=0, band="C", stage="lead",
            version=1, cause="facts",
        )  # fmt: skip

    page = client.get(BOARD).content.decode()

    assert '<span class="vh">up </span>12<' in page


def test_the_next_follow_up_is_the_earliest_pending_one(client, rita):
    lead = scored(60)
    FollowUpFactory(lead=lead, kind="mail", due_at=timezone.now() + timedelta(days=5))
    FollowUpFactory(lead=lead, kind="meeting", due_at=timezone.now() + timedelta(days=3))
    FollowUpFactory(lead=lead, kind="offer", due_at=timezone.now() + timedelta(days=1), done_at=timezone.now())

    page = client.get(BOARD).content.decode()

    assert '<span class="act">Meeting</span>' in page
    assert '<span class="act">Offer</span>' not in page


def test_scope_tells_open_from_closed(client, rita):
    open_lead = scored(50)
    won = scored(80, stage=Stage.CUSTOMER, outcome=Outcome.WON, closed_at=timezone.now())

    assert ids(client.get(BOARD)) == [open_lead.pk]
    assert ids(client.get(BOARD, {"scope": "closed"})) == [won.pk]
    assert ids(client.get(BOARD, {"scope": "all"})) == [won.pk, open_lead.pk]


def test_views_show_my_leads_mqls_to_answer_and_those_gone_quiet(client, rita, who):
    mine = scored(50, owner=rita)
    free_mql = scored(70, stage=Stage.MQL)
    scored(71, stage=Stage.MQL, owner=who["ralf"])
    quiet = scored(30, stage=Stage.SQL, last_activity_at=timezone.now() - timedelta(days=31), owner=who["ralf"])

    assert ids(client.get(BOARD, {"view": "mine"})) == [mine.pk]
    assert ids(client.get(BOARD, {"view": "mql"})) == [free_mql.pk]
    assert ids(client.get(BOARD, {"view": "quiet"})) == [quiet.pk]


def test_snoozed_leads_are_hidden_until_asked_for(client, rita):
    awake = scored(50)
    snoozed = scored(90, snoozed_until=timezone.now() + timedelta(days=2))
    back = scored(40, snoozed_until=timezone.now() - timedelta(minutes=1))

    assert ids(client.get(BOARD)) == [awake.pk, back.pk]
    assert ids(client.get(BOARD, {"snoozed": "also"})) == [snoozed.pk, awake.pk, back.pk]
    assert ids(client.get(BOARD, {"snoozed": "only"})) == [snoozed.pk]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("owner=me", "mine"),
        ("owner=none", "free"),
        ("stage=sql&stage=mql", "mine"),
        ("band=A", "mine"),
        ("score_min=60", "mine"),
        ("score_max=59", "free"),
        ("q=brennecke", "mine"),
        ("q=MÜLLER", "mine"),
        ("q=heike müller", "mine"),
        ("active=-30", "free"),
        ("active=1", "mine"),
    ],
)
def test_filters_by_address(client, rita, query, wanted):
    contact = ContactFactory(
        first_name="Heike",
        last_name="Müller",
        company=CompanyFactory(name="Brennecke Armaturen"),
        email="hm@brennecke.example",
    )
    mine = scored(80, owner=rita, stage=Stage.SQL, contact=contact)
    free = scored(20, last_activity_at=timezone.now() - timedelta(days=40))

    response = client.get(f"{BOARD}?{query}")

    assert ids(response) == [{"mine": mine, "free": free}[wanted].pk]


def test_filters_by_product_source_campaign_team_and_tag(client, rita):
    scored(10)
    lead = scored(50, product=ProductFactory(slug="cloud"))
    tag = Tag.objects.create(name="Fair")
    lead.tags.add(tag)

    for query in (f"product={lead.product_id}", f"tag={tag.pk}", f"tag={tag.pk}&team={lead.team_id}"):
        assert ids(client.get(f"{BOARD}?{query}")) == [lead.pk]


def test_a_filter_that_means_nothing_is_left_out_and_named(client, rita):
    lead = scored(50)

    response = client.get(BOARD, {"owner": "999999999999999999999", "stage": "nonsense", "score_min": "abc", "q": "\0"})

    assert ids(response) == [lead.pk]
    assert "Not understood, so left out:" in response.content.decode()


def test_colleagues_of_other_teams_cannot_be_named(client, rita, who):
    scored(50)

    page = client.get(BOARD, {"panel": "1"}).content.decode()
    refused = client.get(BOARD, {"owner": who["sven"].pk}).content.decode()

    assert "Ralf" in page
    assert "Sven" not in page
    assert "Sven" not in refused
    assert "Not understood" in refused


@pytest.mark.parametrize(
    "query", ["sort=owner", "sort=score;--", "at=abc", "at=%00", "view=theirs", "sort=contact__email"]
)
def test_an_unknown_order_place_or_view_is_a_bad_request(client, rita, query):
    assert client.get(f"{BOARD}?{query}").status_code == 400


@pytest.mark.parametrize("sort", ["score", "-score", "activity", "-activity", "created", "-created", "name", "-name"])
def test_pages_of_fifty_lose_and_repeat_nothing(client, rita, sort):
    wanted = {scored(1 + number % 40, last_name=f"M{number % 7}").pk for number in range(53)}

    first = client.get(BOARD, {"sort": sort})
    following = first.context["next"]
    second = client.get(following)

    assert len(ids(first)) == 50
    assert set(ids(first) + ids(second)) == wanted
    assert len(ids(second)) == 3
    assert ids(client.get(second.context["previous"])) == ids(first)
    assert "51" in second.context["summary"]


@pytest.mark.parametrize("leads", [1, 3, 60])
def test_the_board_takes_the_same_queries_for_any_number_of_leads(client, rita, leads, django_assert_num_queries):
    for number in range(leads):
        FollowUpFactory(lead=scored(1 + number, owner=rita if number % 2 else None, stage=Stage.MQL))
    client.get(BOARD)

    # Saved views are one of them. One more while all leads fit on the page: whether some are still to be scored.
    with django_assert_num_queries(18 if leads > 50 else 19):
        client.get(BOARD)


@pytest.mark.parametrize("leads", [1, 3])
def test_rows_refresh_with_the_same_queries_for_any_number(client, rita, leads, django_assert_num_queries):
    for number in range(leads):
        scored(1 + number)
    page = client.get(BOARD)

    with django_assert_num_queries(10):
        live(client, page)


def live(client, page, *, shown=None):
    """What an open page is told."""
    shown = shown or ",".join(f"{d['id']}.{d['rev']}" for d in page.context["rows"])
    return client.get(f"{page.context['live']}&shown={shown}")


def test_an_open_page_is_told_nothing_when_nothing_has_changed(client, rita):
    scored(50)
    scored(40)
    page = client.get(BOARD)

    assert live(client, page).status_code == 204


def test_an_open_page_gets_only_the_rows_that_have_changed(client, rita):
    lead = scored(50)
    scored(40)
    page = client.get(BOARD)
    lead.score.score = 55
    lead.score.save()

    response = live(client, page)

    assert shown(response) == [(lead.pk, "55")]
    assert "moved" not in response.content.decode()


def test_an_open_page_is_told_who_moved_but_keeps_its_order(client, rita):
    scored(50)
    climber = scored(40, name="Rüdiger", last_name="Stahnke")
    page = client.get(BOARD)
    climber.score.score = 60
    climber.score.save()

    text = live(client, page).content.decode()

    assert "1 lead moved." in text
    assert "Rüdiger Stahnke rises to 1" in text


def test_of_a_lead_between_two_that_changed_places_nothing_is_told(client, rita):
    first, middle, last = (scored(points, name=name) for points, name in ((60, "Anna"), (50, "Berta"), (40, "Carla")))
    page = client.get(BOARD)
    for lead, points in ((first, 40), (middle, 55), (last, 70)):
        lead.score.score = points
        lead.score.save()

    told = live(client, page).content.decode().partition("data-live-note")[2]

    assert "Carla" in told
    assert "rises to 1" in told
    assert "to 2" not in told


def test_a_new_lead_comes_to_an_open_page(client, rita):
    scored(50)
    page = client.get(BOARD)
    new = LeadFactory()

    assert shown(live(client, page)) == [(new.pk, "")]


def test_an_open_page_learns_nothing_about_foreign_leads(client, rita):
    scored(50)
    page = client.get(BOARD)
    foreign = scored(90, name="Secret", team=TeamFactory(name="South"))

    response = live(client, page, shown=f"{foreign.pk}.0")

    assert "Secret" not in response.content.decode()


def test_the_day_counts_what_waits(client, rita):
    scored(70, stage=Stage.MQL, stage_since=timezone.now() - timedelta(days=2))
    mine = scored(50, owner=rita)
    FollowUpFactory(lead=mine, owner=rita, due_at=timezone.now())
    FollowUpFactory(lead=mine, owner=rita, due_at=timezone.now() - timedelta(days=2))
    scored(30, owner=rita, snoozed_until=timezone.now() + timedelta(days=3))

    page = client.get(BOARD).content.decode()

    assert "1 MQL waits for your answer" in page
    assert "1 follow-up today, 1 overdue" in page
    assert "2 leads new in band A or B" in page
    assert "1 of your leads rests" in page


def test_those_in_charge_are_told_about_leads_without_a_team(client, who):
    scored(50, team=None)
    client.force_login(who["mona"], backend="django.contrib.auth.backends.ModelBackend")

    page = client.get(BOARD).content.decode()

    assert "1 open lead has no team." in page


def test_who_only_reads_gets_no_buttons(client, who):
    scored(70, stage=Stage.MQL)
    client.force_login(who["maja"], backend="django.contrib.auth.backends.ModelBackend")

    page = client.get(BOARD).content.decode()

    assert "Answer MQL" in page
    assert "formaction" not in page
    assert 'name="lead"' not in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "No leads yet"),
        ("view=mine", "You own no open lead"),
        ("view=mql", "Every MQL is answered"),
        ("q=zz", "No lead matches"),
    ],
)
def test_an_empty_board_says_what_to_do_next(client, rita, query, sentence):
    assert sentence in client.get(f"{BOARD}?{query}").content.decode()


def test_names_are_escaped_everywhere(client, rita):
    scored(70, name="<script>alert(1)</script>", stage=Stage.MQL)

    page = client.get(BOARD).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_export_holds_exactly_the_filtered_leads_in_order(client, rita):
    strong, weak = scored(90, name="=cmd"), scored(60)
    scored(10)
    scored(95, team=TeamFactory(name="South"))

    response = client.get(reverse("board-export"), {"score_min": "50", "sort": "-score"})
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))

    assert [int(row["Id"]) for row in rows] == [weak.pk, strong.pk]
    assert [row["Score"] for row in rows] == ["60", "90"]
    assert rows[1]["Name"].startswith("'=cmd")
    assert response["Content-Disposition"].startswith("attachment")


def test_the_board_speaks_german(client, rita):
    rita.language = "de"
    rita.save()
    scored(50)

    assert 'lang="de"' in client.get(BOARD).content.decode()
