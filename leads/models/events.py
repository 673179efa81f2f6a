"""Interactions, the signals that name them, consent and suppression."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leads.enums import ConsentState, InteractionKind, Purpose, SuppressionReason, Verdict
from leads.queries import InteractionQuerySet


class Signal(models.Model):
    """A named kind of interaction that rules refer to. Every field that is set must match; the most specific wins."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("interaction"), max_length=14, choices=InteractionKind.choices)
    asset = models.CharField(_("asset"), max_length=200, blank=True)
    path = models.CharField(_("path"), max_length=300, blank=True, help_text=_("For example /pricing"))
    is_prefix = models.BooleanField(_("also everything below this path"), default=False)
    product = models.ForeignKey(
        "leads.Product", models.CASCADE, null=True, blank=True, related_name="signals", verbose_name=_("product")
    )
    campaign = models.ForeignKey(
        "leads.Campaign", models.CASCADE, null=True, blank=True, related_name="signals", verbose_name=_("campaign")
    )
    needs = models.CharField(
        _("needs consent to"),
        max_length=16,
        choices=Purpose.choices,
        blank=True,
        help_text=_(
            "Whoever sends such interactions needs this consent; the scorecard shows how many contacts have given it."
        ),
    )

    class Meta:
        verbose_name, verbose_name_plural = _("signal"), _("signals")

    def __str__(self):
        # Shipped signals have their name in every language. No other text has a translation, unless it says the same.
        return gettext(self.name) if self.name else ""


class Interaction(models.Model):
    """What happened is append-only; `contact`, `signal` and `verdict` are our reading of it and may be rewritten."""

    event_id = models.CharField(_("event id"), max_length=120, unique=True)
    contact = models.ForeignKey(
        "leads.Contact",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="interactions",
        db_index=False,
        verbose_name=_("contact"),
    )
    visitor = models.ForeignKey(
        "leads.Visitor", models.SET_NULL, null=True, blank=True, related_name="interactions", verbose_name=_("visitor")
    )
    signal = models.ForeignKey(
        Signal, models.SET_NULL, null=True, blank=True, related_name="interactions", verbose_name=_("signal")
    )
    verdict = models.CharField(_("verdict"), max_length=9, choices=Verdict.choices, default=Verdict.HUMAN)
    verdict_reason = models.CharField(_("reason for the verdict"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=14, choices=InteractionKind.choices)
    occurred_at = models.DateTimeField(_("occurred"))
    day = models.DateField(_("day"))
    """The calendar date of `occurred_at` in the installation's time zone: ages are counted in these."""
    received_at = models.DateTimeField(_("received"))
    source = models.ForeignKey(
        "leads.Source", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    product = models.ForeignKey(
        "leads.Product", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    campaign = models.ForeignKey(
        "leads.Campaign", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("campaign")
    )
    asset = models.CharField(_("asset"), max_length=200, blank=True)
    path = models.CharField(_("path"), max_length=500, blank=True)
    payload = models.JSONField(_("payload"), default=dict, blank=True)

    objects = InteractionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("interaction"), _("interactions")
        indexes = [
            models.Index(fields=["contact", "-occurred_at", "-id"], name="interaction_timeline"),
            # Scoring reads nothing but these columns: answered from the index alone, in the order that it needs. The verdict
            # is always the same; SQLite wants it in there to see that.
            models.Index(
                fields=["contact", "signal", "day", "verdict"],
                condition=models.Q(verdict="human"),
                name="interaction_counted",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.occurred_at:%Y-%m-%d %H:%M}"


class ConsentEvent(models.Model):
    """One change of one consent of one contact. Append-only; the newest per purpose is in force."""

    contact = models.ForeignKey(
        "leads.Contact", models.CASCADE, related_name="consent_events", verbose_name=_("contact")
    )
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices)
    state = models.CharField(_("state"), max_length=10, choices=ConsentState.choices)
    at = models.DateTimeField(_("when"))
    source = models.ForeignKey(
        "leads.Source", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    wording = models.TextField(_("wording"), blank=True)
    proof = models.JSONField(_("proof"), default=dict, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("consent event"), _("consent events")
        indexes = [models.Index(fields=["contact", "purpose", "-at", "-id"], name="consent_newest")]

    def __str__(self):
        return f"{self.get_purpose_display()}: {self.get_state_display()}"


class Suppression(models.Model):
    """An address that must not be mailed, kept as a keyed hash so that it survives erasure."""

    digest = models.CharField(_("keyed hash of the address"), max_length=64, unique=True)
    reason = models.CharField(_("reason"), max_length=12, choices=SuppressionReason.choices)
    source = models.ForeignKey(
        "leads.Source", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    created_at = models.DateTimeField(_("since"), editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("suppression"), _("suppressions")

    def __str__(self):
        return f"{self.digest[:12]}…"
