from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from leads import (
    lookups,
    permissions,  # noqa: F401  registers who may do what
)


class LeadsConfig(AppConfig):
    name = "leads"
    verbose_name = _("Leads")

    def ready(self):
        """Make our own lookups known."""
        lookups.register()
