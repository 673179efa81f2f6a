from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from config import checks, tracing


class WiringConfig(AppConfig):
    """The wiring as an app, so that it can have commands (`serve`, `demo`) that know every other app."""

    name = "config"
    verbose_name = _("Wiring")

    def ready(self):
        tracing.connect()
        checks.register()
