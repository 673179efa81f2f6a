"""Store score lines in a compact form, and what rescoring compares with; scores are derived, so they are made anew."""

import django.db.models.deletion
import scoring.models.lines
from django.db import migrations, models


def forget(apps, schema_editor):
    """Drop all scores and let scoring see every contact as new."""
    apps.get_model("scoring", "Score").objects.all().delete()
    apps.get_model("leads", "Contact").objects.update(seen_revision=0)


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0002_interactions_counted_from_an_index"),
        ("scoring", "0003_frozen_scores"),
    ]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.AddField(
            model_name="score",
            name="digest",
            field=models.BigIntegerField(default=0, verbose_name="digest"),
        ),
        migrations.AddField(
            model_name="score",
            name="history_at",
            field=models.DateTimeField(null=True, verbose_name="history written"),
        ),
        migrations.AlterField(
            model_name="score",
            name="lines",
            field=scoring.models.lines.LinesField(default=list, verbose_name="lines"),
        ),
        migrations.AlterField(
            model_name="score",
            name="top_product",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="leads.product",
                verbose_name="top product",
            ),
        ),
    ]
