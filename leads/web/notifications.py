"""What the viewer was told: read, and followed to the lead it is about."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from leads import notifications
from leads.models import Lead, Notification
from leads.web import notices


@require_safe
@login_required
def notifications_page(request):
    """The latest notifications of the viewer."""
    found = notifications.latest(request.user)
    context = {"notifications": found, "is_full": len(found) == notifications.SHOWN, "now": timezone.now()}
    return render(request, "leads/notifications.html", context)


@require_POST
@login_required
def mark_read(request):
    """Mark all as read; with `notification`, only that one, and lead on to its lead or import if the viewer still sees it."""
    now = timezone.now()
    if "notification" not in request.POST:
        number = notifications.mark_read(request.user, now=now)
        text = ngettext("%(n)d notification marked as read.", "%(n)d notifications marked as read.", number)
        notices.done(request, text % {"n": number})
        return redirect("notifications")
    found = get_object_or_404(Notification.objects.filter(user=request.user), pk=_number(request.POST["notification"]))
    notifications.mark_read(request.user, now=now, ids=[found.pk])
    if Lead.objects.visible_to(request.user).filter(pk=found.lead_id).exists():
        return redirect("lead", found.lead_id)
    if found.payload.get("import"):
        return redirect("import", found.payload["import"])
    return redirect("notifications")


def _number(text):
    # More digits than any id has would not fit into the column.
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Http404
    return int(text)
