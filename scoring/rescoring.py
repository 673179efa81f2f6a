"""The heart: find stale scores, evaluate them, write only what changed.

Coordinates are read first and facts second, nothing is locked meanwhile, and scoring remembers only what it has read: a
race may cause one rescoring too many, never one too few.
"""

import datetime
import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from leads.models import Contact, Lead
from scoring import evaluation, gathering, leases, recording, staleness, storing
from scoring.models import Score, ScoreHistory, ScoreSeen

CHANGED_AT_ONCE = 2_000
TICK_SECONDS = 0.8
"""A tick starts no further slice after this, so that it ends within a second."""
LEASE = datetime.timedelta(seconds=15)
BATCH = 50_000
"""Contacts per batch of a full rescore: arrays of some fifty megabytes."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many leads were evaluated, and how many stored scores differ now."""

    scored: int = 0
    changed: int = 0

    def __add__(self, other):
        return Outcome(self.scored + other.scored, self.changed + other.changed)


def rescore_stale(*, now):
    """One tick: all changed contacts first, then slices of scores that time or a new version has overtaken.

    Takes about a second at most; what is left waits for the next tick. Safe to run in several workers at once. Returns
    an `Outcome`; without a live scorecard nothing is scored.
    """
    return _work_off(now=now, seconds=TICK_SECONDS)


def rescore_all_stale(*, now):
    """Ticks until nothing is stale that no other worker holds. Returns an `Outcome`."""
    return _work_off(now=now, seconds=None)


