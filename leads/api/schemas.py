"""What requests and answers look like. The event schemas document; `leads.incoming` is what validates."""

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Schema

from leads.enums import InteractionKind


class Problem(Schema):
    """Why a request was refused."""

    detail: Any = Field(description="What is wrong, in words, or a list of faults by place.")


class Refusal(Problem):
    """Why an event was refused, and which field is at fault."""

    field: str


class CompanyFields(Schema):
    """A company, as far as it is known."""

    name: str = ""
    domain: str = ""
    industry: str = ""
    employees: int | None = None
    country: str = Field("", description="Two letters, such as DE.")
    city: str = ""
    custom: dict[str, Any] = Field({}, description="Declared custom fields by key.")


class ContactFields(Schema):
    """A person, as far as they are known. Blanks change nothing."""

    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    job_title: str = ""
    language: str = ""
    country: str = Field("", description="Two letters, such as DE.")
    city: str = ""
    company: CompanyFields | None = None
    custom: dict[str, Any] = Field({}, description="Declared custom fields by key.")


class EventIn(Schema):
    """Something that a person did or had done."""

    event_id: str = Field(description="Yours, unique, at most 120 characters. Sending it again changes nothing.")
    kind: Literal[tuple(InteractionKind.values)]
    occurred_at: datetime = Field(description="With its zone, at most five minutes in the future.")
    email: str | None = Field(None, description="This or external_id names the person.")
    external_id: str | None = Field(None, description="Your id of the person, unique within the source of the key.")
    path: str = Field("", description="Of the page, such as /pricing. Host and query are dropped.")
    asset: str = Field("", description="The name of what was downloaded, watched or sent.")
    product: str | None = Field(None, description="The key of a product.")
    campaign: str | None = Field(None, description="The key of a campaign.")
    payload: dict[str, Any] = Field(
        {}, description='Anything else. A bounce with {"type": "hard"} stops mail to the address.'
    )
    contact: ContactFields | None = None


class BatchIn(Schema):
    """Up to 1,000 events; each is accepted or refused by itself."""

    events: list[EventIn]


class EventOut(Schema):
    """What became of an event."""

    event_id: str
    status: Literal["accepted", "duplicate", "refused"]
    lead: int | None = Field(description="The person's open lead, if there is one.")
    contact: int | None = Field(description="Null too if the person does not exist for the key.")
    error: str | None = Field(description="Why it was refused, or that the id was used for another event before.")
    notices: list[str] = Field(description="What was changed to fit, such as a text that was cut.")


class BatchOut(Schema):
    """What became of each event, in the order they were sent."""

    results: list[EventOut]
