"""What data protection asks of an import: consents with their proof, and telling people where their data comes from."""

import datetime

from django.utils.translation import gettext

from leads import suppression
from leads.enums import ConsentState, FollowUpKind, Purpose
from leads.importing import journal
from leads.models import ConsentEvent, FollowUp, Lead

_PURPOSES = {"email": Purpose.EMAIL, "phone": Purpose.PHONE}
_WITHIN = datetime.timedelta(days=28)
"""Art. 14 (3) GDPR: within one month, which has 28 days at least."""


def heed(records, contacts, *, created, context):
    """Grant what the records say and their import can prove, and set the duty to inform. Returns the contacts that changed."""
    rules = context.record.mapping.get("options", {})
    touched = _grant(records, contacts, rules, context)
    if rules.get("art14") and created:
        _owe_information(created, context)
    return touched


def _grant(records, contacts, rules, context):
    """Confirm consents that nobody has spoken of before: what was withdrawn or suppressed needs the person's own yes."""
    wanted = {}
    for record, contact in zip(records, contacts, strict=True):
        for kind in record.consents - record.opt_outs:
            wanted[contact.pk, _PURPOSES[kind]] = contact
    if not wanted:
        return set()
    people = {contact.pk: contact for contact in wanted.values()}
    spoken = set(
        ConsentEvent.objects.filter(contact_id__among=people)
        .exclude(state=ConsentState.REQUESTED)
        .values_list("contact_id", "purpose")
    )
    suppressed = suppression.suppressed({contact.email for contact in people.values() if contact.email})
    events = ConsentEvent.objects.bulk_create(
        ConsentEvent(
            contact=contact,
            purpose=purpose,
            state=ConsentState.CONFIRMED,
            at=context.now,
            source=context.source,
            wording=rules["proof"][:2000],
            proof={"legal_basis": rules["legal_basis"][:300], "import": str(context.run)},
        )
        for (pk, purpose), contact in sorted(wanted.items())
        if (pk, purpose) not in spoken and not (purpose == Purpose.EMAIL and people[pk].email in suppressed)
    )
    journal.created(context.record, "consentevent", [event.pk for event in events])
    return {event.contact_id for event in events}


def _owe_information(created, context):
    """One follow-up on the lead of each new contact, so that each person who was told can be ticked off."""
    note = gettext(
        "Art. 14 GDPR: tell this person within a month that we have their data, and where from (%(source)s)."
    )
    leads = Lead.objects.filter(contact_id__among=created).order_by("contact_id", "-id")
    newest = {}
    for lead in leads:
        newest.setdefault(lead.contact_id, lead)
    follow_ups = FollowUp.objects.bulk_create(
        FollowUp(
            lead=lead,
            kind=FollowUpKind.MAIL,
            due_at=context.now + _WITHIN,
            note=(note % {"source": context.source.name})[:300],
            created_at=context.now,
        )
        for lead in newest.values()
    )
    journal.created(context.record, "followup", [item.pk for item in follow_ups])
