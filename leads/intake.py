"""The only door for interactions: one transaction from what was sent to what is known.

Recording is idempotent by `event_id`, writes the interaction, finds or creates its contact, raises the contact's revision and
opens a lead if the interaction calls for one. A batch is written like one event, with a number of queries that does not grow
with it; a single event is a batch of one.
"""

import logging
from dataclasses import dataclass, replace

from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from leads import bulk, consent, cycles, identity, incoming, signals, suppression
from leads.enums import (
    SALES_TOUCHES,
    Cause,
    InteractionKind,
    Purpose,
    SuppressionReason,
    Verdict,
)
from leads.incoming import Event, Refused
from leads.models import Campaign, Contact, Interaction, Lead, Product

logger = logging.getLogger(__name__)

ATTEMPTS = 5


@dataclass(frozen=True)
class Recorded:
    """What is known after recording. `created` is False for an `event_id` that was known before: nothing has changed then.

    `lead` is the contact's open lead, if any. `differs` says that the known event was another one under the same id.
    """

    interaction: Interaction
    contact: Contact
    lead: Lead | None
    created: bool
    notices: tuple[str, ...] = ()
    differs: bool = False


def record(
    *,
    event_id,
    kind,
    occurred_at,
    now,
    email=None,
    external_id=None,
    source_system="",
    source=None,
    contact=None,
    path="",
    asset="",
    product=None,
    campaign=None,
    payload=None,
    contact_fields=None,
    verdict=Verdict.HUMAN,
    by=None,
):
    """Record one interaction; returns `Recorded`. Raises `Refused` with the field at fault.

    `occurred_at` must carry its zone and lie at most five minutes ahead of `now`. The person is `contact`, or whoever `email`
    or `external_id` (within `source_system`, by default the source's) names; they are created if unknown. `contact_fields`
    fill what is blank about them and replace what stands only if they came from `source`. `product` and `campaign` are objects
    or keys. A human interaction opens a lead unless one is open, its kind is in `NOT_OPENING_A_LEAD`, or it happened before
    the contact's latest lead was closed. An unsubscription withdraws the consent to e-mail and suppresses the address, a hard
    bounce suppresses it, in the same transaction.
    """
    given = {
        "event_id": event_id,
        "kind": kind,
        "occurred_at": occurred_at,
        "email": email,
        "external_id": external_id,
        "source_system": source_system,
        "contact": contact,
        "path": path,
        "asset": asset,
        "product": product,
        "campaign": campaign,
        "payload": payload,
        "contact_fields": contact_fields,
        "verdict": verdict,
        "by": by,
    }
    event = incoming.validated(given, now=now, source=source, declared=incoming.declared_fields([given]))
    return _stored([event], now=now)[0]


def record_batch(events, *, now, source=None, is_history=False):
    """Record many interactions; returns one `Recorded` or `Refused` per event, in their order.

    Events are dictionaries with the arguments of `record` except `now`; one without a `source` has that of the batch. A bad
    one is refused alone. With `is_history` (an imported past) only people who never had a lead get one: what was won or lost
    since is not opened again.
    """
    events = list(events)
    declared = incoming.declared_fields(events)
    results = [_tried(event, now=now, source=source, declared=declared) for event in events]
    if is_history:
        results = [replace(item, is_history=True) if isinstance(item, Event) else item for item in results]
    good = [position for position, result in enumerate(results) if isinstance(result, Event)]
    for position, result in zip(good, _stored_together([results[position] for position in good], now=now), strict=True):
        results[position] = result
    return results


def rejudge(interactions, *, verdict, reason, now):
    """Read past interactions differently (a scanner's clicks, an undone call) and tell scoring. Safe to repeat.

    Returns how many were judged differently before.
    """
    with transaction.atomic():
        changed = [item for item in interactions if item.verdict != verdict]
        Interaction.objects.filter(pk__in=[item.pk for item in changed]).update(
            verdict=verdict, verdict_reason=reason[:200]
        )
        for item in changed:
            item.verdict, item.verdict_reason = verdict, reason[:200]
        contact_ids = {item.contact_id for item in changed} - {None}
        identity.raise_revision(contact_ids)
        cycles.refresh_activity(contact_ids)
        cycles.refresh_touches({item.contact_id for item in changed if item.kind in SALES_TOUCHES} - {None})
    return len(changed)


