"""A scorecard as plain data: what a version says, what is wrong with it, and how two versions differ.

A *sheet* is `{"card": {…}, "groups": {key: {…}}, "rules": {key: {…}}, "personas": {key: {…}}}`, all JSON: rules name their group
by key, signals and product by id. Forms change a sheet, `faults` judges it, `scorecards` writes it down as a version.
"""

import copy
import itertools
import re

from django.utils.translation import gettext

from leads import conditions
from leads.enums import Purpose
from scoring.enums import Axis, Mode

CARD_FIELDS = (
    "name",
    "entry_threshold",
    "leaving_threshold",
    "minimum_stay_days",
    "cooldown_days",
    "sql_rule_enabled",
    "sql_score",
    "sql_signals",
    "sql_window_days",
    "band_a",
    "band_b",
    "band_c",
    "fit_cap",
    "engagement_cap",
)
GROUP_FIELDS = ("name", "axis", "cap")
RULE_FIELDS = (
    "name",
    "axis",
    "group",
    "position",
    "is_active",
    "points",
    "mode",
    "tiers",
    "cap",
    "daily_cap",
    "half_life",
    "window",
    "floor",
    "signals",
    "condition",
    "product",
    "needs",
)
PERSONA_FIELDS = ("name", "condition", "position")
NEW_RULE = {
    "name": "",
    "axis": Axis.ENGAGEMENT.value,
    "group": None,
    "position": 0,
    "is_active": True,
    "points": 0,
    "mode": Mode.EVERY.value,
    "tiers": [],
    "cap": None,
    "daily_cap": None,
    "half_life": None,
    "window": None,
    "floor": None,
    "signals": [],
    "condition": {},
    "product": None,
    "needs": "",
}
_KINDS = {"groups": GROUP_FIELDS, "rules": RULE_FIELDS, "personas": PERSONA_FIELDS}

MOST_POINTS, LARGEST_CAP = 100, 1000
MOST_RULES, MOST_TIERS = 500, 20
LONGEST_HALF_LIFE, LONGEST_WINDOW = 365, 1825
_KEY = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,58}[a-z0-9])?")


def read(card):
    """The sheet of a stored version. Five queries, whatever it holds."""
    sheet = {
        "card": {name: getattr(card, name) for name in CARD_FIELDS if name != "sql_signals"},
        "groups": {group.key: {name: getattr(group, name) for name in GROUP_FIELDS} for group in card.groups.all()},
        "rules": {},
        "personas": {item.key: {name: getattr(item, name) for name in PERSONA_FIELDS} for item in card.personas.all()},
    }
    sheet["card"]["sql_signals"] = sorted(card.sql_signals.values_list("pk", flat=True))
    for rule in card.rules.select_related("group").prefetch_related("signals").order_by("position", "id"):
        row = {name: getattr(rule, name) for name in RULE_FIELDS if name not in ("group", "signals", "product")}
        row |= {
            "group": rule.group.key if rule.group else None,
            "signals": sorted(signal.pk for signal in rule.signals.all()),
            "product": rule.product_id,
        }
        sheet["rules"][rule.key] = row
    return sheet


def changed(sheet, changes):
    """The sheet with `changes` laid over it, as a copy.

    `changes` has the shape of a sheet, with only what changes: a row of fields is laid over the row with that key or
    adds it, `None` takes it out. Unknown fields raise `KeyError`: nothing is written by a name from outside.
    """
    sheet = copy.deepcopy(sheet)
    for name, value in changes.get("card", {}).items():
        if name not in CARD_FIELDS:
            raise KeyError(name)
        sheet["card"][name] = value
    for kind, fields in _KINDS.items():
        for key, row in changes.get(kind, {}).items():
            if row is None:
                sheet[kind].pop(key, None)
                continue
            unknown = set(row) - set(fields)
            if unknown:
                raise KeyError(min(unknown))
            start = NEW_RULE if kind == "rules" else dict.fromkeys(fields)
            sheet[kind][key] = {**copy.deepcopy(start), **sheet[kind].get(key, {}), **row}
    return sheet


