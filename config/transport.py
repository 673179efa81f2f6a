"""The embedded broker: a kombu transport that keeps each waiting message as one file in one folder.

It exists because kombu's own `filesystem://` writes in place: a reader can take a message that is half written, and one such
message ends the worker. Here a message appears complete or not at all, exactly one reader gets it, and what cannot be read is
moved to `broken/` and logged while the worker goes on. A reader that is killed loses the messages in its hands; nothing that
matters lives only in the broker, so the next tick finds the work again.

Options (`CELERY_BROKER_TRANSPORT_OPTIONS`): `folder`, and kombu's `polling_interval`.
"""

import logging
import os
import time
import uuid
from collections import defaultdict, deque
from pathlib import Path
from queue import Empty

from kombu.exceptions import ChannelError
from kombu.transport import virtual
from kombu.utils.encoding import bytes_to_str, str_to_bytes
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)


class Channel(virtual.Channel):
    """Queues as files named `<time>_<unique>.<queue>.msg`; the oldest name is delivered first."""

    def __init__(self, connection, **kwargs):
        super().__init__(connection, **kwargs)
        self.folder = Path(connection.client.transport_options["folder"])
        self._listed = defaultdict(deque)
        self._left_alone = set()

    def _put(self, queue, message, **kwargs):
        name = f"{time.time_ns():020}_{uuid.uuid4().hex}.{queue}.msg"
        unfinished = self.folder / f".{name}.tmp"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(str_to_bytes(dumps(message)))
            os.replace(unfinished, self.folder / name)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise ChannelError(f"Cannot queue a message in {self.folder}: {error}") from error

    def _get(self, queue):
        waiting = self._listed[queue]
        if not waiting:
            # One listing serves many reads: listing for each message made draining a long queue quadratic.
            waiting.extend(self.names(queue))
        while waiting:
            message = self._take(self.folder / waiting.popleft())
            if message is not None:
                return message
        raise Empty

    def _take(self, path):
        """The message in the file, which is then ours alone; None if another reader was faster or it is broken."""
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            return self._set_aside(path, error)
        try:
            message = loads(bytes_to_str(content))
            self.Message(message, channel=self)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one message, the worker must live
            return self._set_aside(path, error)
        try:
            # Removing a name succeeds for exactly one process: this is the claim.
            path.unlink()
        except FileNotFoundError:
            return None
        return message

    def _set_aside(self, path, error):
        broken = self.folder / "broken"
        try:
            broken.mkdir(exist_ok=True)
            os.replace(path, broken / path.name)
        except FileNotFoundError:
            return
        except OSError as why:
            self._left_alone.add(path.name)
            logger.error("Unreadable message %s cannot be set aside either: %s", path, why)
            return
        logger.error(
            "Set aside an unreadable message: %s (%s)",
            broken / path.name,
            error or type(error).__name__,
        )

    def names(self, queue):
        """File names waiting in the queue, oldest first."""
        try:
            names = os.listdir(self.folder)
        except FileNotFoundError:
            return []
        ending = f"{queue}.msg"
        return sorted(name for name in names if name.partition(".")[2] == ending and name not in self._left_alone)

    def _size(self, queue):
        return len(self.names(queue))

    def _purge(self, queue):
        removed = 0
        for name in self.names(queue):
            try:
                (self.folder / name).unlink()
            except FileNotFoundError:
                continue
            removed += 1
        return removed


class Transport(virtual.Transport):
    """Named in settings as `CELERY_BROKER_TRANSPORT = "config.transport:Transport"`."""

    Channel = Channel
    default_port = 0
    driver_type = "vorsprung-filesystem"
    driver_name = "vorsprung-filesystem"

    def driver_version(self):
        """Kombu asks every transport; there is no driver here."""
        return "1"
