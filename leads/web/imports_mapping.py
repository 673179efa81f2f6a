"""The form that says what the columns of a file mean."""

from dataclasses import dataclass, replace

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import customfields, fields
from leads.importing import dates, kinds
from leads.models import Team

SAMPLES = 3
SAMPLE_LENGTH = 40
CUSTOM = "custom"

GROUPS = {
    "contact": gettext_lazy("Person"),
    "person": gettext_lazy("Person"),
    "company": gettext_lazy("Company"),
    "opt_out": gettext_lazy("Consent"),
    "consent": gettext_lazy("Consent"),
}
LABELS = {
    "external_id": gettext_lazy("Id in the other program"),
    "full_name": gettext_lazy("First and last name"),
    "created_at": gettext_lazy("Created on"),
    "closed_at": gettext_lazy("Closed on"),
    "opt_out.email": gettext_lazy("No e-mails (opt-out)"),
    "opt_out.phone": gettext_lazy("No calls (opt-out)"),
    "consent.email": gettext_lazy("Agreed to e-mails"),
    "consent.phone": gettext_lazy("Agreed to calls"),
}


@dataclass
class Line:
    """One column on the page: its name, samples, the choices of its select and what is chosen."""

    number: int
    name: str
    samples: list
    groups: list
    chosen: str
    is_sales: bool


class MappingForm(forms.Form):
    """What holds for the whole file. What its columns mean comes along as `column-0`, `sales-0` and so on."""

    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Where these people come from. Ids of one source never meet those of another."),
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"),
        queryset=Team.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("that of the source"),
    )
    outcome_column = forms.ChoiceField(label=gettext_lazy("How a lead ended stands in"), required=False)
    won = forms.CharField(label=gettext_lazy("Won if it says"), max_length=200, required=False)
    lost = forms.CharField(
        label=gettext_lazy("Lost if it says"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("Several values with semicolons. Left empty, every other value is lost."),
    )
    dates = forms.ChoiceField(
        label=gettext_lazy("Dates such as 03/04/2025"),
        required=False,
        choices=[
            ("", gettext_lazy("As the file suggests")),
            (dates.DAY_FIRST, gettext_lazy("Day first")),
            (dates.MONTH_FIRST, gettext_lazy("Month first")),
        ],
    )
    decimal = forms.ChoiceField(
        label=gettext_lazy("Decimal sign"),
        required=False,
        choices=[("", gettext_lazy("As the file suggests")), (",", "12,5"), (".", "12.5")],
    )
    hash_id = forms.BooleanField(
        label=gettext_lazy("Take rows without address and id too"),
        required=False,
        help_text=gettext_lazy("They get an id made of what they say. Otherwise they are rejected."),
    )
    art14 = forms.BooleanField(
        label=gettext_lazy("These people did not give us their data themselves"),
        required=False,
        help_text=gettext_lazy("Each gets a follow-up: tell them within a month where the data comes from."),
    )
    legal_basis = forms.CharField(label=gettext_lazy("Legal basis of consents"), max_length=300, required=False)
    proof = forms.CharField(
        label=gettext_lazy("Proof of consents"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Without basis and proof no consent is taken over. Opt-outs always are."),
    )

    def __init__(self, *args, header, **kwargs):
        super().__init__(*args, **kwargs)
        self.header = header
        self.fields["outcome_column"].choices = [("", _("Nowhere: all are open")), *((name, name) for name in header)]
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "check" if name in ("hash_id", "art14") else "input"

    def clean(self):
        values = super().clean()
        if bool(values.get("outcome_column")) != bool((values.get("won") or "").strip()):
            name = "won" if values.get("outcome_column") else "outcome_column"
            self.add_error(name, _("Name the column and the value that means won."))
        return values

    def options(self, before, known):
        """The `Options` that were entered. `before` are those the page was drawn with, `known` its choices per column."""
        values = self.cleaned_data
        column = values["outcome_column"]
        maps, sales = [], []
        for number, name in enumerate(self.header):
            chosen = self.data.get(f"column-{number}", "")
            if chosen in known[number] and name != column:
                maps.append(f"{name}={chosen}")
                if f"sales-{number}" in self.data and is_custom(chosen):
                    sales.append(name)
        return replace(
            before,
            id_column="",
            maps=maps,
            sales_fields=sales,
            outcome=f"{column}={values['won'].strip()}" if column else "",
            lost=[f"{column}={text.strip()}" for text in values["lost"].split(";") if column and text.strip()],
            **{name: values[name] for name in ("dates", "decimal", "hash_id", "art14", "legal_basis", "proof")},
        )


def initial(options, *, team, source):
    """What the form starts with, out of options."""
    column, _sign, won = options.outcome.rpartition("=")
    return {
        "source": source,
        "team": team,
        "outcome_column": column,
        "won": won,
        "lost": "; ".join(text.removeprefix(f"{column}=") for text in options.lost),
        **{name: getattr(options, name) for name in ("dates", "decimal", "hash_id", "art14", "legal_basis", "proof")},
    }


def lines(draft, options, data=None):
    """The `Line` of each column of a draft. `data` is what was just sent, if the page is drawn again because of an error."""
    found = []
    targets = _grouped(options.kind)
    for column in draft.columns:
        custom = _custom_name(column, options.kind)
        chosen = _chosen(column, custom)
        groups = [(label, list(choices)) for label, choices in targets]
        others = [("skip", _("How the lead ended") if column.is_outcome else _("Leave out"))] + (
            [(custom, _("A field of its own"))] if custom else []
        )
        known = {value for _label, choices in groups for value, _word in choices}
        if chosen not in known and chosen not in dict(others):
            others.append((chosen, chosen))
        groups.insert(0, ("", others))
        sent = data.get(f"column-{column.position}") if data else None
        samples = [_short(value) for value in list(draft.profiles[column.position].values)[:SAMPLES]]
        is_sales = f"sales-{column.position}" in data if data else column.name in options.sales_fields
        found.append(Line(column.position, column.name, samples, groups, sent or chosen, is_sales))
    return found


def known(found):
    """Column number → the choices that its select offers."""
    return {line.number: {value for _label, choices in line.groups for value, _word in choices} for line in found}


def is_custom(chosen):
    """The choice is a custom field."""
    return chosen.split(".")[1:2] == [CUSTOM]


def label_of(name):
    """How a person calls a target."""
    builtin = fields.builtin()
    for known_as in (name, f"contact.{name}"):
        if known_as in builtin:
            return builtin[known_as].label
    return LABELS.get(name) or name.replace("_", " ").replace(".", ": ").capitalize()


def _grouped(kind):
    groups = {}
    for target in kinds.targets(kind).values():
        if target.name != "skip":
            label = str(GROUPS.get(target.group, _("Lead") if target.group == "lead" else _("Record")))
            groups.setdefault(label, []).append((target.name, label_of(target.name)))
    return list(groups.items())


def _custom_name(column, kind):
    owner = kinds.of(kind).CUSTOM
    if owner is None:
        return ""
    if column.custom is not None:
        return f"{column.custom.entity}.{CUSTOM}.{column.custom.key}"
    return f"{owner}.{CUSTOM}.{customfields.key_for(column.name)}"


def _chosen(column, custom):
    if column.custom is not None and (column.target is None or column.target.group == "opt_out"):
        return column.target.name if column.target else custom
    if column.target is None or column.is_outcome:
        return "skip"
    return f"{column.target.name}@{column.system}" if column.system else column.target.name


def _short(text):
    text = " ".join(text.split())
    return text if len(text) <= SAMPLE_LENGTH else f"{text[:SAMPLE_LENGTH]}…"
