from datetime import timedelta

import pytest

from leads import notes, tags
from leads.models import Note, Tag, Team
from tests.factories import MONDAY, LeadFactory, NoteFactory, people

pytestmark = pytest.mark.django_db


def _north_lead():
    return LeadFactory(team=Team.objects.get(name="North"))


def test_a_note_keeps_author_and_time():
    who = people()
    lead = _north_lead()

    notes.add(lead, text="  Wants a quote \0", by=who["rita"], now=MONDAY)

    note = notes.shown(lead).get()
    assert (note.text, note.by, note.created_at) == ("Wants a quote", who["rita"], MONDAY)


@pytest.mark.parametrize("text", ["", "   ", "x" * 5001])
def test_a_note_is_neither_empty_nor_endless(text):
    with pytest.raises(notes.Invalid):
        notes.add(LeadFactory(), text=text, by=None, now=MONDAY)


def test_a_second_press_of_the_button_is_the_same_note():
    who = people()
    lead = _north_lead()

    first = notes.add(lead, text="Wants a quote", by=who["rita"], now=MONDAY)
    second = notes.add(lead, text="Wants a quote ", by=who["rita"], now=MONDAY + timedelta(seconds=2))

    assert second == first
    assert Note.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "name", "later"), [("Has a quote", "rita", 2), ("Wants a quote", "ralf", 2), ("Wants a quote", "rita", 61)]
)
def test_other_words_another_person_or_a_later_time_make_a_note_of_its_own(text, name, later):
    who = people()
    lead = _north_lead()
    notes.add(lead, text="Wants a quote", by=who["rita"], now=MONDAY)

    notes.add(lead, text=text, by=who[name], now=MONDAY + timedelta(seconds=later))

    assert Note.objects.count() == 2


def test_what_was_deleted_can_be_written_again():
    who = people()
    lead = _north_lead()
    notes.delete(notes.add(lead, text="Wants a quote", by=who["rita"], now=MONDAY), by=who["rita"], now=MONDAY)

    notes.add(lead, text="Wants a quote", by=who["rita"], now=MONDAY)

    assert notes.shown(lead).count() == 1


def test_the_author_deletes_and_restores_a_note():
    who = people()
    note = NoteFactory(lead=_north_lead(), by=who["rita"])

    notes.delete(note, by=who["rita"], now=MONDAY)
    hidden = notes.shown(note.lead).count()
    notes.restore(note, by=who["rita"], now=MONDAY)

    assert (hidden, notes.shown(note.lead).count()) == (0, 1)


@pytest.mark.parametrize("name", ["ralf", "sven", "maja", "dora"])
def test_colleagues_do_not_delete_it(name):
    who = people()
    note = NoteFactory(lead=_north_lead(), by=who["rita"])

    with pytest.raises(notes.NotAllowed):
        notes.delete(note, by=who[name], now=MONDAY)

    assert Note.objects.get().deleted_at is None


def test_the_manager_deletes_it():
    who = people()
    note = NoteFactory(lead=_north_lead(), by=who["rita"])

    assert notes.delete(note, by=who["mona"], now=MONDAY) is True


def test_a_tag_is_found_again_in_any_spelling():
    first, second = LeadFactory(), LeadFactory()

    tags.add(first, name="Messe  MÜNCHEN", by=None, now=MONDAY)
    tags.add(second, name="messe münchen", by=None, now=MONDAY)

    assert Tag.objects.get().leads.count() == 2
    assert Tag.objects.get().name == "Messe MÜNCHEN"


def test_a_tag_on_no_lead_disappears():
    lead = LeadFactory()
    tag = tags.add(lead, name="hot", by=None, now=MONDAY)

    tags.remove(lead, tag=tag, by=None, now=MONDAY)

    assert not Tag.objects.exists()


@pytest.mark.parametrize("name", ["", " ", "x" * 61])
def test_a_tag_needs_a_name(name):
    with pytest.raises(tags.Invalid):
        tags.add(LeadFactory(), name=name, by=None, now=MONDAY)
