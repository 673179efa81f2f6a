"""`/follow-ups`: what is to be done about leads."""

from datetime import datetime
from typing import Literal

from django.db.models import Q
from ninja import Field, Query, Router

from leads import apikeys, byprogram, followups
from leads.api import pages, writing
from leads.api.inputs import FollowUpChanges, FollowUpIn, FollowUpsIn
from leads.api.outputs import ChangedOut, FollowUpOut, FollowUpsOut
from leads.apikeys import Scope
from leads.models import FollowUp

router = Router(tags=["Follow-ups"])


class Wanted(pages.Wanted):
    """Which follow-ups."""

    sort: Literal["id", "-id", "due", "-due"] = "id"
    lead: int | None = Field(None, ge=1, le=pages.LARGEST)
    owner: str | None = Field(None, max_length=150, description="The user name.")
    status: Literal["pending", "done", "cancelled", "all"] = "pending"
    due_before: pages.Moment | None = Field(None, description="With its zone.")


_ORDERS = {"due": pages.Order("due_at", datetime)}
_STATUS = {
    "all": Q(),
    "pending": Q(done_at__isnull=True, cancelled_at__isnull=True),
    "done": Q(done_at__isnull=False),
    "cancelled": Q(done_at__isnull=True, cancelled_at__isnull=False),
}


@router.get("/follow-ups", **writing.reads(Scope.FOLLOW_UPS_READ, FollowUpsOut, is_list=True), url_name="follow-ups",
            summary="List follow-ups", operation_id="list_follow_ups")  # fmt: skip
def list_follow_ups(request, wanted: Query[Wanted]):
    """Follow-ups of leads that the key sees, page by page; by default those that are still to be done."""
    found = _seen(request.auth).filter(_STATUS[wanted.status])
    if wanted.lead is not None:
        found = found.filter(lead_id=wanted.lead)
    if wanted.owner is not None:
        found = found.filter(owner__username=wanted.owner)
    if wanted.due_before is not None:
        found = found.filter(due_at__lt=wanted.due_before)
    page, following = pages.page(request, wanted, found, orders=_ORDERS)
    return writing.listed(FollowUpsOut, follow_ups=page, next=following)


@router.post("/follow-ups", **writing.writes(Scope.FOLLOW_UPS_WRITE, FollowUpIn, FollowUpOut, status=201),
             url_name="follow-ups", summary="Set a follow-up", operation_id="set_follow_up")  # fmt: skip
def set_follow_up(request):
    """Something to do about an open lead, today or later."""

    def set_it(given, *, now):
        return 201, _out(request.auth, _set(request.auth, given, now=now).pk)

    return writing.once(request, FollowUpIn, set_it)


@router.post("/follow-ups/bulk", **writing.writes(Scope.FOLLOW_UPS_WRITE, FollowUpsIn, ChangedOut), url_name="follow-ups-bulk",
             summary="Set up to 500 follow-ups", operation_id="set_follow_ups")  # fmt: skip
def set_follow_ups(request):
    """All or nothing: one bad item, or one lead that does not exist for the key, and nothing is set."""

    def set_them(given, *, now):
        made = writing.each(given.items, lambda item: _set(request.auth, item, now=now))
        return 200, ChangedOut(results=[{"id": follow_up.pk, "is_new": True} for follow_up in made])

    return writing.once(request, FollowUpsIn, set_them, is_bulk=True)


@router.get("/follow-ups/{int:follow_up_id}", **writing.reads(Scope.FOLLOW_UPS_READ, FollowUpOut), url_name="follow-up",
            summary="Read a follow-up", operation_id="read_follow_up")  # fmt: skip
def read_follow_up(request, follow_up_id: int):
    """One follow-up."""
    return writing.shown(_out(request.auth, follow_up_id))


@router.patch("/follow-ups/{int:follow_up_id}",
              **writing.writes(Scope.FOLLOW_UPS_WRITE, FollowUpChanges, FollowUpOut, is_change=True), url_name="follow-up",
              summary="Move or settle a follow-up", operation_id="change_follow_up")  # fmt: skip
def change_follow_up(request, follow_up_id: int):
    """Give it another time, tick it off, drop it, or take it up again."""

    def change(given, *, now):
        follow_up = pages.locked(_seen(request.auth), FollowUp, follow_up_id)
        writing.check_unchanged(request, _out(request.auth, follow_up_id))
        if given.status is not None:
            _settle(follow_up, given.status, now=now)
        if given.due_at is not None:
            followups.reschedule(follow_up, due_at=given.due_at, by=None, now=now)
        return 200, _out(request.auth, follow_up_id)

    return writing.once(request, FollowUpChanges, change)


def _set(key, given, *, now):
    lead = pages.one(apikeys.leads_of(key), given.lead)
    byprogram.check_open(lead)
    owner = byprogram.owner_named(given.owner, lead=lead) or lead.owner
    return followups.create(
        lead, kind=given.kind, due_at=given.due_at, note=given.note or "", owner=owner, by=None, now=now
    )


def _settle(follow_up, status, *, now):
    if status == FollowUpOut.resolve_status(follow_up):
        return
    followups.reopen(follow_up, by=None, now=now)
    if status == "done":
        followups.done(follow_up, by=None, now=now)
    elif status == "cancelled":
        followups.cancel(follow_up, by=None, now=now)


def _seen(key):
    found = FollowUp.objects.select_related("owner")
    return found if key.team_id is None else found.filter(lead__team_id=key.team_id)


def _out(key, follow_up_id):
    return FollowUpOut.from_orm(pages.one(_seen(key), follow_up_id))
