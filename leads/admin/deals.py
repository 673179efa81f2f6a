"""Deals, and what was changed about people, companies and leads. To read only: deals are worked on the lead page."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leads import closing
from leads.admin.base import RecordAdmin
from leads.models import Deal, FieldChange


@admin.register(Deal)
class DealAdmin(RecordAdmin):
    list_display = ("name", "lead", "product", "amount", "status", "expected_on", "closed_on", "why")
    list_filter = ("status", "product", "is_imported", "closed_on")
    list_select_related = ("lead__contact", "product")
    search_fields = ("=external_id", "=lead__contact__email")
    search_help_text = _("Whole external id, or whole e-mail address")
    ordering = ("-id",)

    @admin.display(description=_("reason"))
    def why(self, deal):
        return closing.reason_in_words(deal.reason)


@admin.register(FieldChange)
class FieldChangeAdmin(RecordAdmin):
    list_display = ("at", "of", "name", "before", "after", "by", "source")
    fields = ("at", "of", "name", "before", "after", "by", "source", "run")
    list_filter = ("source",)
    list_select_related = ("contact", "company", "lead__contact", "by", "source")
    search_fields = ("=contact__email", "=company__domain", "=field")
    search_help_text = _("Whole e-mail address, whole domain, or a field as conditions name it")
    ordering = ("-id",)

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "of", "name", "before", "after"]

    @admin.display(description=_("field"), ordering="field")
    def name(self, change):
        return format_html("<code>{}</code>", change.field)

    @admin.display(description=_("old value"))
    def before(self, change):
        return _said(change.old) or self.get_empty_value_display()

    @admin.display(description=_("new value"))
    def after(self, change):
        return _said(change.new) or self.get_empty_value_display()

    @admin.display(description=_("record"))
    def of(self, change):
        return change.contact or change.company or change.lead


def _said(value):
    """A stored value as people write it, "" for nothing."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        value = ", ".join(str(part) for part in value)
    return "" if value in (None, "") else format_html("<bdi>{}</bdi>", value)
