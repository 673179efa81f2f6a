"""What the lead page says about a score: the explanation with its drawings, what has changed, and what would change it."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

from leads import consent
from leads.enums import BEFORE_MQL, ConsentState, Purpose, Stage
from leads.models import Product, Signal
from scoring import evaluation, explanation, gathering, labels, past, viewing, whatif
from scoring.models import Scorecard, ScoreHistory
from scoring.web import charts, rows, wording

QUIET = timedelta(days=14)
_MOST_REASONS = 4


@dataclass
class Judgement:
    """What is shown of one score; `explained` is None while there is none."""

    explained: object = None
    is_waiting: bool = False
    change: int | None = None
    curve: list = field(default_factory=list)
    curve_words: str = ""
    since: dict | None = None
    rulers: tuple = ()
    ruler_words: str = ""
    speaks_for: list = field(default_factory=list)
    speaks_against: list = field(default_factory=list)
    is_quiet: bool = False
    unknown: str = ""
    silent: list = field(default_factory=list)
    gap: whatif.Gap | None = None
    gap_words: str = ""
    lasts_until: date | None = None
    lasts_for_ever: bool = False
    persona: str = ""
    names: dict = field(default_factory=dict)
    points_by_signal: dict = field(default_factory=dict)
    consents: dict = field(default_factory=dict)
    fields: dict = field(default_factory=dict)


def judge(lead, *, user, now):
    """The `Judgement` of a lead as `user` reads it at `now`, which is remembered. A constant number of queries."""
    found = Judgement(consents=consent.states(lead.contact))
    score = getattr(lead, "score", None)
    day = gathering.today(now)
    live = Scorecard.objects.live().values_list("version", flat=True).first()
    found.is_waiting = not lead.contact.do_not_profile and _is_stale(lead, score, live=live, day=day)
    if score is None or lead.contact.do_not_profile:
        return found
    card = explanation.card_of(score.version)
    model = gathering.model(card)
    found.fields = declared = model.fields
    as_of = explanation.judged_on(lead, score).toordinal()
    read = gathering.facts if lead.is_open else gathering.facts_at_closing
    facts = read(model, [lead.pk], day=as_of).facts
    refused = {purpose for purpose in Purpose.values if found.consents.get(purpose) != ConsentState.CONFIRMED}
    counted = _counted(model.card, facts, day=as_of)
    silent = explanation.silent_rules(card, score, lead=lead, fields=declared, counted=counted, refused=refused)
    found.explained = explained = explanation.explain(
        lead,
        card=card,
        products=Product.objects.filter(is_active=True).order_by("id"),
        fields=declared,
        full=explanation.full_points(model.card, facts, day=as_of),
        silent=silent,
    )
    found.names = {rule.key: labels.shown(rule.name) for rule in card.rules.all()}
    found.points_by_signal = points_by_signal(model.card)
    found.persona = next((one.name for one in card.personas.all() if one.key == score.persona), "")
    found.silent = [(one, wording.silence(one)) for one in silent]
    _reasons(found, explained, silent)
    found.is_quiet = bool(lead.is_open and lead.last_activity_at and lead.last_activity_at < now - QUIET)
    _history(found, lead, score, now=now)
    _draw(found, explained)
    _compare(found, viewing.look(user, score, now=now))
    if lead.is_open:
        _look_ahead(found, lead, model, facts, day=day, refused=refused)
    return found


def judge_past(lead, *, day):
    """The arithmetic of a day that is over, with its drawings. A constant number of queries."""
    found = Judgement(explained=past.explain(lead, day=day))
    _draw(found, found.explained)
    return found


def _is_stale(lead, score, *, live, day):
    if not lead.is_open:
        return False
    if score is None:
        return True
    return (
        lead.contact.revision != lead.contact.seen_revision
        or score.version != live
        or score.engine != evaluation.ENGINE
        or score.valid_until.toordinal() < day
    )


def _counted(card, facts, *, day):
    """Keys of the rules that count something, whether or not points are left of it."""
    result = evaluation.evaluate(card, facts, day=day)
    return {rule.key for row, rule in enumerate(card.rules) if result.counts[row].any()}


def points_by_signal(card):
    """Signal id → points of one interaction with it, of rules that hold for everybody."""
    found = {}
    for rule in card.rules:
        if rule.mode == evaluation.TIERS or rule.condition:
            continue
        for signal in rule.signals:
            found[signal] = found.get(signal, 0) + rule.points
    return found


def _reasons(found, explained, silent):
    found.speaks_for = [line for line in explained.lines if line.points > 0][:_MOST_REASONS]
    found.speaks_against = [line for line in explained.lines if line.points < 0][:_MOST_REASONS]
    unknown = dict.fromkeys(name for one in silent if one.points > 0 for name in one.fields)
    found.unknown = ", ".join(list(unknown)[:_MOST_REASONS])


def _history(found, lead, score, *, now):
    points = list(ScoreHistory.objects.filter(lead=lead).order_by("-at", "-id").values_list("at", "score")[:60])
    then = next((value for at, value in points if at <= now - timedelta(days=7)), None)
    found.change = score.score - then if then is not None and lead.is_open else None
    found.curve = [value for _moment, value in reversed(points)] + [score.score]
    found.curve_words = _("Score so far: %(values)s") % {"values": ", ".join(str(value) for value in found.curve[-12:])}


def _draw(found, explained):
    card = explained.card
    words = {
        "fit": _("Fit %(points)d") % {"points": explained.fit.points},
        "engagement": _("Engagement %(points)d") % {"points": explained.engagement.points},
        "now": str(explained.rule_score),
        "enter": _("MQL from %(score)d") % {"score": card.entry_threshold},
        "leave": _("leaves below %(score)d") % {"score": card.leaving_threshold},
        "band": _("Band {}"),
    }
    found.rulers = tuple(
        (name, charts.ruler(explained, width=width, words=words)) for name, width in (("wide", 784), ("narrow", 358))
    )
    found.ruler_words = wording.ruler(explained)


def _compare(found, comparison):
    if comparison is None:
        return
    words = [wording.step(one, found.names) for one in comparison.steps]
    points = [one.points for one in comparison.steps]
    found.since = {
        "comparison": comparison,
        "rows": [
            (text, wording.step_detail(one, found.names), one.points)
            for one, text in zip(comparison.steps, words, strict=True)
        ],
        "words": wording.bridge(comparison, words),
    }
    if comparison.steps:
        labelled = [rows.day(comparison.at), *words, _("Now")]
        found.since["wide"] = charts.bridge(comparison.before, points, comparison.now, labels=labelled)
        found.since["narrow"] = charts.narrow_bridge(comparison.before, points, comparison.now, labels=labelled)


def _look_ahead(found, lead, model, facts, *, day, refused):
    card = found.explained.card
    if found.explained.is_blend:
        return  # Rules alone do not say where a blend will stand.
    if lead.stage in BEFORE_MQL:
        possible = _recordable(model.card, refused)
        found.gap = whatif.gap(model.card, facts, day=day, target=card.entry_threshold, signals=possible)
        if found.gap:
            thought_of = found.gap.ways or ((found.gap.partly,) if found.gap.partly else ())
            named = {signal for way in thought_of for signal in way.signals}
            names = {
                pk: labels.shown(name) for pk, name in Signal.objects.filter(pk__in=named).values_list("pk", "name")
            }
            found.gap_words = wording.gap(found.gap, names, explained=found.explained)
    elif lead.stage == Stage.MQL:
        last = whatif.lasts_until(model.card, facts, day=day, lowest=card.leaving_threshold)
        found.lasts_for_ever = last is None
        if last is not None and last >= day:
            found.lasts_until = date.fromordinal(last)


def _recordable(card, refused):
    """One signal per rule that adds points: those that could be recorded about this contact."""
    needs = dict(Signal.objects.filter(pk__in=card.signals).values_list("pk", "needs"))
    found = set()
    for rule in card.rules:
        usable = [signal for signal in rule.signals if needs.get(signal) not in refused]
        if usable:
            found.add(usable[0])
    return found
