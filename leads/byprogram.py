"""People, companies and leads as programs write them through the API.

A program's word fills blanks and replaces what came from its own source, as everywhere. Nothing is cut to fit: what is too
long is refused. `seen` is what exists for the program; whatever else there is, is answered like something missing.
"""

from django.utils.translation import gettext as _

from leads import (
    addresses,
    assignment,
    attributes,
    cleaning,
    closing,
    contacts,
    cycles,
    deals,
    identity,
    origins,
    stages,
)
from leads.attributes import Invalid
from leads.enums import CLOSED_STAGES, Cause, Entity, Outcome, RejectReason, Stage
from leads.models import Contact, CustomField, Deal, Lead, User

_NEEDS_A_REASON = (Stage.NURTURE, Stage.DISQUALIFIED)


class BadItem(Exception):
    """One of several cannot be taken: `number` says which, counted from 0, `error` is the `Invalid` about it."""

    def __init__(self, number, error):
        super().__init__(str(error))
        self.number = number
        self.error = error


class Missing(Exception):
    """There is no such record, or none that this program may know of."""


class Elsewhere(Exception):
    """The person has an open lead that this program may not know of."""


class Closed(Exception):
    """The lead is won or lost and stays as it is."""


def people(said, *, source, seen, now):
    """Add people or tell us more about them; returns (contact, is new) for each dictionary in `said`, in their order.

    Each has `email` or `external_id` (within the source) and any of the fields of `attributes`. Where `seen` is not None,
    all must be in it: then nobody can be added. A constant number of queries. Raises `BadItem` and `Missing`.
    """
    claims = _claims(said, source=source)
    directory = identity.Directory(claims)
    found = [directory.contact_for(claim) for claim in claims]
    known = {contact.pk for contact in found}
    if seen is not None and (None in known or seen.filter(pk__in=known).count() != len(known)):
        raise Missing
    identity.raise_revision(known - {None} - directory.save(now=now))
    fresh, results = directory.created_ids, []
    for contact in found:
        results.append((contact, contact.pk in fresh))
        fresh.discard(contact.pk)
    return results


def company(said, *, seen, now):
    """Add a company or change what is known about it; returns (company, is new).

    It is known by `domain`, else by its exact `name`. Raises `Invalid` and `Missing`.
    """
    parsed = attributes.parse_company({name: said.get(name) for name in ("name", "domain")}, declared={})
    named = {name: value for name, value in parsed.company.items() if value}
    if not named:
        raise Invalid("domain", _("Give the domain or the name of the company."))
    if addresses.is_free_mail(named.get("domain", "")):
        raise Invalid("domain", _("This domain hands out addresses to everybody."))
    claim = identity.Claim(attributes=attributes.Attributes(company=named))
    directory = identity.Directory([claim])
    found = directory.company_for(claim)
    is_new = found.pk is None
    if seen is not None and not seen.filter(pk=found.pk or 0).exists():
        raise Missing
    directory.save(now=now)
    contacts.edit_company(found, values=_given(said), by=None, now=now)
    return found, is_new


def enter(contacts, *, source, team, seen, settings, now):
    """Open a lead of each person, or find the one that is open; returns (lead, was opened) for each, in their order.

    The team is `team`, else the source's. `settings` has for each what `edit` takes. A constant number of queries for those that
    are opened without an owner. Raises `BadItem`, and `Elsewhere` if `seen` lacks an open lead.
    """
    people = {contact.pk: contact for contact in contacts}
    # The revision comes first: on PostgreSQL it locks the contacts, so that two openers wait for each other.
    identity.raise_revision(sorted(people))
    known = cycles.open_of(people)
    if seen.filter(pk__in=[lead.pk for lead in known.values()]).count() != len(known):
        raise Elsewhere(_("This person cannot be added here: another team is in touch with them."))
    origins = {}
    for contact, values in zip(contacts, settings, strict=True):
        if contact.pk not in known:
            about = {name: values[name] for name in ("product", "campaign") if name in values}
            origins.setdefault(contact.pk, cycles.Origin(source=source, cause=Cause.API, **about))
    opened = cycles.open_leads([people[pk] for pk in origins], origins=origins, now=now)
    if team is not None:
        Lead.objects.filter(contact__in=origins, closed_at__isnull=True).update(team=team)
    cycles.refresh_activity(origins)
    results = []
    for number, (contact, values) in enumerate(zip(contacts, settings, strict=True)):
        lead = known.get(contact.pk) or opened[contact.pk]
        is_new = origins.pop(contact.pk, None) is not None
        wanted = {name: value for name, value in values.items() if not is_new or name == "owner"}
        try:
            if wanted:
                edit(lead, values=wanted, now=now)
        except Invalid as error:
            raise BadItem(number, error) from error
        results.append((lead, is_new))
    return results


