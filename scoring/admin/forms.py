"""The scorecard as one form: the card, its rules, groups and personas, each a small form with a prefix of its own.

Forms check what a browser may get wrong (types); what makes sense together is judged by `scoring.weights`.
"""

import json
import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leads import conditions, fields
from leads.models import Product, Signal
from scoring import labels, weights
from scoring.admin.widgets import PlainCheck, PlainInput, PlainSelect, PlainSelectMany
from scoring.enums import Axis, Mode
from scoring.models import Persona, Rule, RuleGroup, Scorecard

_WHOLE = re.compile(r"[+-]?[0-9]{1,6}")
_TIER = re.compile(r"([0-9]{1,6})\s*[:=]\s*([+\-−]?[0-9]{1,6})")


class WholeField(forms.CharField):
    """A whole number as people type it: “+10”, “−8”. Nothing else is guessed at."""

    def __init__(self, *, required=False, signed=False, **kwargs):
        self.signed = signed
        kwargs.setdefault("widget", PlainInput(attrs={"inputmode": "numeric", "size": 4, "autocomplete": "off"}))
        super().__init__(required=required, **kwargs)

    def clean(self, value):
        text = super().clean(value).replace("−", "-").replace(" ", "")
        if not text:
            return None
        if not _WHOLE.fullmatch(text):
            raise ValidationError(gettext("A whole number, please."))
        return int(text)

    def prepare_value(self, value):
        if isinstance(value, int) and not isinstance(value, bool):
            return f"{value:+d}".replace("-", "−") if self.signed else str(value)
        return "" if value is None else value


