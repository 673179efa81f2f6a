"""The consent ledger: who agreed to what, when, by which wording. Rows are added, never changed; the newest is in force."""

from django.db.models import Count, Exists, OuterRef, Q

from leads.enums import ConsentState, Purpose
from leads.models import ConsentEvent


def record(contact, *, purpose, state, now, source=None, wording="", proof=None):
    """Write one change of one consent; returns the row."""
    return ConsentEvent.objects.create(
        contact=contact, purpose=purpose, state=state, at=now, source=source, wording=wording, proof=proof or {}
    )


def request(contact, *, purpose, now, source=None, wording="", proof=None):
    """The person asked to be asked (first half of a double opt-in); permits nothing yet."""
    return record(
        contact, purpose=purpose, state=ConsentState.REQUESTED, now=now, source=source, wording=wording, proof=proof
    )


def confirm(contact, *, purpose, now, source=None, wording="", proof=None):
    """The person agreed, with the wording they saw and the proof of it."""
    return record(
        contact, purpose=purpose, state=ConsentState.CONFIRMED, now=now, source=source, wording=wording, proof=proof
    )


def withdraw(contact, *, purpose, now, source=None, proof=None):
    """The person withdrew. Withdrawing what is withdrawn adds nothing and returns None."""
    found = withdraw_all([contact.pk], purpose=purpose, now=now, source=source, proof=proof)
    return found[0] if found else None


def withdraw_all(contact_ids, *, purpose, now, source=None, proof=None):
    """Withdraw one consent of many contacts in two statements; returns the rows that were added."""
    withdrawn = set(
        _newest()
        .filter(contact_id__among=contact_ids, purpose=purpose, state=ConsentState.WITHDRAWN)
        .values_list("contact_id", flat=True)
    )
    return ConsentEvent.objects.bulk_create(
        ConsentEvent(
            contact_id=contact_id,
            purpose=purpose,
            state=ConsentState.WITHDRAWN,
            at=now,
            source=source,
            proof=proof or {},
        )
        for contact_id in dict.fromkeys(contact_ids)
        if contact_id not in withdrawn
    )


def states(contact):
    """Purpose → state in force; purposes never spoken of are absent."""
    return dict(_newest().filter(contact=contact).values_list("purpose", "state"))


def state(contact, purpose):
    """The state in force, or "" if nothing was ever said."""
    return states(contact).get(purpose, "")


def is_confirmed(contact, purpose):
    """Only this permits anything."""
    return state(contact, purpose) == ConsentState.CONFIRMED


def confirmed_counts():
    """Purpose → number of contacts whose consent is confirmed now, zeros included. One query."""
    found = dict(
        _newest()
        .filter(state=ConsentState.CONFIRMED)
        .values("purpose")
        .annotate(contacts=Count("contact", distinct=True))
        .values_list("purpose", "contacts")
    )
    return {purpose: found.get(purpose, 0) for purpose in Purpose.values}


def _newest():
    """The rows that are in force: no later one of the same contact and purpose."""
    later = ConsentEvent.objects.filter(contact=OuterRef("contact"), purpose=OuterRef("purpose")).filter(
        Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), id__gt=OuterRef("id"))
    )
    return ConsentEvent.objects.filter(~Exists(later))
