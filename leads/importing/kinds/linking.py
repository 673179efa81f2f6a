"""Whose rows they are: the contacts that ids and addresses of a batch name. A constant number of queries."""

from django.utils.translation import gettext

from leads import identity
from leads.importing import aliases
from leads.models import Contact


def contacts_of(records, context, *, may_be_new=False):
    """(the records with the id of their contact, the refused ones with the reason).

    An id is looked for among those of the source that its column names, else of the import's own source, else of all sources if
    only one has it. Where a file has ids of one source alone and nobody came from it (a preset's guess), it is as if none was
    named; with several, that would take one person for another. `may_be_new` takes records with an unknown address too, with
    None instead of an id.
    """
    wanted = {value for record in records for _system, ids in record.ids for value in ids}
    known = aliases.known(wanted)
    emails = {record.address.email for record in records if record.address}
    by_email = dict(Contact.objects.filter(email__in=emails).values_list("email", "pk"))
    systems = {system for record in records for system in record.systems}
    if len(systems) == 1 and not aliases.is_in_use(next(iter(systems))):
        systems = set()
    own = identity.system_of(context.source)
    found, refused = [], []
    for record in records:
        pk, reason = _contact(record, known, by_email, systems, own)
        if pk is None and may_be_new and record.address:
            reason = ""
        if reason:
            refused.append((record, reason))
        else:
            found.append((record, pk))
    return found, refused


def _contact(record, known, by_email, systems, own):
    """(id of the contact, or None with the reason)."""
    reason = gettext("The row names nobody: it has neither an id of a lead or contact nor an e-mail address.")
    for system, ids in record.ids:
        for value in ids:
            there = known.get(value, {})
            wanted = system if system in systems else ""
            if wanted in there or (not wanted and own in there):
                return there[wanted or own], ""
            if not wanted and len(there) == 1:
                return next(iter(there.values())), ""
            if wanted:
                reason = gettext("There is nobody with the id “%(id)s” from “%(source)s”.") % {
                    "id": value,
                    "source": wanted,
                }
            elif there:
                reason = gettext(
                    "Several sources have somebody with the id “%(id)s”: say which with COLUMN=external_id@SOURCE."
                ) % {"id": value}
            else:
                reason = gettext("There is nobody with the id “%(id)s”.") % {"id": value}
    if record.address:
        if record.address.email in by_email:
            return by_email[record.address.email], ""
        reason = gettext("There is nobody with this e-mail address.")
    return None, reason
