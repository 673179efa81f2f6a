"""What was known before: one row per field that changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class FieldChange(models.Model):
    """One field of one contact, company or lead got another value. Append-only; first values leave no row.

    `field` is the name that conditions know it by (`contact.job_title`, `company.custom.plan`, `lead.product`); exactly
    one of contact, company and lead is set. `old` and `new` are JSON: a number, a text, a truth or null.
    """

    contact = models.ForeignKey(
        "leads.Contact", models.CASCADE, null=True, blank=True, related_name="field_changes", verbose_name=_("contact")
    )
    company = models.ForeignKey(
        "leads.Company", models.CASCADE, null=True, blank=True, related_name="field_changes", verbose_name=_("company")
    )
    lead = models.ForeignKey(
        "leads.Lead", models.CASCADE, null=True, blank=True, related_name="field_changes", verbose_name=_("lead")
    )
    field = models.CharField(_("field"), max_length=120)
    old = models.JSONField(_("old value"), null=True)
    new = models.JSONField(_("new value"), null=True)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    source = models.ForeignKey(
        "leads.Source", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    run = models.UUIDField(_("run"), null=True, blank=True)
    """The import that did it."""

    class Meta:
        verbose_name, verbose_name_plural = _("field change"), _("field changes")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(contact__isnull=False, company__isnull=True, lead__isnull=True)
                | models.Q(contact__isnull=True, company__isnull=False, lead__isnull=True)
                | models.Q(contact__isnull=True, company__isnull=True, lead__isnull=False),
                name="field_change_of_one_record",
            )
        ]
        indexes = [
            models.Index(fields=["contact", "-at", "-id"], name="field_change_contact"),
            models.Index(fields=["company", "-at", "-id"], name="field_change_company"),
            models.Index(fields=["lead", "-at", "-id"], name="field_change_lead"),
        ]

    def __str__(self):
        return " → ".join("–" if value is None else str(value) for value in (self.old, self.new))
