"""Look for stale scores through one index instead of two."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0002_interactions_counted_from_an_index"),
        ("scoring", "0004_compact_scores"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="score",
            name="score_valid_until",
        ),
        migrations.RemoveIndex(
            model_name="score",
            name="score_version",
        ),
        migrations.AddIndex(
            model_name="score",
            index=models.Index(
                condition=models.Q(("is_frozen", False)),
                fields=["version", "engine", "valid_until"],
                name="score_staleness",
            ),
        ),
    ]
