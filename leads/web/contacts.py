"""Contact data by hand: a form that never overwrites what somebody else has just written."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from leads import attributes, contacts
from leads.enums import Entity, FieldType, Role
from leads.models import CustomField, Lead
from leads.web import notices

MAY_STOP_PROFILING = (Role.MANAGER, Role.DATA_PROTECTION, Role.ADMINISTRATOR)
_CUSTOM = "custom."


class ContactForm(forms.Form):
    """What is known about a person. Values are judged by `leads.contacts`, which also knows the limits."""

    first_name = forms.CharField(label=gettext_lazy("First name"), required=False, max_length=120)
    last_name = forms.CharField(label=gettext_lazy("Last name"), required=False, max_length=120)
    email = forms.CharField(label=gettext_lazy("E-mail address"), required=False, max_length=320)
    phone = forms.CharField(label=gettext_lazy("Phone"), required=False, max_length=40)
    job_title = forms.CharField(label=gettext_lazy("Job title"), required=False, max_length=160)
    company = forms.CharField(label=gettext_lazy("Company"), required=False, max_length=200)
    city = forms.CharField(label=gettext_lazy("City"), required=False, max_length=120)
    country = forms.CharField(
        label=gettext_lazy("Country"), required=False, max_length=2, help_text=gettext_lazy("Two letters, such as DE")
    )
    language = forms.CharField(
        label=gettext_lazy("Language"), required=False, max_length=8, help_text=gettext_lazy("Code, such as de")
    )

    def __init__(self, *args, declared, **kwargs):
        super().__init__(*args, **kwargs)
        for item in declared:
            self.fields[_CUSTOM + item.key] = _custom_field(item)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "input"
            field.widget.attrs["autocomplete"] = "off"
            if name == "email":
                field.widget.attrs |= {"inputmode": "email", "spellcheck": "false"}
        self.fields["phone"].widget.attrs["inputmode"] = "tel"

    @property
    def custom(self):
        """The bound custom fields, for the template."""
        return [self[name] for name in self.fields if name.startswith(_CUSTOM)]

    def as_values(self, *, of):
        """What `contacts.edit` takes; the company only if its name was changed."""
        values = {name: value for name, value in self.cleaned_data.items() if "." not in name and name != "company"}
        values["custom"] = {
            name.removeprefix(_CUSTOM): value for name, value in self.cleaned_data.items() if name.startswith(_CUSTOM)
        }
        if self.cleaned_data["company"].strip() != (of.company.name if of.company else ""):
            values["company"] = {"name": self.cleaned_data["company"]}
        return values


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request, lead_id):
    """Show and save the contact data of a lead. A save over somebody else's change is refused once, and shows both."""
    leads = Lead.objects.workable_by(request.user).select_related("contact__company")
    lead = get_object_or_404(leads, pk=lead_id)
    contact = lead.contact
    declared = list(CustomField.objects.filter(entity=Entity.CONTACT).order_by("label", "id"))
    stored = _stored(contact, declared)
    theirs, status = [], 200
    if request.method == "POST":
        form = ContactForm(request.POST, declared=declared)
        if form.is_valid():
            try:
                contacts.edit(
                    contact,
                    values=form.as_values(of=contact),
                    by=request.user,
                    now=timezone.now(),
                    shown=_moment(request.POST.get("shown", "")) or contact.updated_at,
                )
            except attributes.Invalid as error:
                _blame(form, error)
                status = 422
            except contacts.Conflict:
                theirs = [(form[name], stored[name]) for name in form.fields if form.data.get(name, "") != stored[name]]
                status = 409
            else:
                notices.done(request, _("Saved. The score follows in a few seconds."))
                return redirect(f"{reverse('lead', args=[lead.pk])}#contact")
        else:
            status = 422
    else:
        form = ContactForm(initial=stored, declared=declared)
    # After a conflict the form carries the new stamp: saving again is then a decision and no accident.
    shown = contact.updated_at.isoformat() if status != 422 else request.POST.get("shown", "")
    context = {"form": form, "lead": lead, "contact": contact, "shown": shown, "theirs": theirs, "section": "board"}
    return render(request, "leads/contact_edit.html", context, status=status)


@require_POST
@login_required
def profiling(request, lead_id):
    """Stop or allow the profiling of a person (GDPR Article 21)."""
    lead = get_object_or_404(Lead.objects.visible_to(request.user).select_related("contact"), pk=lead_id)
    if request.user.role not in MAY_STOP_PROFILING:
        raise PermissionDenied
    stop = request.POST.get("allow") != "yes"
    contacts.set_do_not_profile(lead.contact, value=stop, by=request.user, now=timezone.now())
    if stop:
        notices.done(request, _("%(name)s is not profiled any more.") % {"name": lead.contact.display_name})
    else:
        notices.done(request, _("%(name)s is profiled again.") % {"name": lead.contact.display_name})
    return redirect(f"{reverse('lead', args=[lead.pk])}#contact")


def _stored(contact, declared):
    """What the form shows of the record, as texts."""
    names = ("first_name", "last_name", "email", "phone", "job_title", "city", "country", "language")
    found = {name: getattr(contact, name) or "" for name in names}
    found["company"] = contact.company.name if contact.company else ""
    for item in declared:
        value = contact.custom.get(item.key)
        found[_CUSTOM + item.key] = (
            "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        )
    return found


def _custom_field(item):
    if item.type == FieldType.BOOLEAN:
        choices = [("", "–"), ("true", _("yes")), ("false", _("no"))]
        return forms.ChoiceField(label=item.label, choices=choices, required=False)
    if item.type == FieldType.CHOICE:
        choices = [("", "–"), *((choice, choice) for choice in item.choices)]
        return forms.ChoiceField(label=item.label, choices=choices, required=False)
    if item.type == FieldType.DATE:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return forms.CharField(label=item.label, required=False, widget=widget, max_length=10)
    return forms.CharField(label=item.label, required=False, max_length=500)


def _blame(form, error):
    """Put the message beside the field that it is about."""
    name = error.field.lstrip(".").removeprefix("contact.")
    name = "company" if name.startswith("company") else name
    form.add_error(name if name in form.fields else None, error.message)


def _moment(text):
    try:
        return parse_datetime(text)
    except ValueError:
        return None
