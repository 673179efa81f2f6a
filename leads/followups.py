"""What somebody means to do about a lead, and when."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext

from leads import cleaning
from leads.enums import FollowUpKind
from leads.models import FollowUp

_FURTHEST = timedelta(days=2 * 366)
NOTE_LENGTH = 300


class Invalid(Exception):
    """What is wrong with a follow-up: `errors` maps field to message."""

    def __init__(self, errors):
        super().__init__(" ".join(errors.values()))
        self.errors = errors


def create(lead, *, kind, due_at, by, now, note="", owner=None):
    """Set a follow-up for `owner` (None: for `by`). Raises `Invalid`."""
    note = cleaning.text(note)
    check(kind=kind, due_at=due_at, note=note, now=now)
    return FollowUp.objects.create(
        lead=lead, owner=owner or by, kind=kind, due_at=due_at, note=note, created_by=by, created_at=now
    )


def check(*, kind, due_at, note, now):
    """Raise `Invalid` for what cannot be a follow-up."""
    errors = _faults(due_at, now=now)
    if kind not in FollowUpKind.values:
        errors["kind"] = gettext("Choose what is to be done.")
    if len(note) > NOTE_LENGTH:
        errors["note"] = gettext("At most %(count)d characters, please.") % {"count": NOTE_LENGTH}
    if errors:
        raise Invalid(errors)


def done(follow_up, *, by, now):
    """Tick a follow-up off. Returns False when it was done or cancelled before."""
    return _settle(follow_up, done_at=now)


def cancel(follow_up, *, by, now):
    """Drop a follow-up. Returns False when it was done or cancelled before."""
    return _settle(follow_up, cancelled_at=now)


def reopen(follow_up, *, by, now):
    """Make a done or cancelled follow-up pending again. Returns False when it is pending."""
    changed = FollowUp.objects.filter(pk=follow_up.pk).exclude(done_at=None, cancelled_at=None)
    found = changed.update(done_at=None, cancelled_at=None) == 1
    follow_up.done_at = follow_up.cancelled_at = None
    return found


def reschedule(follow_up, *, due_at, by, now):
    """Move a pending follow-up to another time. Raises `Invalid`."""
    errors = _faults(due_at, now=now)
    if not errors and not FollowUp.objects.pending().filter(pk=follow_up.pk).update(due_at=due_at):
        errors["due_at"] = gettext("This follow-up is done or cancelled already.")
    if errors:
        raise Invalid(errors)
    follow_up.due_at = due_at


def count_overdue(user, *, now):
    """How many follow-ups of `user` on open leads should have been done before today."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
    pending = FollowUp.objects.pending().visible_to(user)
    return pending.filter(owner=user, lead__closed_at__isnull=True, due_at__lt=midnight).count()


def _settle(follow_up, **moment):
    found = FollowUp.objects.pending().filter(pk=follow_up.pk).update(**moment) == 1
    if found:
        for name, value in moment.items():
            setattr(follow_up, name, value)
    return found


def _faults(due_at, *, now):
    if due_at is None or timezone.is_naive(due_at):
        return {"due_at": gettext("Choose a day and a time.")}
    # Today counts as still to come: a form that knows only days means "today".
    if timezone.localdate(due_at) < timezone.localdate(now):
        return {"due_at": gettext("This day is over. Choose one to come.")}
    if due_at > now + _FURTHEST:
        return {"due_at": gettext("At most two years ahead, please.")}
    return {}
