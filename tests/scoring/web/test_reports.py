"""The conversion report as people read it: who sees which numbers, and that each number opens the leads that it counts."""

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from leads.enums import Stage
from scoring.reports import rollups
from tests.factories import CampaignFactory, ProductFactory, SourceFactory, TeamFactory, people
from tests.scoring.reports.histories import DAY, lead

pytestmark = pytest.mark.django_db

PAGE_QUERIES, LIST_QUERIES = 25, 11

# One figure of the page: the link, and the number that it shows.
FIGURE = re.compile(r'<a href="(/reports/conversion/leads/[^"]*)">([\d,]+)</a>')


@pytest.fixture
def who(db):
    return people()


@pytest.fixture
def past(who):
    """Leads of both teams and of none, of every kind that a figure counts."""
    now = timezone.now()
    south, website, fair = TeamFactory(name="South"), SourceFactory(), SourceFactory(name="Fair")
    campaign, product = CampaignFactory(slug="autumn"), ProductFactory(slug="safestart")
    long_ago = {"created_at": now - 100 * DAY}
    lead(band="D", source=website, **long_ago)
    lead((Stage.MQL, 2), band="A", source=website, campaign=campaign, first_touch_at=now - 97 * DAY, **long_ago)
    lead(
        (Stage.MQL, 1), (Stage.SQL, 3), (Stage.OPPORTUNITY, 9), (Stage.CUSTOMER, 30), band="A", source=fair, **long_ago
    )
    lead((Stage.SQL, 3), (Stage.NURTURE, 9), band="B", product=product, team=south, **long_ago)
    lead((Stage.MQL, 5), (Stage.NURTURE, 6), (Stage.CUSTOMER, 40), band="C", team=None, **long_ago)
    lead((Stage.LEAD, 5), begins=Stage.SUBSCRIBER, source=fair, created_at=now - 40 * DAY)
    lead(source=website, created_at=now - 2 * DAY, team=south)
    lead(created_at=now - 1 * DAY, is_undated=True)


def read(client, user, url="report", **query):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse(url), query)


def figures(response):
    """(address, number) of every figure on the page."""
    return [
        (unescape(href), int(number.replace(",", ""))) for href, number in FIGURE.findall(response.content.decode())
    ]


@pytest.mark.parametrize("name", ["rita", "sven", "mona", "maja", "anton", "dora"])
def test_every_figure_opens_as_many_leads_as_it_says(client, who, past, name):
    response = read(client, who[name])

    found = figures(response)
    assert len(found) > 20
    for href, number in found:
        assert client.get(href).context["count"] == number, href


def test_every_figure_of_the_stored_cells_opens_as_many_leads_as_it_says(client, who, past):
    rollups.refresh(now=timezone.now())

    response = read(client, who["mona"])

    assert not response.context["counted"].is_live
    for href, number in figures(response):
        assert client.get(href).context["count"] == number, href


@pytest.mark.parametrize(
    "query",
    [
        {"source": "none"}, {"team": "none"}, {"campaign": "some"}, {"product": "some"}, {"period": "quarter"},
        {"period": "last-quarter"}, {"period": "year"}, {"period": "own", "since": "2020-01-15"},
    ],
    ids=str,
)  # fmt: skip
def test_figures_agree_with_their_leads_under_every_filter(client, who, past, query):
    some = {"campaign": CampaignFactory(slug="autumn").pk, "product": ProductFactory(slug="safestart").pk}
    query = {name: some[name] if value == "some" else value for name, value in query.items()}

    for href, number in figures(read(client, who["mona"], **query)):
        assert client.get(href).context["count"] == number, href


def totals(response):
    return response.context["total"]


def test_everybody_sees_the_numbers_of_their_own_leads(client, who, past):
    seen = {name: totals(read(client, user)) for name, user in who.items()}

    assert seen == {"rita": 5, "ralf": 5, "sven": 2, "mona": 8, "maja": 8, "anton": 8, "dora": 8}


def test_the_same_with_stored_cells(client, who, past):
    rollups.refresh(now=timezone.now())

    seen = {name: totals(read(client, user)) for name, user in who.items()}

    assert seen == {"rita": 5, "ralf": 5, "sven": 2, "mona": 8, "maja": 8, "anton": 8, "dora": 8}


def test_the_leads_behind_a_figure_are_only_those_that_one_sees(client, who, past):
    response = read(client, who["sven"], "report-leads", reached="sql")

    assert {lead.team.name for lead in response.context["page"]} == {"South"}


def test_another_team_is_as_unknown_as_one_that_does_not_exist(client, who, past):
    foreign = read(client, who["rita"], team=TeamFactory(name="South").pk)
    missing = read(client, who["rita"], team=999_999)

    assert foreign.context["asked"].form.ignored == missing.context["asked"].form.ignored == ["Team"]
    assert totals(foreign) == totals(missing) == 5


def test_a_figure_that_does_not_exist_is_refused(client, who):
    for query in ({"reached": "nurture"}, {"band": "E"}, {"month": "soon"}, {"timed": "password"}):
        assert read(client, who["mona"], "report-leads", **query).status_code == 400


@pytest.mark.parametrize("query", [{"since": "never"}, {"period": "own", "since": "2026-05-01", "until": "2026-04-01"}])
def test_a_period_that_makes_no_sense_is_named_and_left_out(client, who, past, query):
    response = read(client, who["mona"], **query)

    assert response.status_code == 200
    assert response.context["asked"].form.ignored


def test_without_leads_the_page_says_what_to_do(client, who):
    response = read(client, who["mona"])

    assert "No leads were created here in this period" in response.content.decode()


def test_rates_of_few_are_marked(client, who, past):
    response = read(client, who["mona"])

    assert '<span class="few">few</span>' in response.content.decode()


def test_every_picture_has_words_and_a_drawing_for_phones(client, who, past):
    page = read(client, who["mona"]).content.decode()

    assert page.count('role="img" aria-labelledby') == page.count("</desc>")
    assert page.count("bars wide-only") == page.count("bars narrow-only") == 9


@pytest.mark.parametrize(
    "part", ["funnel", "asides", "band", "touches", "month", "source", "campaign", "product", "team"]
)
def test_every_table_can_be_downloaded(client, who, past, part):
    text = read(client, who["mona"], "report-export", part=part).content.decode()

    shown = {part.key: part for part, _ in read(client, who["mona"]).context["parts"]}[part]
    assert text.startswith("\ufeff")
    assert len(text.splitlines()) == len(shown.rows) + 1


def test_names_in_the_download_are_no_formulas(client, who):
    lead(source=SourceFactory(name="=1+1"), created_at=timezone.now())

    text = read(client, who["mona"], "report-export", part="source").content.decode()

    assert '"\'=1+1"' in text


def test_an_unknown_table_is_not_found(client, who, past):
    assert read(client, who["mona"], "report-export", part="salaries").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_a_report_costs_the_same_however_many_leads_there_are(client, who, number, django_assert_num_queries):
    for count in range(number):
        lead((Stage.MQL, 2), source=SourceFactory(name=f"S{count}"), created_at=timezone.now() - 30 * DAY)
    read(client, who["mona"])

    with django_assert_num_queries(PAGE_QUERIES):
        client.get(reverse("report"))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("report-leads"))
