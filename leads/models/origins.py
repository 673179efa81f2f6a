"""Where leads come from and what they may buy."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.enums import SourceKind


class Source(models.Model):
    """A place that contacts come from. It may name the team that works them."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=SourceKind.choices, default=SourceKind.OTHER)
    team = models.ForeignKey(
        "leads.Team", models.SET_NULL, null=True, blank=True, related_name="sources", verbose_name=_("team")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("source"), _("sources")

    def __str__(self):
        return self.name


class Product(models.Model):
    """Something that a lead may buy."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    slug = models.SlugField(_("key"), max_length=60, unique=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name, verbose_name_plural = _("product"), _("products")

    def __str__(self):
        return self.name


class Campaign(models.Model):
    """A marketing effort: what a lead came from and what its return is counted on."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    slug = models.SlugField(_("key"), max_length=80, unique=True)
    source = models.ForeignKey(
        Source, models.SET_NULL, null=True, blank=True, related_name="campaigns", verbose_name=_("source")
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    cost = models.DecimalField(_("cost"), max_digits=12, decimal_places=2, null=True, blank=True)
    utm_campaign = models.CharField(_("UTM campaign"), max_length=150, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("campaign"), _("campaigns")

    def __str__(self):
        return self.name
