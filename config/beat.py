"""The clock of the installation: Celery's beat, which holds its tongue while the workers are behind."""

from collections import Counter

from celery import beat


class Scheduler(beat.Scheduler):
    """Queues a tick only while fewer messages wait than there are entries for that queue.

    Ticks look for due work by themselves, so a second waiting tick adds nothing, and a long queue of them would make the first
    minutes after an outage slow. The schedule lives in memory: every entry is about state in the database, so a restart needs
    no memory of what ran when, and no schedule file can be corrupted.
    """

    def apply_async(self, entry, producer=None, advance=True, **kwargs):
        if self._is_behind(entry):
            if advance:
                self.reserve(entry)
            return None
        return super().apply_async(entry, producer=producer, advance=advance, **kwargs)

    def _is_behind(self, entry):
        entries = Counter(self._queue_of(other) for other in self.schedule.values())
        queue = self._queue_of(entry)
        # A connection of its own: one from the pool that has lived through a restart of Redis stays broken for ever.
        with self.app.connection_for_write() as connection, connection.channel() as channel:
            return channel.queue_declare(queue=queue).message_count >= entries[queue]

    def _queue_of(self, entry):
        return entry.options.get("queue", self.app.conf.task_default_queue)
