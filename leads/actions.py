"""A rep's one-click actions. Each writes an `Action` that says what it changed, so that it can be taken back.

All take the lead or the deal, who did it (`by`) and `now`; change only open leads, but deals of won ones too; update it in place
and return the `Action`.
`token`, a UUID that a page hands out with its button, makes a double click one effect: the second call returns the
first one's `Action`. `batch`, a UUID, holds together what is done to several leads at once. Whether `by` may work the lead at
all is decided at the edge (`Lead.objects.workable_by`).
"""

import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from leads import assignment, closing, cycles, deals, followups, intake, stages, tags, teams
from leads.enums import ActionVerb, CallResult, Cause, InteractionKind, Outcome, RejectReason, Role, Stage
from leads.models import Action, Contact, Deal, FollowUp, Interaction, Lead, Tag

COOLDOWN_DAYS = 30
"""For callers that have no scorecard at hand."""
_LONGEST_SNOOZE = timedelta(days=366)
_TEXT_LENGTH = 2000


class NotAllowed(Exception):
    """The lead is not where this action starts from. The message says why to the user."""


class Invalid(Exception):
    """What is wrong with the input: `errors` maps field to message."""

    def __init__(self, errors):
        super().__init__(" ".join(errors.values()))
        self.errors = errors


class CannotUndo(Exception):
    """Something has changed since, or it is not the user's to take back. The message is a plain sentence."""


def accept(lead, *, by, now, token=None):
    """MQL → SQL. A rep takes the lead over; a manager who accepts leaves it with its owner, if it has one."""
    with _change(lead, ActionVerb.ACCEPT, by=by, now=now, token=token) as change:
        if change.repeated:
            return change.action
        current = change.lead
        if current.stage == Stage.SQL:
            raise NotAllowed(_accepted_already(current, by))
        if current.stage != Stage.MQL:
            raise NotAllowed(gettext("Only an MQL can be accepted; this lead is “%(stage)s”.") % _stage_of(current))
        stages.move(current, to=Stage.SQL, cause=Cause.PERSON, by=by, now=now)
        takes_over = by.role == Role.REP or current.owner_id is None
        if takes_over and assignment.candidates(current).filter(pk=by.pk).exists():
            assignment.assign(current, to=by, by=by, now=now)
    return change.action


def reject(lead, *, reason, by, now, text="", cooldown_days=COOLDOWN_DAYS, token=None):
    """MQL or later → back to nurture, for a reason of `RejectReason`. The contact cannot be MQL again for
    `cooldown_days`, those of the live scorecard. Raises `Invalid` without a reason."""
    _check_reason(reason, text)
    with _change(lead, ActionVerb.REJECT, by=by, now=now, token=token) as change:
        if change.repeated:
            return change.action
        current = change.lead
        if current.stage == Stage.NURTURE:
            raise NotAllowed(gettext("This lead is back to nurture already."))
        stages.move(
            current, to=Stage.NURTURE, cause=Cause.PERSON, by=by, reason=closing.in_words(reason, text), now=now
        )
        change.set(reject_reason=reason)
        change.cool_down(now + timedelta(days=cooldown_days))
    return change.action


def snooze(lead, *, until, by, now, token=None, batch=None):
    """Hide a lead from the working list until a time (None: wake it now). Raises `Invalid`."""
    if until is not None and until <= now:
        raise Invalid({"until": gettext("This time is over. Choose one to come.")})
    if until is not None and until > now + _LONGEST_SNOOZE:
        raise Invalid({"until": gettext("At most one year ahead, please.")})
    with _change(lead, ActionVerb.SNOOZE, by=by, now=now, token=token, batch=batch) as change:
        if not change.repeated:
            change.set(snoozed_until=until)
    return change.action


def log_call(lead, *, result, by, now, text="", token=None):
    """Write down a call that has just been made, with a `CallResult`. Raises `Invalid`."""
    if result not in CallResult.values:
        raise Invalid({"result": gettext("Choose how the call went.")})
    _check_text(text)
    with _change(lead, ActionVerb.LOG_CALL, by=by, now=now, token=token) as change:
        if not change.repeated:
            recorded = intake.record(
                event_id=f"call:{change.action.pk}",
                kind=InteractionKind.CALL,
                occurred_at=now,
                now=now,
                contact=change.lead.contact,
                payload={"result": CallResult(result).name.lower(), "text": text.strip()},
                by=by,
            )
            change.made(interaction=recorded.interaction)
    return change.action


