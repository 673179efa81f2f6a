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
