"""The order of the board, and that paging loses and repeats nothing."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.models import Lead
from scoring import ranking
from scoring.models import Score
from tests.factories import MONDAY, ContactFactory, LeadFactory

pytestmark = pytest.mark.django_db


def score(lead, points):
    return Score.objects.create(
        lead=lead, score=points, rule_score=points, fit=0, engagement=points, band="C", revision=1, version=1, engine=1,
        as_of=MONDAY.date(), valid_until=MONDAY.date(), scored_at=MONDAY,
    )  # fmt: skip


def scored(points, **values):
    lead = LeadFactory(**values)
    score(lead, points)
    return lead


def walk(order, *, size=2, many=True):
    """All ids, following `next` from page to page."""
    found, cursor = [], ""
    while True:
        page = ranking.page(Lead.objects.all(), order=order, cursor=cursor, size=size, many=many)
        found += page.ids
        cursor = page.next
        if not cursor:
            return found


@pytest.mark.parametrize("many", [True, False])
def test_the_strongest_stand_first_ties_by_id_and_unscored_leads_last(many):
    waiting = LeadFactory()
    weak, strong, also_strong = scored(10), scored(90), scored(90)

    assert walk("score", many=many) == [strong.pk, also_strong.pk, weak.pk, waiting.pk]
    assert walk("-score", many=many) == [weak.pk, also_strong.pk, strong.pk, waiting.pk]


def test_leads_that_never_did_anything_stand_last_by_activity():
    never = LeadFactory(last_activity_at=None)
    older = LeadFactory(last_activity_at=MONDAY - timedelta(days=3))
    newer = LeadFactory(last_activity_at=MONDAY)

    assert walk("activity") == [newer.pk, older.pk, never.pk]
    assert walk("-activity") == [older.pk, newer.pk, never.pk]


def test_names_are_ordered_without_regard_to_case_and_nameless_leads_stand_last():
    nameless = LeadFactory(contact=ContactFactory(first_name="", last_name=""))
    zoe = LeadFactory(contact=ContactFactory(first_name="zoe", last_name=""))
    anna = LeadFactory(contact=ContactFactory(first_name="Anna", last_name=""))

    assert walk("name") == [anna.pk, zoe.pk, nameless.pk]


@pytest.mark.parametrize("order", sorted(ranking.ORDERS))
@pytest.mark.parametrize("many", [True, False])
def test_pages_are_the_same_forwards_and_backwards(order, many):
    for number in range(7):
        lead = LeadFactory(last_activity_at=None if number % 3 == 0 else MONDAY - timedelta(hours=number // 2))
        if number % 4:
            score(lead, 10 + number // 2)
    forwards, cursor = [], ""
    while not forwards or cursor:
        page = ranking.page(Lead.objects.all(), order=order, cursor=cursor, size=3, many=many)
        forwards.append((page.first, page.ids))
        cursor = page.next

    backwards, cursor = [forwards[-1]], page.previous
    while cursor:
        page = ranking.page(Lead.objects.all(), order=order, cursor=cursor, size=3, many=many)
        backwards.append((page.first, page.ids))
        cursor = page.previous

    assert [first for first, _ in forwards] == [1, 4, 7]
    assert backwards[::-1] == forwards


def test_a_lead_that_arrives_above_repeats_and_hides_nothing_on_the_next_page():
    leads = [scored(points) for points in (90, 80, 70, 60)]
    first = ranking.page(Lead.objects.all(), order="score", size=2)

    scored(95)
    leads[3].delete()
    second = ranking.page(Lead.objects.all(), order="score", cursor=first.next, size=2)

    assert second.ids == [leads[2].pk]


def test_a_page_stays_within_the_given_leads():
    scored(90)
    mine = scored(50)

    assert ranking.page(Lead.objects.filter(pk=mine.pk), order="score").ids == [mine.pk]


@pytest.mark.parametrize("leads", [1, 3, 60])
def test_a_page_takes_at_most_one_query_per_phase(leads, django_assert_num_queries):
    for number in range(leads):
        scored(1 + number)

    with django_assert_num_queries(1 if leads > ranking.PAGE else 2):
        ranking.page(Lead.objects.all(), order="score")


def test_everything_comes_in_order_for_an_export():
    leads = [scored(points) for points in (30, 90, 60)]

    chunks = list(ranking.everything(Lead.objects.all(), order="score", size=2))

    assert chunks == [[leads[1].pk, leads[2].pk], [leads[0].pk]]


@pytest.mark.parametrize("order", ["", "owner", "score;drop", "-", None, "contact__email"])
def test_an_unknown_order_is_refused(order):
    with pytest.raises(ranking.UnknownOrder):
        ranking.page(Lead.objects.all(), order=order)


@given(text=st.text(max_size=60))
def test_nonsense_is_no_cursor(text):
    with pytest.raises(ranking.BadCursor):
        ranking.read(text, order="score")


@pytest.mark.parametrize(
    "parts",
    [
        ["activity", 0, 5, 1, 1, False],
        ["score", 9, 5, 1, 1, False],
        ["score", 0, "5", 1, 1, False],
        ["score", 0, True, 1, 1, False],
        ["score", 0, 10**400, 1, 1, False],
        ["score", 0, 5, 2**63, 1, False],
        ["score", 0, 5, -1, 1, False],
        ["score", 0, 5, 1, 1, "yes"],
        ["score", 0, 5, 1, 1],
        {},
        None,
    ],
)
def test_a_forged_cursor_is_refused(parts):
    text = ranking.base64.urlsafe_b64encode(ranking.json.dumps(parts).encode()).decode()

    with pytest.raises(ranking.BadCursor):
        ranking.read(text, order="score")


def test_one_lead_that_rises_over_two_is_one_move():
    assert ranking.moves([1, 2, 3, 4], [1, 4, 2, 3]) == [4]


def test_a_lead_that_is_new_in_the_order_moved():
    assert ranking.moves([1, 2, 3], [1, 9, 2]) == [9]


def test_an_unchanged_order_has_no_moves():
    assert ranking.moves([1, 2, 3], [1, 2, 3]) == []


@given(shown=st.permutations(range(8)), current=st.permutations(range(8)))
def test_without_the_moved_leads_the_order_is_the_old_one(shown, current):
    moved = set(ranking.moves(shown, current))

    assert [lead for lead in current if lead not in moved] == [lead for lead in shown if lead not in moved]
