"""What an address of the conversion report asks for. Values that are not offered to the viewer are refused, never guessed."""

import datetime

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from leads.enums import Stage
from leads.models import Campaign, Product, Source, Team
from scoring.reports import cohorts, conversion, paths
from scoring.web import filters

_IN_USE = (MinValueValidator(datetime.date(1990, 1, 1)), MaxValueValidator(datetime.date(2100, 12, 31)))
"""No lead is from before or after, and no calendar ends within."""


class Period(TextChoices):
    """Ready-made periods in which the leads were created."""

    YEAR = "12-months", _("Last 12 months")
    QUARTER = "quarter", _("This quarter")
    LAST_QUARTER = "last-quarter", _("Last quarter")
    THIS_YEAR = "year", _("This year")
    LAST_YEAR = "last-year", _("Last year")
    OWN = "own", _("From … to …")


class OriginField(forms.ModelChoiceField):
    """A source, campaign, product or team, or "none"."""

    def __init__(self, queryset, *, label, none_label):
        super().__init__(queryset, label=label, required=False, empty_label=_("all"))
        self.none_label = none_label
        self.widget.attrs["class"] = "input"

    def to_python(self, value):
        return cohorts.NONE if value == cohorts.NONE else super().to_python(value)

    def offered(self):
        """Choices with "none" among them."""
        first, *others = self.choices
        return [first, (cohorts.NONE, self.none_label), *others]


class ReportForm(forms.Form):
    """Which leads the report is about."""

    period = forms.ChoiceField(label=_("Created"), choices=Period.choices, required=False)
    since = forms.DateField(label=_("From"), required=False, validators=_IN_USE)
    until = forms.DateField(label=_("To"), required=False, validators=_IN_USE)
    team = OriginField(Team.objects.none(), label=_("Team"), none_label=_("without a team"))
    source = OriginField(Source.objects.order_by("name", "pk"), label=_("Source"), none_label=_("without a source"))
    campaign = OriginField(
        Campaign.objects.order_by("name", "pk"), label=_("Campaign"), none_label=_("without a campaign")
    )
    product = OriginField(Product.objects.order_by("name", "pk"), label=_("Product"), none_label=_("without a product"))

    def __init__(self, data, *, user, now):
        super().__init__(data)
        self.user, self.today = user, cohorts.today(now)
        self.fields["team"].queryset = filters.teams(user)
        for name in ("since", "until"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d")
        self.fields["period"].widget.attrs["class"] = "input"

    def cohort(self):
        """The `Cohort` asked for; what makes no sense is left out and named by `ignored`."""
        self.is_valid()
        given = self.cleaned_data
        since, until = self._period(given)
        origin = {name: given[name] for name in cohorts.ORIGINS if given.get(name)}
        origin = {name: value if value == cohorts.NONE else value.pk for name, value in origin.items()}
        return cohorts.Cohort(self.user, since, until, origin)

    def clean(self):
        given = super().clean()
        since, until = given.get("since"), given.get("until")
        if since and until and since > until:
            self.add_error("until", _("Choose a day that is not before the first one"))
        return given

    @property
    def ignored(self):
        """Labels of the fields whose value was refused."""
        return [str(self.fields[name].label) for name in self.errors if name in self.fields]

    @property
    def chosen(self):
        """The period that is in force."""
        return Period(self.cleaned_data.get("period") or Period.YEAR)

    def panel(self):
        """The fields to choose in, filled in with what is in force."""
        for name in cohorts.ORIGINS:
            self.fields[name].widget.choices = self.fields[name].offered()
        return [self[name] for name in self.fields]

    def _period(self, given):
        today, quarter = self.today, self.today.replace(month=(self.today.month - 1) // 3 * 3 + 1, day=1)
        day = datetime.timedelta(days=1)
        match self.chosen:
            case Period.QUARTER:
                return quarter, today
            case Period.LAST_QUARTER:
                return cohorts.month_after(quarter, -3), quarter - day
            case Period.THIS_YEAR:
                return today.replace(month=1, day=1), today
            case Period.LAST_YEAR:
                return datetime.date(today.year - 1, 1, 1), datetime.date(today.year - 1, 12, 31)
            case Period.OWN if given.get("since") or given.get("until"):
                until = given.get("until") or max(today, given["since"])
                return given.get("since") or cohorts.month_after(until, -11), until
        return cohorts.month_after(today, -11), today


class FigureForm(forms.Form):
    """Which of these leads one figure counts."""

    reached = forms.ChoiceField(choices=Stage.choices, required=False)
    skipped = forms.ChoiceField(choices=Stage.choices, required=False)
    recycled = forms.BooleanField(required=False)
    band = forms.ChoiceField(choices=[(band, band) for band in conversion.BANDS], required=False)
    month = forms.DateField(input_formats=["%Y-%m"], required=False, validators=_IN_USE)
    timed = forms.ChoiceField(choices=[(name, name) for name in paths.SECONDS], required=False)

    def clean(self):
        given = super().clean()
        for name in ("reached", "skipped"):
            if given.get(name) and given[name] not in paths.STEPS:
                self.add_error(name, _("Not a step"))
        return given

    def figure(self):
        """The `Figure` asked for, or None where the address is none of ours."""
        if not self.is_valid():
            return None
        given = self.cleaned_data
        return cohorts.Figure(
            given["reached"], given["skipped"], given["recycled"], given["band"], given["month"], given["timed"]
        )
