"""What colleagues write down about a lead."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext

from leads.models import Lead, Note

LONGEST = 5000
AGAIN = timedelta(minutes=1)
"""The same words of the same person within this time are a second press of the button, not a second note."""


class Invalid(Exception):
    """This text cannot be a note. The message says why to the user."""


class NotAllowed(Exception):
    """Only the author of a note, or who answers for the team, may delete it."""


def add(lead, *, text, by, now):
    """Write a note. The same words again within `AGAIN` are the note that stands there already.

    Raises `Invalid` for an empty or endless one.
    """
    text = text.replace("\0", "").strip()
    if not text:
        raise Invalid(gettext("The note is empty."))
    if len(text) > LONGEST:
        raise Invalid(gettext("A note has at most %(count)d characters.") % {"count": LONGEST})
    with transaction.atomic():
        # Two presses wait for each other here, so that the second one finds the note of the first.
        Lead.objects.select_for_update().only("pk").get(pk=lead.pk)
        same = shown(lead).filter(text=text, by=by, created_at__gt=now - AGAIN).first()
        return same or Note.objects.create(lead=lead, text=text, by=by, created_at=now)


def shown(lead):
    """The notes of a lead that are not deleted, newest first."""
    return Note.objects.filter(lead=lead, deleted_at=None).select_related("by").order_by("-created_at", "-id")


def delete(note, *, by, now):
    """Hide a note; `restore` takes it back. Returns False when it was deleted before. Raises `NotAllowed`."""
    _check(note, by)
    found = Note.objects.filter(pk=note.pk, deleted_at=None).update(deleted_at=now) == 1
    note.deleted_at = note.deleted_at or now
    return found


def restore(note, *, by, now):
    """Show a deleted note again. Raises `NotAllowed`."""
    _check(note, by)
    Note.objects.filter(pk=note.pk).update(deleted_at=None)
    note.deleted_at = None


def _check(note, by):
    if not by.has_perm("leads.delete_note", note):
        raise NotAllowed(gettext("Only its author can delete a note."))
