"""The jump box: people and companies by name or address, best score first."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leads import addresses
from leads.models import Lead
from scoring import board, ranking
from scoring.web import filters, rows

SHORTEST = 2
_LONGEST = 200


@require_safe
@login_required
def search_page(request):
    """Up to a page of leads, open or closed. A whole e-mail address, or a number of a lead, jumps straight to it."""
    now = timezone.now()
    text = " ".join(request.GET.get("q", "").replace("\0", "")[:_LONGEST].split())
    visible = Lead.objects.visible_to(request.user)
    jump = _exact(visible, text)
    if jump:
        return redirect("lead", jump)
    found, count = [], 0
    if len(text) >= SHORTEST:
        leads = visible.filter(filters.matching(text))
        count = board.count(leads)
        page = ranking.page(leads, order="score", many=count > ranking.FEW)
        found = rows.drawn(board.rows(page.ids, now=now), request=request, now=now)
    context = {
        "q": text,
        "rows": found,
        "count": count,
        "too_many": count > ranking.PAGE,
        "too_short": 0 < len(text) < SHORTEST,
        "now": now,
    }
    return render(request, "scoring/search.html", context)


def _exact(leads, text):
    """The one lead that is meant without doubt, the open one first."""
    if text.startswith("#") and text[1:].isascii() and text[1:].isdigit() and len(text) < 19:
        found = leads.filter(pk=int(text[1:]))
    else:
        try:
            found = leads.filter(contact__email=addresses.normalise(text))
        except addresses.NotAnAddress:
            return None
    return found.order_by("-closed_at", "-pk").values_list("pk", flat=True).first()
