"""What belongs to one request or one task: its correlation id, its line in the log, how long it took.

The id comes in with `X-Request-ID` if that is well-formed, else it is made; the answer repeats it, every log line carries it,
and the tasks that the request hints get it in a header of their message.
"""

import logging
import re
import secrets
import time

from celery import signals

from config import durations, logs
from config.queues import QUEUED_AT

REQUEST_ID = "vorsprung_request_id"
"""The header of a task's message that carries on the correlation id."""

SLOW = 1.0
"""Seconds from which a task is worth a line although nobody waits for it."""

_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{7,63}")

log = logging.getLogger("vorsprung")


class RequestMiddleware:
    """Gives the request its id, measures it, and writes its line. Stands first of all."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.request_id = _accepted(request.headers.get("X-Request-ID", "")) or _made()
        # Not taken back afterwards: what the server logs about this request once it has left us carries the id too.
        logs.current_id.set(request.request_id)
        started = time.perf_counter()
        response = self.get_response(request)
        response["X-Request-ID"] = request.request_id
        self._tell(request, response, seconds=time.perf_counter() - started)
        return response

    def _tell(self, request, response, *, seconds):
        match = getattr(request, "resolver_match", None)
        view = (match.view_name or match.route) if match else ""
        durations.observe_request(request.method, view, response.status_code, seconds=seconds)
        user = getattr(request, "_cached_user", None)
        fields = {
            "method": request.method,
            "view": view,
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
            "user": user.pk if user is not None else None,
        }
        level = logging.ERROR if response.status_code >= 500 else logging.INFO
        log.log(level, "request ended in %s", response.status_code, extra={"fields": fields})


def _accepted(text):
    """The id if it is well-formed. Anything else would be a way to write into our logs."""
    return text if _WELL_FORMED.fullmatch(text) else ""


def _made():
    raw = secrets.token_hex(4).upper()
    return f"{raw[:4]}-{raw[4:]}"


def connect():
    """Follow the tasks of Celery. It hands over at the points that it calls signals."""
    signals.setup_logging.connect(_keep_logging, weak=False)
    signals.before_task_publish.connect(_label, weak=False)
    signals.task_prerun.connect(_begin, weak=False)
    signals.task_postrun.connect(_end, weak=False)


def _keep_logging(**kwargs):
    """With a receiver here, Celery leaves the log as the settings made it."""


def _label(headers=None, **kwargs):
    headers[QUEUED_AT] = time.time()
    if found := logs.current_id.get():
        headers[REQUEST_ID] = found


_running = {}
"""Task id → (token of the context, when it started, whether a request caused it)."""


def _begin(task_id, task, **kwargs):
    given = _accepted(str(task.request.get(REQUEST_ID) or ""))
    token = logs.current_id.set(given or task_id)
    _running[task_id] = token, time.perf_counter(), bool(given)


def _end(task_id, task, state=None, **kwargs):
    token, started, is_hinted = _running.pop(task_id, (None, None, None))
    if token is None:
        return
    seconds = time.perf_counter() - started
    durations.observe_task(task.name, state, seconds=seconds)
    fields = {"task": task.name, "task_id": task_id, "state": state, "ms": round(seconds * 1000, 1)}
    level = logging.INFO if is_hinted or seconds >= SLOW else logging.DEBUG
    log.log(level, "task ended", extra={"fields": fields})
    logs.current_id.reset(token)
