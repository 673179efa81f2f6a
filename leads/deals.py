"""What leads may buy. A deal moves its lead: opened, the lead is an opportunity; won, a customer; the last one lost, lost.

A won lead is closed, and no further deal is opened on it: who buys again gets a new lead. Its other open deals stay open and are
won or lost like any other, for a customer who has ordered one thing may still decide about the next; they do not move the lead any
more. All doors lock the lead before its deals, so that of two deals that are lost at the same moment one is the last.
"""

from contextlib import contextmanager
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from leads import cleaning, closing, cycles, stages
from leads.enums import Cause, DealStatus, Outcome, RejectReason, Stage
from leads.models import Deal, Product

NAME_LENGTH = 200
TEXT_LENGTH = 250
_REASON_LENGTH = 300
MOST = Decimal("999999999999.99")
_CENT = Decimal("0.01")
_YEARS = range(1990, 2101)


class Invalid(Exception):
    """What is wrong with a deal: `errors` maps field to message."""

    def __init__(self, errors):
        super().__init__(" ".join(errors.values()))
        self.errors = errors


class NotAllowed(Exception):
    """The deal or its lead is not where this starts from. The message says why to the user."""


class Conflict(Exception):
    """Somebody else has changed the deal since it was shown."""


def open_deal(
    lead,
    *,
    name,
    by,
    now,
    product=None,
    amount=None,
    expected_on=None,
    source=None,
    external_id="",
    cause=Cause.PERSON,
    run=None,
):
    """Open a deal; its lead becomes an opportunity if it is not one yet. Updates `lead` in place and returns the `Deal`.

    `amount` is in the installation's currency. `source` and `external_id` name it in the system that it comes from; `by` is None
    for a program, `run` the import. Raises `Invalid`, and `NotAllowed` if the lead is closed.
    """
    given = _checked({"name": name, "product": product, "amount": amount, "expected_on": expected_on})
    with transaction.atomic():
        current = cycles.locked(lead)
        if not current.is_open:
            raise NotAllowed(
                gettext("This lead is closed. Who buys again gets a new lead, and the deal belongs there.")
            )
        deal = Deal.objects.create(
            lead=current,
            source=source,
            external_id=external_id,
            is_imported=cause == Cause.IMPORT,
            created_by=by,
            created_at=now,
            updated_at=now,
            **given,
        )
        stages.move(current, to=Stage.OPPORTUNITY, cause=cause, by=by, run=run, reason=deal.name, now=now)
    lead.refresh_from_db()
    return deal


def edit(deal, *, values, by, now, shown=None):
    """Change name, product, amount or expected close, whatever its status; returns the names of what changed.

    Raises `Invalid`, and `Conflict` if `shown`, the `updated_at` that the editor saw, is no longer the deal's.
    """
    given = _checked(values)
    with _locked(deal) as (current, _lead):
        if shown is not None and current.updated_at != shown:
            raise Conflict(gettext("Somebody else has changed this deal meanwhile. Look at it again before you save."))
        changed = [name for name, value in given.items() if getattr(current, name) != value]
        if changed:
            _write(current, now=now, **{name: given[name] for name in changed})
    deal.refresh_from_db()
    return changed


def win(deal, *, by, now, on=None, cause=Cause.PERSON, run=None):
    """Win an open deal on a day (today); its lead, if it is open, becomes a customer.

    Returns the ids of the follow-ups that were cancelled with the lead, for undo. Raises `Invalid` and `NotAllowed`.
    """
    on = _closing_day(on, now=now)
    cancelled = []
    with _locked(deal) as (current, lead):
        _check_open(current)
        if lead.outcome == Outcome.LOST:
            raise NotAllowed(gettext("This lead is closed as lost. Who buys after all gets a new lead."))
        _write(current, now=now, status=DealStatus.WON, closed_on=on)
        if lead.is_open:
            cancelled = closing.close(lead, outcome=Outcome.WON, text=deal.name, by=by, now=now, cause=cause, run=run)
    deal.refresh_from_db()
    return cancelled


def lose(deal, *, reason, by, now, cooldown_days, text="", on=None, cause=Cause.PERSON, run=None):
    """Lose an open deal on a day (today) for a `RejectReason`; with the last open one, and none won, its lead is lost.

    Returns the ids of the follow-ups that were cancelled with the lead, for undo. Raises `Invalid` and `NotAllowed`.
    """
    words = _reason(reason, text)
    on = _closing_day(on, now=now)
    cancelled = []
    with _locked(deal) as (current, lead):
        _check_open(current)
        _write(current, now=now, status=DealStatus.LOST, closed_on=on, reason=words)
        rest = Deal.objects.filter(lead=lead, status__in=(DealStatus.OPEN, DealStatus.WON))
        if lead.is_open and not rest.exists():
            cancelled = closing.close(
                lead,
                outcome=Outcome.LOST,
                reason=reason,
                text=text,
                by=by,
                now=now,
                cooldown_days=cooldown_days,
                cause=cause,
                run=run,
            )
    deal.refresh_from_db()
    return cancelled


