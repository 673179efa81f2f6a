"""`/notes`: what people and programs write about leads. A note is never changed."""

from ninja import Field, Query, Router

from leads import apikeys, notes
from leads.api import pages, writing
from leads.api.inputs import NoteIn, NotesIn
from leads.api.outputs import ChangedOut, NoteOut, NotesOut
from leads.apikeys import Scope
from leads.models import Note

router = Router(tags=["Notes"])


class Wanted(pages.Wanted):
    """Which notes."""

    lead: int | None = Field(None, ge=1, le=pages.LARGEST)


@router.get("/notes", **writing.reads(Scope.NOTES_READ, NotesOut, is_list=True), url_name="notes", summary="List notes",
            operation_id="list_notes")  # fmt: skip
def list_notes(request, wanted: Query[Wanted]):
    """Notes on leads that the key sees, page by page, without deleted ones."""
    found = _seen(request.auth)
    if wanted.lead is not None:
        found = found.filter(lead_id=wanted.lead)
    page, following = pages.page(request, wanted, found)
    return writing.listed(NotesOut, notes=page, next=following)


@router.post("/notes", **writing.writes(Scope.NOTES_WRITE, NoteIn, NoteOut, status=201), url_name="notes",
             summary="Write a note", operation_id="write_note")  # fmt: skip
def write_note(request):
    """A note on a lead, without an author."""

    def write(given, *, now):
        return 201, _out(request.auth, _written(request.auth, given, now=now).pk)

    return writing.once(request, NoteIn, write)


@router.post("/notes/bulk", **writing.writes(Scope.NOTES_WRITE, NotesIn, ChangedOut), url_name="notes-bulk",
             summary="Write up to 500 notes", operation_id="write_notes")  # fmt: skip
def write_notes(request):
    """All or nothing: one bad item, or one lead that does not exist for the key, and nothing is written."""

    def write(given, *, now):
        made = writing.each(given.items, lambda item: _written(request.auth, item, now=now))
        return 200, ChangedOut(results=[{"id": note.pk, "is_new": True} for note in made])

    return writing.once(request, NotesIn, write, is_bulk=True)


@router.get("/notes/{int:note_id}", **writing.reads(Scope.NOTES_READ, NoteOut), url_name="note", summary="Read a note",
            operation_id="read_note")  # fmt: skip
def read_note(request, note_id: int):
    """One note."""
    return writing.shown(_out(request.auth, note_id))


def _written(key, given, *, now):
    return notes.add(pages.one(apikeys.leads_of(key), given.lead), text=given.text, by=None, now=now)


def _seen(key):
    found = Note.objects.filter(deleted_at=None).select_related("by")
    return found if key.team_id is None else found.filter(lead__team_id=key.team_id)


def _out(key, note_id):
    return NoteOut.from_orm(pages.one(_seen(key), note_id))
