"""Saving the board as it is, and what can be done with a saved view: all of it by its owner alone."""

from django.contrib.auth.decorators import login_required
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leads.web import notices
from scoring import boardviews
from scoring.models import BoardView
from scoring.web import board, filters


@require_POST
@login_required
def save(request):
    """Save the filters and the order in `query` under a name. An address that the board does not know answers 400."""
    now = timezone.now()
    asked = board.Asked(request, now=now, given=QueryDict(request.POST.get("query", "")[:4000]))
    try:
        view = boardviews.save(query=asked.canonical, by=request.user, now=now, **_chosen(request))
    except boardviews.Invalid as refusal:
        notices.failed(request, str(refusal))
        return redirect(board.address_of(asked.canonical))
    notices.done(request, _("View “%(name)s” saved.") % {"name": view.name})
    return redirect(board.address_of(view.query))


@require_POST
@login_required
def change(request, view_id):
    """Rename a view, share it, begin with it."""
    view = _own(request, view_id)
    address = board.address_of(view.query)
    try:
        boardviews.change(view, by=request.user, **_chosen(request))
    except boardviews.Invalid as refusal:
        notices.failed(request, str(refusal))
    else:
        notices.done(request, _("View “%(name)s” saved.") % {"name": view.name})
    return redirect(address)


@require_POST
@login_required
def delete(request, view_id):
    """Delete a view."""
    view = _own(request, view_id)
    boardviews.delete(view, by=request.user)
    notices.done(request, _("View “%(name)s” deleted.") % {"name": view.name})
    return redirect(reverse("board") + "?view=all")


def _own(request, view_id):
    return get_object_or_404(BoardView, pk=view_id, owner=request.user)


def _chosen(request):
    """Name, team and start as the form says. A team that the viewer may not name is as unknown as one that does not exist."""
    team = request.POST.get("team", "")
    is_id = team.isascii() and team.isdigit() and len(team) < 19
    return {
        "name": request.POST.get("name", ""),
        "team": get_object_or_404(filters.teams(request.user), pk=int(team) if is_id else 0) if team else None,
        "is_start": bool(request.POST.get("start")),
    }
