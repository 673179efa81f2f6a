"""A follow-up is done, dropped, or taken up again."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leads import followups
from leads.models import FollowUp, Lead
from leads.web import notices


@require_POST
@login_required
def done(request, follow_up_id):
    """Tick a follow-up off."""
    found = _workable(request, follow_up_id)
    if followups.done(found, by=request.user, now=timezone.now()):
        notices.done(request, _("Follow-up done."), undo=reverse("follow-up-reopen", args=[found.pk]))
    else:
        notices.failed(request, _("This follow-up is done or cancelled already."))
    return _back(request, found)


@require_POST
@login_required
def cancel(request, follow_up_id):
    """Drop a follow-up."""
    found = _workable(request, follow_up_id)
    if followups.cancel(found, by=request.user, now=timezone.now()):
        notices.done(request, _("Follow-up dropped."), undo=reverse("follow-up-reopen", args=[found.pk]))
    else:
        notices.failed(request, _("This follow-up is done or cancelled already."))
    return _back(request, found)


@require_POST
@login_required
def reopen(request, follow_up_id):
    """Take up a follow-up that was done or dropped."""
    found = _workable(request, follow_up_id)
    followups.reopen(found, by=request.user, now=timezone.now())
    notices.done(request, _("The follow-up is set again."))
    return _back(request, found)


def _workable(request, follow_up_id):
    return get_object_or_404(FollowUp.objects.filter(lead__in=Lead.objects.workable_by(request.user)), pk=follow_up_id)


def _back(request, follow_up):
    address = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(address)
    return redirect("lead", follow_up.lead_id)