def schedule(lead, *, kind, due_at, by, now, note="", owner=None, token=None, batch=None):
    """Set a follow-up for `owner` (None: for `by`), who must be able to own the lead. Raises `followups.Invalid`."""
    if owner not in (None, by) and not assignment.candidates(lead).filter(pk=owner.pk).exists():
        raise followups.Invalid({"owner": gettext("Choose yourself or a member of this lead's team.")})
    followups.check(kind=kind, due_at=due_at, note=note, now=now)
    with _change(lead, ActionVerb.FOLLOW_UP, by=by, now=now, token=token, batch=batch) as change:
        if not change.repeated:
            made = followups.create(change.lead, kind=kind, due_at=due_at, note=note, owner=owner, by=by, now=now)
            change.made(follow_up=made)
    return change.action


def assign(lead, *, to, by, now, token=None, batch=None):
    """Give the lead to `to` (None: to nobody). Raises `assignment.NotAllowed`."""
    with _change(lead, ActionVerb.ASSIGN, by=by, now=now, token=token, batch=batch) as change:
        if not change.repeated:
            assignment.assign(change.lead, to=to, by=by, now=now)
    return change.action


def tag(lead, *, name, by, now, token=None, batch=None):
    """Stick a tag on the lead. Raises `tags.Invalid`."""
    with _change(lead, ActionVerb.TAG, by=by, now=now, token=token, batch=batch) as change:
        if not change.repeated:
            before = set(change.lead.tags.values_list("pk", flat=True))
            stuck = tags.add(change.lead, name=name, by=by, now=now)
            if stuck.pk not in before:
                change.made(tag=stuck)
    return change.action


def put_into_team(lead, *, team, by, now, token=None, batch=None):
    """Give a lead without a team to one. Raises `teams.NotAllowed`."""
    with _change(lead, ActionVerb.TEAM, by=by, now=now, token=token, batch=batch) as change:
        if not change.repeated:
            teams.put([change.lead.pk], team=team, by=by, now=now)
    return change.action


def advance(lead, *, by, now, to=Stage.OPPORTUNITY, token=None):
    """Move the lead on by hand, by default SQL → opportunity. Raises `stages.NotAllowed`; never closes a lead."""
    with _change(lead, ActionVerb.ADVANCE, by=by, now=now, token=token) as change:
        if change.repeated:
            return change.action
        if to in (Stage.CUSTOMER, Stage.DISQUALIFIED, Stage.NURTURE):
            raise NotAllowed(gettext("Close or reject the lead instead."))
        if change.lead.stage == to:
            raise NotAllowed(gettext("This lead is “%(stage)s” already.") % _stage_of(change.lead))
        stages.move(change.lead, to=to, cause=Cause.PERSON, by=by, now=now)
    return change.action


def close(lead, *, outcome, by, now, reason="", text="", cooldown_days=COOLDOWN_DAYS, token=None):
    """Won → customer, lost → disqualified for a reason of `RejectReason`, with the contact's cool-down.

    Pending follow-ups are cancelled. Open deals are lost with the lead; won, the only one is won (`deals.settle`). Raises `Invalid`.
    """
    if outcome not in Outcome.values:
        raise Invalid({"outcome": gettext("Choose whether the lead is won or lost.")})
    if outcome == Outcome.LOST:
        _check_reason(reason, text)
    with _change(lead, ActionVerb.CLOSE, by=by, now=now, token=token) as change:
        if change.repeated:
            return change.action
        current = change.lead
        words = closing.in_words(reason, text) if outcome == Outcome.LOST else ""
        change.made(settled=deals.settle(current, outcome=outcome, reason=words, now=now))
        cancelled = closing.close(
            current, outcome=outcome, reason=reason, text=text, by=by, now=now, cooldown_days=cooldown_days
        )
        change.made(cancelled=cancelled)
    return change.action


def open_deal(lead, *, values, by, now, token=None):
    """Open a deal with the `values` of `deals.open_deal`. Raises its `Invalid` and `NotAllowed`."""
    with _change(lead, ActionVerb.DEAL, by=by, now=now, token=token) as change:
        if not change.repeated:
            change.made(deal=deals.open_deal(change.lead, **values, by=by, now=now))
    return change.action


