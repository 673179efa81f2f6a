"""Broker, workers and clock: does what is queued get done."""

import datetime
import os

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config import backlog as waiting_work
from config import broker, heartbeats, queues
from config.diagnosis.findings import ok, problem

PATIENCE = {"live": datetime.timedelta(minutes=2)}
"""How long a queue may be silent: ticks never wait long; elsewhere one long job may hold a worker up."""
PATIENCE_ELSEWHERE = datetime.timedelta(minutes=15)
STALE = datetime.timedelta(minutes=5)
"""How long a changed lead may wait for its new score."""


def answers(*, now):
    """The broker takes messages."""
    if not settings.REDIS_URL:
        folder = settings.QUEUE_DIR
        if not folder.exists() or (folder.is_dir() and os.access(folder, os.W_OK)):
            yield ok("broker", _("The broker is the folder %(folder)s.") % {"folder": folder})
        else:
            says = _("The broker's folder %(folder)s cannot be written.") % {"folder": folder}
            yield problem("broker", says, _("Give it to the account that runs Vorsprung."))
        return
    try:
        report = broker.ask()
    except broker.Unreachable as error:
        says = _("Redis does not answer at %(address)s: %(fault)s.")
        do = _("Start Redis, or correct REDIS_URL. Pages work without it, but nothing is scored or sent.")
        yield problem("broker", says % {"address": broker.address(), "fault": error}, do)
        return
    yield ok("broker", _("The broker answers (Redis %(version)s).") % {"version": report.version})


def keeping(*, now):
    """Redis does not throw messages away."""
    if not settings.REDIS_URL:
        return
    report = broker.ask()
    if report.evicts:
        says = _("Redis throws messages away when its memory is full (maxmemory-policy %(policy)s).")
        yield problem(
            "broker-eviction", says % {"policy": report.policy}, _("In redis.conf: maxmemory-policy noeviction")
        )
    else:
        yield ok("broker-eviction", _("Redis keeps messages when its memory is full."))
    if report.keeps:
        yield ok("broker-file", _("Redis keeps messages in a crash."))
    else:
        says = _("Redis forgets messages in a crash: it has no append-only file.")
        yield problem("broker-file", says, _("In redis.conf: appendonly yes"))


def workers(*, now):
    """Each queue has a worker, and the clock ticks."""
    last, waiting = heartbeats.last(), queues.waiting()
    silent = {
        queue: last.get(queue)
        for queue in queues.NAMES
        if queue not in last or now - last[queue] > PATIENCE.get(queue, PATIENCE_ELSEWHERE)
    }
    # The clock queues a sign of life for every queue: one that is silent although nothing waits in it was not given any.
    idle = [queue for queue in silent if not waiting[queue].messages]
    if idle:
        says = _(
            "The clock does not tick: the queue %(queue)s has seen no sign of life %(since)s, and nothing waits in it."
        )
        values = {"queue": idle[0], "since": _since(silent[idle[0]], now)}
        yield problem("clock-ticks", says % values, _start("beat"))
    else:
        yield ok("clock-ticks", _("The clock ticks."))
    for queue in queues.NAMES:
        if queue not in silent:
            yield ok(f"worker-{queue}", _("The queue %(queue)s has a worker.") % {"queue": queue})
            continue
        if queue in idle:
            continue
        messages = waiting[queue].messages
        says = ngettext(
            "The queue %(queue)s has seen no sign of life %(since)s, and %(count)d message waits in it: "
            "its worker does not run, or is busy with one long job.",
            "The queue %(queue)s has seen no sign of life %(since)s, and %(count)d messages wait in it: "
            "its worker does not run, or is busy with one long job.",
            messages,
        )
        values = {"queue": queue, "since": _since(silent[queue], now), "count": messages}
        yield problem(f"worker-{queue}", says % values, _start(f"worker --queues {queue}"))


def backlog(*, now):
    """Changed leads get their new score soon."""
    stale = waiting_work.stale(now=now)
    count = stale.contacts + stale.scores
    if stale.since is None or now - stale.since <= STALE:
        yield ok("scoring", _("No score waits for long."))
    else:
        says = ngettext(
            "%(count)d lead waits for its score, the longest %(since)s.",
            "%(count)d leads wait for their scores, the longest %(since)s.",
            count,
        )
        do = _("See that a worker of the queue live and the clock run, then: manage.py rescore --stale")
        yield problem("scoring", says % {"count": count, "since": _since(stale.since, now)}, do)
    failed = waiting_work.failed_imports()
    if failed:
        says = ngettext("%(count)d import has failed.", "%(count)d imports have failed.", failed) % {"count": failed}
        yield problem("imports", says, _("Open it under Imports: its report says why, and it can be undone."))


def _since(moment, now):
    if moment is None:
        return _("since it was set up")
    minutes = max(1, round((now - moment).total_seconds() / 60))
    return ngettext("for %(count)d minute", "for %(count)d minutes", minutes) % {"count": minutes}


def _start(what):
    return _("Start it: celery -A config %(what)s (manage.py serve starts everything).") % {"what": what}
