"""What has happened: interactions, stages, consents, suppressed addresses and imports. To read only."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leads.admin.base import RecordAdmin
from leads.enums import RejectReason
from leads.models import ConsentEvent, ImportRun, Interaction, StageChange, Suppression


@admin.register(Interaction)
class InteractionAdmin(RecordAdmin):
    list_display = ("occurred_at", "kind", "contact", "signal", "verdict", "source", "path", "asset")
    list_filter = ("kind", "verdict", "signal")
    list_select_related = ("contact", "signal", "source")
    search_fields = ("=event_id", "=contact__email")
    ordering = ("-id",)


@admin.register(StageChange)
class StageChangeAdmin(RecordAdmin):
    list_display = ("at", "lead", "from_stage", "to_stage", "cause", "by", "score", "band", "why")
    list_filter = ("cause", "to_stage")
    list_select_related = ("lead__contact", "by")
    search_fields = ("=lead__contact__email",)
    ordering = ("-id",)

    @admin.display(description=_("reason"))
    def why(self, change):
        code, colon, words = change.reason.partition(":")
        return f"{dict(RejectReason.choices).get(code, code)}{colon}{words}"


@admin.register(ConsentEvent)
class ConsentEventAdmin(RecordAdmin):
    list_display = ("at", "contact", "purpose", "state", "source")
    list_filter = ("purpose", "state")
    list_select_related = ("contact", "source")
    search_fields = ("=contact__email",)
    ordering = ("-id",)


@admin.register(Suppression)
class SuppressionAdmin(RecordAdmin):
    list_display = ("begins_with", "reason", "source", "created_at")
    list_filter = ("reason",)
    list_select_related = ("source",)
    ordering = ("-id",)

    @admin.display(description=_("keyed hash of the address"))
    def begins_with(self, suppression):
        return str(suppression)


@admin.register(ImportRun)
class ImportRunAdmin(RecordAdmin):
    list_display = (
        "name",
        "kind",
        "state",
        "started_at",
        "finished_at",
        "team",
        "source",
        "created",
        "updated",
        "rejected",
        "page",
    )
    list_filter = ("kind", "state", "team", "source")
    fields = (
        *("name", "kind", "state", "by", "preset", "started_at", "finished_at", "undone_at", "team", "source"),
        *("mapping", "report", "rows_total", "rows_done"),
    )
    list_select_related = ("team", "source")
    search_fields = ("name",)
    ordering = ("-id",)

    @admin.display(description=_("report"))
    def page(self, run):
        return format_html('<a href="{}">{}</a>', reverse("import", args=[run.pk]), gettext("Open"))

    @admin.display(description=_("created"))
    def created(self, run):
        return run.report.get("created", "–")

    @admin.display(description=_("updated"))
    def updated(self, run):
        return run.report.get("updated", "–")

    @admin.display(description=_("rejected"))
    def rejected(self, run):
        return run.report.get("rejected", "–")
