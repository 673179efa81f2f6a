"""Mark scores of closed leads, so that only open ones are looked through for stale scores."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0002_interactions_counted_from_an_index"),
        ("scoring", "0002_default_scorecard"),
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
        migrations.AddField(
            model_name="score",
            name="is_frozen",
            field=models.BooleanField(default=False, verbose_name="frozen"),
        ),
        migrations.AddIndex(
            model_name="score",
            index=models.Index(
                condition=models.Q(("is_frozen", False)), fields=["valid_until"], name="score_valid_until"
            ),
        ),
        migrations.AddIndex(
            model_name="score",
            index=models.Index(
                condition=models.Q(("is_frozen", False)), fields=["version", "engine"], name="score_version"
            ),
        ),
    ]
