"""Where a lead may go from where it stands, and the one door that moves it."""

from datetime import timedelta

from django.db import transaction
from django.db.models import DateTimeField, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from leads import identity
from leads.enums import CLOSED_STAGES, Cause, Outcome, RejectReason, Stage
from leads.models import Contact, Lead, StageChange

_HANDED_OVER = (Stage.MQL, Stage.SQL, Stage.OPPORTUNITY)

TRANSITIONS = {
    Stage.SUBSCRIBER: (Stage.LEAD, *_HANDED_OVER, Stage.NURTURE, *CLOSED_STAGES),
    Stage.LEAD: (*_HANDED_OVER, Stage.NURTURE, *CLOSED_STAGES),
    Stage.MQL: (Stage.SQL, Stage.OPPORTUNITY, Stage.NURTURE, *CLOSED_STAGES),
    Stage.SQL: (Stage.OPPORTUNITY, Stage.NURTURE, *CLOSED_STAGES),
    Stage.OPPORTUNITY: (Stage.SQL, Stage.NURTURE, *CLOSED_STAGES),
    Stage.NURTURE: (Stage.LEAD, *_HANDED_OVER, *CLOSED_STAGES),
    # A closed lead stays closed; who comes back gets a new lead. Only undo may take a mistake back.
    Stage.CUSTOMER: (),
    Stage.DISQUALIFIED: (),
}
"""Which stages may follow which. Undo is not bound by it."""

_COLUMNS = ("stage", "stage_since", "outcome", "closed_at", "first_mql_at", "reject_reason")
_OUTCOMES = {Stage.CUSTOMER: Outcome.WON, Stage.DISQUALIFIED: Outcome.LOST}


class NotAllowed(Exception):
    """The transition table has no such move. The message says so to the user."""


def possible(lead):
    """The stages that a person may move this lead to, in the order of the table."""
    return TRANSITIONS[Stage(lead.stage)]


def move(lead, *, to, cause, now, by=None, reason="", run=None, band="", score=None, since=None):
    """Move a lead to another stage and remember it. Moving to the same stage does nothing.

    Closes the lead when `to` is customer (won) or disqualified (lost). `by` is None for the machine, `run` the tick or
    import, `band` and `score` those at this moment. Only undo (`cause`) may reopen a closed lead, and only while its
    contact has no other open one; `since` then gives back the time at which the stage was first entered.
    Updates `lead` in place. Returns the `StageChange`, or None when there was nothing to do.
    Raises `NotAllowed` when the transition table has no such move.
    """
    with transaction.atomic():
        if to in CLOSED_STAGES or cause == Cause.UNDO:
            # Closing freezes the score and reopening thaws it. The contact comes first, as in intake, so that none waits
            # for the other.
            identity.raise_revision([lead.contact_id])
        # The lock makes the second of two movers see the first one's stage, so that one change is written.
        current = Lead.objects.select_for_update().get(pk=lead.pk)
        change = None
        if current.stage != to:
            _check(current, to=to, cause=cause)
            change = StageChange.objects.create(
                lead=current,
                from_stage=current.stage,
                to_stage=to,
                at=now,
                by=by,
                reason=reason[:300],
                cause=cause,
                run=run,
                band=band,
                score=score,
            )
            Lead.objects.filter(pk=current.pk).update(**_values(to=to, now=now, since=since))
    lead.refresh_from_db(fields=_COLUMNS)
    return change


def move_many(lead_ids, *, to, cause, now, by=None, reason="", run=None, scores=None, only_from=None):
    """Move many leads at once, skipping those that stand there already or may not go there.

    `only_from` names the stages in which they must still be: what a person did meanwhile wins. `scores` maps lead id to
    (score, band) at this moment. A constant number of queries per 1,000 leads; safe to repeat and to run concurrently.
    Returns the sorted ids that moved.
    """
    scores = scores or {}
    common = {"to_stage": to, "at": now, "by": by, "reason": reason[:300], "cause": cause, "run": run}
    sources = [
        stage for stage, targets in TRANSITIONS.items() if to in targets and (only_from is None or stage in only_from)
    ]
    moved, ids = [], sorted(set(lead_ids))
    for start in range(0, len(ids), 1000):
        with transaction.atomic():
            if to in CLOSED_STAGES:
                closing = Lead.objects.filter(pk__in=ids[start : start + 1000], stage__in=sources)
                identity.raise_revision(list(closing.values_list("contact_id", flat=True)))
            stood = list(
                # Always in the order of ids, so that two ticks cannot deadlock.
                Lead.objects.select_for_update()
                .filter(pk__in=ids[start : start + 1000], stage__in=sources)
                .order_by("pk")
                .values_list("pk", "stage")
            )
            Lead.objects.filter(pk__in=[pk for pk, _ in stood]).update(**_values(to=to, now=now, since=None))
            StageChange.objects.bulk_create(
                StageChange(
                    **common,
                    lead_id=pk,
                    from_stage=stage,
                    score=scores.get(pk, (None, ""))[0],
                    band=scores.get(pk, (None, ""))[1],
                )
                for pk, stage in stood
            )
            moved += [pk for pk, _ in stood]
    return moved


def turn_away_many(lead_ids, *, to, reason, by, now, cooldown_days):
    """Reject (`to` nurture) or lose (`to` disqualified) many leads for one `RejectReason`, and cool their contacts down.

    Skips leads that may not go there. A constant number of queries per 1,000 leads. Returns the sorted ids that moved.
    """
    with transaction.atomic():
        moved = move_many(lead_ids, to=to, cause=Cause.PERSON, by=by, reason=RejectReason(reason).value, now=now)
        cool_down(moved, reason=reason, now=now, days=cooldown_days)
    return moved


def cool_down(lead_ids, *, reason, now, days):
    """Note why leads were turned away, and keep their contacts from being MQL for `days`."""
    leads = Lead.objects.filter(pk__in=lead_ids)
    leads.update(reject_reason=reason)
    # The ids by themselves: joined, PostgreSQL chose to walk through all contacts for each lead.
    contact_ids = list(leads.values_list("contact_id", flat=True))
    Contact.objects.filter(pk__in=contact_ids).update(cooldown_until=now + timedelta(days=days))


def _check(lead, *, to, cause):
    if cause == Cause.UNDO:
        reopens = lead.stage in CLOSED_STAGES and to not in CLOSED_STAGES
        if reopens and Lead.objects.open().filter(contact_id=lead.contact_id).exclude(pk=lead.pk).exists():
            raise NotAllowed(gettext("This contact has another open lead by now, so this one stays closed."))
        return
    if to not in TRANSITIONS[Stage(lead.stage)]:
        raise NotAllowed(
            gettext("A lead cannot go from “%(from)s” to “%(to)s”.")
            % {"from": Stage(lead.stage).label, "to": Stage(to).label}
        )


def _values(*, to, now, since):
    """The columns of a lead that a move to `to` changes."""
    closes = to in CLOSED_STAGES
    values = {
        "stage": to,
        "stage_since": since or now,
        "outcome": _OUTCOMES[to] if closes else "",
        "closed_at": now if closes else None,
    }
    if to in _HANDED_OVER:
        # Reached by whatever way; never by the outcome, which must not leak into the reference time.
        values["first_mql_at"] = Coalesce("first_mql_at", Value(now, output_field=DateTimeField()))
        values["reject_reason"] = ""
    return values
