"""Let scoring count interactions from one index, which also serves the foreign key."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="interaction",
            name="contact",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="interactions",
                to="leads.contact",
                verbose_name="contact",
            ),
        ),
        migrations.AddIndex(
            model_name="interaction",
            index=models.Index(
                condition=models.Q(("verdict", "human")),
                fields=["contact", "signal", "day", "verdict"],
                name="interaction_counted",
            ),
        ),
    ]