def retract(interaction, *, by, reason, now):
    """Take an interaction back: it stays on record and counts for nothing. Taking it back again does nothing."""
    rejudge([interaction], verdict=Verdict.RETRACTED, reason=reason, now=now)


def open_lead(contact, *, now, source=None, campaign=None, product=None, cause=Cause.PERSON, by=None, reason=""):
    """The contact's open lead, opened if there is none: for imports and a person's hand. Raises the contact's revision then."""
    with transaction.atomic():
        # The revision comes first: on PostgreSQL it locks the contact, so that two openers wait for each other.
        identity.raise_revision([contact.pk])
        lead = cycles.open_of([contact.pk]).get(contact.pk)
        if lead is None:
            origin = cycles.Origin(source=source, campaign=campaign, product=product, cause=cause, by=by, reason=reason)
            cycles.open_leads([contact], origins={contact.pk: origin}, now=now)
            cycles.refresh_activity([contact.pk])
            lead = cycles.open_of([contact.pk])[contact.pk]
    return lead


def _tried(event, *, now, source, declared):
    try:
        return incoming.validated(event, now=now, source=source, declared=declared)
    except Refused as refused:
        return refused


def _stored_together(events, *, now):
    """Results of storing a batch; should the database refuse it as a whole, each event alone, so that one costs no other."""
    found = _resolved(events)
    good = [position for position, event in enumerate(found) if isinstance(event, Event)]
    try:
        stored = _stored([found[position] for position in good], now=now) if good else []
    except DatabaseError as error:
        if len(good) == 1:
            # The database's own words name the person.
            state = getattr(error.__cause__, "sqlstate", None) or "-"
            logger.error("An event was refused by the database: %s, SQLSTATE %s", type(error).__name__, state)
            stored = [Refused("event", _("This event could not be stored."))]
        else:
            stored = [_stored_together([found[position]], now=now)[0] for position in good]
    for position, result in zip(good, stored, strict=True):
        found[position] = result
    return found


def _resolved(events):
    """The events with products and campaigns instead of their keys, `Refused` where there is no such key."""
    found = list(events)
    for name, model in (("product", Product), ("campaign", Campaign)):
        keys = {getattr(event, name) for event in events if isinstance(getattr(event, name), str)}
        if not keys:
            continue
        rows = {row.slug: row for row in model.objects.filter(slug__in=keys)}
        for position, event in enumerate(found):
            if isinstance(event, Event) and isinstance(getattr(event, name), str):
                row = rows.get(getattr(event, name))
                found[position] = replace(event, **{name: row}) if row else Refused(name, _("This key is not known."))
    return found


def _stored(events, *, now):
    """Write the events in one transaction, again if another writer was in the way."""
    events = _resolved(events)
    for event in events:
        if isinstance(event, Refused):
            raise event
    nested = connection.in_atomic_block
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return _write(events, now=now)
        except IntegrityError:
            # Another writer brought the same event or person just now; the next attempt finds it.
            if attempt == ATTEMPTS:
                raise
        except OperationalError:
            # A deadlock or a lost connection takes an outer transaction with it, so only the outermost may try again.
            if nested or attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _write(events, *, now):
    known = {
        item.event_id: item
        for item in Interaction.objects.filter(event_id__among={event.event_id for event in events}).select_related(
            "contact"
        )
    }
    fresh = {event.event_id: event for event in reversed(events) if event.event_id not in known}
    fresh = {event.event_id: fresh[event.event_id] for event in events if fresh.get(event.event_id) is event}
    created = _write_fresh(list(fresh.values()), now=now) if fresh else {}
    interactions = known | created
    leads = cycles.open_of({item.contact_id for item in interactions.values()})
    results = []
    for event in events:
        item = interactions[event.event_id]
        is_new = fresh.get(event.event_id) is event
        results.append(
            Recorded(
                interaction=item,
                contact=item.contact,
                lead=leads.get(item.contact_id),
                created=is_new,
                notices=event.notices if is_new else (),
                differs=not is_new and not _is_same(event, item),
            )
        )
    return results


