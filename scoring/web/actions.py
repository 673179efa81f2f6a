"""The one-click actions on a lead and their undo: forms that work without script, and answer htmx with the row alone."""

import uuid
from datetime import date, datetime, time, timedelta

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leads import actions, assignment, followups, stages
from leads.enums import CallResult, FollowUpKind, Outcome, RejectReason
from leads.models import Action, Lead
from leads.web import notices
from scoring import board
from scoring.models import Scorecard
from scoring.web import rows

_REFUSALS = (actions.NotAllowed, actions.Invalid, followups.Invalid, assignment.NotAllowed, stages.NotAllowed)
_MORNING = time(9)
_TEXT = 2000


def moment_in(data, name, *, now):
    """The moment that a form means: a date, with or without a time, in the field `name`, or `days` from today. None if neither.

    A day alone begins in the morning; "today" means in two hours.
    """
    try:
        found = _written(data.get(name, "")[:40])
    except (ValueError, OverflowError):
        return None
    days = data.get("days", "")
    if found is None and days.isascii() and days.isdigit() and len(days) < 4:
        found = now + timedelta(hours=2) if int(days) == 0 else timezone.localdate(now) + timedelta(days=int(days))
    if isinstance(found, date) and not isinstance(found, datetime):
        found = datetime.combine(found, _MORNING)
    if found is None or not 1900 < found.year < 9000:
        # At the ends of the calendar the same moment has no date in another zone.
        return None
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _written(text):
    return parse_date(text) or parse_datetime(text)


def given(request):
    """What the form says. A button of a row carries its choice in the address it posts to, for all rows share one form."""
    return {**request.GET.dict(), **request.POST.dict()}


def token_of(request, lead_id, verb):
    """The UUID that makes a second press of the same button the same action; None if the page gave no `token`."""
    given_token = given(request).get("token", "")
    return (
        uuid.uuid5(uuid.NAMESPACE_OID, f"{request.user.pk}:{lead_id}:{verb}:{given_token[:80]}")
        if given_token
        else None
    )


def _button(verb):
    """A view that does one action to one lead of the user's and says so. The decorated function returns (action, words)."""

    def decorate(act):
        @require_POST
        @login_required
        def view(request, lead_id):
            now = timezone.now()
            lead = get_object_or_404(Lead.objects.workable_by(request.user).select_related("contact"), pk=lead_id)
            try:
                done, words = act(
                    given(request), lead, by=request.user, now=now, token=token_of(request, lead_id, verb)
                )
            except _REFUSALS as error:
                notices.failed(request, str(error))
            else:
                notices.done(request, words, undo=reverse("action-undo", args=[done.pk]))
            return answer(request, lead, now=now)

        view.__name__, view.__doc__ = act.__name__, act.__doc__
        return view

    return decorate


@_button("accept")
def accept(data, lead, *, by, now, token):
    """MQL → SQL."""
    done = actions.accept(lead, by=by, now=now, token=token)
    return done, _("%(name)s accepted.") % _who(lead)


@_button("reject")
def reject(data, lead, *, by, now, token):
    """Back to nurture, for a reason."""
    reason, text = data.get("reason", ""), data.get("text", "")[: _TEXT + 1]
    done = actions.reject(lead, reason=reason, text=text, by=by, now=now, token=token, cooldown_days=cooldown_days())
    return done, _("%(name)s rejected: %(reason)s.") % (_who(lead) | {"reason": RejectReason(reason).label})


@_button("snooze")
def snooze(data, lead, *, by, now, token):
    """Out of sight until a day; `wake` brings the lead back now."""
    if data.get("wake"):
        return actions.snooze(lead, until=None, by=by, now=now, token=token), _("%(name)s is back.") % _who(lead)
    until = moment_in(data, "until", now=now)
    if until is None:
        raise actions.Invalid({"until": _("Choose a day.")})
    done = actions.snooze(lead, until=until, by=by, now=now, token=token)
    return done, _("%(name)s rests until %(day)s.") % (_who(lead) | {"day": rows.day(until)})


@_button("log_call")
def log_call(data, lead, *, by, now, token):
    """A call that was just made."""
    result = data.get("result", "")
    done = actions.log_call(
        lead,
        result=int(result) if result in ("1", "2", "3") else None,
        text=data.get("text", "")[: _TEXT + 1],
        by=by,
        now=now,
        token=token,
    )
    return done, _("Call with %(name)s logged: %(result)s.") % (_who(lead) | {"result": CallResult(int(result)).label})


