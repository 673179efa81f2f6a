"""One action on many leads: asked for on the board, confirmed with the exact number, then done in one transaction."""

import uuid
from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from leads import actions, assignment, followups, stages, tags, teams
from leads.enums import FollowUpKind
from leads.models import Lead
from leads.web import notices
from scoring.web import actions as single
from scoring.web import filters, rows

MOST = 500
_NAMED = 12
_VERBS = {
    "assign": gettext_lazy("Assign"),
    "snooze": gettext_lazy("Let rest"),
    "follow_up": gettext_lazy("Set a follow-up"),
    "tag": gettext_lazy("Add a tag"),
    "team": gettext_lazy("Put into a team"),
}
_REFUSALS = (
    actions.NotAllowed, actions.Invalid, followups.Invalid, assignment.NotAllowed, stages.NotAllowed, tags.Invalid,
    teams.NotAllowed,
)  # fmt: skip


@require_POST
@login_required
def bulk(request):
    """Without `confirmed`: the page that says what is about to happen to how many. With it: do it, all or nothing.

    A lead that the user may not work makes the whole request a 404.
    """
    now = timezone.now()
    verb = request.POST.get("verb", "")
    if verb not in _VERBS:
        raise Http404
    leads = _leads(request, verb)
    back = single.back(request, default=reverse("board"))
    if not leads:
        notices.failed(request, _("Choose at least one lead first."))
        return redirect(back)
    error = ""
    if request.POST.get("confirmed"):
        try:
            with transaction.atomic():
                words = _DOING[verb](leads, request.POST, by=request.user, now=now)
        except _REFUSALS as refusal:
            error = str(refusal)
        else:
            notices.done(request, words)
            return redirect(back)
    return render(
        request, "scoring/board_bulk.html", _asking(request, verb, leads, now=now) | {"error": error, "back": back}
    )


def _leads(request, verb):
    """The leads meant, if the user may work every one of them."""
    workable = Lead.objects.workable_by(request.user).open().select_related("contact", "owner")
    if verb == "team" and request.POST.get("everything"):
        return list(workable.without_team().order_by("pk")[:MOST])
    chosen = {
        int(text) for text in request.POST.getlist("lead") if text.isascii() and text.isdigit() and len(text) < 19
    }
    if len(chosen) != len(set(request.POST.getlist("lead"))) or len(chosen) > MOST:
        raise Http404
    found = list(workable.filter(pk__in=chosen).order_by("pk"))
    if len(found) != len(chosen):
        raise Http404
    return found


def _asking(request, verb, leads, *, now):
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    owners = set.intersection(*(set(assignment.candidates(lead)) for lead in _one_per_team(leads)))
    return {
        "verb": verb,
        "action": _VERBS[verb],
        "leads": leads,
        "number": len(leads),
        "named": leads[:_NAMED],
        "unnamed": max(0, len(leads) - _NAMED),
        "owners": sorted(owners, key=lambda person: person.display_name) if verb == "assign" else (),
        "teams": filters.teams(request.user) if verb == "team" else (),
        "kinds": FollowUpKind.choices,
        "tomorrow": tomorrow,
        "token": request.POST.get("token") or uuid.uuid4().hex,
        "given": request.POST,
        "section": "board",
    }


def _one_per_team(leads):
    return {lead.team_id: lead for lead in leads}.values()


def _assign(leads, data, *, by, now):
    to = None
    for lead in leads:
        if not by.has_perm("leads.assign_lead", lead):
            raise actions.NotAllowed(
                _("%(name)s belongs to a colleague; only they or a manager can give it away.") % _who(lead)
            )
    for lead in leads:
        to = single.owner_for(lead, data.get("to", ""), user=by)
        actions.assign(lead, to=to, by=by, now=now, token=_token(data, lead, by))
    words = {"count": len(leads), "owner": to.display_name if to else _("nobody")}
    return (
        ngettext("%(count)d lead belongs to %(owner)s now.", "%(count)d leads belong to %(owner)s now.", len(leads))
        % words
    )


def _snooze(leads, data, *, by, now):
    until = single.moment_in(data, "until", now=now)
    if until is None:
        raise actions.Invalid({"until": _("Choose a day.")})
    for lead in leads:
        actions.snooze(lead, until=until, by=by, now=now, token=_token(data, lead, by))
    words = {"count": len(leads), "day": rows.day(until)}
    return ngettext("%(count)d lead rests until %(day)s.", "%(count)d leads rest until %(day)s.", len(leads)) % words


def _follow_up(leads, data, *, by, now):
    due_at = single.moment_in(data, "due", now=now)
    for lead in leads:
        actions.schedule(
            lead, kind=data.get("kind", ""), due_at=due_at, note=data.get("note", ""), by=by, now=now,
            token=_token(data, lead, by),
        )  # fmt: skip
    words = {"count": len(leads), "day": rows.day(due_at)}
    return (
        ngettext(
            "Follow-up set for %(count)d lead, %(day)s.", "Follow-ups set for %(count)d leads, %(day)s.", len(leads)
        )
        % words
    )


def _tag(leads, data, *, by, now):
    for lead in leads:
        tags.add(lead, name=data.get("name", ""), by=by, now=now)
    words = {"count": len(leads), "tag": data.get("name", "").strip()}
    return ngettext("%(count)d lead tagged “%(tag)s”.", "%(count)d leads tagged “%(tag)s”.", len(leads)) % words


def _team(leads, data, *, by, now):
    chosen = data.get("team", "")
    is_id = chosen.isascii() and chosen.isdigit() and len(chosen) < 19
    team = filters.teams(by).filter(pk=int(chosen)).first() if is_id else None
    if team is None:
        raise actions.Invalid({"team": _("Choose a team.")})
    number = teams.put([lead.pk for lead in leads], team=team, by=by, now=now)
    words = {"count": number, "team": team.name}
    return ngettext("%(count)d lead put into team %(team)s.", "%(count)d leads put into team %(team)s.", number) % words


def _token(data, lead, by):
    given = data.get("token", "")
    return uuid.uuid5(uuid.NAMESPACE_OID, f"bulk:{by.pk}:{lead.pk}:{given[:80]}") if given else None


def _who(lead):
    return {"name": lead.contact.display_name}


_DOING = {"assign": _assign, "snooze": _snooze, "follow_up": _follow_up, "tag": _tag, "team": _team}
