"""Scorecards: versioned rules that say how many points a statement about a lead is worth."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.enums import Purpose
from scoring.enums import Axis, Mode, ScorecardStatus
from scoring.queries import ScorecardQuerySet

_POINTS = [MinValueValidator(-100), MaxValueValidator(100)]
_SCALE = [MinValueValidator(1), MaxValueValidator(100)]


class Scorecard(models.Model):
    """One version of the scoring model. A change of weights makes a new version; versions are never edited once live."""

    version = models.PositiveIntegerField(_("version"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    status = models.CharField(_("status"), max_length=8, choices=ScorecardStatus.choices, default=ScorecardStatus.DRAFT)
    entry_threshold = models.PositiveSmallIntegerField(_("MQL from"), default=60, validators=_SCALE)
    leaving_threshold = models.PositiveSmallIntegerField(_("back below"), default=45, validators=_SCALE)
    minimum_stay_days = models.PositiveSmallIntegerField(_("stays at least (days)"), default=3)
    cooldown_days = models.PositiveSmallIntegerField(_("cool-down after rejection or loss (days)"), default=30)
    sql_rule_enabled = models.BooleanField(_("move MQLs to SQL automatically"), default=True)
    sql_score = models.PositiveSmallIntegerField(_("SQL from"), default=85, validators=_SCALE)
    sql_signals = models.ManyToManyField("leads.Signal", blank=True, related_name="+", verbose_name=_("and one of"))
    sql_window_days = models.PositiveSmallIntegerField(_("in the last (days)"), default=14)
    band_a = models.PositiveSmallIntegerField(_("band A from"), default=75, validators=_SCALE)
    band_b = models.PositiveSmallIntegerField(_("band B from"), default=50, validators=_SCALE)
    band_c = models.PositiveSmallIntegerField(_("band C from"), default=25, validators=_SCALE)
    fit_cap = models.PositiveSmallIntegerField(_("fit: at most"), null=True, blank=True, default=40)
    engagement_cap = models.PositiveSmallIntegerField(_("engagement: at most"), null=True, blank=True, default=60)
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created"))
    published_at = models.DateTimeField(_("live since"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    objects = ScorecardQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("scorecard"), _("scorecards")
        constraints = [
            models.UniqueConstraint(fields=["status"], condition=models.Q(status="live"), name="one_live_scorecard"),
            models.CheckConstraint(
                condition=models.Q(leaving_threshold__lte=models.F("entry_threshold")), name="hysteresis_is_a_gap"
            ),
            models.CheckConstraint(
                condition=models.Q(band_a__gt=models.F("band_b")) & models.Q(band_b__gt=models.F("band_c")),
                name="bands_descend",
            ),
        ]

    def __str__(self):
        return f"{self.name} v{self.version}"


class RuleGroup(models.Model):
    """A marketer's own group of rules inside fit or engagement, with a cap of its own."""

    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="groups")
    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    axis = models.CharField(_("part of"), max_length=10, choices=Axis.choices)
    cap = models.PositiveSmallIntegerField(_("at most"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("rule group"), _("rule groups")
        constraints = [models.UniqueConstraint(fields=["scorecard", "key"], name="rule_group_once")]

    def __str__(self):
        return self.name


class Rule(models.Model):
    """One statement and its points. Engagement rules count interactions with their signals; fit rules only a condition."""

    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="rules")
    key = models.SlugField(_("key"), max_length=80)
    """The same rule keeps its key through all versions."""
    name = models.CharField(_("statement"), max_length=160)
    axis = models.CharField(_("part of"), max_length=10, choices=Axis.choices)
    group = models.ForeignKey(
        RuleGroup, models.SET_NULL, null=True, blank=True, related_name="rules", verbose_name=_("group")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("on"), default=True)
    points = models.SmallIntegerField(_("points"), validators=_POINTS)
    mode = models.CharField(_("counts"), max_length=5, choices=Mode.choices, default=Mode.EVERY)
    tiers = models.JSONField(_("tiers"), default=list, blank=True)
    """For mode "tiers": [[at least, points], …], ascending."""
    cap = models.PositiveSmallIntegerField(_("at most"), null=True, blank=True)
    daily_cap = models.PositiveSmallIntegerField(_("at most a day"), null=True, blank=True)
    half_life = models.PositiveSmallIntegerField(
        _("half-life (days)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )
    window = models.PositiveSmallIntegerField(
        _("window (days)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )
    floor = models.PositiveSmallIntegerField(_("at least"), null=True, blank=True)
    signals = models.ManyToManyField("leads.Signal", blank=True, related_name="rules", verbose_name=_("signals"))
    condition = models.JSONField(_("condition"), default=dict, blank=True)
    product = models.ForeignKey(
        "leads.Product", models.PROTECT, null=True, blank=True, related_name="rules", verbose_name=_("speaks for")
    )
    needs = models.CharField(_("needs consent to"), max_length=16, choices=Purpose.choices, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("rule"), _("rules")
        constraints = [models.UniqueConstraint(fields=["scorecard", "key"], name="rule_once")]

    def __str__(self):
        return self.name


class Persona(models.Model):
    """A kind of buyer. A contact has at most one: the first by position whose condition holds."""

    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="personas")
    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    condition = models.JSONField(_("condition"), default=dict, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name, verbose_name_plural = _("persona"), _("personas")
        constraints = [models.UniqueConstraint(fields=["scorecard", "key"], name="persona_once")]

    def __str__(self):
        return self.name
