"""How a lead ends: the one way for a person's hand, a program and a deal."""

from django.db import transaction

from leads import cleaning, stages
from leads.enums import Cause, Outcome, RejectReason, Stage
from leads.models import FollowUp

STAGES = {Outcome.WON: Stage.CUSTOMER, Outcome.LOST: Stage.DISQUALIFIED}


def close(lead, *, outcome, by, now, reason="", text="", cooldown_days=0, cause=Cause.PERSON, run=None):
    """Won → customer, lost → disqualified for a `RejectReason`, with the contact's cool-down.

    Pending follow-ups are cancelled; returns their ids, for undo. Raises `stages.NotAllowed`.
    """
    with transaction.atomic():
        pending = FollowUp.objects.pending().filter(lead=lead)
        cancelled = list(pending.order_by("pk").values_list("pk", flat=True))
        pending.update(cancelled_at=now)
        words = in_words(reason, text) if outcome == Outcome.LOST else cleaning.text(text)
        stages.move(lead, to=STAGES[outcome], cause=cause, by=by, reason=words, run=run, now=now)
        if outcome == Outcome.LOST:
            stages.cool_down([lead.pk], reason=reason, now=now, days=cooldown_days)
    return cancelled


def in_words(reason, text):
    """What the history keeps: the code of the reason, and somebody's own words behind it."""
    text = cleaning.text(text)
    return f"{reason}: {text}" if text else str(reason)


def reason_in_words(text):
    """A stored reason ("no_need: has none") with the code of the `RejectReason` in words."""
    code, colon, rest = text.partition(":")
    if code in RejectReason.values:
        label = str(RejectReason(code).label)
        return f"{label}: {rest.strip()}" if colon and rest.strip() else label
    return text
