"""One event as it was sent: read field by field into something that can be written, or refused with the field at fault."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from leads import addresses, attributes, cleaning, identity, signals
from leads.enums import NOT_OPENING_A_LEAD, InteractionKind, Verdict
from leads.models import Campaign, Contact, CustomField, Product, User

FUTURE_TOLERANCE = timedelta(minutes=5)
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
EVENT_ID_LENGTH, EXTERNAL_ID_LENGTH, KEY_LENGTH = 120, 120, 80
PATH_LENGTH, ASSET_LENGTH = 500, 200

FIELDS = frozenset(
    {
        "event_id", "kind", "occurred_at", "email", "external_id", "source_system", "contact", "path", "asset", "product",
        "campaign", "payload", "contact_fields", "verdict", "by", "source",
    }
)  # fmt: skip
_KINDS = frozenset(InteractionKind.values)


class Refused(ValueError):
    """The event cannot be recorded; `field` names what is wrong with it."""

    def __init__(self, field, message):
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Event:
    """One validated event."""

    event_id: str
    kind: str
    occurred_at: datetime
    day: date
    claim: identity.Claim
    contact: Contact | None
    path: str
    asset: str
    product: Product | str | None
    campaign: Campaign | str | None
    payload: dict
    verdict: str
    by: User | None
    notices: tuple[str, ...] = ()
    is_history: bool = False

    @property
    def opens_a_lead(self):
        return self.verdict == Verdict.HUMAN and self.kind not in NOT_OPENING_A_LEAD


def declared_fields(events):
    """(entity, key) → custom field; read only if an event speaks of one."""
    if not any(isinstance(event, dict) and event.get("contact_fields") for event in events):
        return {}
    return {(item.entity, item.key): item for item in CustomField.objects.all()}


def validated(event, *, now, source, declared):
    """The `Event` in a dictionary of arguments; `source` is that of events that name none. Raises `Refused`."""
    if not isinstance(event, dict):
        raise Refused("event", _("An event is an object."))
    for name in event:
        if name not in FIELDS:
            raise Refused(str(name)[:60], _("There is no such field."))
    kind = event.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise Refused("kind", _("There is no such kind of interaction."))
    occurred_at = _moment(event.get("occurred_at"), now=now)
    notices = []
    path, was_cut = cleaning.cut(signals.normal_path(_text(event, "path")), PATH_LENGTH)
    if was_cut:
        notices.append(_("path was cut to %(limit)d characters.") % {"limit": PATH_LENGTH})
    asset, was_cut = cleaning.cut(_text(event, "asset"), ASSET_LENGTH)
    if was_cut:
        notices.append(_("asset was cut to %(limit)d characters.") % {"limit": ASSET_LENGTH})
    claim = _claim(event, source=event.get("source") or source, declared=declared)
    return Event(
        event_id=_identifier(event, "event_id", EVENT_ID_LENGTH, required=True),
        kind=str(kind),
        occurred_at=occurred_at,
        day=occurred_at.astimezone(ZoneInfo(settings.TIME_ZONE)).date(),
        claim=claim,
        contact=event.get("contact"),
        path=path,
        asset=asset,
        product=_reference(event, "product"),
        campaign=_reference(event, "campaign"),
        payload=_payload(event),
        verdict=event.get("verdict") or Verdict.HUMAN,
        by=event.get("by"),
        notices=tuple(notices + claim.attributes.notices),
    )


def _claim(event, *, source, declared):
    address = None
    if event.get("email") not in (None, ""):
        try:
            address = addresses.parse(event["email"])
        except addresses.NotAnAddress as error:
            raise Refused("email", str(error)) from error
        except TypeError as error:
            raise Refused("email", _("This must be a text.")) from error
    external_id = _identifier(event, "external_id", EXTERNAL_ID_LENGTH)
    system = _identifier(event, "source_system", identity.SYSTEM_LENGTH) or identity.system_of(source)
    if address is None and not external_id and event.get("contact") is None:
        raise Refused("email", _("Give the e-mail address or the external id of the person."))
    try:
        said = attributes.parse(event.get("contact_fields"), declared=declared)
    except attributes.Invalid as error:
        raise Refused(error.field, error.message) from error
    return identity.Claim(
        address=address,
        source_system=system if external_id else "",
        external_id=external_id,
        source=source,
        by=event.get("by"),
        attributes=said,
    )


def _text(event, name):
    value = event.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused(name, _("This must be a text."))
    return value


def _identifier(event, name, limit, *, required=False):
    """An id as it was given. It is refused rather than cut or cleaned: two ids must not become one."""
    value = event.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 10**18 else "x" * 200
    value = _text({name: value}, name).strip()
    if required and not value:
        raise Refused(name, _("This is missing."))
    if len(value) > limit:
        raise Refused(name, _("This is longer than %(limit)d characters.") % {"limit": limit})
    if value and (cleaning.text(value) != value):
        raise Refused(name, _("This has characters that an id cannot have."))
    return value


def _moment(value, *, now):
    if isinstance(value, str):
        try:
            value = parse_datetime(value.strip())
        except ValueError:
            value = None
    if not isinstance(value, datetime):
        raise Refused("occurred_at", _("This must be a time such as 2026-12-31T09:30:00+01:00."))
    if value.utcoffset() is None:
        raise Refused("occurred_at", _("The time must carry its zone, for example +01:00 or Z."))
    try:
        value = value.astimezone(UTC)
    except OverflowError as error:
        raise Refused("occurred_at", _("The time is too long ago.")) from error
    if value < EARLIEST:
        raise Refused("occurred_at", _("The time is too long ago."))
    if value > now + FUTURE_TOLERANCE:
        raise Refused("occurred_at", _("The time lies in the future."))
    return value


def _reference(event, name):
    """A product or campaign: an object, or the key of one that intake looks up; None for nothing."""
    value = event.get(name)
    if value is None or isinstance(value, Product | Campaign):
        return value
    return _identifier(event, name, KEY_LENGTH).lower() or None


def _payload(event):
    given = event.get("payload")
    if given is None:
        given = {}
    if not isinstance(given, dict):
        raise Refused("payload", _("This must be an object."))
    try:
        payload = cleaning.payload(given)
    except cleaning.NotStorable as error:
        raise Refused("payload", str(error)) from error
    if event.get("by") is not None:
        payload["by"] = event["by"].pk
    return payload