def _write_fresh(events, *, now):
    """Write events that are not known yet, in this order: people, interactions, revisions, leads."""
    directory = identity.Directory([event.claim for event in events if event.contact is None])
    contacts = [directory.contact_for(event.claim, contact=event.contact) for event in events]
    raised = directory.save(now=now)
    matcher = signals.matcher_for({event.kind for event in events})
    items = [
        Interaction(
            event_id=event.event_id,
            contact=contact,
            signal=matcher.match(_facts(event)),
            verdict=event.verdict,
            kind=event.kind,
            occurred_at=event.occurred_at,
            day=event.day,
            received_at=now,
            source=event.claim.source,
            product=event.product,
            campaign=event.campaign,
            asset=event.asset,
            path=event.path,
            payload=event.payload,
        )
        for event, contact in zip(events, contacts, strict=True)
    ]
    bulk.insert(items)
    by_id = {contact.pk: contact for contact in contacts}
    # On PostgreSQL this locks the contacts, so that what follows sees whatever a concurrent writer has left.
    identity.raise_revision(set(by_id) - raised - directory.created_ids)
    _open_missing(events, items, by_id, now=now)
    cycles.refresh_activity(by_id)
    touched = {item.contact_id for item in items if item.kind in SALES_TOUCHES and item.verdict == Verdict.HUMAN}
    if touched:
        cycles.refresh_touches(touched)
    _heed_objections(events, items, by_id, now=now)
    return {item.event_id: item for item in items}


def _facts(event):
    return signals.Facts(
        kind=event.kind,
        asset=event.asset,
        path=event.path,
        product_id=event.product.pk if event.product else None,
        campaign_id=event.campaign.pk if event.campaign else None,
    )


def _open_missing(events, items, contacts, *, now):
    """Open a lead for each contact without one whose interactions call for it; the earliest such is where it came from."""
    calling = sorted(
        ((event, item.contact_id) for event, item in zip(events, items, strict=True) if event.opens_a_lead),
        key=lambda pair: pair[0].occurred_at,
    )
    waiting = {contact_id for _event, contact_id in calling}
    waiting -= set(cycles.open_of(waiting))
    if not waiting:
        return
    closed = cycles.last_closed_of(waiting)
    origins = {}
    for event, contact_id in calling:
        # What reaches us late from before the close belongs to the cycle that was closed.
        is_over = contact_id in closed and (event.is_history or event.occurred_at < closed[contact_id])
        if contact_id in waiting and not is_over:
            source = event.claim.source or contacts[contact_id].source
            origin = cycles.Origin(source=source, campaign=event.campaign, product=event.product, by=event.by)
            origins.setdefault(contact_id, origin)
    cycles.open_leads([contacts[contact_id] for contact_id in origins], origins=origins, now=now)


def _heed_objections(events, items, contacts, *, now):
    """Withdraw and suppress in the transaction that records the reason for it."""
    human = {}
    for event, item in zip(events, items, strict=True):
        if item.verdict == Verdict.HUMAN:
            human.setdefault(event.claim.source, []).append(item)
    for source, said in human.items():
        leaving = [item.contact_id for item in said if item.kind == InteractionKind.UNSUBSCRIBE]
        if leaving:
            consent.withdraw_all(leaving, purpose=Purpose.EMAIL, now=now, source=source)
        reasons = {
            item.contact_id: SuppressionReason.HARD_BOUNCE
            for item in said
            if item.kind == InteractionKind.BOUNCE and _is_hard(item.payload)
        }
        reasons |= dict.fromkeys(leaving, SuppressionReason.OPT_OUT)
        reachable = {contacts[pk].email: reason for pk, reason in reasons.items() if contacts[pk].email}
        if reachable:
            suppression.add_all(reachable, now=now, source=source)


def _is_hard(payload):
    """A bounce that says the address does not exist: `{"type": "hard"}` or an enhanced status code 5.1.x."""
    return str(payload.get("type", "")).lower() == "hard" or str(payload.get("status", "")).startswith("5.1.")


def _is_same(event, item):
    return (event.kind, event.occurred_at, event.path, event.asset, event.payload) == (
        item.kind,
        item.occurred_at,
        item.path,
        item.asset,
        item.payload,
    )
