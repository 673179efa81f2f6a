"""Leads and what is done with them."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.enums import (
    ActionVerb,
    Cause,
    FollowUpKind,
    NotificationKind,
    Outcome,
    RejectReason,
    Stage,
)
from leads.queries import FollowUpQuerySet, LeadQuerySet


class Tag(models.Model):
    """A word that people stick on leads."""

    name = models.CharField(_("name"), max_length=60, unique=True)

    class Meta:
        verbose_name, verbose_name_plural = _("tag"), _("tags")

    def __str__(self):
        return self.name


class Lead(models.Model):
    """One sales cycle of one contact: staged, owned, ranked, won or lost. At most one open lead per contact."""

    contact = models.ForeignKey("leads.Contact", models.CASCADE, related_name="leads", verbose_name=_("contact"))
    team = models.ForeignKey(
        "leads.Team", models.SET_NULL, null=True, blank=True, related_name="leads", verbose_name=_("team")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="leads", verbose_name=_("owner")
    )
    source = models.ForeignKey(
        "leads.Source", models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("source")
    )
    campaign = models.ForeignKey(
        "leads.Campaign", models.SET_NULL, null=True, blank=True, related_name="leads", verbose_name=_("campaign")
    )
    product = models.ForeignKey(
        "leads.Product", models.SET_NULL, null=True, blank=True, related_name="leads", verbose_name=_("product")
    )
    stage = models.CharField(_("stage"), max_length=14, choices=Stage.choices, default=Stage.LEAD)
    stage_since = models.DateTimeField(_("in this stage since"))
    outcome = models.CharField(_("outcome"), max_length=4, choices=Outcome.choices, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    reject_reason = models.CharField(_("reason"), max_length=14, choices=RejectReason.choices, blank=True)
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)
    first_mql_at = models.DateTimeField(null=True, blank=True, editable=False)
    first_touch_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_activity_at = models.DateTimeField(_("last activity"), null=True, blank=True, editable=False)
    last_activity_kind = models.CharField(max_length=14, blank=True, editable=False)
    is_undated = models.BooleanField(default=False, editable=False)
    """Imported without dates: it has no reference time and is judged as at intake."""
    import_row = models.PositiveIntegerField(null=True, blank=True, editable=False)
    tags = models.ManyToManyField(Tag, blank=True, related_name="leads", verbose_name=_("tags"))
    created_at = models.DateTimeField(_("created"), editable=False)

    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("lead"), _("leads")
        constraints = [
            models.UniqueConstraint(
                fields=["contact"], condition=models.Q(closed_at__isnull=True), name="one_open_lead_per_contact"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, outcome="")
                | models.Q(closed_at__isnull=False, outcome__in=["won", "lost"]),
                name="closed_leads_have_an_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["team", "stage"], name="lead_team_stage"),
            models.Index(fields=["owner", "stage"], name="lead_owner_stage"),
            models.Index(fields=["-last_activity_at", "-id"], name="lead_last_activity"),
            models.Index(fields=["-created_at", "-id"], name="lead_created"),
            models.Index(fields=["stage", "stage_since"], name="lead_stage_since"),
        ]

    def __str__(self):
        return f"{self.contact}"

    @property
    def is_open(self):
        """Neither won nor lost."""
        return self.closed_at is None

    @property
    def status(self):
        """`open`, `won` or `lost`."""
        return self.outcome or "open"


class StageChange(models.Model):
    """One move of one lead. Append-only."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="stage_changes", verbose_name=_("lead"))
    from_stage = models.CharField(_("from stage"), max_length=14, choices=Stage.choices, blank=True)
    to_stage = models.CharField(_("to stage"), max_length=14, choices=Stage.choices)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    cause = models.CharField(_("cause"), max_length=10, choices=Cause.choices)
    run = models.UUIDField(_("run"), null=True, blank=True)
    """The tick or import that did it, so that its moves can be told from others."""
    band = models.CharField(_("band"), max_length=1, blank=True)
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    is_imported = models.BooleanField(_("imported"), default=False)
    is_dated = models.BooleanField(_("dated"), default=True, editable=False)
    """`at` is when it happened, not merely when it was imported: only then does it count for durations."""

    class Meta:
        verbose_name, verbose_name_plural = _("stage change"), _("stage changes")
        indexes = [models.Index(fields=["lead", "-at", "-id"], name="stage_change_lead")]

    def __str__(self):
        return f"{self.lead_id}: {self.from_stage} → {self.to_stage}"


class FollowUp(models.Model):
    """Something to do about a lead, at a time, by a person."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="follow_ups")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="follow_ups"
    )
    kind = models.CharField(_("what"), max_length=8, choices=FollowUpKind.choices, default=FollowUpKind.CALL)
    due_at = models.DateTimeField(_("due"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(editable=False)
    done_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("follow-up"), _("follow-ups")
        indexes = [
            models.Index(
                fields=["lead", "due_at", "id"],
                condition=models.Q(done_at__isnull=True, cancelled_at__isnull=True),
                name="follow_up_pending",
            ),
            models.Index(
                fields=["owner", "due_at", "id"],
                condition=models.Q(done_at__isnull=True, cancelled_at__isnull=True),
                name="follow_up_due",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.due_at:%Y-%m-%d}"


class Note(models.Model):
    """Free text of a colleague about a lead."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="notes")
    text = models.TextField(_("note"), max_length=5000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("note"), _("notes")

    def __str__(self):
        return self.text[:60]


class Notification(models.Model):
    """Something a person is told."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=14, choices=NotificationKind.choices)
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, blank=True, related_name="+")
    payload = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("notification"), _("notifications")
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notification_user"),
            models.Index(fields=["user"], condition=models.Q(read_at__isnull=True), name="notification_unread"),
        ]

    def __str__(self):
        return f"{self.kind} → {self.user_id}"


class Action(models.Model):
    """A rep's one-click action with what is needed to take it back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="actions")
    verb = models.CharField(max_length=10, choices=ActionVerb.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    before = models.JSONField(default=dict)
    """What the action changed, as it was: undo restores it if nobody has changed it since."""
    after = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    batch = models.UUIDField(null=True, editable=False)
    """What was done to several leads at once, and is taken back at once."""

    class Meta:
        verbose_name, verbose_name_plural = _("action"), _("actions")
        indexes = [models.Index(fields=["batch"], condition=models.Q(batch__isnull=False), name="action_batch")]

    def __str__(self):
        return f"{self.verb} {self.lead_id}"
