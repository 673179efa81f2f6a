from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from leads import permissions  # noqa: F401  registers who may do what


class LeadsConfig(AppConfig):
    name = "leads"
    verbose_name = _("Leads")
