"""Ids of people beside their own: every source counts by itself, and several files may know the same person."""

from leads import identity
from leads.models import Contact, ContactAlias


def remember(records, contacts, context):
    """Keep the ids of records whose contact goes by another one already."""
    system = identity.system_of(context.source)
    ContactAlias.objects.bulk_create(
        [
            ContactAlias(contact=contact, source_system=system, external_id=record.external_id, run=context.run)
            for record, contact in zip(records, contacts, strict=True)
            if record.external_id and (contact.source_system, contact.external_id) != (system, record.external_id)
        ],
        ignore_conflicts=True,
    )


def known(external_ids):
    """Id → {source: id of the contact}; a contact's own id beats the further one of another. Two queries."""
    found = {}
    for model, pk in ((ContactAlias, "contact_id"), (Contact, "pk")):
        rows = model.objects.filter(external_id__in=external_ids).order_by("id")
        for contact_id, system, external_id in rows.values_list(pk, "source_system", "external_id"):
            found.setdefault(external_id, {})[system] = contact_id
    return found


def is_in_use(system):
    """Whether anybody has an id from this source."""
    named = {"source_system": system}
    return (
        Contact.objects.filter(**named).exclude(external_id="").exists()
        or ContactAlias.objects.filter(**named).exists()
    )
