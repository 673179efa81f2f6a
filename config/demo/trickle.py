"""One live event of the demo: somebody who is known comes back, or somebody new arrives."""

import uuid

from config.demo import story
from leads import hints, intake
from leads.enums import InteractionKind
from leads.models import Contact, Lead, Source

_KNOWN_ACTS = (
    (InteractionKind.PAGE_VIEW, {"path": "/preise"}, 4),
    (InteractionKind.PAGE_VIEW, {"path": "/produkte/leitstand", "product": "leitstand"}, 5),
    (InteractionKind.PAGE_VIEW, {"path": "/blog/retrofit"}, 5),
    (InteractionKind.DOWNLOAD, {"asset": "planning-guide", "product": "leitstand"}, 3),
    (InteractionKind.VIDEO, {"asset": "safestart-in-3-minutes", "product": "safestart"}, 3),
    (InteractionKind.EMAIL_CLICK, {"asset": "newsletter"}, 2),
    (InteractionKind.EMAIL_REPLY, {"asset": "second-look"}, 1),
    (InteractionKind.FORM, {"asset": "demo-request", "product": "flowcheck"}, 1),
)


def happen(*, chance, now):
    """Record one event at `now` and hint a tick. Returns what intake recorded, or None in an empty database."""
    if chance.random() < 0.06:
        recorded = _arrive(chance, now)
    else:
        recorded = _come_back(chance, now)
    if recorded is not None:
        hints.rescore()
    return recorded


def _come_back(chance, now):
    open_ids = list(Lead.objects.open().values_list("contact_id", flat=True).order_by("id"))
    if not open_ids:
        return None
    contact = Contact.objects.get(pk=chance.choice(open_ids))
    kind, more, _weight = chance.choices(_KNOWN_ACTS, [weight for *_, weight in _KNOWN_ACTS])[0]
    return intake.record(event_id=f"live-{uuid.uuid4()}", kind=kind, occurred_at=now, now=now, contact=contact, **more)


def _arrive(chance, now):
    person = story.newcomer(number=chance.randrange(10**9), seed=0, now=now)
    return intake.record(
        event_id=f"live-{uuid.uuid4()}",
        kind=InteractionKind.DOWNLOAD,
        occurred_at=now,
        now=now,
        email=person.email,
        source=Source.objects.filter(name=person.source).first(),
        asset="planning-guide",
        contact_fields=person.fields,
    )
