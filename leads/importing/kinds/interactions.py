"""What people did and had done in another program: calls, meetings, e-mail events, visits. All through intake."""

from urllib.parse import urlsplit

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext

from leads import addresses, intake
from leads.enums import InteractionKind
from leads.importing import applying, journal
from leads.importing.interpreting import Rejected
from leads.importing.kinds import base, linking
from leads.importing.kinds.base import target
from leads.models import Campaign, Contact, Lead, Product

TARGETS = base.by_name(
    target("event_id", ("event id", "eventid", "activity id", "id", "taskid", "callid", "call id"), reads="id", limit=120),
    target("kind", ("kind", "type", "event", "event type", "event name", "activity type", "art"), limit=80),
    target(
        "occurred_at",
        ("occurred at", "time", "timestamp", "date", "event timestamp", "call start time", "start datetime", "start time", "datum",
         "zeitpunkt", "activity date", "created at"),
        reads="past",
    ),
    target("path", ("path", "url", "page", "page location"), limit=2000),
    target("asset", ("asset", "subject", "title", "page title", "betreff"), limit=200),
    target("product", ("product",), limit=80),
    target("campaign", ("campaign", "utm campaign"), limit=80),
    target("duration", ("duration", "call duration in seconds", "dauer"), reads="number"),
    target("result", ("result", "call result", "outcome", "ergebnis"), limit=80),
    target("note", ("note", "notes", "description", "body", "notiz"), limit=2000),
    target("person", ("userid",), limit=320),
    *base.PERSON,
)  # fmt: skip
ID = "event_id"
CUSTOM = None

_WORDS = {
    InteractionKind.CALL: (
        "call",
        "phone call",
        "outbound",
        "inbound",
        "outbound call",
        "inbound call",
        "anruf",
        "telefonat",
    ),
    InteractionKind.MEETING: ("meeting", "event", "appointment", "demo", "termin", "besprechung"),
    InteractionKind.EMAIL_OPEN: ("email open", "open", "opened", "e mail opened", "email opened"),
    InteractionKind.EMAIL_CLICK: ("email click", "click", "clicked", "link clicked", "email clicked"),
    InteractionKind.EMAIL_REPLY: ("email reply", "reply", "replied", "incoming email", "antwort"),
    InteractionKind.BOUNCE: ("bounce", "bounced", "hard bounce"),
    InteractionKind.UNSUBSCRIBE: ("unsubscribe", "unsubscribed", "abmeldung"),
    InteractionKind.PAGE_VIEW: ("page view", "pageview", "visit", "action", "seitenaufruf"),
    InteractionKind.DOWNLOAD: ("download", "file download"),
    InteractionKind.FORM: ("form", "form submit", "form submission", "generate lead", "formular"),
    InteractionKind.VIDEO: ("video", "video start", "video progress", "video complete"),
    InteractionKind.NEWSLETTER: ("newsletter", "newsletter sign up", "sign up"),
    InteractionKind.WEBINAR: ("webinar", "webinar attended"),
    InteractionKind.CHAT: ("chat",),
    InteractionKind.SOCIAL: ("social",),
}
_BY_WORD = {word: kind for kind, words in _WORDS.items() for word in words} | {
    kind.value.replace("_", " "): kind for kind in InteractionKind
}
_NOISE = ("session start", "first visit", "user engagement", "scroll")


def missing(mapping):
    """Why the file cannot be imported like that, or ""."""
    if mapping.target("kind") is None and not mapping.rules.get("interaction"):
        return gettext(
            "No column says what happened: name one with --map COLUMN=kind, or say with --interaction KIND what all are."
        )
    nobody = "" if mapping.target("person") else base.nobody_named(mapping)
    return base.needs(mapping, "occurred_at") or nobody


