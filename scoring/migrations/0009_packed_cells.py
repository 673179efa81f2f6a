"""Cells hold what they add up as bytes. The table is made anew: it is derived, and the next tick fills it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scoring", "0008_packed_paths")]

    operations = [
        migrations.DeleteModel(name="ConversionCell"),
        migrations.CreateModel(
            name="ConversionCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("tallies", models.BinaryField()),
                ("times", models.BinaryField()),
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
                "indexes": [models.Index(fields=["month"], name="conversion_cell_month")],
            },
        ),
    ]
