"""Let the counts in the rail come from indexes that hold only what is still to do."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0003_imported_rows"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="followup",
            name="follow_up_owner",
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                condition=models.Q(("cancelled_at__isnull", True), ("done_at__isnull", True)),
                fields=["owner", "due_at", "id"],
                name="follow_up_due",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("read_at__isnull", True)), fields=["user"], name="notification_unread"
            ),
        ),
    ]
