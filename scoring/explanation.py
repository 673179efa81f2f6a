"""A stored score, taken apart: the one place that turns it into lines with words, sums and labels.

Page, command and API render what is returned here; nothing here is prose except the names of rules. The numbers are the stored
ones, so an explanation always belongs to the score shown, however old it is.
"""

import datetime as dt
from dataclasses import dataclass, field, replace

from django.db.models import Prefetch

from leads import conditions
from scoring import evaluation, gathering, labels
from scoring.enums import Axis, Mode
from scoring.models import Rule, Scorecard

_LETTERS, _DIGITS = "ABC", "123"


class Unscored(Exception):
    """The lead has no score yet."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the sum. `points` are what counts now; `full` what it was worth undecayed, None if not asked for."""

    kind: str
    rule: str | None
    label: str
    axis: str
    points: int
    count: int = 0
    age_days: int | None = None
    last_on: dt.date | None = None
    full: int | None = None
    half_life: int | None = None
    window: int | None = None
    cap: int | None = None
    daily_cap: int | None = None
    is_once: bool = False
    """However often it happened, it counts once."""
    note: str = ""
    product: str = ""
    evidence: tuple[tuple[str, str], ...] = ()
    """For a fit rule: the fields it asks for and what they hold, as shown."""


@dataclass(frozen=True, slots=True)
class Half:
    """Fit or engagement: its lines (strongest first), what caps took away, and what is left.

    `before` + the points of `caps` == `points`.
    """

    axis: str
    label: str
    lines: tuple[Line, ...]
    caps: tuple[Line, ...]
    before: int
    points: int
    cap: int | None

    @property
    def is_capped(self):
        """Whether a cap took or gave something."""
        return bool(self.caps)


@dataclass(frozen=True, slots=True)
class Interest:
    """What the lead scores for one product; `own` points come from rules that speak for it alone."""

    id: int
    name: str
    score: int
    band: str
    own: int
    is_top: bool


@dataclass(frozen=True, slots=True)
class Silent:
    """A rule that gives this lead nothing. why: `condition`, `never`, `faded`, or `consent` (with `needs`)."""

    rule: str
    label: str
    axis: str
    points: int
    why: str
    needs: str = ""
    fields: tuple[str, ...] = ()
    """For a fit rule: the labels of the fields it asks for that are not known about this lead."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The score of one lead and how it comes about: fit.points + engagement.points + clamp == rule_score."""

    lead_id: int
    as_of: dt.date
    valid_until: dt.date
    version: int
    card: Scorecard
    score: int
    rule_score: int
    prediction: int | None
    band: str
    label: str
    stage: str
    fit: Half
    engagement: Half
    clamp: int
    persona: str
    products: tuple[Interest, ...]
    silent: tuple[Silent, ...]
    stored: list = field(repr=False)

    @property
    def halves(self):
        """Fit, then engagement."""
        return (self.fit, self.engagement)

    @property
    def lines(self):
        """All rule lines, strongest first."""
        return sorted(self.fit.lines + self.engagement.lines, key=_strength)

    @property
    def is_blend(self):
        """Whether the headline number is more than the rule score."""
        return self.score != self.rule_score

    def as_json(self):
        """The keys that `explain --json` and the API promise."""
        return {
            "lead": self.lead_id,
            "as_of": self.as_of.isoformat(),
            "version": self.version,
            "score": self.score,
            "rule_score": self.rule_score,
            "prediction": self.prediction,
            "band": self.band,
            "stage": self.stage,
            "lines": self.stored,
            "sums": {
                "fit": self.fit.points,
                "engagement": self.engagement.points,
                "clamp": self.clamp,
                "rule_score": self.rule_score,
            },
        }


def card_of(version):
    """The scorecard of that version with groups and rules (three queries); the live one if that version is gone."""
    cards = Scorecard.objects.prefetch_related(
        "groups",
        Prefetch("rules", Rule.objects.select_related("group", "product").order_by("axis", "position", "id")),
    )
    return cards.filter(version=version).first() or cards.live().get()


def explain(lead, *, card=None, products=(), fields=None, full=None, silent=None, known=None):
    """Take the stored score of `lead` apart. Raises `Unscored`.

    `card` is that of the score's version (read if not given); `products` those whose interest is shown; with `fields` (declared
    fields) fit lines carry their evidence, taken from `known` (field → value) if that of another day is meant; `full` maps
    rule keys to undecayed points (`full_points`); `silent` is passed through (`silent_rules`).
    """
    score = getattr(lead, "score", None)
    if score is None:
        raise Unscored(f"Lead {lead.pk} has no score yet.")
    card = card or card_of(score.version)
    rules = {rule.key: rule for rule in card.rules.all()}
    groups = {group.key: group for group in card.groups.all()}
    as_of = judged_on(lead, score)
    caps = {Axis.FIT.value: card.fit_cap, Axis.ENGAGEMENT.value: card.engagement_cap}
    lines = [
        _line(stored, as_of, rules, groups, caps, lead=lead, fields=fields, full=full or {}, known=known)
        for stored in score.lines
    ]
    fit, engagement = (_half(axis, lines, card) for axis in (Axis.FIT, Axis.ENGAGEMENT))
    return Explanation(
        lead_id=lead.pk,
        as_of=as_of,
        valid_until=score.valid_until,
        version=score.version,
        card=card,
        score=score.score,
        rule_score=score.rule_score,
        prediction=score.prediction,
        band=score.band,
        label=label(score.fit, score.engagement, card),
        stage=lead.stage,
        fit=fit,
        engagement=engagement,
        clamp=sum(line.points for line in lines if line.kind == "clamp"),
        persona=score.persona,
        products=_interest(score, card, products),
        silent=tuple(silent or ()),
        stored=score.lines,
    )


