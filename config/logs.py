"""How the log reads: lines for people in the embedded default, one JSON object per line in production.

A line carries ids, never what people entered: of an exception its type and where it happened, not its message, which in the
case of a database quotes values; and whatever looks like an e-mail address is blotted out.
"""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

current_id = ContextVar("current_id", default="")
"""The correlation id of the request or task that is being worked on; empty outside of any."""

_ADDRESS = re.compile(r"[^\s\"'<>()\[\]{}=,;:]+(?:@|%40)[^\s\"'<>()\[\]{}=,;:]+")
_MAX_FRAMES = 12


class Lines(logging.Formatter):
    """For people: the time, the level, who says it, and the correlation id if there is one."""

    def __init__(self):
        super().__init__("%(asctime)s %(levelname)s %(name)s%(correlation)s %(message)s")

    def format(self, record):
        found = current_id.get()
        record.correlation = f" [{found}]" if found else ""
        if getattr(record, "status_code", 500) < 500:
            # Django hangs the exception on what was refused or not found; where in the program it arose is nobody's news.
            record.exc_info = record.exc_text = None
        return super().format(record)


class Json(logging.Formatter):
    """For programs: one object per line, without line breaks inside, whatever a client sent."""

    def format(self, record):
        entry = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_addresses(_message(record)),
        }
        if found := current_id.get():
            entry["id"] = found
        entry |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0]:
            entry["error"] = record.exc_info[0].__name__
            entry["where"] = _where(record.exc_info[2])
        return json.dumps(entry, ensure_ascii=False, default=str)


def without_addresses(text):
    """The text with every e-mail address replaced."""
    return _ADDRESS.sub("<address>", text)


def _message(record):
    """What is said. Celery's own report of a failed task quotes the exception: the name of the task is enough."""
    if record.name == "celery.app.trace" and record.exc_info:
        return f"task {getattr(record, 'data', {}).get('name', '')} failed"
    return record.getMessage()


def _where(trace):
    frames = traceback.extract_tb(trace)[-_MAX_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def configuration(*, production, level):
    """The setting LOGGING."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"entry": {"()": "config.logs.Json" if production else "config.logs.Lines"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "entry"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would write a second line, and to a terminal or mailbox of their own.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # Each tick of each worker, every other second, is nobody's news.
            "celery": {"level": "WARNING"},
            "axes.apps": {"level": "WARNING"},
            "kombu": {"level": "WARNING"},
        },
    }
