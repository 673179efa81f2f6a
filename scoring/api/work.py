"""Opening, changing and moving leads."""

from typing import Annotated, Literal

from pydantic import Field

from leads import actions, apikeys, byprogram
from leads.api import pages, problems, references, writing
from leads.api.inputs import ContactIn, Id, Input, Key
from leads.api.outputs import ChangedOut
from leads.apikeys import Scope
from leads.enums import RejectReason, Stage
from scoring.api import leads
from scoring.api.leads import LeadOut, router
from scoring.models import Scorecard

_Owner = Annotated[str, Field(max_length=150, description="The user name.")]
_STAGES = tuple(stage.value for stage in Stage if stage != Stage.SUBSCRIBER)


class LeadChanges(Input):
    """What is to be changed about an open lead. What is not given stays; null clears it."""

    owner: _Owner | None = None
    product: Key | None = None
    campaign: Key | None = None


class _Person(Input):
    contact: ContactIn


class LeadIn(LeadChanges, _Person):
    """A person, known by the e-mail address or your own id of them, and what they are interested in."""


class LeadsIn(Input):
    """Up to 500 leads; all or nothing."""

    items: list[LeadIn] = Field(max_length=writing.MOST_ITEMS)


class _Move(Input):
    to: Literal[_STAGES]
    reason: Literal[tuple(RejectReason.values)] | None = Field(
        None, description="Why; needed for `nurture` and `disqualified`."
    )
    text: str | None = Field(None, max_length=250, description="More about it, in words.")


class _Leads(Input):
    leads: list[Id] = Field(max_length=writing.MOST_ITEMS)


class Move(_Move):
    """Where a lead goes."""


class MoveMany(_Move, _Leads):
    """Where up to 500 leads go."""


@router.post("/leads", **writing.writes(Scope.LEADS_WRITE, LeadIn, LeadOut, status=(200, 201)), url_name="leads",
             summary="Open a lead, or find the open one", operation_id="save_lead")  # fmt: skip
def save_lead(request):
    """201 for a new lead, 200 if the person has an open one: then what you say about the person fills blanks, and owner, product
    and campaign are set as given. The lead belongs to the team of the key, else to that of its source. 409 if another team is
    in touch with the person."""

    def save(given, *, now):
        lead, is_new = _entered(request.auth, [given], now=now)[0]
        return 201 if is_new else 200, leads.shown(request.auth, lead.pk)

    return writing.once(request, LeadIn, save, place="contact.")


@router.post("/leads/bulk", **writing.writes(Scope.LEADS_WRITE, LeadsIn, ChangedOut), url_name="leads-bulk",
             summary="Open up to 500 leads", operation_id="save_leads")  # fmt: skip
def save_leads(request):
    """All or nothing: one bad item, or a person whom another team is in touch with, and nothing is changed."""

    def save(given, *, now):
        found = _entered(request.auth, given.items, now=now, place="items.{}.")
        return 200, ChangedOut(results=[{"id": lead.pk, "is_new": is_new} for lead, is_new in found])

    return writing.once(request, LeadsIn, save, is_bulk=True, place="items.{}.contact.")


@router.post("/leads/stage", **writing.writes(Scope.LEADS_WRITE, MoveMany, ChangedOut), url_name="leads-stage",
             summary="Move up to 500 leads to a stage", operation_id="move_leads")  # fmt: skip
def move_leads(request):
    """All or nothing: one lead that does not exist for the key, or may not go there, and none moves. Answers those that moved."""

    def move(given, *, now):
        if apikeys.leads_of(request.auth).filter(pk__in=given.leads).count() != len(set(given.leads)):
            raise problems.missing()
        moved = _moved(byprogram.lock(given.leads), given, now=now)
        return 200, ChangedOut(results=[{"id": lead_id, "is_new": False} for lead_id in moved])

    return writing.once(request, MoveMany, move)


@router.patch("/leads/{int:lead_id}", **writing.writes(Scope.LEADS_WRITE, LeadChanges, LeadOut, is_change=True),
              url_name="lead", summary="Change a lead", operation_id="change_lead")  # fmt: skip
def change_lead(request, lead_id: int):
    """Give an open lead another owner, product or campaign. The person is changed as a contact, the stage by a move."""

    def change(given, *, now):
        lead = _locked(request, lead_id)
        writing.check_unchanged(request, leads.shown(request.auth, lead_id))
        byprogram.edit(lead, values=references.resolved([given])[0], now=now)
        return 200, leads.shown(request.auth, lead_id)

    return writing.once(request, LeadChanges, change)


@router.post("/leads/{int:lead_id}/stage", **writing.writes(Scope.LEADS_WRITE, Move, LeadOut, is_change=True),
             url_name="lead-stage", summary="Move a lead to a stage", operation_id="move_lead")  # fmt: skip
def move_lead(request, lead_id: int):
    """As far as the transition table allows. `customer` and `disqualified` close the lead for good; moving it to where it stands
    changes nothing."""

    def move(given, *, now):
        lead = _locked(request, lead_id)
        writing.check_unchanged(request, leads.shown(request.auth, lead_id))
        _moved([lead], given, now=now)
        return 200, leads.shown(request.auth, lead_id)

    return writing.once(request, Move, move)


def _locked(request, lead_id):
    pages.one(apikeys.leads_of(request.auth), lead_id)
    found = byprogram.lock([lead_id])
    if not found:
        raise problems.missing()
    return found[0]


def _moved(found, given, *, now):
    return byprogram.move(
        found, to=given.to, reason=given.reason or "", text=given.text or "", now=now, cooldown_days=cooldown_days()
    )


def cooldown_days():
    """Days without becoming an MQL again, as the live scorecard says."""
    found = Scorecard.objects.live().values_list("cooldown_days", flat=True).first()
    return actions.COOLDOWN_DAYS if found is None else found


def _entered(key, items, *, now, place=""):
    settings = references.resolved(items, place=place)
    people = byprogram.people([item.contact.given() for item in items], source=key.source, seen=None, now=now)
    try:
        return byprogram.enter(
            [contact for contact, _is_new in people], source=key.source, team=key.team, seen=apikeys.leads_of(key),
            settings=settings, now=now,
        )  # fmt: skip
    except byprogram.BadItem as error:
        # Not about the person, of whom the place of the operation speaks.
        raise problems.translated(error, place=place) from error
