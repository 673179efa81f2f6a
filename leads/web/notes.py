"""Notes and tags of a lead."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leads import notes, tags
from leads.models import Lead, Note, Tag
from leads.web import notices


@require_POST
@login_required
def add(request, lead_id):
    """Write a note about a lead."""
    lead = _workable(request, lead_id)
    try:
        note = notes.add(lead, text=request.POST.get("text", ""), by=request.user, now=timezone.now())
    except notes.Invalid as error:
        notices.failed(request, str(error))
    else:
        notices.done(request, _("Note added."), undo=reverse("note-delete", args=[note.pk]))
    return _back(lead_id, "timeline")


@require_POST
@login_required
def delete(request, note_id):
    """Take a note away; it can be brought back."""
    note = _note(request, note_id)
    try:
        notes.delete(note, by=request.user, now=timezone.now())
    except notes.NotAllowed as error:
        notices.failed(request, str(error))
    else:
        notices.done(request, _("Note deleted."), undo=reverse("note-restore", args=[note.pk]))
    return _back(note.lead_id, "timeline")


@require_POST
@login_required
def restore(request, note_id):
    """Bring a deleted note back."""
    note = _note(request, note_id)
    try:
        notes.restore(note, by=request.user, now=timezone.now())
    except notes.NotAllowed as error:
        notices.failed(request, str(error))
    else:
        notices.done(request, _("The note is back."))
    return _back(note.lead_id, "timeline")


@require_POST
@login_required
def tag(request, lead_id):
    """Stick a tag on a lead."""
    lead = _workable(request, lead_id)
    try:
        stuck = tags.add(lead, name=request.POST.get("name", ""), by=request.user, now=timezone.now())
    except tags.Invalid as error:
        notices.failed(request, str(error))
    else:
        notices.done(request, _("Tagged “%(name)s”.") % {"name": stuck.name})
    return _back(lead_id, "notes")


@require_POST
@login_required
def untag(request, lead_id):
    """Take a tag off a lead."""
    lead = _workable(request, lead_id)
    given = request.POST.get("tag", "")
    stuck = get_object_or_404(
        Tag, pk=int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0, leads=lead
    )
    tags.remove(lead, tag=stuck, by=request.user, now=timezone.now())
    notices.done(request, _("“%(name)s” taken off.") % {"name": stuck.name})
    return _back(lead_id, "notes")


def _workable(request, lead_id):
    return get_object_or_404(Lead.objects.workable_by(request.user), pk=lead_id)


def _note(request, note_id):
    return get_object_or_404(
        Note.objects.filter(lead__in=Lead.objects.workable_by(request.user)).select_related("lead"), pk=note_id
    )


def _back(lead_id, place):
    return redirect(f"{reverse('lead', args=[lead_id])}#{place}")