def faults(sheet, *, fields, signals, products):
    """What is wrong with a sheet: a dict of place → message, empty when it may go live.

    Places read `card.band_a`, `rules.demo-request.points`. `fields` are those of conditions, `signals` and `products`
    the ids that exist.
    """
    found = _Faults()
    _judge_card(sheet["card"], found, signals=signals)
    for key, group in sheet["groups"].items():
        place = f"groups.{key}"
        found.key(place, key)
        found.text(f"{place}.name", group["name"], longest=120)
        if group["axis"] not in Axis.values:
            found.add(f"{place}.axis", gettext("Choose fit or engagement."))
        found.whole(f"{place}.cap", group["cap"], 0, LARGEST_CAP, optional=True)
    if len(sheet["rules"]) > MOST_RULES:
        found.add("rules", gettext("A scorecard has at most %(count)d rules.") % {"count": MOST_RULES})
    for key, rule in sheet["rules"].items():
        _judge_rule(key, rule, found, sheet=sheet, fields=fields, signals=signals, products=products)
    for key, persona in sheet["personas"].items():
        place = f"personas.{key}"
        found.key(place, key)
        found.text(f"{place}.name", persona["name"], longest=120)
        found.whole(f"{place}.position", persona["position"], 0, 10_000)
        found.condition(f"{place}.condition", persona["condition"], fields, needed=True)
    return found.found


def delta(old, new):
    """The smallest `changes` that make `old` say what `new` says."""
    changes = {"card": {}, **{kind: {} for kind in _KINDS}}
    for kind, key, name, _before, after in differences(old, new):
        if kind == "card":
            changes["card"][name] = after
        elif name == "":
            changes[kind][key] = after
        else:
            changes[kind].setdefault(key, {})[name] = after
    return changes


def differences(old, new):
    """What `new` says differently: a list of (kind, key, field, before, after); field is "" for what came or went."""
    found = []
    for name in CARD_FIELDS:
        if old["card"][name] != new["card"][name]:
            found.append(("card", "", name, old["card"][name], new["card"][name]))
    for kind, fields in _KINDS.items():
        for key in [*old[kind], *(key for key in new[kind] if key not in old[kind])]:
            before, after = old[kind].get(key), new[kind].get(key)
            if before is None or after is None:
                found.append((kind, key, "", before, after))
                continue
            found += [(kind, key, name, before[name], after[name]) for name in fields if before[name] != after[name]]
    return found


def _judge_card(card, found, *, signals):
    found.text("card.name", card["name"], longest=120)
    scale = ("entry_threshold", "leaving_threshold", "sql_score", "band_a", "band_b", "band_c")
    sound = {name for name in scale if found.whole(f"card.{name}", card[name], 1, 100)}
    for name, low in (("minimum_stay_days", 0), ("cooldown_days", 0), ("sql_window_days", 1)):
        found.whole(f"card.{name}", card[name], low, 365)
    for name in ("fit_cap", "engagement_cap"):
        found.whole(f"card.{name}", card[name], 0, LARGEST_CAP, optional=True)
    if {"entry_threshold", "leaving_threshold"} <= sound and card["leaving_threshold"] > card["entry_threshold"]:
        found.add(
            "card.leaving_threshold",
            gettext("Must not be above %(entry)d, or a lead would leave as soon as it enters.")
            % {"entry": card["entry_threshold"]},
        )
    if {"entry_threshold", "sql_score"} <= sound and card["sql_score"] < card["entry_threshold"]:
        found.add(
            "card.sql_score",
            gettext("Must not be below %(entry)d, where leads become MQL.") % {"entry": card["entry_threshold"]},
        )
    for upper, lower in (("band_a", "band_b"), ("band_b", "band_c")):
        if {upper, lower} <= sound and card[lower] >= card[upper]:
            message = gettext("Must be below %(upper)d, where the next better band begins.")
            found.add(f"card.{lower}", message % {"upper": card[upper]})
    if not set(card["sql_signals"]) <= signals:
        found.add("card.sql_signals", gettext("One of these signals no longer exists."))
    if card["sql_rule_enabled"] and not card["sql_signals"]:
        found.add("card.sql_signals", gettext("Choose at least one signal, or switch the rule off."))


