"""People who use Vorsprung, their teams, and the keys of their programs."""

from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.enums import Role


class UserManager(BaseUserManager):
    """Django's, but whoever is made by `createsuperuser` can do the administrator's work."""

    use_in_migrations = False

    def create_superuser(self, username, email=None, password=None, **extra):
        """The first person of an installation: an administrator, who lets everybody else in."""
        return super().create_superuser(username, email, password, **{"role": Role.ADMINISTRATOR, **extra})


class User(AbstractUser):
    """Somebody who signs in. The role says what they may do, memberships say with which leads."""

    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.REP)
    language = models.CharField(_("language"), max_length=8, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    shortcuts_enabled = models.BooleanField(_("keyboard shortcuts"), default=True)

    objects = UserManager()

    @property
    def may_configure(self):
        """May enter the admin: marketers and administrators."""
        return self.role in (Role.MARKETER, Role.ADMINISTRATOR)

    @property
    def may_work_leads(self):
        """May change leads they can see; marketers and data protection only read."""
        return self.role in (Role.REP, Role.MANAGER, Role.ADMINISTRATOR)

    @cached_property
    def team_ids(self):
        """Ids of the user's teams, read once per request."""
        return list(self.memberships.values_list("team_id", flat=True))

    @property
    def display_name(self):
        """The name that colleagues read."""
        return self.get_full_name() or self.username


class Team(models.Model):
    """People who share leads."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    members = models.ManyToManyField(User, through="Membership", related_name="teams")

    class Meta:
        verbose_name, verbose_name_plural = _("team"), _("teams")

    def __str__(self):
        return self.name


class Membership(models.Model):
    """One person in one team. `last_assigned_at` turns the wheel of the round robin."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships", verbose_name=_("team"))
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    takes_leads = models.BooleanField(_("takes new leads"), default=True)
    last_assigned_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("membership"), _("memberships")
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="membership_once")]

    def __str__(self):
        return f"{self.user} – {self.team}"


class ApiKey(models.Model):
    """A bearer key of a program. Only its SHA-256 is kept; the key itself is shown once."""

    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(_("begins with"), max_length=12, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(_("scopes"), default=list)
    source = models.ForeignKey("leads.Source", models.PROTECT, related_name="api_keys", verbose_name=_("source"))
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="api_keys",
        verbose_name=_("team"),
        help_text=_("Reads only this team's leads; empty: all leads."),
    )
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created"), editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("API key"), _("API keys")

    def __str__(self):
        return f"{self.name} ({self.prefix}…)"


class IdempotencyKey(models.Model):
    """What a write through the API has answered, so that a repeated request gets the same answer and does nothing."""

    api_key = models.ForeignKey(ApiKey, models.CASCADE, related_name="idempotency_keys")
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    """Of method, path and body: the same key for another request is a mistake of the caller."""
    status = models.PositiveSmallIntegerField(null=True)
    """Empty while the first request is still at work."""
    body = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = _("idempotency key"), _("idempotency keys")
        constraints = [models.UniqueConstraint(fields=["api_key", "key"], name="idempotency_key_once")]
        indexes = [models.Index(fields=["at"], name="idempotency_key_at")]

    def __str__(self):
        return f"{self.api_key_id} {self.key[:12]}"
