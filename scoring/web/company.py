"""The page of a company: its score, its people, its leads."""

from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leads.models import Company, Lead
from scoring import companies, explanation
from scoring.models import Scorecard

MOST = 200


@login_required
@require_safe
def company_page(request, company_id):
    """A company with the leads that the viewer sees. Without any such lead it does not exist for them."""
    now = timezone.now()
    company = get_object_or_404(Company, pk=company_id)
    leads = list(
        Lead.objects.visible_to(request.user)
        .filter(contact__company=company)
        .select_related("contact", "owner", "score", "score__top_product")
        .order_by(F("score__score").desc(nulls_last=True), "-created_at", "-id")[: MOST + 1]
    )
    if not leads:
        raise Http404
    figures = companies.figures([company.pk], user=request.user, now=now)[company.pk]
    card = Scorecard.objects.live().first()
    band = explanation.band(card, figures["best"]) if card and figures["best"] is not None else ""
    is_open = [lead for lead in leads if lead.is_open]
    context = {
        "company": company,
        "open_leads": sorted(is_open, key=_rank)[:MOST],
        "closed_leads": [lead for lead in leads if not lead.is_open][:MOST],
        "has_more": len(leads) > MOST,
        "figures": figures,
        "band": band,
        "now": now,
        "section": "board",
    }
    return render(request, "scoring/company.html", context)


def _rank(lead):
    score = getattr(lead, "score", None)
    return (score is None, -(score.score if score else 0), lead.pk)