def _judge_rule(key, rule, found, *, sheet, fields, signals, products):
    place = f"rules.{key}"
    found.key(place, key, longest=80)
    found.text(f"{place}.name", rule["name"], longest=160)
    points_sound = found.whole(f"{place}.points", rule["points"], -MOST_POINTS, MOST_POINTS)
    cap_sound = found.whole(f"{place}.cap", rule["cap"], 0, LARGEST_CAP, optional=True)
    floor_sound = found.whole(f"{place}.floor", rule["floor"], 0, MOST_POINTS, optional=True)
    found.whole(f"{place}.daily_cap", rule["daily_cap"], 0, LARGEST_CAP, optional=True)
    found.whole(f"{place}.half_life", rule["half_life"], 1, LONGEST_HALF_LIFE, optional=True)
    found.whole(f"{place}.window", rule["window"], 1, LONGEST_WINDOW, optional=True)
    found.whole(f"{place}.position", rule["position"], 0, 10_000)
    if rule["needs"] and rule["needs"] not in Purpose.values:
        found.add(f"{place}.needs", gettext("There is no such consent."))
    if rule["product"] is not None and rule["product"] not in products:
        found.add(f"{place}.product", gettext("This product no longer exists."))
    group = sheet["groups"].get(rule["group"])
    if rule["group"] is not None and (group is None or group["axis"] != rule["axis"]):
        found.add(f"{place}.group", gettext("This group does not belong to that half of the score."))
    if rule["axis"] not in Axis.values:
        found.add(f"{place}.axis", gettext("Choose fit or engagement."))
    elif rule["axis"] == Axis.FIT:
        if rule["signals"]:
            found.add(f"{place}.signals", gettext("A fit rule counts no interactions; leave this empty."))
        found.condition(f"{place}.condition", rule["condition"], fields, needed=True)
        return
    else:
        found.condition(f"{place}.condition", rule["condition"], fields)
        if not rule["signals"]:
            found.add(f"{place}.signals", gettext("Choose at least one signal that this rule counts."))
        elif not set(rule["signals"]) <= signals:
            found.add(f"{place}.signals", gettext("One of these signals no longer exists."))
    if rule["mode"] not in Mode.values:
        found.add(f"{place}.mode", gettext("Choose how often it counts."))
    most = abs(rule["points"]) if points_sound else MOST_POINTS
    if rule["mode"] == Mode.TIERS:
        most = _judge_tiers(f"{place}.tiers", rule["tiers"], found)
        if rule["daily_cap"] is not None:
            found.add(f"{place}.daily_cap", gettext("Points by number know no limit a day; leave this empty."))
    elif rule["mode"] == Mode.EVERY:
        most = LARGEST_CAP if rule["cap"] is None else rule["cap"]
    if floor_sound and cap_sound and rule["floor"] is not None and most is not None:
        highest = min(most, rule["cap"]) if rule["cap"] is not None else most
        if rule["floor"] > highest:
            message = gettext("Must not be above %(most)d, the most that this rule can give.")
            found.add(f"{place}.floor", message % {"most": highest})


def _judge_tiers(place, tiers, found):
    """The largest amount of sound tiers, else None."""
    sound = (
        isinstance(tiers, list)
        and 1 <= len(tiers) <= MOST_TIERS
        and all(
            isinstance(tier, list | tuple)
            and len(tier) == 2
            and all(type(part) is int for part in tier)
            and 1 <= tier[0] <= 10_000
            and abs(tier[1]) <= MOST_POINTS
            for tier in tiers
        )
    )
    if not sound:
        found.add(
            place, gettext("Write pairs of number and points, such as “1: 5, 3: 10”, with points from −100 to 100.")
        )
        return None
    if any(first[0] >= second[0] for first, second in itertools.pairwise(tiers)):
        found.add(place, gettext("The numbers must rise from one pair to the next."))
        return None
    return max(abs(tier[1]) for tier in tiers)


class _Faults:
    """Collects place → message; the first message of a place stays."""

    def __init__(self):
        self.found = {}

    def add(self, place, message):
        self.found.setdefault(place, message)

    def whole(self, place, value, low, high, *, optional=False):
        """Whether the value is a whole number from low to high, or may be and is empty."""
        if value is None and optional:
            return True
        if type(value) is not int:
            self.add(place, gettext("A whole number, please."))
            return False
        if not low <= value <= high:
            self.add(
                place,
                gettext("From %(low)s to %(high)s, please.") % {"low": f"−{-low}" if low < 0 else low, "high": high},
            )
            return False
        return True

    def text(self, place, value, *, longest):
        if not isinstance(value, str) or not value.strip():
            self.add(place, gettext("A name is needed."))
        elif len(value) > longest or "\0" in value:
            self.add(place, gettext("At most %(count)d characters, please.") % {"count": longest})

    def key(self, place, key, *, longest=60):
        if len(key) > longest or not _KEY.fullmatch(key[:60]):
            self.add(f"{place}.key", gettext("Use a–z, digits and hyphens."))

    def condition(self, place, condition, fields, *, needed=False):
        if not condition:
            if needed:
                self.add(place, gettext("Say for whom this holds: a condition is needed."))
            return
        try:
            conditions.validate(condition, fields)
        except conditions.Invalid as error:
            self.add(place, error.message)
