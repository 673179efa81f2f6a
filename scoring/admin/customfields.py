"""Custom fields: what this installation knows about contacts and companies beyond the built-in fields."""

import re

from django import forms
from django.contrib import admin
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leads import customfields, fields
from leads.admin.base import RoleAdmin
from leads.enums import FieldType
from leads.models import CustomField
from scoring import coverage

_KEY = re.compile("[a-z][a-z0-9_]*")


class ChoicesField(forms.CharField):
    """One choice per line."""

    def __init__(self, **kwargs):
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 6}), **kwargs)

    def clean(self, value):
        lines = [line.strip() for line in super().clean(value).splitlines()]
        found = list(dict.fromkeys(line for line in lines if line))
        if len(found) > customfields.MAX_CHOICES or any(len(line) > 200 for line in found):
            raise forms.ValidationError(gettext("At most 200 choices of 200 characters, please."))
        return found

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value


class CustomFieldForm(forms.ModelForm):
    """A custom field; key and type are fixed once there are values."""

    choices = ChoicesField(label=capfirst(_("choices")), help_text=_("One per line; only for the type “Choice”."))

    class Meta:
        model = CustomField
        fields = ("entity", "key", "label", "type", "known_at", "choices")

    def clean_key(self):
        key = self.cleaned_data["key"]
        if not _KEY.fullmatch(key):
            raise forms.ValidationError(gettext("Use a–z, digits and _, beginning with a letter."))
        return key

    def clean(self):
        cleaned = super().clean()
        kind = cleaned.get("type") or self.instance.type
        if kind == FieldType.CHOICE and "choices" in cleaned and not cleaned["choices"]:
            self.add_error("choices", gettext("A choice needs something to choose from."))
        return cleaned


@admin.register(CustomField)
class CustomFieldAdmin(RoleAdmin):
    form = CustomFieldForm
    deletes = False
    list_filter = ("entity", "type", "known_at")
    search_fields = ("label", "key")
    ordering = ("entity", "label", "id")

    def get_list_display(self, request):
        used = coverage.fields_used()

        @admin.display(description=_("rules that speak of it"))
        def used_by(field):
            return ", ".join(used.get(fields.custom_name(field.entity, field.key), [])) or "–"

        return ("label", "entity", "key", "type", "known_at", used_by)

    def get_readonly_fields(self, request, obj=None):
        return ("entity", "key", "type") if obj else ()

    def store(self, request, obj, *, form, change, now):
        if change:
            # What somebody types for it and how it is called; values are stored under key and type.
            obj.save(update_fields=["label", "known_at", "choices"])
            return
        made = customfields.define(
            entity=obj.entity, key=obj.key, label=obj.label, type=obj.type, known_at=obj.known_at, choices=obj.choices
        )
        obj.pk = made.pk
