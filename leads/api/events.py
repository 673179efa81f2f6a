"""`POST /events` and `/events/batch`: what programs tell us about people."""

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Status
from ninja.errors import HttpError

from leads import apikeys, hints, intake
from leads.api import bodies
from leads.api.keys import Key
from leads.api.schemas import BatchIn, BatchOut, EventIn, EventOut, Problem, Refusal
from leads.apikeys import Scope

MAX_BATCH = 1_000
# `contact` is what the API calls what the person is said to be; who it is about is never an id of ours.
_SENT = frozenset(EventIn.model_fields)
_FAULTS = {400: Problem, 401: Problem, 403: Problem, 413: Problem, 415: Problem, 422: Refusal}

router = Router(tags=["Events"])


def _body(schema):
    """The documentation of a body that the operation reads by itself, with limits that must hold before parsing."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema.__name__}"}}}
    return {"requestBody": {"required": True, "content": content}}


@router.post(
    "/events",
    auth=Key(Scope.EVENTS_WRITE),
    response={202: EventOut, **_FAULTS},
    openapi_extra=_body(EventIn),
    url_name="events",
    summary="Send one event",
)
def send_event(request):
    """Record what a person did. Sending it again under the same `event_id` changes nothing and answers `duplicate`."""
    event = bodies.read_object(request)
    results = _record([event], key=request.auth)
    result, known = results[0], _known(results, key=request.auth)
    if isinstance(result, intake.Refused):
        field = _name(result.field)
        return Status(422, {"detail": f"{field}: {result.message}", "field": field})
    return Status(202, _answer(event, result, key=request.auth, known=known))


@router.post(
    "/events/batch",
    auth=Key(Scope.EVENTS_WRITE),
    response={202: BatchOut, **_FAULTS},
    openapi_extra=_body(BatchIn),
    url_name="events-batch",
    summary="Send up to 1,000 events",
)
def send_batch(request):
    """Record many events with one request. A bad one is refused alone; the others are kept."""
    body = bodies.read_object(request, max_bytes=bodies.BATCH_BYTES, max_keys=bodies.BATCH_KEYS)
    events = body.get("events")
    if set(body) != {"events"} or not isinstance(events, list):
        return Status(422, {"detail": _('The body must be {"events": […]}.'), "field": "events"})
    if len(events) > MAX_BATCH:
        raise HttpError(413, _("A batch has at most %(limit)d events.") % {"limit": MAX_BATCH})
    results = _record(events, key=request.auth)
    known = _known(results, key=request.auth)
    pairs = zip(events, results, strict=True)
    answers = [_answer(event, result, key=request.auth, known=known) for event, result in pairs]
    return Status(202, {"results": answers})


def _record(events, *, key):
    results = intake.record_batch([_translated(event) for event in events], now=timezone.now(), source=key.source)
    if any(isinstance(result, intake.Recorded) and result.created for result in results):
        hints.rescore()
    return results


def _translated(event):
    """The arguments of `intake.record`. Names that are not the API's stay as they are sent, marked so that none gets through."""
    if not isinstance(event, dict):
        return event
    return {
        "contact_fields" if name == "contact" else name if name in _SENT else f"?{name}": value
        for name, value in event.items()
    }


def _name(field):
    return field.removeprefix("?")


def _known(results, *, key):
    """Ids of the contacts of these results that exist for the key. At most one query."""
    ids = {result.contact.pk for result in results if isinstance(result, intake.Recorded) and result.contact}
    if key.team_id is None:
        return ids
    return set(apikeys.contacts_of(key).filter(pk__in=ids).values_list("pk", flat=True))


def _answer(event, result, *, key, known):
    if isinstance(result, intake.Refused):
        given = event.get("event_id") if isinstance(event, dict) else None
        return {
            "event_id": given[:120] if isinstance(given, str) else "",
            "status": "refused",
            "lead": None,
            "contact": None,
            "error": f"{_name(result.field)}: {result.message}",
            "notices": [],
        }
    return {
        "event_id": result.interaction.event_id,
        "status": "accepted" if result.created else "duplicate",
        "lead": result.lead.pk if result.lead and _may_see(key, result.lead) else None,
        "contact": result.contact.pk if result.contact and result.contact.pk in known else None,
        "error": _("Another event was recorded under this event_id before; that one stands.")
        if result.differs
        else None,
        "notices": list(result.notices),
    }


def _may_see(key, lead):
    return key.team_id is None or lead.team_id == key.team_id
