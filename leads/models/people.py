"""Companies and contacts: who they are."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.enums import Entity, FieldType, KnownAt
from leads.queries import ContactQuerySet


class CustomField(models.Model):
    """A declared field of contacts or companies that this installation added. Values are stored typed."""

    entity = models.CharField(_("belongs to"), max_length=10, choices=Entity.choices)
    key = models.SlugField(
        _("key"), max_length=60, help_text=_("Used in conditions and exports; cannot be changed later.")
    )
    label = models.CharField(_("label"), max_length=120)
    type = models.CharField(_("type"), max_length=10, choices=FieldType.choices)
    known_at = models.CharField(_("known"), max_length=10, choices=KnownAt.choices, default=KnownAt.UNKNOWN)
    choices = models.JSONField(_("choices"), default=list, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("custom field"), _("custom fields")
        constraints = [models.UniqueConstraint(fields=["entity", "key"], name="custom_field_once")]

    def __str__(self):
        return self.label


class Company(models.Model):
    """A contact's employer; one per domain, else one per exact case-folded name."""

    name = models.CharField(_("name"), max_length=200)
    name_folded = models.CharField(max_length=200, editable=False, db_index=True)
    domain = models.CharField(_("domain"), max_length=253, null=True, blank=True, unique=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    industry = models.CharField(_("industry"), max_length=120, blank=True)
    industry_folded = models.CharField(max_length=120, blank=True, editable=False)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    city_folded = models.CharField(max_length=120, blank=True, editable=False)
    custom = models.JSONField(_("custom fields"), default=dict, blank=True)
    custom_folded = models.JSONField(default=dict, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("company"), _("companies")
        constraints = [
            # Without a domain the exact folded name identifies the company.
            models.UniqueConstraint(
                fields=["name_folded"], condition=models.Q(domain__isnull=True), name="company_name_once_without_domain"
            )
        ]

    def __str__(self):
        return self.name

    def fold(self):
        """Fill the case-folded twins that searches and conditions compare with. Bulk writers call it themselves."""
        self.name_folded = self.name.casefold()[:200]
        self.industry_folded = self.industry.casefold()[:120]
        self.city_folded = self.city.casefold()[:120]
        self.custom_folded = {key: value.casefold() for key, value in self.custom.items() if isinstance(value, str)}

    def save(self, *args, **kwargs):
        self.fold()
        super().save(*args, **kwargs)


class Contact(models.Model):
    """A person. Unique by normalised e-mail address, or by (source system, external id) without one."""

    first_name = models.CharField(_("first name"), max_length=120, blank=True)
    last_name = models.CharField(_("last name"), max_length=120, blank=True)
    name_folded = models.CharField(max_length=250, blank=True, editable=False)
    email = models.CharField(_("e-mail address"), max_length=320, null=True, blank=True, unique=True)
    email_domain = models.CharField(max_length=253, blank=True, editable=False)
    is_free_mail = models.BooleanField(_("free-mail address"), default=False, editable=False)
    is_disposable = models.BooleanField(_("throw-away address"), default=False, editable=False)
    source_system = models.CharField(_("source system"), max_length=60, blank=True)
    external_id = models.CharField(_("external id"), max_length=120, blank=True, db_index=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    job_title = models.CharField(_("job title"), max_length=160, blank=True)
    job_title_folded = models.CharField(max_length=160, blank=True, editable=False)
    language = models.CharField(_("language"), max_length=8, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    city_folded = models.CharField(max_length=120, blank=True, editable=False)
    company = models.ForeignKey(
        Company, models.SET_NULL, null=True, blank=True, related_name="contacts", verbose_name=_("company")
    )
    custom = models.JSONField(_("custom fields"), default=dict, blank=True)
    custom_folded = models.JSONField(default=dict, blank=True, editable=False)
    source = models.ForeignKey(
        "leads.Source", models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name=_("first source")
    )
    do_not_profile = models.BooleanField(_("do not profile"), default=False)
    cooldown_until = models.DateTimeField(_("no MQL before"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    seen_revision = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created"), editable=False)
    updated_at = models.DateTimeField(_("changed"), editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("contact"), _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["source_system", "external_id"],
                condition=~models.Q(external_id=""),
                name="contact_external_id_once",
            )
        ]
        indexes = [
            # What scoring has not seen yet: tiny, so that an idle tick costs one probe.
            models.Index(fields=["id"], condition=~models.Q(revision=models.F("seen_revision")), name="contact_unseen"),
            models.Index(fields=["name_folded"], name="contact_name_folded"),
            # A handful among many: every batch of scores asks for them.
            models.Index(fields=["id"], condition=models.Q(do_not_profile=True), name="contact_do_not_profile"),
        ]

    def __str__(self):
        return self.display_name

    @property
    def display_name(self):
        """First and last name, else the address, else the external id."""
        return f"{self.first_name} {self.last_name}".strip() or self.email or self.external_id or f"#{self.pk}"

    def fold(self):
        """Fill the case-folded twins that searches and conditions compare with. Bulk writers call it themselves."""
        self.name_folded = f"{self.first_name} {self.last_name}".strip().casefold()[:250]
        self.job_title_folded = self.job_title.casefold()[:160]
        self.city_folded = self.city.casefold()[:120]
        self.custom_folded = {key: value.casefold() for key, value in self.custom.items() if isinstance(value, str)}

    def save(self, *args, **kwargs):
        self.fold()
        super().save(*args, **kwargs)


class DuplicatePair(models.Model):
    """Two contacts that one event pointed at; listed until somebody has looked."""

    kept = models.ForeignKey(Contact, models.CASCADE, related_name="+", verbose_name=_("found by e-mail"))
    other = models.ForeignKey(Contact, models.CASCADE, related_name="+", verbose_name=_("found by external id"))
    reason = models.CharField(_("reason"), max_length=200)
    created_at = models.DateTimeField(_("found"), editable=False)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("possible duplicate"), _("possible duplicates")
        constraints = [models.UniqueConstraint(fields=["kept", "other"], name="duplicate_pair_once")]

    def __str__(self):
        return f"{self.kept} / {self.other}"


class Visitor(models.Model):
    """An anonymous browser. Identifying it hands its interactions to a contact."""

    key = models.CharField(max_length=64, unique=True)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="visitors")
    created_at = models.DateTimeField(editable=False)
    last_seen_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("visitor"), _("visitors")

    def __str__(self):
        return self.key
