"""The admin site itself; apart from `config.admin`, which Django imports before the models are there."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class VorsprungAdminSite(admin.AdminSite):
    """Django's admin, closed to everybody whose work is not to configure the product."""

    site_header = _("Vorsprung administration")
    site_title = _("Vorsprung")
    index_title = _("Configure scoring, sources and people")

    def has_permission(self, request):
        """True for active marketers and administrators; nobody else learns that the page exists for them."""
        return request.user.is_active and getattr(request.user, "may_configure", False)
