"""`/companies`: employers of contacts."""

from typing import Literal

from ninja import Field, Query, Router

from leads import apikeys, byprogram, contacts
from leads.api import pages, writing
from leads.api.inputs import CompaniesIn, CompanyIn
from leads.api.outputs import ChangedOut, CompaniesOut, CompanyOut
from leads.apikeys import Scope
from leads.models import Company

router = Router(tags=["Companies"])


class Wanted(pages.Wanted):
    """Which companies."""

    sort: Literal["id", "-id", "name", "-name"] = "id"
    domain: str | None = Field(None, max_length=253)
    name: str | None = Field(None, max_length=200, description="The whole name, whatever its case.")


_ORDERS = {"name": pages.Order("name_folded", str)}


@router.get("/companies", **writing.reads(Scope.COMPANIES_READ, CompaniesOut, is_list=True), url_name="companies",
            summary="List companies", operation_id="list_companies")  # fmt: skip
def list_companies(request, wanted: Query[Wanted]):
    """Companies, page by page. A key of a team sees those with a lead of that team."""
    found = apikeys.companies_of(request.auth)
    if wanted.domain is not None:
        found = found.filter(domain=wanted.domain.lower())
    if wanted.name is not None:
        found = found.filter(name_folded=wanted.name.casefold())
    page, following = pages.page(request, wanted, found, orders=_ORDERS)
    return writing.listed(CompaniesOut, companies=page, next=following)


@router.post("/companies", **writing.writes(Scope.COMPANIES_WRITE, CompanyIn, CompanyOut, status=(200, 201)),
             url_name="companies", summary="Add a company, or change it", operation_id="save_company")  # fmt: skip
def save_company(request):
    """201 for a new one, 200 for one known by its domain, else by its name: what you say replaces what is known. A key of a
    team adds none here, for a company without a lead belongs to no team."""

    def save(given, *, now):
        company, is_new = _saved(request.auth, given, now=now)
        return 201 if is_new else 200, _out(request.auth, company.pk)

    return writing.once(request, CompanyIn, save)


@router.post("/companies/bulk", **writing.writes(Scope.COMPANIES_WRITE, CompaniesIn, ChangedOut), url_name="companies-bulk",
             summary="Add or change up to 500 companies", operation_id="save_companies")  # fmt: skip
def save_companies(request):
    """All or nothing: one bad item, or one that does not exist for the key, and nothing is changed."""

    def save(given, *, now):
        found = writing.each(given.items, lambda item: _saved(request.auth, item, now=now))
        return 200, ChangedOut(results=[{"id": company.pk, "is_new": is_new} for company, is_new in found])

    return writing.once(request, CompaniesIn, save, is_bulk=True)


@router.get("/companies/{int:company_id}", **writing.reads(Scope.COMPANIES_READ, CompanyOut), url_name="company",
            summary="Read a company", operation_id="read_company")  # fmt: skip
def read_company(request, company_id: int):
    """One company."""
    return writing.shown(_out(request.auth, company_id))


@router.patch("/companies/{int:company_id}", **writing.writes(Scope.COMPANIES_WRITE, CompanyIn, CompanyOut, is_change=True),
              url_name="company", summary="Change a company", operation_id="change_company")  # fmt: skip
def change_company(request, company_id: int):
    """What is not given stays; null clears it."""

    def change(given, *, now):
        company = pages.locked(apikeys.companies_of(request.auth), Company, company_id)
        writing.check_unchanged(request, _out(request.auth, company_id))
        values = given.given()
        if "website" in values:
            values["website"] = values["website"] or ""
        contacts.edit_company(company, values=values, by=None, now=now)
        return 200, _out(request.auth, company_id)

    return writing.once(request, CompanyIn, change)


def _saved(key, given, *, now):
    seen = None if key.team_id is None else apikeys.companies_of(key)
    return byprogram.company(given.given(), seen=seen, now=now)


def _out(key, company_id):
    return CompanyOut.from_orm(pages.one(apikeys.companies_of(key), company_id))