def win(deal, *, by, now, token=None):
    """Win a deal, and with it the lead. Raises `deals.NotAllowed`."""
    with _change(deal.lead, ActionVerb.WIN, by=by, now=now, token=token, wants_open=False) as change:
        if not change.repeated:
            change.made(cancelled=deals.win(deal, by=by, now=now), settled=[deal.pk])
    return change.action


def lose(deal, *, reason, by, now, text="", cooldown_days=COOLDOWN_DAYS, token=None):
    """Lose a deal, and with the last one the lead. Raises `deals.Invalid` and `deals.NotAllowed`."""
    with _change(deal.lead, ActionVerb.LOSE, by=by, now=now, token=token, wants_open=False) as change:
        if not change.repeated:
            cancelled = deals.lose(deal, reason=reason, text=text, by=by, now=now, cooldown_days=cooldown_days)
            change.made(cancelled=cancelled, settled=[deal.pk])
    return change.action


def undo(action, *, by, now):
    """Take an action back: what it changed becomes what it was, and what it made is withdrawn.

    Raises `CannotUndo` when somebody has changed any of it since, or when `by` is neither the actor nor in charge.
    """
    if not by.has_perm("leads.undo_action", action):
        raise CannotUndo(gettext("Only %(person)s or a manager can undo this.") % {"person": action.by.display_name})
    with transaction.atomic():
        lead = cycles.locked(action.lead)
        if not Action.objects.filter(pk=action.pk, undone_at=None).update(undone_at=now):
            raise CannotUndo(gettext("This has been undone already."))
        current = _snapshot(lead)
        # A lead that another deal has won meanwhile stays a customer.
        stays = action.verb == ActionVerb.WIN and deals.others_won(action.after["settled"])
        changed = (
            []
            if stays
            else [name for name in action.before if name in current and action.before[name] != action.after[name]]
        )
        if any(current[name] != action.after[name] for name in changed):
            raise CannotUndo(gettext("Somebody has changed this lead since, so it stays as it is."))
        _withdraw(action, by=by, now=now)
        _restore(lead, action.before, changed, by=by, now=now)
        _reopen(action, by=by, now=now)
    action.undone_at = now
    return lead


def undo_batch(found, *, by, now):
    """Take back each `Action` of `found` by itself. Returns how many were, and the sentences why the others stay."""
    undone, kept = 0, []
    for action in found:
        try:
            undo(action, by=by, now=now)
        except CannotUndo as error:
            kept.append(str(error))
        else:
            undone += 1
    return undone, kept


@contextmanager
def _change(lead, verb, *, by, now, token, wants_open=True, batch=None):
    """One action in one transaction: locks the lead, remembers it before and after, writes the `Action`."""
    with transaction.atomic():
        current = cycles.locked(lead)
        earlier = Action.objects.filter(pk=token).first() if token else None
        if earlier and (earlier.lead_id, earlier.by_id, earlier.verb) != (lead.pk, by.pk, verb):
            raise NotAllowed(gettext("This button has been used already. Load the page again."))
        if wants_open and not earlier and not current.is_open:
            raise NotAllowed(gettext("This lead is closed."))
        action = earlier or Action(
            pk=token or uuid.uuid4(), lead=current, verb=verb, by=by, at=now, before=_snapshot(current), batch=batch
        )
        change = _Change(lead=current, action=action, repeated=earlier is not None)
        yield change
        if not change.repeated:
            current.refresh_from_db()
            action.after = _snapshot(current) | change.extra
            action.save(force_insert=True)
    lead.refresh_from_db()


@dataclass
class _Change:
    """What an action works on, and what it leaves for undo."""

    lead: Lead
    action: Action
    repeated: bool
    extra: dict = field(default_factory=dict)

    def set(self, **values):
        """Write columns of the lead that no other door owns."""
        Lead.objects.filter(pk=self.lead.pk).update(**values)

    def cool_down(self, until):
        """Keep the contact from being MQL again for a while."""
        Contact.objects.filter(pk=self.lead.contact_id).update(cooldown_until=until)

    def made(self, **things):
        """Remember what was made."""
        self.extra |= {name: getattr(thing, "pk", thing) for name, thing in things.items()}


