"""Reading leads and scores through the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from leads import apikeys
from leads.enums import Outcome, Stage
from scoring.models import Score
from tests.factories import MONDAY, ContactFactory, LeadFactory, SourceFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

LEADS = "/api/v1/leads"


@pytest.fixture
def north():
    return TeamFactory(name="North")


def make_key(*scopes, **changes):
    given = {"name": "Reader", "scopes": scopes or ["leads:read"], "source": SourceFactory(), "now": timezone.now()}
    return apikeys.create(**given | changes)[1]


def get(client, path, key, **query):
    return client.get(path, query, HTTP_AUTHORIZATION=f"Bearer {key}")


def score(lead, points):
    lines = [
        {"kind": "rule", "group": "fit", "rule": "x", "points": points + 5, "count": 1, "age_days": None, "note": ""},
        {"kind": "cap", "group": "fit", "rule": None, "points": -5, "count": 0, "age_days": None, "note": ""},
    ]
    return Score.objects.create(
        lead=lead, score=points, rule_score=points, fit=points, engagement=0, band="B", lines=lines, revision=1, version=1,
        engine=1, as_of=MONDAY.date(), valid_until=MONDAY.date() + timedelta(days=30), scored_at=MONDAY,
    )  # fmt: skip


def test_a_lead_is_read_with_its_person_and_score(client, north):
    lead = LeadFactory(team=north, owner=UserFactory(username="rita"), contact=ContactFactory(email="erika@firma.de"))
    score(lead, 55)

    found = get(client, f"{LEADS}/{lead.pk}", make_key()).json()

    assert (found["id"], found["status"], found["stage"], found["score"], found["band"]) == (
        lead.pk, "open", "lead", 55, "B",
    )  # fmt: skip
    assert (found["owner"], found["team"], found["contact"]["email"]) == ("rita", "North", "erika@firma.de")


def test_pages_follow_ids_and_lose_nothing_that_arrives_meanwhile(client, north):
    first = [LeadFactory(team=north).pk for _ in range(3)]
    key = make_key()
    page = get(client, LEADS, key, limit=2).json()
    late = LeadFactory(team=north).pk

    rest = get(client, LEADS, key, limit=2, after=page["next"]).json()

    seen = [lead["id"] for lead in page["leads"] + rest["leads"]]
    assert seen == [*first, late]
    assert rest["next"] is None


def test_leads_are_filtered_by_status_stage_and_score(client, north):
    weak, strong = LeadFactory(team=north), LeadFactory(team=north, stage=Stage.MQL)
    won = LeadFactory(team=north, stage=Stage.CUSTOMER, outcome=Outcome.WON, closed_at=MONDAY)
    score(weak, 20)
    score(strong, 70)
    key = make_key()

    def ids(**query):
        return [lead["id"] for lead in get(client, LEADS, key, **query).json()["leads"]]

    assert ids() == [weak.pk, strong.pk]
    assert ids(status="all") == [weak.pk, strong.pk, won.pk]
    assert ids(status="won") == ids(status="closed") == [won.pk]
    assert ids(stage="mql") == [strong.pk]
    assert ids(min_score=50) == [strong.pk]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "x"},
        {"limit": 0},
        {"limit": 9999},
        {"after": "x"},
        {"after": 10**30},
        {"order": "id"},
        {"min_score": -1},
    ],
)
def test_a_senseless_question_is_refused(client, query):
    assert get(client, LEADS, make_key(), **query).status_code == 422


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_takes_one_query_whatever_its_length(client, north, number, django_assert_num_queries):
    for _ in range(number):
        score(LeadFactory(team=north), 50)
    key = make_key()
    get(client, LEADS, key)

    with django_assert_num_queries(2):
        get(client, LEADS, key)


def test_the_lines_of_a_score_sum_to_it(client, north):
    lead = LeadFactory(team=north)
    score(lead, 40)

    found = get(client, f"{LEADS}/{lead.pk}/score", make_key()).json()

    assert set(found) == {
        "lead", "as_of", "version", "score", "rule_score", "prediction", "band", "stage", "lines", "sums",
    }  # fmt: skip
    assert sum(line["points"] for line in found["lines"]) == found["rule_score"] == 40


def test_a_lead_without_a_score_says_so(client, north):
    lead = LeadFactory(team=north)

    found = get(client, f"{LEADS}/{lead.pk}/score", make_key()).json()

    assert (found["lead"], found["score"], found["lines"]) == (lead.pk, None, [])


def test_a_key_with_a_team_finds_foreign_leads_like_missing_ones(client, north):
    own, foreign = LeadFactory(team=north), LeadFactory(team=TeamFactory(name="South"))
    nobodys = LeadFactory(team=None)
    key = make_key(team=north)

    assert [lead["id"] for lead in get(client, LEADS, key).json()["leads"]] == [own.pk]
    for ending in ("", "/score"):
        assert get(client, f"{LEADS}/{own.pk}{ending}", key).status_code == 200
        missing = get(client, f"{LEADS}/999999{ending}", key)
        for lead in (foreign, nobodys):
            answer = get(client, f"{LEADS}/{lead.pk}{ending}", key)
            assert (
                (answer.status_code, answer.content) == (missing.status_code, missing.content) == (404, missing.content)
            )


def test_ids_beyond_the_database_are_missing(client):
    assert get(client, f"{LEADS}/{10**30}", make_key()).status_code == 404


@pytest.mark.parametrize("path", [LEADS, LEADS + "/1", LEADS + "/1/score"])
def test_only_a_key_with_the_scope_reads(client, path):
    assert client.get(path).status_code == 401
    assert get(client, path, make_key("events:write")).status_code == 403
