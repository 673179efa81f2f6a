"""Moves of leads that happened before they were imported: dated where the file says when, undated else."""

import datetime
from dataclasses import dataclass

from leads import bulk, identity
from leads.enums import CLOSED_STAGES, Cause, Outcome, Stage
from leads.importing import journal
from leads.models import FollowUp, Lead, StageChange

_NEAR = datetime.timedelta(days=1)
_OUTCOMES = {Stage.CUSTOMER: Outcome.WON, Stage.DISQUALIFIED: Outcome.LOST}


@dataclass
class Move:
    """A lead goes to a stage; `at` is None if nobody knows when. It cannot have gone before `floor`."""

    lead: Lead
    to: str
    at: datetime.datetime | None = None
    reason: str = ""
    floor: datetime.datetime | None = None


def write(moves, context):
    """Write the moves in their order, closing and reopening what they say. Returns the ids of the contacts.

    Never before their floor (what the lead did last) and never ahead of the import; a move that had to be put elsewhere counts
    as undated.
    The caller has locked the leads.
    """
    moves = [move for move in moves if move.lead.stage != move.to]
    leads = {move.lead.pk: move.lead for move in moves}
    changes = []
    with journal.watching(context.record, Lead, sorted(leads)):
        for move in moves:
            if move.lead.stage == move.to:
                continue
            lead = move.lead
            at = min(max(move.at or context.now, move.floor or lead.stage_since), context.now)
            changes.append(
                StageChange(
                    lead=lead,
                    from_stage=lead.stage,
                    to_stage=move.to,
                    at=at,
                    cause=Cause.IMPORT,
                    run=context.run,
                    reason=move.reason[:300],
                    is_imported=True,
                    is_dated=move.at is not None and abs(at - move.at) < _NEAR,
                )
            )
            closes = move.to in CLOSED_STAGES
            lead.stage, lead.stage_since = move.to, at
            lead.outcome, lead.closed_at = (_OUTCOMES[move.to] if closes else ""), (at if closes else None)
            if not closes:
                lead.first_mql_at = lead.first_mql_at or at
        _save(leads.values())
    bulk.insert(changes)
    closed = [lead.pk for lead in leads.values() if not lead.is_open]
    _cancel_follow_ups(closed, context)
    contacts = {lead.contact_id for lead in leads.values()}
    identity.raise_revision(contacts)
    return contacts


def _save(leads):
    """Write known, locked leads as they are now. An upsert: `bulk_update` took two milliseconds per lead in Python alone."""
    Lead.objects.bulk_create(
        leads,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["stage", "stage_since", "outcome", "closed_at", "first_mql_at"],
    )


def _cancel_follow_ups(lead_ids, context):
    """Nothing is left to do about a lead that has ended, as when a person closes it."""
    pending = FollowUp.objects.pending().filter(lead__in=lead_ids)
    ids = list(pending.order_by("pk").values_list("pk", flat=True))
    with journal.watching(context.record, FollowUp, ids):
        pending.update(cancelled_at=context.now)
