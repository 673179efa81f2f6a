"""What bodies look like. Unknown fields are refused, and a text is a text: whoever guesses is told."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from leads import deals, followups, notes
from leads.api import pages
from leads.api.writing import MOST_ITEMS
from leads.attributes import COMPANY_LIMITS, CONTACT_LIMITS, MAX_EMPLOYEES
from leads.contacts import WEBSITE_LENGTH
from leads.enums import FollowUpKind, RejectReason

Id = Annotated[int, Field(ge=1, le=pages.LARGEST)]
Key = Annotated[str, Field(min_length=1, max_length=80, description="The key.")]
Moment = Annotated[pages.Moment, Field(description="With its zone.")]
_COUNTRY = "Two letters, such as DE."


def _text(limit, **more):
    return Field(None, max_length=limit, **more)


class Input(BaseModel):
    """A body, or a part of one."""

    model_config = ConfigDict(extra="forbid", strict=True)

    def given(self):
        """The fields that were sent, by name; those that hold null too."""
        return self.model_dump(exclude_unset=True)


class CompanyName(Input):
    """The employer, by name or domain; made if it is new, none if both are blank."""

    name: str | None = _text(COMPANY_LIMITS["name"])
    domain: str | None = _text(253)


class CompanyFields(CompanyName):
    """What is known about a company."""

    industry: str | None = _text(COMPANY_LIMITS["industry"])
    employees: int | None = Field(None, ge=0, le=MAX_EMPLOYEES)
    country: str | None = _text(2, description=_COUNTRY)
    city: str | None = _text(COMPANY_LIMITS["city"])
    custom: dict[str, Any] | None = Field(None, description="Declared custom fields by key.")


class CompanyIn(CompanyFields):
    """A company. Null clears a field of one that is changed."""

    website: str | None = _text(WEBSITE_LENGTH)


# Fields stand in the document in the order of the bases, the last one first.


class _Address(Input):
    email: str | None = _text(320)


class _Known(_Address):
    external_id: str | None = _text(120, description="Your id of the person, unique within the source of the key.")


class _PersonFields(Input):
    first_name: str | None = _text(CONTACT_LIMITS["first_name"])
    last_name: str | None = _text(CONTACT_LIMITS["last_name"])
    phone: str | None = _text(CONTACT_LIMITS["phone"])
    job_title: str | None = _text(CONTACT_LIMITS["job_title"])
    language: str | None = _text(8, description="Such as de.")
    country: str | None = _text(2, description=_COUNTRY)
    city: str | None = _text(CONTACT_LIMITS["city"])
    custom: dict[str, Any] | None = Field(None, description="Declared custom fields by key.")


class ContactIn(_PersonFields, _Known):
    """A person, known by the e-mail address or by your own id of them. Blanks change nothing."""

    company: CompanyFields | None = None


class ContactChanges(_PersonFields, _Address):
    """What is to be changed about a person. What is not given stays; null clears it."""

    company: CompanyName | None = None


class ContactsIn(Input):
    """Up to 500 people; all or nothing."""

    items: list[ContactIn] = Field(max_length=MOST_ITEMS)


class CompaniesIn(Input):
    """Up to 500 companies; all or nothing."""

    items: list[CompanyIn] = Field(max_length=MOST_ITEMS)


class FollowUpIn(Input):
    """Something to do about an open lead."""

    lead: Id
    kind: Literal[tuple(FollowUpKind.values)]
    due_at: Moment
    note: str | None = _text(followups.NOTE_LENGTH)
    owner: str | None = _text(150, description="The user name; by default the owner of the lead.")


class FollowUpsIn(Input):
    """Up to 500 follow-ups; all or nothing."""

    items: list[FollowUpIn] = Field(max_length=MOST_ITEMS)


class FollowUpChanges(Input):
    """Move a follow-up, or settle it."""

    due_at: Moment | None = None
    status: Literal["pending", "done", "cancelled"] | None = None


class NoteIn(Input):
    """What is to be written about a lead."""

    lead: Id
    text: str = Field(min_length=1, max_length=notes.LONGEST)


class NotesIn(Input):
    """Up to 500 notes; all or nothing."""

    items: list[NoteIn] = Field(max_length=MOST_ITEMS)


class ProductIn(Input):
    """A product under its key."""

    name: str = Field(min_length=1, max_length=100)
    is_active: bool = True


class DealChanges(Input):
    """What is to be changed about a deal. What is not given stays; null clears it."""

    name: str | None = _text(deals.NAME_LENGTH)
    product: Key | None = None
    amount: Annotated[Decimal, Field(ge=0, le=deals.MOST)] | None = Field(
        None, description="In the installation's currency."
    )
    expected_on: date | None = None


class _Deal(Input):
    lead: Id
    external_id: str | None = _text(120, description="Your id of the deal, unique within the source of the key.")


class DealIn(DealChanges, _Deal):
    """A deal of an open lead."""


class DealsIn(Input):
    """Up to 500 deals; all or nothing."""

    items: list[DealIn] = Field(max_length=MOST_ITEMS)


class Won(Input):
    """When a deal was won."""

    closed_on: date | None = Field(None, description="By default today.")


class Lost(Won):
    """Why and when a deal was lost."""

    reason: Literal[tuple(RejectReason.values)]
    text: str | None = _text(deals.TEXT_LENGTH, description="More about it, in words.")
