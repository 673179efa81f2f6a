"""What the installation knows about itself."""

from django.db import models


class Heartbeat(models.Model):
    """When a worker of a queue last did the clock's bidding: beat queued the task, the broker kept it, a worker ran it."""

    queue = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.queue}: {self.at:%Y-%m-%d %H:%M:%S}"