def rescore_all(*, now, workers=1):
    """Score every open lead again, stale or not. Returns an `Outcome`. Raises `gathering.NoScorecard`.

    `workers` threads share the batches, each with a database connection of its own. SQLite lets only one of them write at
    a time, but the others read and compute meanwhile.
    """
    batches = list(_batches())
    if workers == 1 or len(batches) < 2:
        return sum((_rescore_batch(*batch, now=now) for batch in batches), Outcome())

    def work(batch):
        try:
            return _rescore_batch(*batch, now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return sum(pool.map(work, batches), Outcome())


def rescore_after(after, *, now):
    """One batch of a full rescore: the leads of the next contacts after id `after`.

    Returns its `Outcome` and the id to go on after, None at the end. Raises `gathering.NoScorecard`.
    """
    batch = next(_batches(after), None)
    return (_rescore_batch(*batch, now=now), batch[1]) if batch else (Outcome(), None)


def _batches(after=0):
    """(first, last) contact ids of the batches after `after`."""
    while True:
        ids = Contact.objects.filter(id__gt=after).order_by("id").values_list("id", flat=True)
        first = ids.first()
        if first is None:
            return
        after = next(iter(ids[BATCH - 1 : BATCH]), None) or ids.last()
        yield first, after


def _rescore_batch(first, last, *, now):
    with _Claim(f"all:{first}-{last}", _Clock(now)) as is_mine:
        if not is_mine:
            return Outcome()
        coordinates = _coordinates(Contact.objects.unseen().filter(id__range=(first, last)))
        outcome = _score(gathering.live(), Q(contact_id__gte=first, contact_id__lte=last), now=now)
        storing.see(coordinates)
        return outcome


def rescore(lead_ids, *, now):
    """Score these leads again, stale or not; closed ones keep the score they have. Returns an `Outcome`.

    Raises `gathering.NoScorecard`.
    """
    return _score(gathering.live(), Q(id__in=list(lead_ids)), now=now)


def stale_counts(*, now):
    """How much waits: {changed: contacts, aged: scores of open leads that time or a version has overtaken, scored}."""
    day = gathering.today(now)
    version = staleness.glance(day=day).version
    scores = Score.objects.filter(is_frozen=False)
    return {
        "changed": Contact.objects.unseen().count(),
        "aged": scores.filter(staleness.aged(version=version, day=day)).count() if version is not None else 0,
        "scored": scores.count(),
    }


# --- one tick


class _Clock:
    """`now`, moving on with the time that the work takes: leases must not lapse only because a loop has one `now`."""

    def __init__(self, now):
        self._now, self._started = now, time.monotonic()

    @property
    def seconds(self):
        return time.monotonic() - self._started

    @property
    def now(self):
        return self._now + datetime.timedelta(seconds=self.seconds)


class _Claim:
    """A lease for the time of a `with` block; entering says whether it is ours."""

    def __init__(self, name, clock):
        self._name, self._clock = name, clock
        self._holder = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"

    def __enter__(self):
        now = self._clock.now
        self._is_mine = leases.claim(self._name, holder=self._holder, now=now, until=now + LEASE)
        return self._is_mine

    def __exit__(self, *failure):
        if self._is_mine:
            leases.release(self._name, holder=self._holder)


def _work_off(*, now, seconds):
    day = gathering.today(now)
    glance = staleness.glance(day=day)
    if glance.version is None or not (glance.has_unseen or glance.has_aged):
        return Outcome()
    clock, outcome, model = _Clock(now), Outcome(), gathering.live()
    has_time = (lambda: clock.seconds < seconds) if seconds is not None else (lambda: True)
    if glance.has_unseen:
        outcome += _changed(model, clock, now=now, has_time=has_time)
    stuck = set()
    is_first = True  # a slow machine gets on too
    while glance.has_aged and (is_first or has_time()):
        is_first = False
        held = [int(name.partition(":")[2]) for name in leases.held("slice:", now=clock.now)]
        number = staleness.aged_slice(version=model.version, day=day, besides=[*held, *stuck])
        if number is None:
            break
        with _Claim(f"slice:{number}", clock) as is_mine:
            if is_mine:
                # Read under the lease: whoever held it before has left nothing stale behind.
                lead_ids = staleness.aged_leads(number, version=model.version, day=day)
                outcome += _score(model, Q(id__in=lead_ids), now=now)
                if staleness.aged_leads(number, version=model.version, day=day):
                    stuck.add(number)  # somebody newer wrote there meanwhile; the next tick will see
    return outcome


def _changed(model, clock, *, now, has_time):
    outcome = Outcome()
    with _Claim("changed", clock) as is_mine:
        while is_mine:
            coordinates = _coordinates(Contact.objects.unseen().order_by("id")[:CHANGED_AT_ONCE])
            if not coordinates:
                break
            outcome += _score(model, Q(contact_id__in=[contact for contact, _, _ in coordinates]), now=now)
            if not storing.see(coordinates) or not has_time():
                break
    return outcome


# --- one batch


def _coordinates(contacts):
    """[(id, revision, seen revision)], to be read before any fact."""
    return list(contacts.values_list("id", "revision", "seen_revision"))


def _score(model, where, *, now):
    """Bring the scores of the leads `where` into the state they should have: scored, frozen, or none at all."""
    day = gathering.today(now)
    leads = Lead.objects.filter(where)
    _forget(leads.filter(contact__do_not_profile=True))
    leads = leads.filter(contact__do_not_profile=False)
    outcome = _settle(model, leads.closed(), day=day, now=now)
    return outcome + _evaluate(model, gathering.facts(model, leads.open(), day=day), day=day, now=now)


def _forget(leads):
    """Remove every judgement of people who do not want to be profiled."""
    lead_ids = list(leads.filter(Q(score__isnull=False) | Q(score_history__isnull=False)).values_list("id", flat=True))
    if lead_ids:
        for judgement in (Score, ScoreHistory, ScoreSeen):
            judgement.objects.filter(lead_id__in=lead_ids).delete()


def _settle(model, closed, *, day, now):
    """Freeze the scores of closed leads; one that never had a score gets the one of its closing."""
    unsettled = dict(closed.exclude(score__is_frozen=True).values_list("id", "score"))
    if not unsettled:
        return Outcome()
    Score.objects.filter(lead_id__in=[lead for lead, score in unsettled.items() if score]).update(is_frozen=True)
    unscored = [lead for lead, score in unsettled.items() if not score]
    if not unscored:
        return Outcome()
    batch = gathering.facts_at_closing(model, unscored, day=day)
    return _evaluate(model, batch, day=day, now=now, is_frozen=True)


def _evaluate(model, batch, *, day, now, is_frozen=False):
    if not len(batch.leads):
        return Outcome()
    changed = recording.record(
        evaluation.evaluate(model.card, batch.facts, day=day),
        batch,
        version=model.version,
        now=now,
        is_frozen=is_frozen,
    )
    return Outcome(len(batch.leads), changed)