def _snapshot(lead):
    """What actions change, as JSON."""
    contact = Contact.objects.only("cooldown_until").get(pk=lead.contact_id)
    return {
        "stage": lead.stage,
        "stage_since": _text(lead.stage_since),
        "owner": lead.owner_id,
        "team": lead.team_id,
        "snoozed_until": _text(lead.snoozed_until),
        "reject_reason": lead.reject_reason,
        "cooldown_until": _text(contact.cooldown_until),
    }


def _restore(lead, values, changed, *, by, now):
    if "stage" in changed:
        since = parse_datetime(values["stage_since"])
        try:
            stages.move(lead, to=Stage(values["stage"]), cause=Cause.UNDO, by=by, now=now, since=since)
        except stages.NotAllowed as error:
            raise CannotUndo(str(error)) from error
        except IntegrityError as error:
            # An event opened another lead of the contact at this very moment.
            raise CannotUndo(gettext("Somebody has changed this lead since, so it stays as it is.")) from error
    columns = {}
    if "owner" in changed:
        # Not `assignment.assign`: nobody is told about a mistake that never happened.
        # Who has left the team meanwhile does not get it back.
        columns["owner"] = assignment.candidates(lead).filter(pk=values["owner"]).first()
    if "team" in changed:
        columns["team"] = values["team"]
    if "snoozed_until" in changed:
        columns["snoozed_until"] = parse_datetime(values["snoozed_until"]) if values["snoozed_until"] else None
    if "reject_reason" in changed:
        columns["reject_reason"] = values["reject_reason"]
    if columns:
        Lead.objects.filter(pk=lead.pk).update(**columns)
    if "cooldown_until" in changed:
        moment = parse_datetime(values["cooldown_until"]) if values["cooldown_until"] else None
        Contact.objects.filter(pk=lead.contact_id).update(cooldown_until=moment)
    lead.refresh_from_db()


def _withdraw(action, *, by, now):
    made = action.after
    if "follow_up" in made:
        follow_up = FollowUp.objects.filter(pk=made["follow_up"]).first()
        if follow_up is None or not followups.cancel(follow_up, by=by, now=now):
            raise CannotUndo(gettext("This follow-up is done or cancelled already."))
    if "interaction" in made:
        interaction = Interaction.objects.filter(pk=made["interaction"]).first()
        if interaction is not None:
            intake.retract(interaction, by=by, reason="undo", now=now)
    if "tag" in made:
        stuck = Tag.objects.filter(pk=made["tag"], leads=action.lead_id).first()
        if stuck is None:
            raise CannotUndo(gettext("This tag has been taken off already."))
        tags.remove(action.lead, tag=stuck, by=by, now=now)
    if "deal" in made:
        deal = Deal.objects.filter(pk=made["deal"]).first()
        if deal is not None and deal.updated_at != deal.created_at:
            raise CannotUndo(gettext("Somebody has changed this deal since, so it stays as it is."))
        if deal is not None:
            _deal_door(deals.remove, deal, by=by, now=now)
    if made.get("cancelled"):
        FollowUp.objects.filter(pk__in=made["cancelled"], cancelled_at=action.at).update(cancelled_at=None)


def _reopen(action, *, by, now):
    """Open the deals again that an action has won or lost, once their lead is as before."""
    for deal in Deal.objects.filter(pk__in=action.after.get("settled", [])).order_by("pk"):
        _deal_door(deals.reopen, deal, by=by, now=now)


def _deal_door(door, deal, *, by, now):
    try:
        door(deal, by=by, now=now)
    except deals.NotAllowed as error:
        raise CannotUndo(str(error)) from error


def _text(moment):
    return moment.isoformat() if moment else None


def _stage_of(lead):
    return {"stage": lead.get_stage_display()}


def _accepted_already(lead, by):
    if lead.owner_id in (None, by.pk):
        return gettext("This lead is accepted already.")
    return gettext("%(person)s has accepted this lead already.") % {"person": lead.owner.display_name}


def _check_reason(reason, text):
    if reason not in RejectReason.values:
        raise Invalid({"reason": gettext("Choose a reason.")})
    _check_text(text)


def _check_text(text):
    if len(text) > _TEXT_LENGTH:
        raise Invalid({"text": gettext("At most %(count)d characters, please.") % {"count": _TEXT_LENGTH}})
