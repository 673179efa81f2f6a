"""Deals on the lead page: opened, changed, won, lost and taken up again. What is wrong is said beside the field, nothing is lost."""

import uuid
from decimal import Decimal

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import get_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from leads import actions, customfields, deals
from leads.enums import RejectReason
from leads.models import Deal, Lead, Product
from leads.web import notices

_REFUSALS = (deals.Invalid, deals.NotAllowed, actions.NotAllowed, actions.Invalid)


class AmountField(forms.CharField):
    """An amount as the viewer's language writes it: “12.500,50” in German, “12,500.50” in English."""

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        try:
            return Decimal(repr(customfields.number(text.removesuffix(settings.CURRENCY), decimal=_decimal_sign())))
        except customfields.NotConvertible as error:
            words = {"example": number_format(Decimal("12500.5"), 2, force_grouping=True)}
            raise forms.ValidationError(_("Write the amount like %(example)s.") % words) from error

    def prepare_value(self, value):
        """A stored amount, without the cents if there are none; what was typed stays as it was typed."""
        if isinstance(value, Decimal):
            return number_format(value, 0 if value == int(value) else 2, use_l10n=True, force_grouping=False)
        return value


class DealForm(forms.Form):
    """What a deal is about. Limits are known to `leads.deals`."""

    name = forms.CharField(label=gettext_lazy("What is it about?"), max_length=deals.NAME_LENGTH)
    product = forms.ModelChoiceField(
        label=gettext_lazy("Product"), queryset=Product.objects.none(), required=False, empty_label="–"
    )
    amount = AmountField(label=gettext_lazy("Amount"), required=False, max_length=40)
    expected_on = forms.DateField(
        label=gettext_lazy("Expected close"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def __init__(self, *args, deal=None, **kwargs):
        initial = {name: getattr(deal, name) for name in self.base_fields} if deal else {}
        super().__init__(*args, initial=initial, auto_id="deal-%s", **kwargs)
        chosen = Q(is_active=True) | Q(pk=deal.product_id if deal else None)
        self.fields["product"].queryset = Product.objects.filter(chosen).order_by("name")
        amount = self.fields["amount"]
        amount.label = f"{amount.label} ({settings.CURRENCY})"
        for field in self.fields.values():
            field.widget.attrs |= {"class": "input", "autocomplete": "off"}
        amount.widget.attrs["inputmode"] = "decimal"


def panel(lead, *, user, now):
    """What the panel of a lead shows: its deals, the open ones first and those due first, and the form for one more."""
    found = list(lead.deals.select_related("product"))
    waiting = [deal for deal in found if deal.closed_on is None]
    waiting.sort(key=lambda deal: (deal.expected_on is None, deal.expected_on or deal.created_at.date(), deal.pk))
    settled = [deal for deal in found if deal.closed_on is not None]
    settled.sort(key=lambda deal: (deal.closed_on, deal.pk), reverse=True)
    may_edit = user.has_perm("leads.work_lead", lead)
    return {
        "deals": waiting + settled,
        "today": timezone.localdate(now),
        "deals_worth": sum(deal.amount for deal in waiting if deal.amount is not None),
        "deal_form": DealForm() if may_edit and lead.is_open else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request, lead_id):
    """Open a deal; the lead page has the same form."""
    lead = get_object_or_404(Lead.objects.workable_by(request.user).select_related("contact"), pk=lead_id)
    form = DealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token = _token(request, lead_id, "deal")
        try:
            done = actions.open_deal(lead, values=form.cleaned_data, by=request.user, now=timezone.now(), token=token)
        except deals.Invalid as error:
            _blame(form, error)
        except (deals.NotAllowed, actions.NotAllowed) as error:
            notices.failed(request, str(error))
            return _back(lead_id)
        else:
            words = _("Deal “%(name)s” added.") % {"name": form.cleaned_data["name"]}
            notices.done(request, words, undo=reverse("action-undo", args=[done.pk]))
            return _back(lead_id)
    token = request.POST.get("token") or str(uuid.uuid4())
    return _page(request, form, lead=lead, token=token)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request, deal_id):
    """Show and save what a deal is about. A save over somebody else's change is refused once."""
    deal = _workable(request, deal_id)
    form = DealForm(request.POST or None, deal=deal)
    shown, status = request.POST.get("shown") or deal.updated_at.isoformat(), None
    if request.method == "POST" and form.is_valid():
        try:
            deals.edit(
                deal,
                values=form.cleaned_data,
                by=request.user,
                now=timezone.now(),
                shown=_moment(shown) or deal.updated_at,
            )
        except deals.Invalid as error:
            _blame(form, error)
        except deals.NotAllowed as error:
            notices.failed(request, str(error))
            return _back(deal.lead_id)
        except deals.Conflict as error:
            # With the new stamp, saving again is a decision and no accident.
            form.add_error(None, " ".join([str(error), _("Saving again overwrites it.")]))
            deal.refresh_from_db()
            shown, status = deal.updated_at.isoformat(), 409
        else:
            notices.done(request, _("Deal saved."))
            return _back(deal.lead_id)
    return _page(request, form, lead=deal.lead, deal=deal, shown=shown, status=status)


@require_POST
@login_required
def win(request, deal_id):
    """The deal is won, and the lead a customer."""
    deal = _workable(request, deal_id)
    words = _("“%(name)s” is won.") % {"name": deal.name}
    return _settle(request, deal, words, lambda **common: actions.win(deal, **common))


@require_POST
@login_required
def lose(request, deal_id, cooldown_days):
    """The deal is lost for a reason. `cooldown_days` says for how long its contact rests, should the lead be lost with it."""
    deal = _workable(request, deal_id)
    reason, text = request.POST.get("reason", ""), request.POST.get("text", "")
    label = RejectReason(reason).label if reason in RejectReason.values else ""
    words = _("“%(name)s” is lost: %(reason)s.") % {"name": deal.name, "reason": label}
    return _settle(
        request,
        deal,
        words,
        lambda **common: actions.lose(deal, reason=reason, text=text, cooldown_days=cooldown_days(), **common),
    )


@require_POST
@login_required
def reopen(request, deal_id):
    """The deal is open again."""
    deal = _workable(request, deal_id)
    try:
        deals.reopen(deal, by=request.user, now=timezone.now())
    except deals.NotAllowed as error:
        notices.failed(request, str(error))
    else:
        notices.done(request, _("“%(name)s” is open again.") % {"name": deal.name})
    return _back(deal.lead_id)


def _settle(request, deal, words, door):
    token = _token(request, deal.pk, request.resolver_match.url_name)
    try:
        done = door(by=request.user, now=timezone.now(), token=token)
    except _REFUSALS as error:
        notices.failed(request, str(error))
    else:
        notices.done(request, words, undo=reverse("action-undo", args=[done.pk]))
    return _back(deal.lead_id)


def _workable(request, deal_id):
    workable = Deal.objects.filter(lead__in=Lead.objects.workable_by(request.user))
    return get_object_or_404(workable.select_related("lead__contact"), pk=deal_id)


def _token(request, number, verb):
    """Makes a second press of the same button the same action; None if the page gave no `token`."""
    given = request.POST.get("token", "")[:80]
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{request.user.pk}:{number}:{verb}:{given}") if given else None


def _page(request, form, *, lead, status=None, **more):
    context = {"form": form, "lead": lead, "section": "board"} | more
    return render(request, "leads/deal.html", context, status=status or (422 if form.errors else 200))


def _blame(form, error):
    for name, message in error.errors.items():
        form.add_error(name if name in form.fields else None, message)


def _back(lead_id):
    return redirect(f"{reverse('lead', args=[lead_id])}#deals")


def _decimal_sign():
    return get_format("DECIMAL_SEPARATOR")


def _moment(text):
    try:
        return parse_datetime(text)
    except ValueError:
        return None