class JSONTextField(forms.CharField):
    """A condition as JSON. Empty means: holds for everybody."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "class": "condition"}))
        super().__init__(required=False, **kwargs)

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return {}
        if len(text) > 20_000:
            raise ValidationError(gettext("This condition is too long."))
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValidationError(gettext("This is no JSON: check brackets, commas and quotes.")) from error
        if not isinstance(found, dict):
            raise ValidationError(gettext("A condition is an object in braces."))
        return found

    def prepare_value(self, value):
        if isinstance(value, dict):
            return json.dumps(value, ensure_ascii=False, indent=1) if value else ""
        return value


class TiersField(forms.CharField):
    """Points by number, such as “1: 5, 3: 10”."""

    def clean(self, value):
        text = super().clean(value)
        parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
        found = [_TIER.fullmatch(part) for part in parts]
        if not all(found):
            raise ValidationError(gettext("Write pairs of number and points, such as “1: 5, 3: 10”."))
        return [[int(match[1]), int(match[2].replace("−", "-"))] for match in found]

    def prepare_value(self, value):
        if isinstance(value, list):
            return ", ".join(f"{least}: {points}" for least, points in value)
        return value


def _label(model, name):
    return model._meta.get_field(name).verbose_name


class Options:
    """What selects offer, read once for all the forms of a page."""

    def __init__(self, sheet):
        self.signals = list(labels.shown_apart(Signal.objects.order_by("kind", "name", "id")).items())
        self.products = [("", "–"), *Product.objects.order_by("name").values_list("pk", "name")]
        self.groups = {
            axis: [("", "–")]
            + [(key, group["name"]) for key, group in sheet["groups"].items() if group["axis"] == axis]
            for axis in Axis.values
        }


class CardForm(forms.Form):
    """Thresholds, bands and caps."""

    name = forms.CharField(label=_label(Scorecard, "name"), max_length=120)
    entry_threshold = WholeField(label=_label(Scorecard, "entry_threshold"))
    leaving_threshold = WholeField(label=_label(Scorecard, "leaving_threshold"))
    minimum_stay_days = WholeField(label=_label(Scorecard, "minimum_stay_days"))
    cooldown_days = WholeField(label=_label(Scorecard, "cooldown_days"))
    sql_rule_enabled = forms.BooleanField(label=_label(Scorecard, "sql_rule_enabled"), required=False)
    sql_score = WholeField(label=_label(Scorecard, "sql_score"))
    sql_window_days = WholeField(label=_label(Scorecard, "sql_window_days"))
    sql_signals = forms.TypedMultipleChoiceField(
        label=_label(Scorecard, "sql_signals"), coerce=int, required=False, widget=PlainSelectMany
    )
    band_a = WholeField(label=_label(Scorecard, "band_a"))
    band_b = WholeField(label=_label(Scorecard, "band_b"))
    band_c = WholeField(label=_label(Scorecard, "band_c"))
    fit_cap = WholeField(label=_label(Scorecard, "fit_cap"))
    engagement_cap = WholeField(label=_label(Scorecard, "engagement_cap"))

    def __init__(self, *args, options, **kwargs):
        super().__init__(*args, prefix="card", **kwargs)
        self.fields["sql_signals"].choices = options.signals
        self.fields["sql_signals"].widget.attrs["size"] = 6

    def row(self):
        cleaned = self.cleaned_data
        return {**cleaned, "sql_signals": sorted(cleaned["sql_signals"])}


_SHOWN_IN_LINE = {"is_active", "points", "mode", "cap", "daily_cap", "half_life", "window"}


class RuleForm(forms.Form):
    """One rule."""

    name = forms.CharField(label=_label(Rule, "name"), max_length=160, required=False, widget=PlainInput)
    is_active = forms.BooleanField(label=_label(Rule, "is_active"), required=False, widget=PlainCheck)
    points = WholeField(label=_label(Rule, "points"), signed=True)
    mode = forms.ChoiceField(label=_label(Rule, "mode"), choices=Mode.choices, required=False, widget=PlainSelect)
    tiers = TiersField(label=_label(Rule, "tiers"), required=False, widget=PlainInput)
    cap = WholeField(label=_label(Rule, "cap"))
    daily_cap = WholeField(label=_label(Rule, "daily_cap"))
    half_life = WholeField(label=_label(Rule, "half_life"))
    window = WholeField(label=_label(Rule, "window"))
    floor = WholeField(label=_label(Rule, "floor"))
    group = forms.ChoiceField(label=_label(Rule, "group"), required=False, widget=PlainSelect)
    product = forms.TypedChoiceField(
        label=_label(Rule, "product"), coerce=int, empty_value=None, required=False, widget=PlainSelect
    )
    signals = forms.TypedMultipleChoiceField(
        label=_label(Rule, "signals"), coerce=int, required=False, widget=PlainSelectMany
    )
    needs = forms.ChoiceField(label=_label(Rule, "needs"), required=False, widget=PlainSelect)
    condition = JSONTextField(label=_label(Rule, "condition"))
    remove = forms.BooleanField(label=_("Take this rule out"), required=False, widget=PlainCheck)

    def __init__(self, *args, key, axis, options, **kwargs):
        self.key, self.axis = key, axis
        super().__init__(*args, prefix=f"rules.{key}", **kwargs)
        self.fields["signals"].choices = options.signals
        self.fields["signals"].widget.attrs["size"] = 5
        self.fields["product"].choices = options.products
        self.fields["group"].choices = options.groups[axis]
        self.fields["needs"].choices = [("", "–"), *Rule._meta.get_field("needs").choices]
        if axis == Axis.FIT:
            for name in ("mode", "tiers", "cap", "daily_cap", "half_life", "window", "floor", "signals"):
                del self.fields[name]

    @property
    def is_fit(self):
        return self.axis == Axis.FIT

    @property
    def hidden_faults(self):
        """Whether something is wrong behind “More”."""
        return bool(set(self.errors) - _SHOWN_IN_LINE)

    def row(self):
        row = {**self.cleaned_data, "group": self.cleaned_data["group"] or None}
        del row["remove"]
        if "signals" in row:
            row["signals"] = sorted(row["signals"])
        return row


class NewRuleForm(RuleForm):
    """An empty line at the end of each half; without a name it is nothing."""

    def __init__(self, *args, axis, options, **kwargs):
        super().__init__(*args, key=f"new.{axis}", axis=axis, options=options, **kwargs)
        del self.fields["remove"]

    def row(self):
        return {**self.cleaned_data, "axis": self.axis, "group": self.cleaned_data["group"] or None}


class GroupForm(forms.Form):
    """A marketer's own group inside fit or engagement."""

    name = forms.CharField(label=_label(RuleGroup, "name"), max_length=120, required=False)
    axis = forms.ChoiceField(label=_label(RuleGroup, "axis"), choices=Axis.choices)
    cap = WholeField(label=_label(RuleGroup, "cap"))
    remove = forms.BooleanField(label=_("Take out"), required=False)

    def __init__(self, *args, key, **kwargs):
        self.key = key
        super().__init__(*args, prefix=f"groups.{key}", **kwargs)

    def row(self):
        return {name: self.cleaned_data[name] for name in weights.GROUP_FIELDS}


class PersonaForm(forms.Form):
    """A kind of buyer."""

    name = forms.CharField(label=_label(Persona, "name"), max_length=120, required=False)
    position = WholeField(label=_label(Persona, "position"))
    condition = JSONTextField(label=_label(Persona, "condition"))
    remove = forms.BooleanField(label=_("Take out"), required=False)

    def __init__(self, *args, key, **kwargs):
        self.key = key
        super().__init__(*args, prefix=f"personas.{key}", **kwargs)

    def row(self):
        row = {name: self.cleaned_data[name] for name in weights.PERSONA_FIELDS}
        return {**row, "position": row["position"] or 0}


