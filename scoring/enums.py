"""The closed vocabularies of `scoring`."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ScorecardStatus(TextChoices):
    """The life of one version."""

    DRAFT = "draft", _("Draft")
    LIVE = "live", _("Live")
    RETIRED = "retired", _("Retired")


class Axis(TextChoices):
    """The two halves of a score."""

    FIT = "fit", _("Fit")
    ENGAGEMENT = "engagement", _("Engagement")


class Mode(TextChoices):
    """How often an engagement rule counts."""

    EVERY = "every", _("Every time")
    ONCE = "once", _("Once")
    TIERS = "tiers", _("By number")


class Band(TextChoices):
    """Score bands, strongest first."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"


class HistoryCause(TextChoices):
    """Why a score was written down again."""

    FACTS = "facts", _("New facts")
    VERSION = "version", _("New weights")
    TIME = "time", _("Time passed")
    STAGE = "stage", _("New stage")