class Interpreter(base.Interpreter):
    """Rows as the arguments of `intake.record`."""

    def __init__(self, mapping, *, now):
        super().__init__(mapping, now=now)
        self.constant = mapping.rules.get("interaction", "")

    def finished(self, record):
        values = record.values
        if "occurred_at" not in values:
            raise Rejected(gettext("The row does not say when it happened."))
        said = values.get("kind", "")
        word = " ".join(said.casefold().replace("_", " ").replace("-", " ").split())
        if word in _NOISE:
            raise Rejected(
                gettext("“%(kind)s” is left out: it says nothing that a page view does not.") % {"kind": word}
            )
        if self.constant:
            values["kind"] = self.constant
        elif not word:
            raise Rejected(gettext("The row does not say what happened."))
        else:
            values["kind"] = _BY_WORD.get(word, InteractionKind.CUSTOM).value
        values["payload"] = {name: values[name] for name in ("duration", "result", "note") if name in values}
        if said and values["kind"] == InteractionKind.CUSTOM:
            values["payload"]["event"] = said
        if "person" in values:
            _name_person(values["person"], record)
        if "path" in values:
            values["path"] = _path(values["path"])
        values["event_id"] = self.own_id(record, "event_id", of=("email", "occurred_at", "kind", "path", "asset"))


def apply(records, context):
    """Record a batch by intake. Applying it again records nothing: the ids of the events are those of the file."""
    result = applying.Result()
    with transaction.atomic():
        linked, result.refused = linking.contacts_of(records, context, may_be_new=True)
        contacts = Contact.objects.in_bulk([pk for _record, pk in linked if pk])
        keys = {name: _keys(model, [record for record, _pk in linked], name) for name, model in _ORIGINS.items()}
        events = [_event(record, contacts.get(pk), keys, context) for record, pk in linked]
        before = set(Lead.objects.filter(contact__in=contacts).values_list("pk", flat=True))
        written, touched, new = [], set(), set()
        recorded = intake.record_batch(events, now=context.now, source=context.source, is_history=True)
        for (record, pk), found in zip(linked, recorded, strict=True):
            if isinstance(found, intake.Refused):
                result.refused.append((record, f"{found.field}: {found.message}"))
                continue
            result.taken.append(record)
            if found.created:
                result.created += 1
                written.append(found.interaction.pk)
                touched.add(found.contact.pk)
                new |= set() if pk else {found.contact.pk}
            else:
                result.unchanged += 1
        # Intake has opened leads where there was none.
        opened = Lead.objects.filter(contact__in=touched, created_at=context.now).exclude(pk__in=before)
        journal.created(context.record, "contact", sorted(new))
        journal.created(context.record, "lead", sorted(opened.values_list("pk", flat=True)))
        journal.created(context.record, "interaction", written)
    return result


_ORIGINS = {"product": Product, "campaign": Campaign}


def _keys(model, records, name):
    """Those of the named products or campaigns that exist, by the words of the file."""
    words = {record.values[name] for record in records if name in record.values}
    slugs = {slugify(word): word for word in words}
    found = model.objects.filter(slug__in=slugs) if words else ()
    return {slugs[item.slug]: item for item in found}


def _event(record, contact, keys, context):
    values = record.values
    return {
        # Two programs may count from one: the source keeps their ids apart.
        "event_id": f"import:{context.source.pk}:{values['event_id']}"[:120],
        "kind": values["kind"],
        "occurred_at": values["occurred_at"],
        "contact": contact,
        "email": None if contact else record.address.email,
        "asset": values.get("asset", ""),
        "path": values.get("path", ""),
        "payload": values["payload"],
        **{name: keys[name].get(values.get(name)) for name in _ORIGINS},
    }


def _name_person(text, record):
    """A user id is an address in some installations of web analytics, an id in others."""
    if "@" in text:
        record.values.setdefault("email", _address(text))
    else:
        record.ids.append(("", [text]))


def _address(text):
    try:
        return addresses.parse(text)
    except addresses.NotAnAddress as fault:
        raise Rejected(str(fault)) from None


def _path(text):
    """The path of an address: its query often carries the person."""
    try:
        return urlsplit(text).path or "/"
    except ValueError:
        # No address at all, such as "http://[".
        return "/"
