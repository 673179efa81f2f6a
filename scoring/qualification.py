"""Who is ripe for sales: moves leads over the thresholds of the live scorecard, by the scores that are stored.

Runs at every tick that has scored something, else once a minute. Only scores that still hold (live version, not expired)
count: the others are rescored first, and the next tick sees them. A score alone never closes or refuses anybody (GDPR,
Article 22): it hands over or gives back.
"""

import time
import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from leads import assignment, stages
from leads.enums import BEFORE_MQL, Cause, Stage
from leads.models import Interaction
from scoring import leases
from scoring.models import Lease, Score, Scorecard

SLICE = 5_000
"""A tick moves at most so many leads each way, strongest first, so that a publish does not hold up the rest."""
_CHUNK = 500
_QUIET, _RESTING = "qualify:quiet", "qualify:resting"
_QUIET_FOR = timedelta(minutes=1)
_REST = 20
"""After a look through all scores, rest so many times as long as it took: at most a twentieth of a core, however many leads."""
_TOO_SHORT_FOR_A_REST = 0.05


def qualify_due(*, now, scored):
    """`qualify`, if it can find anything: after scoring (`scored` leads in this tick), else once a minute.

    An idle tick costs one probe of a tiny table. Nothing hangs on `scored`: what a killed worker had scored is found a
    minute later, and so is what only time has made ripe. Returns what `qualify` returns, or {}.
    """
    in_force = leases.held("qualify:", now=now)
    if _RESTING in in_force:
        if scored:
            Lease.objects.filter(name=_QUIET).delete()  # look again as soon as the rest is over
        return {}
    if _QUIET in in_force and not scored:
        return {}
    started = time.monotonic()
    counts = qualify(now=now)
    took = time.monotonic() - started
    if max(counts.values()) < SLICE:
        ended = now + timedelta(seconds=took)
        leases.claim(_QUIET, holder=_QUIET, now=ended, until=ended + max(_QUIET_FOR, timedelta(seconds=_REST * took)))
        if took > _TOO_SHORT_FOR_A_REST:
            leases.claim(_RESTING, holder=_RESTING, now=ended, until=ended + timedelta(seconds=_REST * took))
    return counts


def qualify(*, now, lead_ids=None):
    """Move every lead that is over a threshold, and give new MQLs to the reps of their team in turn.

    * nurture or before → MQL: score ≥ entry threshold, cool-down over.
    * MQL → back to nurture: score < leaving threshold, minimum stay over.
    * MQL → SQL, if the scorecard's SQL rule is on: score ≥ its score, and a human interaction with one of its signals
      within its window.

    `lead_ids` limits the look to these leads. Safe to repeat and to run concurrently. Returns
    `{"mql": …, "nurture": …, "sql": …, "assigned": …}`; the sum of the first three is the number of moves.
    """
    counts = {"mql": 0, "nurture": 0, "sql": 0, "assigned": 0}
    card = Scorecard.objects.live().first()
    if card is None:
        return counts
    run = uuid.uuid4()
    holding = _holding(card, now=now, lead_ids=lead_ids)
    for chunk in _chunks(_leaving(holding, card, now=now)):
        moved = stages.move_many(
            chunk,
            to=Stage.NURTURE,
            only_from=(Stage.MQL,),
            cause=Cause.THRESHOLD,
            reason=f"< {card.leaving_threshold} (v{card.version})",
            now=now,
            run=run,
            scores=chunk,
        )
        counts["nurture"] += len(moved)
    for chunk in _chunks(_entering(holding, card, now=now)):
        # One transaction, so that no lead stays an MQL that nobody was given.
        with transaction.atomic():
            moved = stages.move_many(
                chunk,
                to=Stage.MQL,
                only_from=BEFORE_MQL,
                cause=Cause.THRESHOLD,
                reason=f"≥ {card.entry_threshold} (v{card.version})",
                now=now,
                run=run,
                scores=chunk,
            )
            counts["assigned"] += len(assignment.assign_in_turn(moved, now=now))
        counts["mql"] += len(moved)
    if card.sql_rule_enabled:
        for chunk in _chunks(_accepted_by_rule(holding, card, now=now)):
            moved = stages.move_many(
                chunk,
                to=Stage.SQL,
                only_from=(Stage.MQL,),
                cause=Cause.SQL_RULE,
                reason=f"≥ {card.sql_score} (v{card.version})",
                now=now,
                run=run,
                scores=chunk,
            )
            counts["sql"] += len(moved)
    return counts


def _holding(card, *, now, lead_ids):
    """Scores of open leads that may be profiled, computed with the live version and still valid today."""
    scores = Score.objects.filter(
        version=card.version,
        valid_until__gte=timezone.localdate(now),
        lead__closed_at__isnull=True,
        lead__contact__do_not_profile=False,
    )
    return scores if lead_ids is None else scores.filter(lead_id__in=list(lead_ids))


def _leaving(scores, card, *, now):
    stayed = now - timedelta(days=card.minimum_stay_days)
    return scores.filter(lead__stage=Stage.MQL, lead__stage_since__lte=stayed, score__lt=card.leaving_threshold)


def _entering(scores, card, *, now):
    rested = Q(lead__contact__cooldown_until__isnull=True) | Q(lead__contact__cooldown_until__lte=now)
    return scores.filter(rested, lead__stage__in=BEFORE_MQL, score__gte=card.entry_threshold)


def _accepted_by_rule(scores, card, *, now):
    asked = Interaction.objects.human().filter(
        contact=OuterRef("lead__contact"),
        signal__in=card.sql_signals.values_list("pk", flat=True),
        # Whole days, as everywhere in scoring: the age of an interaction is less than the window.
        day__gt=timezone.localdate(now) - timedelta(days=card.sql_window_days),
        occurred_at__lte=now,
    )
    return scores.filter(Exists(asked), lead__stage=Stage.MQL, score__gte=card.sql_score)


def _chunks(scores):
    """At most a slice of the leads, strongest first, as dicts {lead id: (score, band)}."""
    rows = list(scores.order_by("-score", "lead_id").values_list("lead_id", "score", "band")[:SLICE])
    for start in range(0, len(rows), _CHUNK):
        yield {lead_id: (score, band) for lead_id, score, band in rows[start : start + _CHUNK]}
