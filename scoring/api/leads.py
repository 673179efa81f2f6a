"""`GET /leads`, `/leads/{id}` and `/leads/{id}/score`: reading leads with their scores."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from leads.api.keys import Key
from leads.api.schemas import Problem
from leads.apikeys import Scope
from leads.enums import Outcome, Stage
from leads.models import Lead
from scoring import explanation

PAGE, MAX_PAGE = 100, 500
_LARGEST = 2**63 - 1
_FAULTS = {401: Problem, 403: Problem, 422: Problem}

router = Router(tags=["Leads"], auth=Key(Scope.LEADS_READ))


class CompanyOut(Schema):
    """A company."""

    id: int
    name: str
    domain: str | None
    industry: str
    employees: int | None
    country: str
    city: str
    custom: dict[str, Any]


class ContactOut(Schema):
    """A person."""

    id: int
    email: str | None
    external_id: str
    first_name: str
    last_name: str
    phone: str
    job_title: str
    language: str
    country: str
    city: str
    custom: dict[str, Any]
    company: CompanyOut | None


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
    """One page of leads in the order of their ids."""

    leads: list[LeadOut]
    next: int | None = Field(description="Give this as `after` for the next page; null at the end.")


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


class Wanted(Schema):
    """Which leads."""

    status: Literal["open", "won", "lost", "closed", "all"] = "open"
    stage: Literal[tuple(Stage.values)] | None = None
    min_score: int | None = Field(None, ge=0, le=100)
    after: int = Field(0, ge=0, le=_LARGEST, description="The id behind which the page begins.")
    limit: int = Field(PAGE, ge=1, le=MAX_PAGE)


@router.get(
    "/leads", response={200: LeadsOut, **_FAULTS}, url_name="leads", summary="List leads", operation_id="list_leads"
)
def list_leads(request, wanted: Query[Wanted]):
    """Leads in the order of their ids, page by page: one that arrives meanwhile comes at the end and moves no other."""
    unknown = sorted(set(request.GET) - set(Wanted.model_fields))
    if unknown:
        # A misspelt filter must not answer with everything.
        raise HttpError(422, _("There is no filter called %(name)s.") % {"name": unknown[0][:60]})
    leads = _readable(request.auth).filter(pk__gt=wanted.after)
    if wanted.status == "open":
        leads = leads.open()
    elif wanted.status == "closed":
        leads = leads.closed()
    elif wanted.status in Outcome.values:
        leads = leads.filter(outcome=wanted.status)
    if wanted.stage:
        leads = leads.in_stage(wanted.stage)
    if wanted.min_score is not None:
        leads = leads.filter(score__score__gte=wanted.min_score)
    page = list(leads.order_by("pk")[: wanted.limit + 1])
    more = len(page) > wanted.limit
    page = page[: wanted.limit]
    return {"leads": page, "next": page[-1].pk if more else None}


@router.get(
    "/leads/{int:lead_id}", response={200: LeadOut, 404: Problem, **_FAULTS}, url_name="lead", summary="Read a lead"
)
def read_lead(request, lead_id: int):
    """One lead with its person and company."""
    return _one(request.auth, lead_id)


@router.get(
    "/leads/{int:lead_id}/score",
    response={200: ScoreOut, 404: Problem, **_FAULTS},
    url_name="lead-score",
    summary="Read how a score comes about",
)
def read_score(request, lead_id: int):
    """The score of a lead with the lines that it is the sum of."""
    lead = _one(request.auth, lead_id)
    try:
        return explanation.explain(lead).as_json()
    except explanation.Unscored:
        empty = dict.fromkeys(("as_of", "version", "score", "rule_score", "prediction", "band"))
        return empty | {"lead": lead.pk, "stage": lead.stage, "lines": [], "sums": {}}


def _readable(key):
    """The leads that a key may read: its team's, or all if it has none."""
    leads = Lead.objects.select_related("contact__company", "owner", "team", "source", "campaign", "product", "score")
    return leads if key.team_id is None else leads.filter(team_id=key.team_id)


def _one(key, lead_id):
    """A foreign lead answers like a missing one."""
    lead = _readable(key).filter(pk=lead_id).first() if lead_id <= _LARGEST else None
    if lead is None:
        raise Http404
    return lead
