"""Pages that show no data: help."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from leads.enums import Stage


@require_safe
@login_required
def help_page(request):
    """Keys and words: what a score, a band, an MQL is."""
    return render(request, "help.html", {"stages": Stage.choices, "profile_url": reverse("profile")})
