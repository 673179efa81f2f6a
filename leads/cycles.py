"""The sales cycle that interactions belong to: opening a lead, and what a lead remembers of its contact's interactions."""

from dataclasses import dataclass

from django.db.models import Max, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from leads import bulk
from leads.enums import SALES_TOUCHES, Cause, Stage
from leads.models import Campaign, Contact, Interaction, Lead, Product, Source, StageChange, User


@dataclass(frozen=True)
class Origin:
    """What brought a lead, and who or what opened it."""

    source: Source | None = None
    campaign: Campaign | None = None
    product: Product | None = None
    cause: str = Cause.INTAKE
    by: User | None = None
    reason: str = ""


def open_leads(contacts, *, origins, now, stage=Stage.LEAD):
    """Give each contact, by id in `origins`, a lead in its first stage; returns contact id → `Lead`.

    The team is the source's. The owner stays empty: qualification assigns new MQLs. None of them may have an open lead.
    """
    leads = [
        Lead(
            contact=contact,
            source=origins[contact.pk].source,
            team_id=origins[contact.pk].source.team_id if origins[contact.pk].source else None,
            campaign=origins[contact.pk].campaign,
            product=origins[contact.pk].product,
            stage=stage,
            stage_since=now,
            created_at=now,
        )
        for contact in contacts
    ]
    bulk.insert(leads)
    bulk.insert(
        StageChange(
            lead=lead,
            to_stage=stage,
            at=now,
            by=origins[lead.contact_id].by,
            cause=origins[lead.contact_id].cause,
            reason=origins[lead.contact_id].reason,
        )
        for lead in leads
    )
    return {lead.contact_id: lead for lead in leads}


def open_of(contact_ids):
    """Contact id → its open lead. One query."""
    return {lead.contact_id: lead for lead in Lead.objects.open().filter(contact_id__among=contact_ids)}


def locked(lead):
    """The lead as it stands now, locked: its contact before it, as in intake, so that none waits for the other."""
    Contact.objects.select_for_update(no_key=True).filter(pk=lead.contact_id).values_list("pk").first()
    # Alone: a row joined to it would be the one from before the wait.
    return Lead.objects.select_for_update().get(pk=lead.pk)


def last_closed_of(contact_ids):
    """Contact id → when its latest closed lead was closed. One query."""
    return dict(
        Lead.objects.closed()
        .filter(contact_id__among=contact_ids)
        .values("contact_id")
        .annotate(last=Max("closed_at"))
        .values_list("contact_id", "last")
    )


def refresh_activity(contact_ids):
    """Set last activity of the contacts' open leads from the newest human interaction. One statement, any order of arrival."""
    newest = Interaction.objects.filter(contact=OuterRef("contact")).human().newest_first()
    Lead.objects.open().filter(contact_id__among=contact_ids).update(
        last_activity_at=Subquery(newest.values("occurred_at")[:1]),
        last_activity_kind=Coalesce(Subquery(newest.values("kind")[:1]), Value("")),
    )


def refresh_touches(contact_ids):
    """Set the first sales touch of the contacts' open leads: the earliest one since the cycle before was closed."""
    leads = open_of(contact_ids)
    closed = last_closed_of(leads)
    first = {}
    touches = Interaction.objects.filter(contact_id__among=leads, kind__in=SALES_TOUCHES).human()
    for contact_id, occurred_at in touches.order_by("occurred_at", "id").values_list("contact_id", "occurred_at"):
        if contact_id not in closed or occurred_at > closed[contact_id]:
            first.setdefault(contact_id, occurred_at)
    for contact_id, lead in leads.items():
        lead.first_touch_at = first.get(contact_id)
    Lead.objects.bulk_update(leads.values(), ["first_touch_at"], batch_size=200)
