"""What a lead may buy, for how much, and how that ended."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.enums import DealStatus
from leads.queries import DealQuerySet


class Deal(models.Model):
    """An opportunity of one lead: a product, an amount in the installation's currency, an expected close."""

    lead = models.ForeignKey("leads.Lead", models.CASCADE, related_name="deals", verbose_name=_("lead"))
    name = models.CharField(_("name"), max_length=200)
    product = models.ForeignKey(
        "leads.Product", models.SET_NULL, null=True, blank=True, related_name="deals", verbose_name=_("product")
    )
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    expected_on = models.DateField(_("expected close"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=4, choices=DealStatus.choices, default=DealStatus.OPEN)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    source = models.ForeignKey(
        "leads.Source", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    external_id = models.CharField(_("external id"), max_length=120, blank=True)
    """The id in the system that it was imported from, unique there."""
    is_imported = models.BooleanField(_("imported"), default=False, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), editable=False)
    updated_at = models.DateTimeField(_("changed"), editable=False)

    objects = DealQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("deal"), _("deals")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="open", closed_on__isnull=True)
                | models.Q(status__in=["won", "lost"], closed_on__isnull=False),
                name="closed_deals_have_a_date",
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~models.Q(external_id=""), name="deal_external_id_once"
            ),
        ]
        indexes = [models.Index(fields=["status", "closed_on", "id"], name="deal_closed")]

    def __str__(self):
        return self.name