NEW = "new"


class SheetForm:
    """All of it. `sheet` is what the form was filled from; `result()` is what it says now."""

    def __init__(self, sheet, data=None, *, card_values=None):
        self.sheet = sheet
        options = Options(sheet)
        filled = {**sheet["card"], **(card_values or {})}
        self.card = CardForm(data, initial=filled, options=options)
        self.rules = [
            RuleForm(data, initial={**rule, "group": rule["group"] or ""}, key=key, axis=rule["axis"], options=options)
            for key, rule in sheet["rules"].items()
        ]
        self.new_rules = [
            NewRuleForm(data, initial={"is_active": True, "mode": Mode.EVERY}, axis=axis, options=options)
            for axis in Axis.values
        ]
        self.groups = [GroupForm(data, initial=row, key=key) for key, row in sheet["groups"].items()]
        self.new_group = GroupForm(data, initial={"axis": Axis.ENGAGEMENT}, key=NEW)
        self.personas = [PersonaForm(data, initial=row, key=key) for key, row in sheet["personas"].items()]
        self.new_persona = PersonaForm(data, key=NEW)

    def forms(self):
        return [self.card, *self.rules, *self.new_rules, *self.groups, self.new_group, *self.personas, self.new_persona]

    def mql_fields(self):
        return [
            self.card[name] for name in ("entry_threshold", "leaving_threshold", "minimum_stay_days", "cooldown_days")
        ]

    def band_fields(self):
        return [self.card[name] for name in ("band_a", "band_b", "band_c")]

    def condition_fields(self):
        """The fields that conditions may speak of, for the help below the form."""
        return [
            {"name": field.name, "label": field.label, "operators": " ".join(conditions.operators(field))}
            for field in fields.declared().values()
        ]

    def is_valid(self):
        # Every form is looked at, so that all faults are shown at once.
        return not [form for form in self.forms() if not form.is_valid()]

    def result(self):
        """The sheet that the form describes."""
        changes = {"card": self.card.row(), "rules": {}, "groups": {}, "personas": {}}
        for kind, existing in (("rules", self.rules), ("groups", self.groups), ("personas", self.personas)):
            for form in existing:
                changes[kind][form.key] = None if form.cleaned_data.get("remove") else form.row()
        for form in self.new_rules:
            if form.cleaned_data["name"]:
                rows = self.sheet["rules"]
                last = max((rule["position"] for rule in rows.values() if rule["axis"] == form.axis), default=0)
                form.key = _free_key(form.cleaned_data["name"], rows)
                changes["rules"][form.key] = {**form.row(), "position": last + 10}
        for kind, form in (("groups", self.new_group), ("personas", self.new_persona)):
            if form.cleaned_data["name"]:
                form.key = _free_key(form.cleaned_data["name"], self.sheet[kind])
                changes[kind][form.key] = form.row()
        for key, row in changes["rules"].items():
            # A rule outlives its group.
            if row and row["group"] and changes["groups"].get(row["group"], row) is None:
                changes["rules"][key] = {**row, "group": None}
        return weights.changed(self.sheet, changes)

    def take(self, errors):
        """Put the faults found by `weights` beside their fields; what has no field goes on top. Call after `result`."""
        places = {"card": self.card}
        for kind, forms_of_kind in (
            ("rules", [*self.rules, *self.new_rules]),
            ("groups", [*self.groups, self.new_group]),
            ("personas", [*self.personas, self.new_persona]),
        ):
            places |= {f"{kind}.{form.key}": form for form in forms_of_kind}
        for place, message in errors.items():
            prefix, _dot, name = place.rpartition(".")
            form = places.get(prefix, self.card)
            form.add_error(name if name in form.fields else None, message)

    def faults(self):
        """(id of the field, its label, message) of everything that is wrong, in the order of the page."""
        found = []
        for form in self.forms():
            prefix = form.initial.get("name") if isinstance(form, RuleForm | GroupForm | PersonaForm) else ""
            for name, messages in form.errors.items():
                field = form[name] if name in form.fields else None
                label = capfirst(" · ".join(str(part) for part in (prefix, field.label if field else "") if part))
                found += [(field.auto_id if field else "", label, message) for message in messages]
        return found


def _free_key(name, taken):
    """A key that no other rule has or had on this page."""
    stem = slugify(name)[:50].strip("-_") or "rule"
    key, number = stem, 2
    while key in taken or key == NEW:
        key, number = f"{stem}-{number}", number + 1
    return key
