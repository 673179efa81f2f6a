"""Scores, to read only: they are computed, never typed."""

from django.contrib import admin

from leads.admin.base import RecordAdmin
from scoring.models import Score


@admin.register(Score)
class ScoreAdmin(RecordAdmin):
    list_display = ("lead", "score", "band", "fit", "engagement", "version", "as_of", "valid_until", "scored_at")
    list_filter = ("band", "version")
    list_select_related = ("lead__contact",)
    search_fields = ("=lead__contact__email",)
    ordering = ("-score", "lead_id")
