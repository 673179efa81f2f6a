"""Signals: what rules refer to. A change re-judges what has happened already."""

from django.contrib import admin
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from leads import signals
from leads.admin.base import RoleAdmin
from leads.models import Signal
from scoring import labels
from scoring.enums import ScorecardStatus
from scoring.models import Scorecard


@admin.register(Signal)
class SignalAdmin(RoleAdmin):
    """Named kinds of interactions. One that the live scorecard counts cannot be deleted."""

    list_display = ("shown_name", "kind", "asset", "path", "is_prefix", "product", "campaign", "needs", "rule_count")
    list_filter = ("kind", "product")
    list_select_related = ("product", "campaign")
    search_fields = ("name", "key", "path", "asset")
    ordering = ("kind", "name", "id")
    prepopulated_on_add = {"key": ("name",)}

    def get_queryset(self, request):
        live = Q(rules__scorecard__status=ScorecardStatus.LIVE)
        return super().get_queryset(request).annotate(live_rules=Count("rules", filter=live))

    @admin.display(description=_("name"), ordering="name")
    def shown_name(self, signal):
        return labels.shown(signal.name)

    @admin.display(description=_("rules"), ordering="live_rules")
    def rule_count(self, signal):
        return signal.live_rules

    def get_readonly_fields(self, request, obj=None):
        return ("key",) if obj else ()

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_on_add

    def has_delete_permission(self, request, obj=None):
        if not super().has_delete_permission(request, obj):
            return False
        if obj is None:
            return True
        counted = obj.rules.filter(scorecard__status=ScorecardStatus.LIVE).exists()
        return not counted and not Scorecard.objects.live().filter(sql_signals=obj).exists()

    def store(self, request, obj, *, form, change, now):
        self.say_rejudged(request, signals.save(obj, now=now))

    def drop(self, request, obj, *, now):
        self.say_rejudged(request, signals.delete(obj, now=now))
