"""Imports from before have their key in their mapping; without one they get any."""

import uuid

from django.db import migrations


def fill(apps, schema_editor):
    runs = apps.get_model("leads", "ImportRun").objects
    for run in runs.filter(key=None):
        try:
            run.key = uuid.UUID(run.mapping.get("run") or "")
        except ValueError:
            run.key = uuid.uuid4()
        run.save(update_fields=["key"])


class Migration(migrations.Migration):
    dependencies = [("leads", "0006_deals_changes_and_imports")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
