"""Contacts that may be the same person."""

from django.contrib import admin, messages
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from leads import pairs
from leads.admin.base import RecordAdmin
from leads.models import DuplicatePair


@admin.register(DuplicatePair)
class DuplicatePairAdmin(RecordAdmin):
    list_display = ("created_at", "kept", "other", "reason", "resolved_at")
    list_filter = (("resolved_at", admin.EmptyFieldListFilter),)
    list_select_related = ("kept", "other")
    ordering = ("resolved_at", "-created_at", "-id")
    actions = ("resolve_selected",)

    @admin.action(description=_("Mark the selected pairs as looked at"))
    def resolve_selected(self, request, queryset):
        now = timezone.now()
        count = sum(pairs.resolve(pair, by=request.user, now=now) for pair in queryset.order_by("pk"))
        text = ngettext("%(count)d pair is settled.", "%(count)d pairs are settled.", count)
        messages.success(request, text % {"count": count})
