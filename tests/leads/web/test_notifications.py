"""What the viewer was told, and what the rail counts."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from leads import notifications
from leads.enums import NotificationKind
from leads.models import Notification
from tests.factories import ContactFactory, FollowUpFactory, LeadFactory, TeamFactory, people

pytestmark = pytest.mark.django_db
PAGE = "/notifications/"
READ = "/notifications/read/"


@pytest.fixture
def who(db):
    return people()


@pytest.fixture
def rita(who, client):
    client.force_login(who["rita"], backend="django.contrib.auth.backends.ModelBackend")
    return who["rita"]


def told(user, *, lead=None, ago=0, **read):
    """One notification for `user`."""
    moment = timezone.now() - timedelta(minutes=ago)
    made = notifications.tell(user, kind=NotificationKind.LEAD_ASSIGNED, lead=lead, now=moment)
    Notification.objects.filter(pk=made.pk).update(**read)
    return made


def lead_of(name, *, team="North"):
    return LeadFactory(contact=ContactFactory(first_name=name, last_name=""), team=TeamFactory(name=team))


def test_the_newest_stands_first_and_only_ones_own(client, rita, who):
    told(rita, lead=lead_of("Older"), ago=5)
    told(rita, lead=lead_of("Newer"))
    told(who["sven"], lead=lead_of("Hidden"))

    page = client.get(PAGE).content.decode()

    assert page.index("Newer") < page.index("Older")
    assert "Hidden" not in page


def test_without_any_the_page_says_what_will_stand_there(client, rita):
    page = client.get(PAGE).content.decode()

    assert "When a lead becomes yours, it says so here." in page
    assert "Mark all as read" not in page


def test_a_lead_that_went_to_another_team_is_not_named(client, rita):
    told(rita, lead=lead_of("Secret", team="South"))
    told(rita, lead=lead_of("Hush", team="South"), read_at=timezone.now())

    page = client.get(PAGE).content.decode()

    assert page.count("You do not see this lead any more.") == 2
    assert "Secret" not in page
    assert "Hush" not in page


def test_following_an_unread_one_leads_to_its_lead_and_marks_it_read(client, rita):
    lead = lead_of("Erika")
    found, other = told(rita, lead=lead), told(rita, lead=lead)

    response = client.post(READ, {"notification": found.pk})

    assert response.url == f"/leads/{lead.pk}/"
    assert list(Notification.objects.filter(read_at=None)) == [other]


def test_one_about_a_lead_out_of_sight_is_marked_read_and_leads_nowhere(client, rita):
    found = told(rita, lead=lead_of("Secret", team="South"))

    response = client.post(READ, {"notification": found.pk})

    assert response.url == PAGE
    assert notifications.count_unread(rita) == 0


def test_a_read_one_is_a_link(client, rita):
    lead = lead_of("Erika")
    told(rita, lead=lead, read_at=timezone.now())

    assert f'<a href="/leads/{lead.pk}/">' in client.get(PAGE).content.decode()


def test_all_are_marked_read_at_once_but_nobody_elses(client, rita, who):
    told(rita), told(rita), told(who["sven"])

    page = client.post(READ, follow=True).content.decode()

    assert "2 notifications marked as read." in page
    assert notifications.count_unread(rita) == 0
    assert notifications.count_unread(who["sven"]) == 1


@pytest.mark.parametrize("wanted", ["", "x", "-1", "²", "9" * 30, "987654321"])
def test_one_that_is_not_there_is_not_found(client, rita, wanted):
    assert client.post(READ, {"notification": wanted}).status_code == 404


def test_anothers_notification_is_as_missing_as_none(client, rita, who):
    foreign = told(who["sven"], lead=lead_of("Erika"))

    assert client.post(READ, {"notification": foreign.pk}).status_code == 404
    assert notifications.count_unread(who["sven"]) == 1


def test_looking_marks_nothing_as_read(client, rita):
    told(rita)

    client.get(PAGE)
    assert client.get(READ).status_code == 405
    assert notifications.count_unread(rita) == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_takes_the_same_queries_for_any_number(client, rita, number, django_assert_num_queries):
    for _ in range(number):
        told(rita, lead=LeadFactory())

    # Session, viewer, their teams, notifications, leads, and the two counts of the rail.
    with django_assert_num_queries(7):
        client.get(PAGE)


def test_only_the_latest_hundred_are_shown(client, rita):
    for _ in range(101):
        told(rita)

    page = client.get(PAGE)

    assert len(page.context["notifications"]) == 100
    assert "The latest 100 are shown." in page.content.decode()


def test_every_page_counts_what_is_unread_and_overdue(client, rita):
    told(rita), told(rita), told(rita, read_at=timezone.now())
    yesterday = timezone.now() - timedelta(days=1)
    FollowUpFactory(lead=lead_of("Erika"), owner=rita, due_at=yesterday)
    FollowUpFactory(lead=lead_of("Erika"), owner=rita, due_at=yesterday, done_at=timezone.now())
    FollowUpFactory(lead=lead_of("Erika", team="South"), owner=rita, due_at=yesterday)
    FollowUpFactory(lead=lead_of("Erika"), owner=rita, due_at=timezone.now() + timedelta(days=1))

    page = client.get("/help/").content.decode()

    assert '<span class="vh">2 unread</span>' in page
    assert '<span class="vh">1 overdue</span>' in page
    assert page.count('<span class="bubble">') == 2


def test_with_nothing_to_count_no_number_stands_there(client, rita):
    page = client.get("/help/").content.decode()

    assert "bubble" not in page
    assert "unread" not in page


@pytest.mark.parametrize("address", ["board-rows", "admin:index"])
def test_parts_of_pages_and_the_admin_do_not_count(client, who, address):
    client.force_login(who["anton"], backend="django.contrib.auth.backends.ModelBackend")

    asked = asked_by(client, reverse(address))

    assert not [sql for sql in asked if "leads_notification" in sql]


def asked_by(client, path):
    """The SQL of one request."""
    with CaptureQueriesContext(connection) as found:
        client.get(path)
    return [query["sql"] for query in found]
