"""Saved views of the board: each belongs to one person, who may share it with a team and begin with it."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from leads import cleaning
from leads.models import User
from scoring.models import BoardView

MOST = 20
NAME_LENGTH = 40
QUERY_LENGTH = 1000


class Invalid(Exception):
    """This cannot be saved. The message says why to the user."""


def known_to(user):
    """The views of `user`, then those that colleagues share with a team of theirs, by name. One query."""
    found = BoardView.objects.filter(Q(owner=user) | Q(team_id__in=user.team_ids)).select_related("owner")
    return sorted(found, key=lambda view: (view.owner_id != user.pk, view.name.casefold(), view.pk))


def save(*, name, query, by, now, team=None, is_start=False):
    """Save an address of the board; under a name that `by` has used already, in place of the old one. Raises `Invalid`."""
    name = _sound(name, query=query)
    with transaction.atomic():
        _lock(by)
        view = BoardView.objects.filter(owner=by, name=name).first()
        if view is None:
            if BoardView.objects.filter(owner=by).count() >= MOST:
                raise Invalid(gettext("At most %(count)d views, please. Delete one first.") % {"count": MOST})
            view = BoardView(owner=by, name=name, created_at=now)
        view.query = query
        return _put(view, team=team, is_start=is_start)


def change(view, *, name, by, team=None, is_start=False):
    """Rename, share and pin a view, or take that back. Raises `Invalid`."""
    name = _sound(name, query=view.query)
    with transaction.atomic():
        _lock(by)
        if BoardView.objects.filter(owner=by, name=name).exclude(pk=view.pk).exists():
            raise Invalid(gettext("You have another view of this name."))
        view.name = name
        return _put(view, team=team, is_start=is_start)


def delete(view, *, by):
    """Delete a view."""
    view.delete()


def _sound(name, *, query):
    name = " ".join(cleaning.text(name).split())
    if not name:
        raise Invalid(gettext("Give the view a name."))
    if len(name) > NAME_LENGTH:
        raise Invalid(gettext("A name has at most %(count)d characters.") % {"count": NAME_LENGTH})
    if len(query) > QUERY_LENGTH:
        raise Invalid(gettext("These are too many filters to save."))
    return name


def _lock(owner):
    """Two changes of one person's views wait for each other: a name and a start are there once."""
    User.objects.select_for_update().only("pk").get(pk=owner.pk)


def _put(view, *, team, is_start):
    if is_start:
        BoardView.objects.filter(owner=view.owner_id, is_start=True).exclude(pk=view.pk).update(is_start=False)
    view.team, view.is_start = team, is_start
    view.save()
    return view