@_button("follow_up")
def follow_up(data, lead, *, by, now, token):
    """Something to do, at a time."""
    kind, due_at = data.get("kind", ""), moment_in(data, "due", now=now)
    note = data.get("note", "")
    owner = doer_for(lead, data.get("for", ""), user=by)
    done = actions.schedule(lead, kind=kind, due_at=due_at, note=note, owner=owner, by=by, now=now, token=token)
    words = _who(lead) | {"kind": FollowUpKind(kind).label, "day": rows.day(due_at), "owner": owner.display_name}
    if owner == by:
        return done, _("Follow-up set: %(kind)s %(name)s, %(day)s.") % words
    return done, _("Follow-up set for %(owner)s: %(kind)s %(name)s, %(day)s.") % words


@_button("assign")
def assign(data, lead, *, by, now, token):
    """Give the lead to a colleague, or to nobody."""
    if not by.has_perm("leads.assign_lead", lead):
        raise actions.NotAllowed(_("Only the owner or a manager can give this lead away."))
    to = owner_for(lead, data.get("to", ""), user=by)
    done = actions.assign(lead, to=to, by=by, now=now, token=token)
    if to is None:
        return done, _("%(name)s belongs to nobody now.") % _who(lead)
    return done, _("%(name)s belongs to %(owner)s now.") % (_who(lead) | {"owner": to.display_name})


@_button("advance")
def advance(data, lead, *, by, now, token):
    """On to the next stage by hand."""
    done = actions.advance(lead, by=by, now=now, token=token)
    return done, _("%(name)s is “%(stage)s” now.") % (_who(lead) | {"stage": lead.get_stage_display()})


@_button("close")
def close(data, lead, *, by, now, token):
    """Won or lost."""
    outcome = data.get("outcome", "")
    done = actions.close(
        lead,
        outcome=outcome,
        reason=data.get("reason", ""),
        text=data.get("text", "")[: _TEXT + 1],
        by=by,
        now=now,
        token=token,
        cooldown_days=cooldown_days(),
    )
    return done, _("%(name)s closed: %(outcome)s.") % (_who(lead) | {"outcome": Outcome(outcome).label})


@require_POST
@login_required
def undo(request, action_id):
    """Take back one's own action."""
    now = timezone.now()
    workable = Lead.objects.workable_by(request.user)
    action = get_object_or_404(Action.objects.select_related("by", "lead__contact"), pk=action_id, lead__in=workable)
    try:
        lead = actions.undo(action, by=request.user, now=now)
    except actions.CannotUndo as error:
        notices.failed(request, str(error))
        lead = action.lead
    else:
        notices.done(request, _("Undone: %(name)s is as before.") % _who(lead))
    return answer(request, lead, now=now)


def answer(request, lead, *, now):
    """The fresh row for htmx on the board; otherwise back to where the form was."""
    if request.htmx and (request.htmx.target or "").startswith("row-"):
        shown = Lead.objects.visible_to(request.user).filter(pk=lead.pk).values_list("pk", flat=True)
        first = rank_of(request)
        found = board.rows(list(shown), now=now, first=first)
        context = rows.context(found, request=request, now=now) | {"with_messages": True}
        return render(request, "scoring/_board_rows.html", context)
    return redirect(back(request, default=reverse("lead", args=[lead.pk])))


def rank_of(request):
    """The rank that the row had when it was shown."""
    rank = request.GET.get("rank", "")
    return int(rank) if rank.isascii() and rank.isdigit() and len(rank) < 10 else 0


def back(request, *, default):
    """The page of this site that the form came from."""
    for address in (request.POST.get("next"), request.META.get("HTTP_REFERER")):
        if address and url_has_allowed_host_and_scheme(
            address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return address
    return default


def owner_for(lead, chosen, *, user):
    """The person meant by `chosen`: an id, "me", or "" for nobody. 404 for anybody who may not own the lead."""
    if chosen in ("", "none"):
        return None
    if chosen == "me":
        return user
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
        raise Http404
    return get_object_or_404(assignment.candidates(lead), pk=int(chosen))


def doer_for(lead, chosen, *, user):
    """The person whom a follow-up is for: the user, with "owner" who owns the lead (if anybody), or a member of its team."""
    if chosen == "owner":
        return lead.owner or user
    return owner_for(lead, chosen or "me", user=user)


def cooldown_days():
    """Days without becoming an MQL again, as the live scorecard says."""
    found = Scorecard.objects.live().values_list("cooldown_days", flat=True).first()
    return actions.COOLDOWN_DAYS if found is None else found


def _who(lead):
    return {"name": lead.contact.display_name}
