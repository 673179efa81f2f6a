"""`/deals`: what leads may buy. Losing the last one cools the contact down as the scorecard says."""

from typing import Literal

from ninja import Field, Query, Router

from leads import apikeys, byprogram, deals
from leads.api import pages, references, writing
from leads.api.inputs import DealChanges, DealIn, DealsIn, Lost, Won
from leads.api.outputs import ChangedOut, DealOut, DealsOut
from leads.apikeys import Scope
from leads.enums import Cause, DealStatus
from leads.models import Deal
from scoring.api.work import cooldown_days

router = Router(tags=["Deals"])


class Wanted(pages.Wanted):
    """Which deals."""

    lead: int | None = Field(None, ge=1, le=pages.LARGEST)
    status: Literal[("all", *DealStatus.values)] = "all"
    product: str | None = Field(None, max_length=60, description="The key of the product.")
    external_id: str | None = Field(None, max_length=120)


@router.get("/deals", **writing.reads(Scope.DEALS_READ, DealsOut, is_list=True), url_name="deals", summary="List deals",
            operation_id="list_deals")  # fmt: skip
def list_deals(request, wanted: Query[Wanted]):
    """Deals of leads that the key sees, page by page."""
    found = _seen(request.auth)
    if wanted.status != "all":
        found = found.filter(status=wanted.status)
    if wanted.lead is not None:
        found = found.filter(lead_id=wanted.lead)
    if wanted.product is not None:
        found = found.filter(product__slug=wanted.product)
    if wanted.external_id is not None:
        found = found.filter(external_id=wanted.external_id)
    page, following = pages.page(request, wanted, found)
    return writing.listed(DealsOut, deals=page, next=following)


@router.post("/deals", **writing.writes(Scope.DEALS_WRITE, DealIn, DealOut, status=(200, 201)), url_name="deals",
             summary="Open a deal, or change it", operation_id="save_deal")  # fmt: skip
def save_deal(request):
    """201 for a new deal: its lead becomes an opportunity. 200 for one that is known by your id: then what you say replaces what
    is known."""

    def save(given, *, now):
        deal, is_new = _saved(
            request.auth, given, references.resolved([given], without=("lead", "external_id"))[0], now=now
        )
        return 201 if is_new else 200, _out(request.auth, deal.pk)

    return writing.once(request, DealIn, save)


@router.post("/deals/bulk", **writing.writes(Scope.DEALS_WRITE, DealsIn, ChangedOut), url_name="deals-bulk",
             summary="Open or change up to 500 deals", operation_id="save_deals")  # fmt: skip
def save_deals(request):
    """All or nothing: one bad item, or one lead that does not exist for the key, and nothing is changed."""

    def save(given, *, now):
        values = references.resolved(given.items, place="items.{}.", without=("lead", "external_id"))
        pairs = zip(given.items, values, strict=True)
        found = writing.each(pairs, lambda pair: _saved(request.auth, *pair, now=now))
        return 200, ChangedOut(results=[{"id": deal.pk, "is_new": is_new} for deal, is_new in found])

    return writing.once(request, DealsIn, save, is_bulk=True)


@router.get("/deals/{int:deal_id}", **writing.reads(Scope.DEALS_READ, DealOut), url_name="deal", summary="Read a deal",
            operation_id="read_deal")  # fmt: skip
def read_deal(request, deal_id: int):
    """One deal."""
    return writing.shown(_out(request.auth, deal_id))


@router.patch("/deals/{int:deal_id}", **writing.writes(Scope.DEALS_WRITE, DealChanges, DealOut, is_change=True),
              url_name="deal", summary="Change a deal", operation_id="change_deal")  # fmt: skip
def change_deal(request, deal_id: int):
    """Name, product, amount and expected close, whatever its status."""

    def change(given, *, now):
        deal = _locked(request, deal_id)
        deals.edit(deal, values=references.resolved([given])[0], by=None, now=now)
        return 200, _out(request.auth, deal_id)

    return writing.once(request, DealChanges, change)


@router.post("/deals/{int:deal_id}/win", **writing.writes(Scope.DEALS_WRITE, Won, DealOut, is_change=True),
             url_name="deal-win", summary="Win a deal", operation_id="win_deal")  # fmt: skip
def win_deal(request, deal_id: int):
    """Its lead, if it is open, becomes a customer and is closed."""

    def win(given, *, now):
        deals.win(_locked(request, deal_id), on=given.closed_on, by=None, cause=Cause.API, now=now)
        return 200, _out(request.auth, deal_id)

    return writing.once(request, Won, win)


@router.post("/deals/{int:deal_id}/lose", **writing.writes(Scope.DEALS_WRITE, Lost, DealOut, is_change=True),
             url_name="deal-lose", summary="Lose a deal", operation_id="lose_deal")  # fmt: skip
def lose_deal(request, deal_id: int):
    """With the last open one, and none won, its lead is lost."""

    def lose(given, *, now):
        deals.lose(
            _locked(request, deal_id), reason=given.reason, text=given.text or "", on=given.closed_on, by=None,
            cooldown_days=cooldown_days(), cause=Cause.API, now=now,
        )  # fmt: skip
        return 200, _out(request.auth, deal_id)

    return writing.once(request, Lost, lose)


def _saved(key, given, values, *, now):
    lead = pages.one(apikeys.leads_of(key), given.lead)
    byprogram.lock([lead.pk])
    return byprogram.deal(lead, values=values, external_id=given.external_id or "", source=key.source, now=now)


def _locked(request, deal_id):
    """The deal, its lead and contact locked, if it is the version that the request names."""
    deal = pages.one(_seen(request.auth), deal_id)
    byprogram.lock([deal.lead_id])
    out = _out(request.auth, deal_id)
    writing.check_unchanged(request, out)
    return Deal.objects.get(pk=deal_id)


def _seen(key):
    found = Deal.objects.select_related("product")
    return found if key.team_id is None else found.filter(lead__team_id=key.team_id)


def _out(key, deal_id):
    return DealOut.from_orm(pages.one(_seen(key), deal_id))
