"""Differences between two versions in the marketer's words."""

from dataclasses import dataclass

from django.utils.translation import gettext

from leads import conditions, fields
from leads.models import Product, Signal
from scoring import labels, weights
from scoring.enums import Axis, Mode
from scoring.models import Persona, Rule, RuleGroup, Scorecard

_MODELS = {"card": Scorecard, "rules": Rule, "groups": RuleGroup, "personas": Persona}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: of what, which field, from what to what. `kind` is changed, new or gone."""

    what: str
    field: str
    before: str
    after: str
    kind: str = "changed"


class Words:
    """Turns stored values into words; reads names once."""

    def __init__(self):
        self._signals = labels.shown_apart(Signal.objects.order_by("id"))
        self._products = dict(Product.objects.values_list("pk", "name"))
        self._fields = fields.declared()

    def changes(self, old, new):
        """The differences of two sheets as a list of `Change`."""
        return [self._change(*difference, old=old, new=new) for difference in weights.differences(old, new)]

    def condition(self, condition):
        """A condition as a phrase, "" if there is none."""
        return conditions.describe(condition, self._fields) if condition else ""

    def _change(self, kind, key, name, before, after, *, old, new):
        what = gettext("Thresholds") if kind == "card" else labels.shown((new[kind].get(key) or old[kind][key])["name"])
        if name == "":
            row = after or before
            worth = f"{row['points']:+d}".replace("-", "−") if "points" in row else ""
            return Change(what, "", "" if before is None else worth, worth if before is None else "",
                          "new" if before is None else "gone")  # fmt: skip
        label = str(_MODELS[kind]._meta.get_field(name).verbose_name)
        return Change(what, label, self.value(name, before), self.value(name, after))

    def value(self, name, value):
        """One stored value as it is shown."""
        if name in ("signals", "sql_signals"):
            return ", ".join(self._signals.get(pk, f"#{pk}") for pk in value) or "–"
        if name == "product":
            return self._products.get(value, "–") if value else "–"
        if name == "condition":
            return self.condition(value) or "–"
        if name == "tiers":
            return ", ".join(f"{least}: {points}" for least, points in value) or "–"
        if name in ("is_active", "sql_rule_enabled"):
            return gettext("on") if value else gettext("off")
        if name == "points":
            return f"{value:+d}".replace("-", "−")
        if name == "mode":
            return str(Mode(value).label)
        if name == "axis":
            return str(Axis(value).label)
        return "–" if value in (None, "") else str(value)
