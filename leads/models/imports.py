"""Imports: what was asked for, how far they are, and what they did, so that it can be undone."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.enums import EntryVerb, ImportKind, ImportState


class ImportRun(models.Model):
    """One import of one file: what was asked for, how far it is, and what came of it."""

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    """Named by the stage changes, field changes and imported rows that this run wrote."""
    kind = models.CharField(_("kind"), max_length=12, choices=ImportKind.choices, default=ImportKind.LEADS)
    state = models.CharField(_("state"), max_length=9, choices=ImportState.choices, default=ImportState.DONE)
    name = models.CharField(_("file"), max_length=200)
    file = models.CharField(max_length=120, blank=True, editable=False)
    """Name of the stored file below the folder of imports; empty once it was removed."""
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    preset = models.CharField(_("preset"), max_length=40, blank=True)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    team = models.ForeignKey(
        "leads.Team", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    source = models.ForeignKey(
        "leads.Source", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    mapping = models.JSONField(_("mapping"), default=dict)
    report = models.JSONField(_("report"), default=dict)
    rows_total = models.PositiveIntegerField(_("rows"), null=True, blank=True)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    """Rows whose batch is committed: a resumed run goes on behind them."""
    wants_cancel = models.BooleanField(default=False, editable=False)
    holder = models.CharField(max_length=40, blank=True, editable=False)
    held_until = models.DateTimeField(null=True, blank=True, editable=False)
    """The worker that has this run, until when: a killed worker's run is taken over then."""

    class Meta:
        verbose_name, verbose_name_plural = _("import"), _("imports")
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=["waiting", "running", "undoing"]),
                name="import_run_unfinished",
            )
        ]

    def __str__(self):
        return self.name


class ImportEntry(models.Model):
    """One record that an import created or changed, with the values before and after: undo works from these.

    `model` is the lower-case name of a model of `leads`. A created record has no `before`; `after` holds what undo
    compares with, so that a record that somebody has changed since is left alone and said so.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="entries")
    model = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    verb = models.CharField(max_length=7, choices=EntryVerb.choices)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        verbose_name, verbose_name_plural = _("entry of an import"), _("entries of imports")
        indexes = [models.Index(fields=["run", "model", "id"], name="import_entry_run")]

    def __str__(self):
        return f"{self.verb} {self.model} {self.object_id}"


class SavedMapping(models.Model):
    """A mapping that somebody keeps for files that look alike."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=ImportKind.choices, default=ImportKind.LEADS)
    mapping = models.JSONField(_("mapping"), default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("created"), editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("saved mapping"), _("saved mappings")

    def __str__(self):
        return self.name


class ImportedRow(models.Model):
    """What a source's file last said about a contact, as a digest: a row that says the same again is passed over.

    Without it, two rows that contradict each other (about one person, or one employer) would be written at every import, and
    an unchanged old file would overwrite what people have corrected since.
    """

    contact = models.ForeignKey("leads.Contact", models.CASCADE, related_name="imported_rows")
    source = models.ForeignKey("leads.Source", models.CASCADE, related_name="+")
    digest = models.CharField(max_length=32)
    run = models.UUIDField()

    class Meta:
        verbose_name, verbose_name_plural = _("imported row"), _("imported rows")
        constraints = [models.UniqueConstraint(fields=["contact", "source", "digest"], name="imported_row_once")]

    def __str__(self):
        return f"{self.contact_id} {self.digest[:8]}"


class ContactAlias(models.Model):
    """A further id of a contact: that of another source's file, which named the same address.

    The contact's own id is that of the file that came first. Rows about people (deals, calls) may name any of them.
    """

    contact = models.ForeignKey("leads.Contact", models.CASCADE, related_name="aliases")
    source_system = models.CharField(max_length=60)
    external_id = models.CharField(max_length=120)
    run = models.UUIDField()

    class Meta:
        verbose_name, verbose_name_plural = _("further id"), _("further ids")
        constraints = [models.UniqueConstraint(fields=["source_system", "external_id"], name="contact_alias_once")]

    def __str__(self):
        return f"{self.source_system} {self.external_id}"
