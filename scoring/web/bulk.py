"""One action on many leads: asked for on the board, confirmed with the exact number, done in one transaction, and undone at once."""

import uuid
from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_list_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from leads import actions, assignment, followups, stages, tags, teams
from leads.enums import FollowUpKind
from leads.models import Action, Lead
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
                sent = _Sent(request.POST, by=request.user, now=now)
                words = _DOING[verb](leads, sent)
        except _REFUSALS as refusal:
            error = str(refusal)
        else:
            notices.done(request, words, undo=reverse("batch-undo", args=[sent.batch]))
            return redirect(back)
    return render(
        request, "scoring/board_bulk.html", _asking(request, verb, leads, now=now) | {"error": error, "back": back}
    )


@require_POST
@login_required
def undo(request, batch):
    """Take back what was done to several leads at once, as far as nobody has changed them since."""
    workable = Lead.objects.workable_by(request.user)
    done = Action.objects.filter(batch=batch).select_related("by", "lead").order_by("-at", "lead_id")
    found = get_list_or_404(done.filter(lead__in=workable))
    gone = done.count() - len(found)
    undone, kept = actions.undo_batch(found, by=request.user, now=timezone.now())
    if undone:
        words = ngettext("Undone: %(count)d lead is as before.", "Undone: %(count)d leads are as before.", undone)
        notices.done(request, words % {"count": undone})
    if kept or gone:
        number = len(kept) + gone
        words = ngettext("%(count)d lead stays as it is.", "%(count)d leads stay as they are.", number)
        why = sorted(set(kept)) or [_("You do not see them any more.")]
        notices.failed(request, " ".join([words % {"count": number}, *why]))
    return redirect(single.back(request, default=reverse("board")))


class _Sent:
    """What the form says, who sent it and when; and what makes all of it one batch, however often it is sent."""

    def __init__(self, data, *, by, now):
        self.data, self.by, self.now = data, by, now
        self.token = data.get("token", "")[:80] or uuid.uuid4().hex
        self.batch = uuid.uuid5(uuid.NAMESPACE_OID, f"bulk:{by.pk}:{self.token}")

    def get(self, name):
        """A field of the form, or ""."""
        return self.data.get(name, "")

    def on(self, lead):
        """The arguments that every action on one of the leads takes."""
        token = uuid.uuid5(uuid.NAMESPACE_OID, f"bulk:{self.by.pk}:{lead.pk}:{self.token}")
        return {"by": self.by, "now": self.now, "token": token, "batch": self.batch}


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
        "owners": sorted(owners, key=lambda person: person.display_name) if verb in ("assign", "follow_up") else (),
        "teams": filters.teams(request.user) if verb == "team" else (),
        "kinds": FollowUpKind.choices,
        "tomorrow": tomorrow,
        "token": request.POST.get("token") or uuid.uuid4().hex,
        "given": request.POST,
        "section": "board",
    }


def _one_per_team(leads):
    return {lead.team_id: lead for lead in leads}.values()


def _assign(leads, sent):
    to = None
    for lead in leads:
        if not sent.by.has_perm("leads.assign_lead", lead):
            raise actions.NotAllowed(
                _("%(name)s belongs to a colleague; only they or a manager can give it away.") % _who(lead)
            )
    for lead in leads:
        to = single.owner_for(lead, sent.get("to"), user=sent.by)
        actions.assign(lead, to=to, **sent.on(lead))
    words = {"count": len(leads), "owner": to.display_name if to else _("nobody")}
    return (
        ngettext("%(count)d lead belongs to %(owner)s now.", "%(count)d leads belong to %(owner)s now.", len(leads))
        % words
    )


def _snooze(leads, sent):
    until = single.moment_in(sent.data, "until", now=sent.now)
    if until is None:
        raise actions.Invalid({"until": _("Choose a day.")})
    for lead in leads:
        actions.snooze(lead, until=until, **sent.on(lead))
    words = {"count": len(leads), "day": rows.day(until)}
    return ngettext("%(count)d lead rests until %(day)s.", "%(count)d leads rest until %(day)s.", len(leads)) % words


def _follow_up(leads, sent):
    due_at = single.moment_in(sent.data, "due", now=sent.now)
    for lead in leads:
        owner = single.doer_for(lead, sent.get("for"), user=sent.by)
        actions.schedule(
            lead, kind=sent.get("kind"), due_at=due_at, note=sent.get("note"), owner=owner, **sent.on(lead)
        )
    words = {"count": len(leads), "day": rows.day(due_at)}
    return (
        ngettext(
            "Follow-up set for %(count)d lead, %(day)s.", "Follow-ups set for %(count)d leads, %(day)s.", len(leads)
        )
        % words
    )


def _tag(leads, sent):
    for lead in leads:
        actions.tag(lead, name=sent.get("name"), **sent.on(lead))
    words = {"count": len(leads), "tag": sent.get("name").strip()}
    return ngettext("%(count)d lead tagged “%(tag)s”.", "%(count)d leads tagged “%(tag)s”.", len(leads)) % words


def _team(leads, sent):
    chosen = sent.get("team")
    is_id = chosen.isascii() and chosen.isdigit() and len(chosen) < 19
    team = filters.teams(sent.by).filter(pk=int(chosen)).first() if is_id else None
    if team is None:
        raise actions.Invalid({"team": _("Choose a team.")})
    teams.check(team, by=sent.by)
    homeless = [lead for lead in leads if lead.team_id is None]
    for lead in homeless:
        actions.put_into_team(lead, team=team, **sent.on(lead))
    words = {"count": len(homeless), "team": team.name}
    return (
        ngettext("%(count)d lead put into team %(team)s.", "%(count)d leads put into team %(team)s.", len(homeless))
        % words
    )


def _who(lead):
    return {"name": lead.contact.display_name}


_DOING = {"assign": _assign, "snooze": _snooze, "follow_up": _follow_up, "tag": _tag, "team": _team}
