"""What reports count: the way of each lead, and these ways added up. Derived; never edited, always worked out again."""

from django.db import models

from scoring.queries import CellQuerySet


class LeadPath(models.Model):
    """How far one lead has come, worked out from its stage changes and score history.

    `stage`, `stage_since` and `touch` are the coordinates: what the lead said when this was worked out. The row holds as long
    as the lead still says so. `steps` and `band` are explained in `scoring.reports.paths`. The seconds are from the first
    entry of one step to the first entry of the next; empty where one of the two is missing or has no date.
    """

    lead = models.OneToOneField("leads.Lead", models.CASCADE, primary_key=True, related_name="path")
    stage = models.CharField(max_length=14)
    stage_since = models.DateTimeField()
    touch = models.DateTimeField()
    """The first sales touch; without one, when the lead was created."""
    steps = models.PositiveSmallIntegerField()
    band = models.CharField(max_length=1)
    reference_at = models.DateTimeField(null=True)
    to_lead = models.PositiveIntegerField(null=True)
    to_mql = models.PositiveIntegerField(null=True)
    to_sql = models.PositiveIntegerField(null=True)
    to_opportunity = models.PositiveIntegerField(null=True)
    to_customer = models.PositiveIntegerField(null=True)
    created_to_touch = models.PositiveIntegerField(null=True)
    mql_to_touch = models.PositiveIntegerField(null=True)

    def __str__(self):
        return f"{self.lead_id}: {self.steps}"


class ConversionCell(models.Model):
    """How many leads of one month, origin, team and band went one way, and how long the steps took each of them.

    `seconds` maps a column of `LeadPath` to its values, ascending.
    """

    month = models.DateField()
    source = models.ForeignKey("leads.Source", models.CASCADE, null=True, related_name="+", db_index=False)
    campaign = models.ForeignKey("leads.Campaign", models.CASCADE, null=True, related_name="+", db_index=False)
    product = models.ForeignKey("leads.Product", models.CASCADE, null=True, related_name="+", db_index=False)
    team = models.ForeignKey("leads.Team", models.CASCADE, null=True, related_name="+", db_index=False)
    band = models.CharField(max_length=1)
    steps = models.PositiveSmallIntegerField()
    leads = models.PositiveIntegerField()
    seconds = models.JSONField(default=dict)

    objects = CellQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["month"], name="conversion_cell_month")]

    def __str__(self):
        return f"{self.month:%Y-%m}: {self.leads}"


class ReportBuild(models.Model):
    """When the cells were added up last."""

    name = models.CharField(max_length=40, primary_key=True)
    built_at = models.DateTimeField()
    seen = models.JSONField(default=dict)
    """The newest facts at that time: while there are no newer ones, the cells still hold."""

    def __str__(self):
        return self.name
