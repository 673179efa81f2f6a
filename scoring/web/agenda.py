"""Follow-ups: what is late, what is due today, and what comes next."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from leads import followups
from leads.models import FollowUp, Lead
from leads.web import notices
from scoring import board
from scoring.web import actions, rows

_SHOWN = 200
_GROUPS = (
    ("late", gettext_lazy("Overdue")),
    ("today", gettext_lazy("Today")),
    ("week", gettext_lazy("In the next 7 days")),
    ("later", gettext_lazy("Later")),
)


@require_safe
@login_required
def followups_page(request):
    """The viewer's follow-ups, or with `whose=team` those of everybody whose leads they see. The earliest 200."""
    now = timezone.now()
    whose = "team" if request.GET.get("whose") == "team" else "mine"
    pending = FollowUp.objects.pending().visible_to(request.user).filter(lead__closed_at__isnull=True)
    shown = pending if whose == "team" else pending.filter(owner=request.user)
    found = shown.select_related("lead__contact__company", "lead__score", "owner").order_by("due_at", "id")[
        : _SHOWN + 1
    ]
    found = list(found)
    midnight = board.start_of_day(now)
    numbers = pending.filter(owner=request.user).aggregate(
        all=Count("pk"), late=Count("pk", filter=Q(due_at__lt=midnight))
    )
    context = {
        "groups": _grouped(found[:_SHOWN], midnight=midnight),
        "whose": whose,
        "numbers": numbers,
        "overdue": numbers["late"],
        "too_many": len(found) > _SHOWN,
        "icons": rows.ICONS,
        "now": now,
        "may_work": request.user.may_work_leads,
    }
    return render(request, "scoring/followups.html", context)


@require_POST
@login_required
def move(request, follow_up_id):
    """Put a follow-up off to another day."""
    now = timezone.now()
    workable = FollowUp.objects.filter(lead__in=Lead.objects.workable_by(request.user))
    found = get_object_or_404(workable.select_related("lead__contact"), pk=follow_up_id)
    try:
        due_at = actions.moment_in(actions.given(request), "due", now=now)
        followups.reschedule(found, due_at=due_at, by=request.user, now=now)
    except followups.Invalid as refusal:
        notices.failed(request, str(refusal))
    else:
        words = {"name": found.lead.contact.display_name, "day": rows.day(found.due_at)}
        notices.done(request, _("%(name)s: moved to %(day)s.") % words)
    return redirect(actions.back(request, default=reverse("followups")))


def _grouped(found, *, midnight):
    """The follow-ups under their headings; empty groups are left out."""
    tomorrow, next_week = midnight + timedelta(days=1), midnight + timedelta(days=8)
    groups = {key: [] for key, _label in _GROUPS}
    for follow_up in found:
        due = follow_up.due_at
        key = "late" if due < midnight else "today" if due < tomorrow else "week" if due < next_week else "later"
        groups[key].append(follow_up)
    return [{"key": key, "label": label, "items": groups[key]} for key, label in _GROUPS if groups[key]]
