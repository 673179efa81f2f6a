"""`GET /leads`, `/leads/{id}` and `/leads/{id}/score`: reading leads with their scores. `scoring.api.work` writes them."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Query, Router, Schema

from leads import apikeys
from leads.api import pages, writing
from leads.api.outputs import NEXT, ContactOut
from leads.apikeys import Scope
from leads.enums import Outcome, Stage
from scoring import explanation

router = Router(tags=["Leads"])


class LeadOut(Schema):
    """A lead. `score` and `band` are null while it waits for its first score."""

    id: int
    status: Literal["open", "won", "lost"]
    stage: Literal[tuple(Stage.values)]
    stage_since: datetime
    score: int | None
    band: str | None
    owner: str | None = Field(description="The user name.")
    team: str | None
    source: str | None
    campaign: str | None = Field(description="The key of the campaign.")
    product: str | None = Field(description="The key of the product.")
    created_at: datetime
    closed_at: datetime | None
    last_activity_at: datetime | None
    last_activity_kind: str
    contact: ContactOut

    @staticmethod
    def resolve_score(lead):
        return lead.score.score if hasattr(lead, "score") else None

    @staticmethod
    def resolve_band(lead):
        return lead.score.band if hasattr(lead, "score") else None

    @staticmethod
    def resolve_owner(lead):
        return lead.owner.username if lead.owner else None

    @staticmethod
    def resolve_team(lead):
        return lead.team.name if lead.team else None

    @staticmethod
    def resolve_source(lead):
        return lead.source.name if lead.source else None

    @staticmethod
    def resolve_campaign(lead):
        return lead.campaign.slug if lead.campaign else None

    @staticmethod
    def resolve_product(lead):
        return lead.product.slug if lead.product else None


class LeadsOut(Schema):
    """One page of leads."""

    leads: list[LeadOut]
    next: str | None = Field(description=NEXT)


class ScoreOut(Schema):
    """A score as arithmetic: the points of all lines sum to `rule_score`. All null and empty before the first score."""

    lead: int
    as_of: date | None
    version: int | None
    score: int | None
    rule_score: int | None
    prediction: int | None
    band: str | None
    stage: str
    lines: list[dict[str, Any]]
    sums: dict[str, int]


class Wanted(pages.Wanted):
    """Which leads."""

    sort: Literal["id", "-id", "created", "-created", "score", "-score"] = Field(
        "id", description="By score: only those that have one."
    )
    status: Literal["open", "won", "lost", "closed", "all"] = "open"
    stage: Literal[tuple(Stage.values)] | None = None
    min_score: int | None = Field(None, ge=0, le=100)
    owner: str | None = Field(None, max_length=150, description="The user name.")
    contact: int | None = Field(None, ge=1, le=pages.LARGEST)
    product: str | None = Field(None, max_length=60, description="The key of the product.")
    campaign: str | None = Field(None, max_length=80, description="The key of the campaign.")
    created_since: pages.Moment | None = Field(None, description="With its zone.")


_ORDERS = {"created": pages.Order("created_at", datetime), "score": pages.Order("score__score", int)}
_LOOKUPS = {
    "stage": "stage",
    "min_score": "score__score__gte",
    "owner": "owner__username",
    "contact": "contact_id",
    "product": "product__slug",
    "campaign": "campaign__slug",
    "created_since": "created_at__gte",
}


@router.get("/leads", **writing.reads(Scope.LEADS_READ, LeadsOut, is_list=True), url_name="leads", summary="List leads",
            operation_id="list_leads")  # fmt: skip
def list_leads(request, wanted: Query[Wanted]):
    """Leads, page by page, by default the open ones in the order of their ids: one that arrives meanwhile comes at the end."""
    leads = readable(request.auth)
    if wanted.status == "open":
        leads = leads.open()
    elif wanted.status == "closed":
        leads = leads.closed()
    elif wanted.status in Outcome.values:
        leads = leads.filter(outcome=wanted.status)
    asked = {lookup: getattr(wanted, name) for name, lookup in _LOOKUPS.items()}
    leads = leads.filter(**{lookup: value for lookup, value in asked.items() if value is not None})
    if wanted.sort.endswith("score"):
        leads = leads.filter(score__isnull=False)
    page, following = pages.page(request, wanted, leads, orders=_ORDERS)
    return writing.listed(LeadsOut, leads=page, next=following)


@router.get("/leads/{int:lead_id}", **writing.reads(Scope.LEADS_READ, LeadOut), url_name="lead", summary="Read a lead",
            operation_id="read_lead")  # fmt: skip
def read_lead(request, lead_id: int):
    """One lead with its person and company. What moves by itself, its score and last activity, is not part of the ETag."""
    return writing.shown(shown(request.auth, lead_id))


@router.get("/leads/{int:lead_id}/score", **writing.reads(Scope.LEADS_READ, ScoreOut), url_name="lead-score",
            summary="Read how a score comes about", operation_id="read_score")  # fmt: skip
def read_score(request, lead_id: int):
    """The score of a lead with the lines that it is the sum of."""
    lead = pages.one(readable(request.auth), lead_id)
    try:
        return explanation.explain(lead).as_json()
    except explanation.Unscored:
        empty = dict.fromkeys(("as_of", "version", "score", "rule_score", "prediction", "band"))
        return empty | {"lead": lead.pk, "stage": lead.stage, "lines": [], "sums": {}}


def readable(key):
    """The leads that a key may read, with all that is told about them."""
    return apikeys.leads_of(key).select_related(
        "contact__company", "owner", "team", "source", "campaign", "product", "score"
    )


def shown(key, lead_id):
    """A lead as it is answered. 404 for a foreign one, like for a missing one."""
    return LeadOut.from_orm(pages.one(readable(key), lead_id))
