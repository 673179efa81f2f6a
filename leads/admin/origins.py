"""Sources, products and campaigns."""

from django.contrib import admin

from leads import origins
from leads.admin.base import RoleAdmin
from leads.models import Campaign, Product, Source


class OriginAdmin(RoleAdmin):
    """Something that leads refer to: it can be deleted only while nothing does."""

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or not origins.is_used(obj))


@admin.register(Source)
class SourceAdmin(OriginAdmin):
    list_display = ("name", "kind", "team")
    list_filter = ("kind", "team")
    list_select_related = ("team",)
    search_fields = ("name",)
    ordering = ("name",)

    def get_readonly_fields(self, request, obj=None):
        return ("name",) if obj and origins.names_external_ids(obj) else ()

    def store(self, request, obj, *, form, change, now):
        origins.save_source(obj)


class KeyedAdmin(OriginAdmin):
    """Events name it by its key, which therefore stays."""

    prepopulated_by_name = {"slug": ("name",)}

    def get_readonly_fields(self, request, obj=None):
        return ("slug",) if obj else ()

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_by_name


@admin.register(Product)
class ProductAdmin(KeyedAdmin):
    list_display = ("name", "slug", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "slug")
    ordering = ("name",)


@admin.register(Campaign)
class CampaignAdmin(KeyedAdmin):
    list_display = ("name", "source", "starts_on", "ends_on", "cost", "utm_campaign")
    list_filter = ("source",)
    list_select_related = ("source",)
    search_fields = ("name", "slug", "utm_campaign")
    ordering = ("-starts_on", "name")
