"""Ship a live scorecard and its signals, so that a freshly migrated database scores at once."""

from django.db import migrations

from scoring.migrations._default_scorecard import ship


class Migration(migrations.Migration):
    dependencies = [("scoring", "0001_initial")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
