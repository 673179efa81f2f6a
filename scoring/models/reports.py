"""What reports count: the way of each lead, and these ways added up. Derived; never edited, always worked out again."""

from django.db import models

from scoring.queries import TeamQuerySet

# A copied id: no constraint and no index of its own, and whoever deletes its record need not look here.
_COPY = {"null": True, "related_name": "+", "db_index": False, "db_constraint": False}


class LeadPath(models.Model):
    """How far one lead has come, worked out from its stage changes and score history.

    Everything above `steps` is what the lead and its stage changes said when this was worked out; the row holds as long as they
    still say so. `steps`, `band` and `timed` are explained in `scoring.reports.paths`, and narrow lists of leads. `facts` and
    `times` are what reports read, in one walk through this table: see `scoring.reports.packing`.
    """

    lead = models.OneToOneField("leads.Lead", models.CASCADE, primary_key=True, related_name="path")
    source = models.ForeignKey("leads.Source", models.DO_NOTHING, **_COPY)
    campaign = models.ForeignKey("leads.Campaign", models.DO_NOTHING, **_COPY)
    product = models.ForeignKey("leads.Product", models.DO_NOTHING, **_COPY)
    team = models.ForeignKey("leads.Team", models.DO_NOTHING, **_COPY)
    stage = models.CharField(max_length=14)
    created_at = models.DateTimeField()
    stage_since = models.DateTimeField()
    touch = models.DateTimeField()
    """The first sales touch; without one, when the lead was created."""
    created_on = models.DateField()
    """The day of creation where the installation stands."""
    moves = models.PositiveIntegerField()
    """How many stage changes the lead had."""
    newest_move = models.BigIntegerField()
    """The highest id of them; 0 without any."""
    steps = models.PositiveSmallIntegerField()
    band = models.CharField(max_length=1)
    reference_at = models.DateTimeField(null=True)
    timed = models.PositiveSmallIntegerField()
    facts = models.BinaryField()
    """What reports count by: month, origin, steps, band and timed once more."""
    times = models.BinaryField()
    """The seconds of each time that is known."""

    objects = TeamQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["created_on"], name="lead_path_created_on")]

    def __str__(self):
        return f"{self.lead_id}: {self.steps}"


class ConversionCell(models.Model):
    """How far the leads of one month and team came, by each cut, and how long it took: see `scoring.reports.cells`."""

    month = models.DateField()
    team = models.ForeignKey("leads.Team", models.DO_NOTHING, **_COPY)
    tallies = models.BinaryField()
    times = models.BinaryField()

    objects = TeamQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["month"], name="conversion_cell_month")]

    def __str__(self):
        return f"{self.month:%Y-%m}, {self.team_id}"


class ReportBuild(models.Model):
    """When the cells were added up last."""

    name = models.CharField(max_length=40, primary_key=True)
    built_at = models.DateTimeField()
    seen = models.JSONField(default=dict)
    """The newest facts at that time: while there are no newer ones, the cells still hold."""

    def __str__(self):
        return self.name
