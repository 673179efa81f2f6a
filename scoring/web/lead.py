"""The lead page: whom one is about to call, why, and how the score comes about."""

import uuid
from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leads import addresses, assignment, closing, fields, suppression, tags, timeline
from leads.enums import CallResult, ConsentState, FollowUpKind, Outcome, Purpose, RejectReason, Stage
from leads.models import DuplicatePair, FollowUp, Lead, StageChange
from leads.web import contacts, deals
from scoring import companies, explanation, gathering, past
from scoring.web import entries, judgement, neighbours

_HISTORY = 8
_READ_WITH = (
    "contact__company",
    "contact__source",
    "owner",
    "team",
    "source",
    "campaign",
    "product",
    "score__top_product",
)


@login_required
@require_safe
def lead_page(request, lead_id):
    """The page of one lead; asked by htmx for its timeline, that part alone."""
    now = timezone.now()
    lead = get_object_or_404(Lead.objects.visible_to(request.user).select_related(*_READ_WITH), pk=lead_id)
    if request.htmx and request.htmx.target == "timeline":
        context = {"lead": lead, "now": now} | _timeline(
            request, lead, points=judgement.points_by_signal(gathering.live().card), now=now
        )
        response = render(request, "scoring/_timeline.html", context)
    else:
        judged = judgement.judge(lead, user=request.user, now=now)
        context = {"lead": lead, "contact": lead.contact, "now": now, "section": "board", "judged": judged}
        context |= _timeline(request, lead, points=judged.points_by_signal, now=now)
        context |= _past(request, lead, now=now) if judged.explained else {}
        context |= _work(request, lead, now=now) | _surroundings(request, lead, judged, now=now)
        response = render(request, "scoring/lead.html", context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _past(request, lead, *, now):
    """The arithmetic of the day in `as_of`, if the viewer asks for one; a day that cannot be asked about is named."""
    first, last = past.days(lead, now=now)
    asked = request.GET.get("as_of", "")[:40]
    try:
        day = parse_date(asked)
    except ValueError:
        day = None
    is_known = day is not None and first <= day <= last
    return {
        "past": judgement.judge_past(lead, day=day) if is_known else None,
        "past_day": day,
        "past_refused": bool(asked) and not is_known,
        "past_first": first,
        "past_last": last,
        "may_look_back": first <= last,
    }


def _timeline(request, lead, *, points, now):
    show = request.GET.get("show", timeline.ALL)
    show = show if show in timeline.FILTERS else timeline.ALL
    before = request.GET.get("before") or None
    try:
        page = timeline.page(lead, show=show, before=before)
    except timeline.InvalidCursor:
        before, page = None, timeline.page(lead, show=show)
    return {
        "spans": entries.spans(page, points=points, now=now),
        "timeline_filters": entries.filters(),
        "show": show,
        "before": before,
        "older": page.older,
        "may_edit": request.user.has_perm("leads.work_lead", lead),
    }


def _work(request, lead, *, now):
    """What the viewer may do, and what their forms need."""
    may_work = lead.is_open and request.user.has_perm("leads.work_lead", lead)
    may_assign = may_work and request.user.has_perm("leads.assign_lead", lead)
    return {
        "may_work": may_work,
        "may_assign": may_assign,
        "owners": list(assignment.candidates(lead)) if may_work else (),
        "may_stop_profiling": request.user.role in contacts.MAY_STOP_PROFILING,
        "token": _Tokens(),
        "reject_reasons": RejectReason.choices,
        "call_results": [(result.value, result.label) for result in CallResult],
        "follow_up_kinds": FollowUpKind.choices,
        "tomorrow": timezone.localdate(now) + timedelta(days=1),
        "is_snoozed": bool(lead.snoozed_until and lead.snoozed_until > now),
        "is_cooling": bool(lead.contact.cooldown_until and lead.contact.cooldown_until > now),
        "may_advance": may_work and lead.stage == Stage.SQL,
        "is_won": lead.outcome == Outcome.WON,
    }


def _surroundings(request, lead, judged, *, now):
    """Who the person is and what hangs on them."""
    contact = lead.contact
    score = getattr(lead, "score", None)
    others = Lead.objects.visible_to(request.user).filter(contact=contact).exclude(pk=lead.pk)
    return {
        "place": neighbours.place(lead, score, user=request.user, now=now) if lead.is_open else None,
        "follow_ups": FollowUp.objects.pending().filter(lead=lead).select_related("owner").order_by("due_at", "id"),
        **deals.panel(lead, user=request.user, now=now),
        "tags": lead.tags.order_by("name"),
        "known_tags": tags.known_to(request.user).values_list("name", flat=True)[:200],
        "stage_changes": _stage_changes(lead),
        "others": others.select_related("score").order_by("-created_at", "-id")[:5],
        "duplicates": _duplicates(request.user, contact),
        "suppression": _suppression(contact),
        "is_odd_address": _is_odd(contact.email or ""),
        "company": _company(request.user, contact.company, judged, now=now) if contact.company else None,
        "consents": _consents(judged.consents),
        "custom_values": _custom(lead, judged.fields or fields.declared()),
    }


def _stage_changes(lead):
    found = StageChange.objects.filter(lead=lead).select_related("by").order_by("-at", "-id")[: _HISTORY + 1]
    return [(change, closing.reason_in_words(change.reason)) for change in found]


def _duplicates(user, contact):
    """Contacts that may be the same person, with a lead that the viewer may open."""
    pairs = DuplicatePair.objects.filter(Q(kept=contact) | Q(other=contact), resolved_at=None)
    ids = {pk for pair in pairs.values_list("kept_id", "other_id") for pk in pair} - {contact.pk}
    leads = Lead.objects.visible_to(user).filter(contact_id__in=ids).select_related("contact").order_by("-created_at")
    return list({lead.contact_id: lead for lead in leads}.values())


def _suppression(contact):
    if not contact.email:
        return None
    try:
        return suppression.of(contact.email)
    except addresses.NotAnAddress:
        return None


def _is_odd(email):
    """Punycode, or letters of several scripts in one address: it may pretend to be another."""
    return "xn--" in email or (
        not email.isascii()
        and any(character.isascii() and character.isalpha() for character in email.partition("@")[0])
    )


def _consents(states):
    """(purpose, state, in words) of each purpose that the person was ever asked about, e-mail always."""
    return [
        (label, states.get(purpose, ""), ConsentState(states[purpose]).label if purpose in states else _("no consent"))
        for purpose, label in Purpose.choices
        if purpose in states or purpose == Purpose.EMAIL
    ]


def _custom(lead, declared):
    """Declared custom fields of contacts that hold something: (label, value)."""
    own = [item for name, item in declared.items() if name.startswith("contact.custom.")]
    values = [(str(item.label), explanation.value_of(lead, item)) for item in own]
    return sorted(((label, value) for label, value in values if value not in (None, "")), key=lambda pair: pair[0])


def _company(user, company, judged, *, now):
    """The company in three figures of what the viewer sees: best score of open leads, those leads, active contacts."""
    found = companies.figures([company.pk], user=user, now=now)[company.pk]
    card = judged.explained.card if judged.explained else None
    return found | {"band": explanation.band(card, found["best"]) if card and found["best"] is not None else "D"}


class _Tokens:
    """A fresh token for each form that asks: a double click then has one effect."""

    def __str__(self):
        return str(uuid.uuid4())