def edit(lead, *, values, now):
    """Change `owner` (a user name), `product` and `campaign` of a lead, each of which may be None. Updates `lead` in place.

    Raises `Invalid` for somebody who cannot own it, and `Closed`.
    """
    current = lock([lead.pk])[0]
    attributed = {name: values[name] for name in ("product", "campaign") if name in values}
    is_other = any(getattr(current, f"{name}_id") != _pk(value) for name, value in attributed.items())
    if is_other or "owner" in values:
        check_open(current)
    if is_other:
        origins.attribute(current, values=attributed, by=None, now=now)
    if "owner" in values:
        assignment.assign(current, to=owner_named(values["owner"], lead=current), by=None, now=now)
    lead.refresh_from_db()


def lock(lead_ids):
    """The leads with these ids, in their order, which nobody else changes before the transaction ends."""
    # Contacts come first, as in intake, and rows in the order of ids, so that none waits for the other.
    people = Contact.objects.filter(leads__in=lead_ids).order_by().values("pk")
    list(Contact.objects.select_for_update().filter(pk__in=people).order_by("pk").values_list("pk"))
    return list(Lead.objects.select_for_update().filter(pk__in=lead_ids).order_by("pk"))


def check_id(text):
    """Raise `Invalid` for an id that would not come back as it was given: two ids must not become one."""
    if text != cleaning.text(text):
        raise Invalid("external_id", _("This has characters that an id cannot have."))


def check_open(lead):
    """Raise `Closed` for a lead that is won or lost."""
    if not lead.is_open:
        raise Closed(_("This lead is closed."))


def owner_named(name, *, lead):
    """The person with this user name who may own the lead; None for a blank. Raises `Invalid`."""
    if not name:
        return None
    try:
        return assignment.candidates(lead).get(username=name)
    except User.DoesNotExist:
        raise Invalid("owner", _("Nobody of this name can own this lead.")) from None


def move(leads, *, to, now, cooldown_days, reason="", text=""):
    """Move leads to a stage; those that stand there already stay. Returns the ids that moved, sorted.

    Back to nurture and disqualified need a reason of `RejectReason`, which keeps the contact from being MQL for
    `cooldown_days`. Closing ends deals and follow-ups as a person's hand does. Raises `Invalid`, and `stages.NotAllowed` if one of
    them may not go there.
    """
    if to in _NEEDS_A_REASON and reason not in RejectReason.values:
        raise Invalid("reason", _("Choose a reason."))
    moved = [lead for lead in sorted(leads, key=lambda lead: lead.pk) if lead.stage != to]
    words = closing.in_words(reason, text) if to in _NEEDS_A_REASON else cleaning.text(text)
    for lead in moved:
        if not lead.is_open or to not in CLOSED_STAGES:
            stages.move(lead, to=Stage(to), cause=Cause.API, reason=words, now=now)
            continue
        outcome = Outcome.WON if to == Stage.CUSTOMER else Outcome.LOST
        deals.settle(lead, outcome=outcome, reason=words if outcome == Outcome.LOST else "", now=now)
        closing.close(
            lead,
            outcome=outcome,
            reason=reason,
            text=text,
            by=None,
            now=now,
            cooldown_days=cooldown_days,
            cause=Cause.API,
        )
    ids = [lead.pk for lead in moved]
    if to == Stage.NURTURE:
        stages.cool_down(ids, reason=reason, now=now, days=cooldown_days)
    return ids


def deal(lead, *, values, external_id, source, now):
    """Open a deal of this lead, or change the one that the source knows by `external_id`; returns (deal, is new).

    `values` are those of `deals.edit`. Raises `Missing` if the id belongs to a deal of another lead, and what `deals` raises.
    """
    check_id(external_id)
    known = Deal.objects.filter(source=source, external_id=external_id).first() if external_id else None
    if known is None:
        values = {"name": ""} | values
        return deals.open_deal(
            lead, **values, by=None, source=source, external_id=external_id, cause=Cause.API, now=now
        ), True
    if known.lead_id != lead.pk:
        raise Missing
    deals.edit(known, values=values, by=None, now=now)
    return known, False


def _claims(said, *, source):
    declared = {(Entity(item.entity), item.key): item for item in CustomField.objects.all()}
    claims = []
    for number, given in enumerate(said):
        try:
            claims.append(_claim(_given(given), source=source, declared=declared))
        except Invalid as error:
            raise BadItem(number, error) from error
    return claims


def _claim(given, *, source, declared):
    email, external_id = given.pop("email", None), given.pop("external_id", None)
    if not email and not external_id:
        raise Invalid("email", _("Give the e-mail address or the external id of the person."))
    try:
        address = addresses.parse(email) if email else None
    except addresses.NotAnAddress as error:
        raise Invalid("email", str(error)) from error
    check_id(external_id or "")
    return identity.Claim(
        address=address,
        source_system=identity.system_of(source) if external_id else "",
        external_id=external_id or "",
        source=source,
        attributes=_uncut(attributes.parse(given, declared=declared, prefix="")),
    )


def _uncut(said):
    if said.notices:
        raise Invalid(said.notices[0].partition(" ")[0], said.notices[0])
    return said


def _given(said):
    return {name: value for name, value in said.items() if value is not None}


def _pk(thing):
    return None if thing is None else thing.pk
