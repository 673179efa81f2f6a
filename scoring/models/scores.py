"""Scores with the coordinates they were computed at, their history, and what each viewer saw last."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from scoring.enums import HistoryCause
from scoring.models.lines import LinesField
from scoring.queries import ScoreQuerySet


class Score(models.Model):
    """The current score of one lead. Derived: never edited, always recomputed.

    `lines` is a list of `{kind, group, rule, points, count, age_days, note}` whose points sum to `rule_score`. `products`
    maps product id (a string, as JSON wants) to `{score, own}`. `revision`, `version`, `model_version`, `engine` and
    `valid_until` are the coordinates; the score is stale as soon as one of them has moved.
    """

    lead = models.OneToOneField(
        "leads.Lead", models.CASCADE, primary_key=True, related_name="score", verbose_name=_("lead")
    )
    score = models.PositiveSmallIntegerField(_("score"))
    rule_score = models.PositiveSmallIntegerField(_("rule score"))
    prediction = models.PositiveSmallIntegerField(_("prediction"), null=True)
    fit = models.SmallIntegerField(_("fit"))
    engagement = models.SmallIntegerField(_("engagement"))
    band = models.CharField(_("band"), max_length=1)
    lines = LinesField(_("lines"), default=list)
    products = models.JSONField(_("points by product"), default=dict)
    top_product = models.ForeignKey(
        "leads.Product", models.SET_NULL, null=True, related_name="+", db_index=False, verbose_name=_("top product")
    )
    persona = models.CharField(_("persona"), max_length=60, blank=True)
    revision = models.PositiveIntegerField(_("revision of the contact"))
    version = models.PositiveIntegerField(_("version"))
    model_version = models.PositiveIntegerField(_("version of the model"), null=True)
    engine = models.PositiveSmallIntegerField(_("engine"))
    as_of = models.DateField(_("as of"))
    valid_until = models.DateField(_("valid until"))
    """The last day on which this score still holds if nothing happens: stale from the day after."""
    scored_at = models.DateTimeField(_("scored"))
    is_frozen = models.BooleanField(_("frozen"), default=False)
    """The lead is closed: this score stands as it was and is never stale."""

    digest = models.BigIntegerField(_("digest"), default=0)
    """A hash of all of the above except the days of scoring: rescoring writes only where it differs."""
    history_at = models.DateTimeField(_("history written"), null=True)
    """When the newest history row was written."""

    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("score"), _("scores")
        indexes = [
            models.Index(fields=["-score", "lead"], name="score_rank"),
            # What can become stale, in one index, because each costs a tenth of a full rescore. Closed leads stay out,
            # so that an idle tick is a few probes however many there are.
            models.Index(
                fields=["version", "engine", "valid_until"], condition=models.Q(is_frozen=False), name="score_staleness"
            ),
        ]

    def __str__(self):
        return f"{self.lead_id}: {self.score}"


class ScoreHistory(models.Model):
    """A point of a lead's curve: written when band, stage, version or facts change; for plain decay at most weekly."""

    lead = models.ForeignKey("leads.Lead", models.CASCADE, related_name="score_history")
    at = models.DateTimeField()
    score = models.PositiveSmallIntegerField()
    fit = models.SmallIntegerField()
    engagement = models.SmallIntegerField()
    band = models.CharField(max_length=1)
    stage = models.CharField(max_length=14)
    version = models.PositiveIntegerField()
    cause = models.CharField(max_length=8, choices=HistoryCause.choices)

    class Meta:
        verbose_name, verbose_name_plural = _("score history"), _("score history")
        indexes = [models.Index(fields=["lead", "-at", "-id"], name="score_history_lead")]

    def __str__(self):
        return f"{self.lead_id}: {self.score} ({self.at:%Y-%m-%d})"


class ScoreSeen(models.Model):
    """What one viewer last saw of one lead's score, so that the page can say what has changed since."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    lead = models.ForeignKey("leads.Lead", models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()
    score = models.PositiveSmallIntegerField()
    lines = models.JSONField(default=list)
    previous_at = models.DateTimeField(null=True)
    previous_score = models.PositiveSmallIntegerField(null=True)
    previous_lines = models.JSONField(default=list)
    """The state before this visit: a reload within the hour must not wipe out "since your last visit"."""

    class Meta:
        verbose_name, verbose_name_plural = _("score seen"), _("scores seen")
        constraints = [models.UniqueConstraint(fields=["user", "lead"], name="score_seen_once")]

    def __str__(self):
        return f"{self.user_id} saw {self.lead_id}"


class Lease(models.Model):
    """A claim on one slice of work. It lapses, so that a killed worker's slice is taken over."""

    name = models.CharField(max_length=80, primary_key=True)
    holder = models.CharField(max_length=80)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = _("lease"), _("leases")

    def __str__(self):
        return self.name
