"""The admin site: open to marketers and administrators only."""

from django.contrib.admin.apps import AdminConfig


class VorsprungAdminConfig(AdminConfig):
    default_site = "config.adminsite.VorsprungAdminSite"