def judged_on(lead, score):
    """The day that the score speaks of: that of its computation, but never after the lead was closed."""
    if lead.closed_at is None:
        return score.as_of
    return min(score.as_of, dt.date.fromordinal(gathering.today(lead.closed_at)))


def label(fit, engagement, card):
    """A1 … C3: the letter says in which third of its scale the fit lies, the digit the same of the engagement."""
    return _LETTERS[_third(fit, card.fit_cap)] + _DIGITS[_third(engagement, card.engagement_cap)]


def full_points(card, facts, *, day):
    """What each rule would give the one lead in `facts` if nothing faded: rule key → points. Pure."""
    undecayed = replace(card, rules=tuple(replace(rule, half_life=None, floor=None) for rule in card.rules))
    result = evaluation.evaluate(undecayed, facts, day=day)
    return {rule.key: int(result.points[row, 0]) for row, rule in enumerate(card.rules)}


def silent_rules(card, score, *, lead, fields, counted=(), refused=frozenset()):
    """The active rules of `card` that have no line in `score`, strongest first.

    `counted` are the keys of rules whose interactions have faded to nothing; `refused` the purposes without consent.
    """
    speaking = {line["rule"] for line in score.lines if line["kind"] == "rule"}
    found = []
    for rule in card.rules.all():
        if not rule.is_active or rule.key in speaking:
            continue
        if rule.axis == Axis.FIT and rule.condition:
            why = "condition"
        elif rule.key in counted:
            why = "faded"
        elif rule.needs and rule.needs in refused:
            why = "consent"
        else:
            why = "never"
        unknown = (
            tuple(
                str(fields[name].label)
                for name in sorted(conditions.field_names(rule.condition))
                if name in fields and value_of(lead, fields[name]) in (None, "")
            )
            if why == "condition"
            else ()
        )
        points = (
            max((amount for _, amount in rule.tiers), key=abs, default=rule.points)
            if rule.mode == Mode.TIERS
            else rule.points
        )
        found.append(
            Silent(rule.key, labels.shown(rule.name), rule.axis, points, why, needs=rule.needs, fields=unknown)
        )
    return tuple(sorted(found, key=lambda silent: (-abs(silent.points), silent.label)))


def value_of(lead, declared):
    """What the declared field holds for this lead, or None."""
    value = lead
    for step in declared.path.split("__"):
        value = getattr(value, step, None)
        if value is None:
            return None
    return value.get(declared.key) if declared.key else value


def band(card, score):
    """The band of a score on this scorecard."""
    for letter, lowest in (("A", card.band_a), ("B", card.band_b), ("C", card.band_c)):
        if score >= lowest:
            return letter
    return "D"


def _line(stored, as_of, rules, groups, caps, *, lead, fields, full, known):
    rule = rules.get(stored["rule"])
    group = stored["group"]
    axis = group if group in Axis.values else groups[group].axis if group in groups else ""
    if stored["kind"] != "rule":
        name, cap = (groups[group].name, groups[group].cap) if group in groups else ("", caps.get(group))
        return Line(stored["kind"], None, name, axis, stored["points"], cap=cap)
    age = stored["age_days"]
    return Line(
        kind="rule",
        rule=stored["rule"],
        label=labels.shown(rule.name) if rule else stored["rule"],
        axis=axis,
        points=stored["points"],
        count=stored["count"],
        age_days=age,
        last_on=None if age is None else as_of - dt.timedelta(days=age),
        full=full.get(stored["rule"]),
        half_life=rule.half_life if rule else None,
        window=rule.window if rule else None,
        cap=rule.cap if rule else None,
        daily_cap=rule.daily_cap if rule else None,
        is_once=rule is not None and rule.mode == Mode.ONCE,
        note=stored["note"],
        product=rule.product.name if rule and rule.product else "",
        evidence=_evidence(rule, lead, fields, known) if rule and fields and age is None else (),
    )


def _evidence(rule, lead, fields, known):
    found = []
    for name in sorted(conditions.field_names(rule.condition or {})):
        declared = fields.get(name)
        value = known.get(name) if known is not None else value_of(lead, declared) if declared else None
        if declared and value not in (None, ""):
            found.append((str(declared.label), value))
    return tuple(found)


def _half(axis, lines, card):
    own = tuple(sorted((line for line in lines if line.kind == "rule" and line.axis == axis), key=_strength))
    caps = tuple(line for line in lines if line.kind == "cap" and line.axis == axis)
    before = sum(line.points for line in own)
    return Half(
        axis=str(axis),
        label=str(axis.label),
        lines=own,
        caps=caps,
        before=before,
        points=before + sum(line.points for line in caps),
        cap=card.fit_cap if axis == Axis.FIT else card.engagement_cap,
    )


def _interest(score, card, products):
    found = []
    for product in products:
        stored = score.products.get(str(product.pk))
        if stored is None:
            continue
        found.append(
            Interest(
                id=product.pk,
                name=product.name,
                score=stored["score"],
                band=band(card, stored["score"]),
                own=stored["own"],
                is_top=product.pk == score.top_product_id,
            )
        )
    return tuple(sorted(found, key=lambda interest: (-interest.own, -interest.score, interest.id)))


def _third(points, cap):
    most = cap or evaluation.HIGHEST
    return 0 if 3 * points >= 2 * most else 1 if 3 * points >= most else 2


def _strength(line):
    return (-abs(line.points), line.label)
