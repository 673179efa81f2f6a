"""A form for leads that come by phone, at a fair or on a business card."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from leads import byhand
from leads.enums import Role
from leads.models import Product, Source, Team
from leads.web import notices


class NewLeadForm(forms.Form):
    """What one knows after a first talk. Only the address is needed, for it is how a person is known."""

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=120, required=False)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=120, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    company = forms.CharField(label=gettext_lazy("Company"), max_length=200, required=False)
    job_title = forms.CharField(label=gettext_lazy("Job title"), max_length=160, required=False)
    source = forms.ModelChoiceField(
        label=gettext_lazy("Source"), queryset=Source.objects.order_by("name"), required=False, empty_label="–"
    )
    product = forms.ModelChoiceField(
        label=gettext_lazy("Product"), queryset=Product.objects.filter(is_active=True).order_by("name"), required=False,
        empty_label="–",
    )  # fmt: skip
    team = forms.ModelChoiceField(label=gettext_lazy("Team"), queryset=Team.objects.none(), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        teams = Team.objects.order_by("name")
        team = self.fields["team"]
        team.queryset = teams if user.role == Role.ADMINISTRATOR else teams.filter(pk__in=user.team_ids)
        # A rep does not see leads without a team, so theirs always gets one.
        team.required = user.role == Role.REP
        team.empty_label = None if team.required else gettext_lazy("that of the source")
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"
        self.fields["first_name"].widget.attrs |= {"autocomplete": "off", "autofocus": True}
        self.fields["email"].widget.attrs["autocomplete"] = "off"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_lead(request):
    """The form; a person with an open lead leads to that lead instead of a second one."""
    if not request.user.may_work_leads:
        raise PermissionDenied
    form = NewLeadForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            lead = byhand.enter(**form.cleaned_data, by=request.user, now=timezone.now())
        except byhand.Known as known:
            notices.failed(request, _("This person has an open lead already. Nothing was changed."))
            return redirect("lead", known.lead.pk)
        except byhand.Invalid as refusal:
            for name, message in refusal.errors.items():
                form.add_error(name if name in form.fields else None, message)
        else:
            notices.done(request, _("%(name)s is on the board.") % {"name": lead.contact.display_name})
            return redirect("lead", lead.pk)
    return render(request, "leads/new_lead.html", {"form": form, "section": "board"})
