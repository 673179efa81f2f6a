"""What records look like in answers."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from ninja import Field, Schema

from leads.enums import DealStatus, FollowUpKind

NEXT = "Give this as `after` for the next page; null at the end."


class ProductOut(Schema):
    """Something that a lead may buy."""

    id: int
    key: str = Field(alias="slug")
    name: str
    is_active: bool


class CompanyOut(Schema):
    """A company."""

    id: int
    name: str
    domain: str | None
    website: str
    industry: str
    employees: int | None
    country: str
    city: str
    custom: dict[str, Any]
    created_at: datetime


class ContactOut(Schema):
    """A person."""

    id: int
    email: str | None
    external_id: str
    source_system: str = Field(description="Whose id the external id is.")
    first_name: str
    last_name: str
    phone: str
    job_title: str
    language: str
    country: str
    city: str
    custom: dict[str, Any]
    company: CompanyOut | None
    do_not_profile: bool
    created_at: datetime
    updated_at: datetime


class FollowUpOut(Schema):
    """Something to do about a lead."""

    id: int
    lead: int = Field(alias="lead_id")
    kind: Literal[tuple(FollowUpKind.values)]
    due_at: datetime
    note: str
    owner: str | None = Field(description="The user name.")
    status: Literal["pending", "done", "cancelled"]
    created_at: datetime

    @staticmethod
    def resolve_owner(follow_up):
        return follow_up.owner.username if follow_up.owner else None

    @staticmethod
    def resolve_status(follow_up):
        if follow_up.done_at is not None:
            return "done"
        return "pending" if follow_up.cancelled_at is None else "cancelled"


class NoteOut(Schema):
    """What somebody wrote about a lead."""

    id: int
    lead: int = Field(alias="lead_id")
    text: str
    by: str | None = Field(description="The user name; null for a program.")
    created_at: datetime

    @staticmethod
    def resolve_by(note):
        return note.by.username if note.by else None


class DealOut(Schema):
    """What a lead may buy, and how that ended. The amount is in the installation's currency."""

    id: int
    lead: int = Field(alias="lead_id")
    name: str
    product: str | None = Field(description="The key of the product.")
    amount: Decimal | None
    expected_on: date | None
    status: Literal[tuple(DealStatus.values)]
    reason: str
    closed_on: date | None
    external_id: str
    created_at: datetime
    updated_at: datetime

    @staticmethod
    def resolve_product(deal):
        return deal.product.slug if deal.product else None


class ProductsOut(Schema):
    """One page of products."""

    products: list[ProductOut]
    next: str | None = Field(description=NEXT)


class CompaniesOut(Schema):
    """One page of companies."""

    companies: list[CompanyOut]
    next: str | None = Field(description=NEXT)


class ContactsOut(Schema):
    """One page of contacts."""

    contacts: list[ContactOut]
    next: str | None = Field(description=NEXT)


class FollowUpsOut(Schema):
    """One page of follow-ups."""

    follow_ups: list[FollowUpOut]
    next: str | None = Field(description=NEXT)


class NotesOut(Schema):
    """One page of notes."""

    notes: list[NoteOut]
    next: str | None = Field(description=NEXT)


class DealsOut(Schema):
    """One page of deals."""

    deals: list[DealOut]
    next: str | None = Field(description=NEXT)


class Changed(Schema):
    """What became of one item."""

    id: int
    is_new: bool


class ChangedOut(Schema):
    """What became of each item, in the order they were sent."""

    results: list[Changed]