def settle(lead, *, outcome, now, reason=""):
    """End the open deals of a lead that somebody closes: lost, all are lost; won, the only open one is won.

    Of several, nobody but a person knows which were won; they stay open. `reason` is in words. Returns the ids of the deals.
    """
    waiting = Deal.objects.open().filter(lead=lead)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    if outcome == Outcome.WON and len(ids) != 1:
        return []
    waiting.update(status=DealStatus(outcome), closed_on=_today(now), reason=reason[:_REASON_LENGTH], updated_at=now)
    return ids


def reopen(deal, *, by, now):
    """Make a won or lost deal open again. Raises `NotAllowed` if it is open, or if its lead ended with it."""
    with _locked(deal) as (current, lead):
        if current.status == DealStatus.OPEN:
            raise NotAllowed(gettext("This deal is open already."))
        if not lead.is_open and not (lead.outcome == Outcome.WON and others_won([current.pk])):
            raise NotAllowed(
                gettext("The lead was closed with this deal and stays closed. Who comes back gets a new lead.")
            )
        _write(current, now=now, status=DealStatus.OPEN, closed_on=None, reason="")
    deal.refresh_from_db()


def others_won(deal_ids):
    """Whether another deal of the same lead is won."""
    leads = Deal.objects.filter(pk__in=deal_ids).values("lead")
    return Deal.objects.filter(lead__in=leads, status=DealStatus.WON).exclude(pk__in=deal_ids).exists()


def remove(deal, *, by, now):
    """Take away an open deal that should not have been there; the lead stays where it is. Raises `NotAllowed`."""
    with _locked(deal) as (current, _lead):
        _check_open(current)
        current.delete()


@contextmanager
def _locked(deal):
    """(the deal, its lead) as they stand now, the lead locked first, in one transaction."""
    with transaction.atomic():
        lead = cycles.locked(deal.lead)
        current = Deal.objects.select_for_update().filter(pk=deal.pk).first()
        if current is None:
            raise NotAllowed(gettext("Somebody has taken this deal away meanwhile."))
        yield current, lead


def _write(deal, *, now, **values):
    Deal.objects.filter(pk=deal.pk).update(updated_at=now, **values)


def _check_open(deal):
    if deal.status != DealStatus.OPEN:
        raise NotAllowed(gettext("This deal is “%(status)s” already.") % {"status": deal.get_status_display()})


def _checked(values):
    """The values as they are stored. Raises `Invalid` with every field at fault."""
    check = {"name": _name, "product": _product, "amount": _amount, "expected_on": _day}
    found, errors = {}, {}
    for name, value in values.items():
        try:
            found[name] = check[name](value)
        except ValueError as error:
            errors[name] = str(error)
    if errors:
        raise Invalid(errors)
    return found


def _name(value):
    name = cleaning.text(value or "")
    if not name:
        raise ValueError(gettext("Give the deal a name."))
    if len(name) > NAME_LENGTH:
        raise ValueError(gettext("At most %(count)d characters, please.") % {"count": NAME_LENGTH})
    return name


def _product(value):
    if value is not None and not isinstance(value, Product):
        raise ValueError(gettext("There is no such product."))
    return value


def _amount(value):
    if value is None:
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount <= MOST:
        raise ValueError(gettext("This must be an amount from 0 to 999,999,999,999.99."))
    exact = amount.quantize(_CENT, ROUND_HALF_UP)
    if exact != amount:
        raise ValueError(gettext("At most two decimal places, please."))
    return exact


def _day(value):
    if value is not None and (not isinstance(value, date) or value.year not in _YEARS):
        raise ValueError(gettext("This must be a day between 1990 and 2100."))
    return value


def _closing_day(on, *, now):
    if on is None:
        return _today(now)
    try:
        _day(on)
    except ValueError as error:
        raise Invalid({"closed_on": str(error)}) from error
    if on > _today(now):
        raise Invalid({"closed_on": gettext("This day is still to come.")})
    return on


def _reason(reason, text):
    if reason not in RejectReason.values:
        raise Invalid({"reason": gettext("Choose a reason.")})
    if len(text) > TEXT_LENGTH:
        raise Invalid({"text": gettext("At most %(count)d characters, please.") % {"count": TEXT_LENGTH}})
    return closing.in_words(reason, text)


def _today(now):
    return timezone.localdate(now, ZoneInfo(settings.TIME_ZONE))
