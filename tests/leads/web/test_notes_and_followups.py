"""Notes, tags and follow-ups on the lead page."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from leads.models import Note, Tag
from tests.factories import FollowUpFactory, LeadFactory, NoteFactory, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(db):
    return people()


@pytest.fixture
def lead(who):
    return LeadFactory()


@pytest.fixture
def post(client, who):
    def do(name, url, number, /, **data):
        client.force_login(who[name], backend="django.contrib.auth.backends.ModelBackend")
        return client.post(reverse(url, args=[number]), data)

    return do


def test_a_note_is_added_and_shown(post, lead, who):
    response = post("rita", "lead-note", lead.pk, text="Prefers mornings")

    note = Note.objects.get(lead=lead)
    assert (note.text, note.by) == ("Prefers mornings", who["rita"])
    assert response["Location"] == reverse("lead", args=[lead.pk]) + "#timeline"


def test_a_note_sent_twice_is_one_note_and_one_notice(post, lead):
    post("rita", "lead-note", lead.pk, text="Prefers mornings")

    response = post("rita", "lead-note", lead.pk, text="Prefers mornings")

    assert Note.objects.count() == 1
    assert len(get_messages(response.wsgi_request)) == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 5001])
def test_an_empty_or_endless_note_is_refused(post, lead, text):
    post("rita", "lead-note", lead.pk, text=text)

    assert not Note.objects.exists()


def test_a_note_goes_and_comes_back(post, lead, who):
    note = NoteFactory(lead=lead, by=who["rita"])

    post("rita", "note-delete", note.pk)
    note.refresh_from_db()
    assert note.deleted_at

    post("rita", "note-restore", note.pk)
    note.refresh_from_db()
    assert note.deleted_at is None


def test_a_colleague_does_not_delete_my_note_but_a_manager_does(post, lead, who):
    note = NoteFactory(lead=lead, by=who["rita"])

    post("ralf", "note-delete", note.pk)
    note.refresh_from_db()
    assert note.deleted_at is None

    post("mona", "note-delete", note.pk)
    note.refresh_from_db()
    assert note.deleted_at


def test_a_tag_is_stuck_on_once_and_taken_off(post, lead):
    post("rita", "lead-tag", lead.pk, name="Hannover fair")
    post("rita", "lead-tag", lead.pk, name="hannover FAIR")
    assert [tag.name for tag in lead.tags.all()] == ["Hannover fair"]

    post("rita", "lead-untag", lead.pk, tag=Tag.objects.get().pk)
    assert not lead.tags.exists()


@pytest.mark.parametrize("tag", ["", "x", "²", "9" * 30, "-1"])
def test_a_tag_that_is_not_there_is_not_found(post, lead, tag):
    assert post("rita", "lead-untag", lead.pk, tag=tag).status_code == 404


def test_a_follow_up_is_done_dropped_and_taken_up_again(post, lead):
    item = FollowUpFactory(lead=lead)

    post("rita", "follow-up-done", item.pk)
    item.refresh_from_db()
    assert item.done_at

    post("rita", "follow-up-reopen", item.pk)
    post("rita", "follow-up-cancel", item.pk)
    item.refresh_from_db()
    assert item.done_at is None and item.cancelled_at


def test_after_a_follow_up_one_is_back_where_one_was_but_only_on_this_site(post, lead):
    here = post("rita", "follow-up-done", FollowUpFactory(lead=lead).pk, next="/followups/")
    elsewhere = post("rita", "follow-up-done", FollowUpFactory(lead=lead).pk, next="https://evil.example/")

    assert here["Location"] == "/followups/"
    assert elsewhere["Location"] == reverse("lead", args=[lead.pk])


@pytest.mark.parametrize("name", ["sven", "maja", "dora"])
def test_who_may_not_work_the_lead_finds_nothing(post, lead, name, who):
    note, item = NoteFactory(lead=lead, by=who["rita"]), FollowUpFactory(lead=lead)
    tag = Tag.objects.create(name="fair")
    lead.tags.add(tag)
    calls = [
        ("lead-note", lead.pk, {"text": "x"}),
        ("note-delete", note.pk, {}),
        ("note-restore", note.pk, {}),
        ("lead-tag", lead.pk, {"name": "x"}),
        ("lead-untag", lead.pk, {"tag": tag.pk}),
        ("follow-up-done", item.pk, {}),
        ("follow-up-cancel", item.pk, {}),
        ("follow-up-reopen", item.pk, {}),
    ]

    assert {post(name, url, number, **data).status_code for url, number, data in calls} == {404}


@pytest.mark.parametrize("url", ["lead-note", "lead-tag", "lead-untag", "note-delete", "follow-up-done"])
def test_nothing_is_changed_by_a_link(client, who, lead, url):
    client.force_login(who["rita"], backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(reverse(url, args=[lead.pk])).status_code == 405
