"""What is still to be done about leads, and what was done."""

from django.db import transaction
from django.utils.translation import gettext

from leads import cycles
from leads.enums import FollowUpKind
from leads.importing import applying, journal
from leads.importing.interpreting import Rejected
from leads.importing.kinds import base, linking
from leads.importing.kinds.base import target
from leads.models import FollowUp, User

TARGETS = base.by_name(
    target("kind", ("kind", "type", "task type", "art"), limit=80),
    target("due_at", ("due at", "due date", "due", "fällig", "fällig am"), reads="moment"),
    target("note", ("note", "subject", "task", "title", "betreff", "notiz"), limit=300),
    target("status", ("status", "state"), limit=80),
    target("owner", ("owner", "assigned to", "task owner", "zuständig"), limit=150),
    target("created_at", ("created", "created at", "created time", "erstellt"), reads="past"),
    *base.PERSON,
)
ID = "external_id"
CUSTOM = None

_DONE = {"completed", "done", "closed", "erledigt", "abgeschlossen", "finished"}
_WORDS = {
    FollowUpKind.CALL: ("call", "phone", "anruf", "telefon"),
    FollowUpKind.MAIL: ("mail", "email", "e-mail", "letter"),
    FollowUpKind.MEETING: ("meeting", "demo", "visit", "termin", "besuch"),
    FollowUpKind.OFFER: ("offer", "quote", "proposal", "angebot"),
}


def missing(mapping):
    """Why the file cannot be imported like that, or ""."""
    return base.nobody_named(mapping) or base.needs(mapping, "due_at")


class Interpreter(base.Interpreter):
    """Rows as follow-ups."""

    def finished(self, record):
        values = record.values
        if "due_at" not in values:
            raise Rejected(gettext("The row does not say when it is due."))
        values.setdefault("note", "")
        words = f"{values.get('kind', '')} {values['note']}".casefold()
        found = (kind for kind, signs in _WORDS.items() if any(sign in words for sign in signs))
        values["kind"] = next(found, FollowUpKind.OTHER).value
        values["is_done"] = values.get("status", "").casefold() in _DONE


def apply(records, context):
    """Write a batch. A lead has one follow-up of a kind, time and note: applying it again only ticks off what is done by now."""
    result = applying.Result()
    with transaction.atomic():
        linked, result.refused = linking.contacts_of(records, context)
        leads = _open_leads({pk for _record, pk in linked})
        owners = _owners([record for record, _pk in linked])
        known = {
            (item.lead_id, item.kind, item.due_at, item.note): item
            for item in FollowUp.objects.filter(lead__in=leads.values()).order_by("id")
        }
        new, done = {}, {}
        for record, contact_id in linked:
            lead = leads.get(contact_id)
            if lead is None:
                result.refused.append(
                    (record, gettext("This person has no open lead, so there is nothing to be done."))
                )
                continue
            result.taken.append(record)
            values = record.values
            key = (lead.pk, values["kind"], values["due_at"], values["note"])
            item = known.get(key) or new.get(key)
            if item is None:
                new[key] = _follow_up(lead, values, owners, context)
                result.created += 1
            elif values["is_done"] and item.done_at is None and item.cancelled_at is None and item.pk:
                item.done_at = context.now
                done[item.pk] = item
                result.updated += 1
            else:
                result.unchanged += 1
        with journal.watching(context.record, FollowUp, sorted(done)):
            FollowUp.objects.bulk_update(done.values(), ["done_at"])
        FollowUp.objects.bulk_create(new.values())
        journal.created(context.record, "followup", [item.pk for item in new.values()])
    return result


def _open_leads(contact_ids):
    return cycles.open_of(contact_ids)


def _owners(records):
    """Folded words → the colleague that they mean: user name, address or full name. Nobody else's follow-up."""
    if not any("owner" in record.values for record in records):
        return {}
    found = {}
    for user in User.objects.filter(is_active=True).order_by("-id"):
        for word in (f"{user.first_name} {user.last_name}".strip(), user.email, user.username):
            if word:
                found[word.casefold()] = user
    return found


def _follow_up(lead, values, owners, context):
    return FollowUp(
        lead=lead,
        owner=owners.get(values.get("owner", "").casefold()),
        kind=values["kind"],
        due_at=values["due_at"],
        note=values["note"],
        created_at=values.get("created_at") or context.now,
        # Nobody knows when: at the latest when it was imported.
        done_at=min(max(values["due_at"], values.get("created_at") or values["due_at"]), context.now)
        if values["is_done"]
        else None,
    )
