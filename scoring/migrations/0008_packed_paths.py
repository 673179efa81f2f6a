"""Ways of leads hold what reports read as bytes. The table is made anew: it is derived, and the next tick fills it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0012_contact_alias"),
        ("scoring", "0007_board_views"),
    ]

    operations = [
        migrations.DeleteModel(name="LeadPath"),
        migrations.CreateModel(
            name="LeadPath",
            fields=[
                (
                    "lead",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="path",
                        serialize=False,
                        to="leads.lead",
                    ),
                ),
                ("stage", models.CharField(max_length=14)),
                ("created_at", models.DateTimeField()),
                ("stage_since", models.DateTimeField()),
                ("touch", models.DateTimeField()),
                ("created_on", models.DateField()),
                ("moves", models.PositiveIntegerField()),
                ("newest_move", models.BigIntegerField()),
                ("steps", models.PositiveSmallIntegerField()),
                ("band", models.CharField(max_length=1)),
                ("reference_at", models.DateTimeField(null=True)),
                ("timed", models.PositiveSmallIntegerField()),
                ("facts", models.BinaryField()),
                ("times", models.BinaryField()),
                (
                    "campaign",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="leads.campaign",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="leads.product",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="leads.source",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="leads.team",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["created_on"], name="lead_path_created_on")],
            },
        ),
    ]
