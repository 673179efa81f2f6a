"""Contacts and companies, changed through their doors: what is wrong is said beside the field."""

from django import forms
from django.contrib import admin
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from leads import attributes, contacts
from leads.admin.base import RoleAdmin
from leads.enums import Entity, Role
from leads.models import Company, Contact, CustomField

CONTACT_FIELDS = ("first_name", "last_name", "email", "phone", "job_title", "language", "country", "city")
COMPANY_FIELDS = ("name", "domain", "website", "industry", "employees", "country", "city")


class DoorForm(forms.Form):
    """A form of plain texts whose meaning only the door knows; it is tried in a transaction that is rolled back."""

    entity = None
    by = None

    def __init__(self, *args, instance, **kwargs):
        self.instance = instance
        self.declared = list(CustomField.objects.filter(entity=self.entity).order_by("label", "id"))
        initial = {name: self.stored(name) for name in self.base_fields}
        initial |= {f"custom.{item.key}": instance.custom.get(item.key) for item in self.declared}
        super().__init__(*args, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        for item in self.declared:
            self.fields[f"custom.{item.key}"] = forms.CharField(label=item.label, required=False)
        for field in self.fields.values():
            field.label = capfirst(field.label)

    def stored(self, name):
        return getattr(self.instance, name, None)

    def values(self):
        """What the door is told: only what was changed."""
        told, custom = {}, {}
        for name in self.changed_data:
            if name.startswith("custom."):
                custom[name.removeprefix("custom.")] = self.cleaned_data[name]
            elif name in self.door_fields:
                told[name] = self.cleaned_data[name]
        return told | ({"custom": custom} if custom else {})

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            with transaction.atomic():
                try:
                    self.write(now=timezone.now())
                except attributes.Invalid as error:
                    name = error.field.lstrip(".")
                    self.add_error(name if name in self.fields else None, error.message)
                except contacts.Conflict as error:
                    self.add_error(None, str(error))
                transaction.set_rollback(True)
            self.instance.refresh_from_db()
        return cleaned

    def save(self, commit=True):
        return self.instance

    def save_m2m(self):
        """Nothing beyond the door."""


class ContactForm(DoorForm):
    """A person."""

    entity = Entity.CONTACT
    door_fields = CONTACT_FIELDS

    first_name = forms.CharField(label=_("first name"), required=False)
    last_name = forms.CharField(label=_("last name"), required=False)
    email = forms.CharField(label=_("e-mail address"), required=False)
    phone = forms.CharField(label=_("phone"), required=False)
    job_title = forms.CharField(label=_("job title"), required=False)
    company_name = forms.CharField(label=_("company"), required=False)
    language = forms.CharField(label=_("language"), required=False, help_text=_("For example de or en"))
    country = forms.CharField(label=_("country"), required=False, help_text=_("Two letters, for example DE"))
    city = forms.CharField(label=_("city"), required=False)
    do_not_profile = forms.BooleanField(
        label=_("do not profile"), required=False, help_text=_("The person has objected: they are not scored any more.")
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def stored(self, name):
        if name == "company_name":
            return self.instance.company.name if self.instance.company else ""
        return self.instance.updated_at.isoformat() if name == "shown" else super().stored(name)

    def values(self):
        told = super().values()
        if "company_name" in self.changed_data:
            told["company"] = {"name": self.cleaned_data["company_name"]}
        return told

    def write(self, *, now):
        shown = parse_datetime(self.cleaned_data["shown"] or "")
        contacts.edit(self.instance, values=self.values(), by=self.by, now=now, shown=shown)
        contacts.set_do_not_profile(self.instance, value=self.cleaned_data["do_not_profile"], by=self.by, now=now)


class CompanyForm(DoorForm):
    """A company."""

    entity = Entity.COMPANY
    door_fields = COMPANY_FIELDS

    name = forms.CharField(label=_("name"), required=False)
    domain = forms.CharField(label=_("domain"), required=False)
    website = forms.CharField(label=_("website"), required=False)
    industry = forms.CharField(label=_("industry"), required=False)
    employees = forms.CharField(label=_("employees"), required=False)
    country = forms.CharField(label=_("country"), required=False, help_text=_("Two letters, for example DE"))
    city = forms.CharField(label=_("city"), required=False)

    def write(self, *, now):
        contacts.edit_company(self.instance, values=self.values(), by=self.by, now=now)


class DoorAdmin(RoleAdmin):
    """People and companies come in by intake, imports and the new-lead page; here they are corrected, never deleted."""

    editors = (Role.ADMINISTRATOR,)
    adds = False
    deletes = False

    def get_form(self, request, obj=None, **kwargs):
        if obj is None or not self.has_change_permission(request, obj):
            return super().get_form(request, obj, **kwargs)
        return type(self.door_form.__name__, (self.door_form,), {"by": request.user})

    def get_fields(self, request, obj=None):
        if obj is None or not self.has_change_permission(request, obj):
            return self.read_only
        keys = CustomField.objects.filter(entity=self.door_form.entity).order_by("label", "id")
        return [*self.door_form.base_fields, *(f"custom.{key}" for key in keys.values_list("key", flat=True))]

    def get_readonly_fields(self, request, obj=None):
        return () if self.has_change_permission(request, obj) else self.read_only

    def store(self, request, obj, *, form, change, now):
        form.write(now=now)


@admin.register(Contact)
class ContactAdmin(DoorAdmin):
    door_form = ContactForm
    read_only = (*CONTACT_FIELDS, "company", "external_id", "source", "do_not_profile", "cooldown_until", "created_at")
    list_display = ("full_name", "email", "company", "source", "do_not_profile", "created_at")
    list_filter = ("do_not_profile", "source")
    list_select_related = ("company", "source")
    search_fields = ("=email", "=external_id", "name_folded__startswith")
    search_help_text = _("Whole e-mail address, whole external id, or how the name begins in small letters")
    ordering = ("-id",)

    @admin.display(description=_("name"))
    def full_name(self, contact):
        return contact.display_name


@admin.register(Company)
class CompanyAdmin(DoorAdmin):
    door_form = CompanyForm
    read_only = (*COMPANY_FIELDS, "created_at")
    list_display = ("name", "domain", "industry", "employees", "country", "city")
    search_fields = ("=domain", "name_folded__startswith")
    search_help_text = _("Whole domain, or how the name begins in small letters")
    ordering = ("-id",)
