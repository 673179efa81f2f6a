"""The timeline: five sources, one order, pages by keyset."""

from datetime import timedelta

import pytest

from leads import timeline
from leads.enums import Cause, InteractionKind, Stage, Verdict
from leads.models import FieldChange, StageChange
from tests.factories import (
    MONDAY,
    CompanyFactory,
    ContactFactory,
    FollowUpFactory,
    InteractionFactory,
    LeadFactory,
    NoteFactory,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def lead(db):
    return LeadFactory()


def happened(lead, hours, **values):
    return InteractionFactory(contact=lead.contact, occurred_at=MONDAY + hours * HOUR, **values)


def moved(lead, hours, cause=Cause.THRESHOLD):
    return StageChange.objects.create(
        lead=lead, from_stage=Stage.LEAD, to_stage=Stage.MQL, at=MONDAY + hours * HOUR, cause=cause
    )


def changed(hours, field="contact.city", **of):
    return FieldChange.objects.create(field=field, old="Bonn", new="Kiel", at=MONDAY + hours * HOUR, **of)


def told(page):
    return [(entry.source, entry.record.pk) for entry in page.entries]


def test_everything_stands_in_one_order_newest_first(lead):
    form, move = happened(lead, 1), moved(lead, 2)
    note = NoteFactory(lead=lead, created_at=MONDAY + 3 * HOUR)
    planned = FollowUpFactory(lead=lead, created_at=MONDAY + 4 * HOUR, due_at=MONDAY + 90 * HOUR)

    found = timeline.page(lead)

    assert told(found) == [
        ("follow_up", planned.pk),
        ("note", note.pk),
        ("stage", move.pk),
        ("interaction", form.pk),
    ]
    assert found.older is None


def test_what_an_interaction_brought_about_stands_above_it(lead):
    form, move = happened(lead, 1), moved(lead, 1)

    assert told(timeline.page(lead)) == [("stage", move.pk), ("interaction", form.pk)]


def test_a_follow_up_stands_where_it_was_settled(lead):
    done = FollowUpFactory(lead=lead, created_at=MONDAY, done_at=MONDAY + 5 * HOUR)

    (entry,) = timeline.page(lead).entries

    assert (entry.record, entry.at) == (done, MONDAY + 5 * HOUR)


@pytest.mark.parametrize(
    ("show", "sources"),
    [
        ("all", {"call", "form", "stage", "note", "follow_up", "change"}),
        ("them", {"form"}),
        ("us", {"call", "note", "follow_up"}),
        ("stages", {"stage"}),
        ("notes", {"note"}),
        ("changes", {"change"}),
    ],
)
def test_a_filter_shows_only_its_kind(lead, show, sources):
    happened(lead, 1, kind=InteractionKind.FORM)
    happened(lead, 2, kind=InteractionKind.CALL)
    moved(lead, 3)
    NoteFactory(lead=lead)
    FollowUpFactory(lead=lead)
    changed(4, lead=lead)

    found = timeline.page(lead, show=show)

    assert {entry.record.kind if entry.source == "interaction" else entry.source for entry in found.entries} == sources


def test_taken_back_interactions_and_deleted_notes_are_gone(lead):
    happened(lead, 1, verdict=Verdict.RETRACTED)
    NoteFactory(lead=lead, deleted_at=MONDAY)

    assert timeline.page(lead).entries == ()


def test_other_people_and_other_leads_do_not_leak_in(lead):
    other = LeadFactory()
    happened(other, 1)
    NoteFactory(lead=other)
    moved(other, 1)
    FollowUpFactory(lead=other)
    changed(1, lead=other)
    changed(1, contact=other.contact)
    changed(1, company=CompanyFactory())

    assert timeline.page(lead).entries == ()


def test_changes_of_the_person_the_employer_and_the_lead_stand_in_it_but_not_what_follows_from_the_address():
    company = CompanyFactory()
    lead = LeadFactory(contact=ContactFactory(company=company))
    wanted = [changed(1, contact=lead.contact), changed(2, company=company), changed(3, lead=lead)]
    changed(1, field="contact.email_domain", contact=lead.contact)

    found = timeline.page(lead, show="changes")

    assert told(found) == [("change", change.pk) for change in reversed(wanted)]


def test_pages_join_without_gap_or_repetition_even_among_simultaneous_entries(lead):
    for hours in (1, 1, 1, 2, 2, 3):
        happened(lead, hours)
        moved(lead, hours)
        NoteFactory(lead=lead, created_at=MONDAY + hours * HOUR)
        FollowUpFactory(lead=lead, created_at=MONDAY + hours * HOUR)
        changed(hours, lead=lead)
    everything = told(timeline.page(lead, size=100))

    pieces, before = [], None
    while True:
        found = timeline.page(lead, before=before, size=5)
        pieces += told(found)
        before = found.older
        if before is None:
            break

    assert len(everything) == 30
    assert pieces == everything


@pytest.mark.parametrize(
    "cursor", ["x", "a~b~c", "2026-11-16T09:00:00~note~1", "2026-11-16T09:00:00+00:00~score~1", "~~"]
)
def test_a_made_up_cursor_is_refused(lead, cursor):
    with pytest.raises(timeline.InvalidCursor):
        timeline.page(lead, before=cursor)


@pytest.mark.parametrize("many", [1, 3, 30])
def test_the_number_of_queries_does_not_grow(lead, many, django_assert_num_queries):
    for hours in range(many):
        happened(lead, hours)
        moved(lead, hours)
        NoteFactory(lead=lead, created_at=MONDAY + hours * HOUR)
        FollowUpFactory(lead=lead, created_at=MONDAY + hours * HOUR)

    with django_assert_num_queries(5):  # one per source
        for entry in timeline.page(lead).entries:
            (
                getattr(entry.record, "by", None),
                getattr(entry.record, "signal", None),
                getattr(entry.record, "owner", None),
            )
