"""`/contacts`: people."""

from typing import Literal

from ninja import Field, Query, Router

from leads import addresses, apikeys, byprogram, contacts
from leads.api import pages, problems, writing
from leads.api.inputs import ContactChanges, ContactIn, ContactsIn
from leads.api.outputs import ChangedOut, ContactOut, ContactsOut
from leads.apikeys import Scope
from leads.models import Contact

router = Router(tags=["Contacts"])


class Wanted(pages.Wanted):
    """Which contacts."""

    sort: Literal["id", "-id", "name", "-name"] = "id"
    email: str | None = Field(None, max_length=320)
    external_id: str | None = Field(None, max_length=120)
    company: int | None = Field(None, ge=1, le=pages.LARGEST, description="The id of the employer.")
    updated_since: pages.Moment | None = Field(None, description="With its zone.")


_ORDERS = {"name": pages.Order("name_folded", str)}


@router.get("/contacts", **writing.reads(Scope.CONTACTS_READ, ContactsOut, is_list=True), url_name="contacts",
            summary="List contacts", operation_id="list_contacts")  # fmt: skip
def list_contacts(request, wanted: Query[Wanted]):
    """People, page by page. A key of a team sees those with a lead of that team."""
    found = _seen(request.auth)
    if wanted.email is not None:
        found = found.filter(email=_normal(wanted.email))
    if wanted.external_id is not None:
        found = found.filter(external_id=wanted.external_id)
    if wanted.company is not None:
        found = found.filter(company_id=wanted.company)
    if wanted.updated_since is not None:
        found = found.filter(updated_at__gte=wanted.updated_since)
    page, following = pages.page(request, wanted, found, orders=_ORDERS)
    return writing.listed(ContactsOut, contacts=page, next=following)


@router.post("/contacts", **writing.writes(Scope.CONTACTS_WRITE, ContactIn, ContactOut, status=(200, 201)),
             url_name="contacts", summary="Add a contact, or tell more about it", operation_id="save_contact")  # fmt: skip
def save_contact(request):
    """201 for somebody new, 200 for somebody known by the address or your id: then what you say fills blanks, and replaces
    only what came from the source of your key. To overrule what is known, change the contact. A key of a team adds nobody
    here, for a contact without a lead belongs to no team: open a lead."""

    def save(given, *, now):
        contact, is_new = _people(request.auth, [given], now=now)[0]
        return 201 if is_new else 200, _out(request.auth, contact.pk)

    return writing.once(request, ContactIn, save)


@router.post("/contacts/bulk", **writing.writes(Scope.CONTACTS_WRITE, ContactsIn, ChangedOut), url_name="contacts-bulk",
             summary="Add or tell more about up to 500 contacts", operation_id="save_contacts")  # fmt: skip
def save_contacts(request):
    """All or nothing: one bad item, or one that does not exist for the key, and nothing is changed."""

    def save(given, *, now):
        found = _people(request.auth, given.items, now=now)
        return 200, ChangedOut(results=[{"id": contact.pk, "is_new": is_new} for contact, is_new in found])

    return writing.once(request, ContactsIn, save, is_bulk=True, place="items.{}.")


@router.get("/contacts/{int:contact_id}", **writing.reads(Scope.CONTACTS_READ, ContactOut), url_name="contact",
            summary="Read a contact", operation_id="read_contact")  # fmt: skip
def read_contact(request, contact_id: int):
    """One person with their employer."""
    return writing.shown(_out(request.auth, contact_id))


@router.patch("/contacts/{int:contact_id}", **writing.writes(Scope.CONTACTS_WRITE, ContactChanges, ContactOut, is_change=True),
              url_name="contact", summary="Change a contact", operation_id="change_contact")  # fmt: skip
def change_contact(request, contact_id: int):
    """Overrule what is known about a person, as a colleague would on their page."""

    def change(given, *, now):
        contact = pages.locked(_seen(request.auth), Contact, contact_id)
        writing.check_unchanged(request, _out(request.auth, contact_id))
        values = given.given()
        if "company" in values:
            values["company"] = values["company"] or {"name": ""}
        contacts.edit(contact, values=values, by=None, now=now)
        return 200, _out(request.auth, contact_id)

    return writing.once(request, ContactChanges, change)


def _people(key, items, *, now):
    said = [item.given() for item in items]
    seen = None if key.team_id is None else apikeys.contacts_of(key)
    return byprogram.people(said, source=key.source, seen=seen, now=now)


def _seen(key):
    return apikeys.contacts_of(key).select_related("company")


def _out(key, contact_id):
    return ContactOut.from_orm(pages.one(_seen(key), contact_id))


def _normal(text):
    try:
        return addresses.normalise(text)
    except addresses.NotAnAddress as error:
        raise problems.Refused("email", str(error)) from error
