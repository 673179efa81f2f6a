"""Keeps the way of each lead: finds those that no longer hold, and works them out again from stage changes and history.

Pulled, like scores: a stored way names the stage, the time since, the touch and the moves that it was worked out at, and holds
while the lead says the same and has the same moves. Interactions are never read.
"""

from bisect import bisect_right
from collections import defaultdict

from django.db import transaction
from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from leads import reference
from leads.models import Lead, StageChange
from scoring.models import LeadPath, ScoreHistory
from scoring.reports import cohorts, packing, paths

SLICE = 2_000
"""Leads per write transaction: on SQLite some 150 ms."""
_SAID = ("source_id", "campaign_id", "product_id", "team_id", "stage", "created_at", "stage_since")
"""What the lead says: columns of its own."""
_WORKED_OUT = (
    "touch",
    "created_on",
    "moves",
    "newest_move",
    "steps",
    "band",
    "reference_at",
    "timed",
    "facts",
    "times",
)
_COLUMNS = (*_SAID, *_WORKED_OUT)


def overtaken(now, *, moved=None):
    """Condition for leads whose stored way no longer holds, or who have none.

    Moves are compared of the leads with the ids `moved` (all): that takes several times as long as what the lead says itself.
    """
    differs = ~Q(path__touch=Coalesce("first_touch_at", "created_at"))
    for name in ("stage", "created_at", "stage_since"):
        differs |= ~Q(**{f"path__{name}": F(name)})
    for name in cohorts.ORIGINS:
        # Two without any agree.
        both = Q(**{f"{name}__isnull": True, f"path__{name}__isnull": True})
        differs |= ~(both | Q(**{f"path__{name}_id": F(f"{name}_id")}))
    differs |= Q(path__band=paths.NOT_YET, path__reference_at__lte=now)
    others = _has_other_moves()
    return Q(path__isnull=True) | differs | (others if moved is None else Q(pk__in=moved) & others)


def _has_other_moves():
    """Condition for leads with moves that their way does not know, or without some that it does.

    An import can add moves, and its undo take them away, without the lead standing elsewhere.
    """
    moves = StageChange.objects.filter(lead=OuterRef("pk")).order_by().values("lead")
    number, newest = (Coalesce(Subquery(moves.values(found=of("pk"))), 0) for of in (Count, Max))
    return ~Q(path__moves=number) | ~Q(path__newest_move=newest)


def follow(*, now, leads=None, moved=None, most=None):
    """Work out the ways that no longer hold, of at most `most` of the `leads` (all). Returns of how many.

    `moved` is explained at `overtaken`. Safe to repeat and to run concurrently: the same facts give the same row.
    """
    done, after = 0, 0
    leads = Lead.objects.all() if leads is None else leads
    while most is None or done < most:
        slice_ = SLICE if most is None else min(SLICE, most - done)
        stale = (
            leads.filter(overtaken(now, moved=moved), pk__gt=after).order_by("pk").values_list("pk", flat=True)[:slice_]
        )
        some = list(stale)
        if not some:
            break
        found = worked_out(some, now=now)
        with transaction.atomic():
            LeadPath.objects.bulk_create(found, update_conflicts=True, unique_fields=["lead"], update_fields=_COLUMNS)
        done, after = done + len(some), some[-1]
    return done


def worked_out(lead_ids, *, now):
    """`LeadPath` objects, unsaved, of the leads with these ids. At most three queries."""
    # The leads first: what moves afterwards is found again.
    leads = list(
        Lead.objects.filter(pk__in=lead_ids)
        .only(*_SAID, "first_mql_at", "first_touch_at", "closed_at", "is_undated")
        .order_by("pk")
    )
    moves = _moves(lead_ids)
    bands = _bands(leads, moves, now=now)
    return [_path(lead, moves[lead.pk], bands[lead.pk]) for lead in leads]


def _path(lead, moves, band):
    day = cohorts.today(lead.created_at)
    way = paths.way(
        moves,
        stage=lead.stage,
        created_at=lead.created_at,
        is_undated=lead.is_undated,
        touched_at=lead.first_touch_at,
    )
    origin = {name: getattr(lead, f"{name}_id") for name in cohorts.ORIGINS}
    facts, times = packing.packed(way, day=day, band=band, **origin)
    return LeadPath(
        lead_id=lead.pk,
        **{name: getattr(lead, name) for name in _SAID},
        created_on=day,
        touch=lead.first_touch_at or lead.created_at,
        moves=len(moves),
        newest_move=max((move.id for move in moves), default=0),
        steps=way.steps,
        band=band,
        reference_at=reference.of(lead),
        timed=way.timed,
        facts=facts,
        times=times,
    )


def _moves(lead_ids):
    """Lead id → its moves in order of time. One query."""
    found = defaultdict(list)
    changes = StageChange.objects.filter(lead_id__in=lead_ids).order_by("lead_id", "at", "id")
    columns = ("lead_id", "id", "from_stage", "to_stage", "at", "cause", "is_imported", "is_dated", "band")
    for lead_id, pk, came_from, to, at, cause, is_imported, is_dated, band in changes.values_list(*columns):
        found[lead_id].append(paths.Move(pk, came_from, to, at, cause, is_dated or not is_imported, band))
    return found


def _bands(leads, moves, *, now):
    """Lead id → its band at the reference time, as it was written down then. One query, for those whose moves do not say."""
    bands, asked = {}, {}
    for lead in leads:
        moment = reference.of(lead)
        if moment is None:
            bands[lead.pk] = paths.UNKNOWN
        elif lead.closed_at is not None and lead.closed_at < moment:
            # What is written down at closing knows the outcome.
            bands[lead.pk] = paths.UNKNOWN
        elif moment > now:
            bands[lead.pk] = paths.NOT_YET
        else:
            at_entry = [move.band for move in moves[lead.pk] if move.at == moment == lead.first_mql_at and move.band]
            if at_entry:
                bands[lead.pk] = at_entry[0]
            else:
                asked[lead.pk] = moment
    curves = defaultdict(list)
    if asked:
        history = ScoreHistory.objects.filter(lead_id__in=list(asked)).order_by("lead_id", "at", "id")
        for lead_id, at, band in history.values_list("lead_id", "at", "band"):
            curves[lead_id].append((at, band))
    for lead_id, moment in asked.items():
        place = bisect_right(curves[lead_id], moment, key=lambda point: point[0])
        bands[lead_id] = curves[lead_id][place - 1][1] if place else paths.UNKNOWN
    return bands
