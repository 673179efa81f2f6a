"""What the ranked board shows: views, rows and the day at a glance. Every function takes a constant number of queries."""

import zlib
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext

from leads.enums import InteractionKind, Role, Stage
from leads.models import FollowUp, Lead
from scoring import labels, ranking, reasons
from scoring.enums import Band, Mode
from scoring.models import Rule, ScoreHistory

VIEWS = ("all", "mine", "mql", "quiet")
COUNTED = 1000
"""Counting stops here: "1,000+" says enough, and a full count of a large board costs more than the page."""

QUIET_DAYS = 30
_WARM = (Stage.MQL, Stage.SQL, Stage.OPPORTUNITY)
_CHANGE_DAYS = 7
_STRONG = (Band.A, Band.B)
_LOOKED_AT = 200
"""Who is new in band A or B is looked for among so many of the strongest: whoever calls begins with those."""
_KINDS = dict(InteractionKind.choices)


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done next: `state` is mql, rest, late, today, later, none, won or lost; `kind` that of a follow-up."""

    state: str
    kind: str = ""
    at: datetime | None = None
    days: int = 0


@dataclass(slots=True)
class Row:
    """One lead as the board shows it. `rev` changes whenever anything shown does; `score` None means: not scored yet."""

    id: int
    name: str
    email: str
    phone: str
    job_title: str
    company: str
    score: int | None
    band: str
    change: int | None
    product: str
    reasons: reasons.Reasons
    stage: str
    is_open: bool
    last_activity_at: datetime | None
    activity: str
    owner_id: int | None
    owner: str
    step: Step
    rev: str = ""
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """The strip above the board; counts above COUNTED mean "more than"."""

    mine: int
    waiting: int
    waiting_since: datetime | None
    due_today: int
    overdue: int
    risen: int
    resting: int
    back_at: datetime | None


def in_view(leads, view, *, user, now):
    """The leads of one of VIEWS."""
    if view == "mine":
        return leads.filter(owner=user)
    if view == "mql":
        return mqls_of(leads, user)
    if view == "quiet":
        return leads.in_stage(*_WARM).filter(last_activity_at__lt=now - timedelta(days=QUIET_DAYS))
    return leads


def mqls_of(leads, user):
    """MQLs that wait for this person: a rep's own and those nobody owns; for everybody else all that they see."""
    waiting = leads.waiting_for_an_answer()
    return waiting.filter(Q(owner=user) | Q(owner__isnull=True)) if user.role == Role.REP else waiting


def count(leads):
    """How many, at most COUNTED + 1."""
    return leads.order_by().values("pk")[: COUNTED + 1].count()


def risen(leads, *, since, many):
    """Of the strongest of `leads`, those in band A or B that were not there at `since`. One query now, one when asked."""
    strongest = ranking.page(leads, order="score", size=_LOOKED_AT, many=many).ids
    before = ScoreHistory.objects.filter(lead=OuterRef("pk"), at__lte=since).order_by("-at", "-id").values("band")[:1]
    found = Lead.objects.filter(pk__in=strongest, score__band__in=_STRONG).annotate(band_before=Subquery(before))
    return found.exclude(band_before__isnull=False, band_before__in=_STRONG)


def day(user, *, since, now, many):
    """What waits for `user` today. `since` is their last visit, `many` as in `ranking.page`. Five queries."""
    leads = Lead.objects.visible_to(user).open()
    waiting = mqls_of(leads.awake(now), user).order_by("stage_since")[: COUNTED + 1]
    waiting = waiting.values("pk", "stage_since").aggregate(count=Count("pk"), oldest=Min("stage_since"))
    midnight = start_of_day(now)
    due = FollowUp.objects.pending().visible_to(user).filter(
        owner=user, lead__closed_at__isnull=True, due_at__lt=midnight + timedelta(days=1)
    ).aggregate(overdue=Count("pk", filter=Q(due_at__lt=midnight)), today=Count("pk", filter=Q(due_at__gte=midnight)))  # fmt: skip
    rests = Q(snoozed_until__gt=now)
    mine = leads.filter(owner=user).aggregate(
        awake=Count("pk", filter=~rests | Q(snoozed_until__isnull=True)), resting=Count("pk", filter=rests),
        back=Min("snoozed_until", filter=rests),
    )  # fmt: skip
    return Day(
        mine=mine["awake"],
        waiting=waiting["count"],
        waiting_since=waiting["oldest"],
        due_today=due["today"],
        overdue=due["overdue"],
        risen=count(risen(leads.awake(now), since=since, many=many)),
        resting=mine["resting"],
        back_at=mine["back"],
    )


def start_of_day(now):
    """Midnight before `now` in the current time zone."""
    return timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))


def rows(ids, *, now, first=1):
    """The rows of these leads, in the order of `ids`; `first` is the rank of the first. Three queries.

    Who may see them has been decided before.
    """
    week_ago = now - timedelta(days=_CHANGE_DAYS)
    before = ScoreHistory.objects.filter(lead=OuterRef("pk"), at__lte=week_ago).order_by("-at", "-id")
    # Plain values: fifty times seven model instances with their JSON would cost more than the queries.
    found = (
        Lead.objects.filter(pk__in=ids)
        .annotate(before=Subquery(before.values("score")[:1]))
        .values(*_COLUMNS, "before")
    )
    found = {values["pk"]: values for values in found}
    names, once = _statements({values["score__version"] for values in found.values()} - {None})
    steps = _pending(found)
    made = []
    for rank, lead_id in enumerate(ids, first):
        if lead_id in found:
            row = _row(found[lead_id], names=names, once=once, follow_up=steps.get(lead_id), now=now)
            row.rank = rank
            made.append(row)
    return made


_COLUMNS = (
    "pk", "stage", "stage_since", "outcome", "closed_at", "snoozed_until", "last_activity_at", "last_activity_kind",
    "owner_id", "owner__first_name", "owner__last_name", "owner__username", "contact_id", "contact__first_name",
    "contact__last_name", "contact__email", "contact__external_id", "contact__phone", "contact__job_title",
    "contact__company__name", "score__score", "score__band", "score__lines", "score__version", "score__as_of",
    "score__top_product__name", "product__name",
)  # fmt: skip


def _row(values, *, names, once, follow_up, now):
    today, active = timezone.localdate(now), values["last_activity_at"]
    score, is_open = values["score__score"], values["closed_at"] is None
    why, change = reasons.Reasons("", "", ""), None
    if score is not None:
        silent = (today - timezone.localdate(active)).days if active and is_open else None
        older_by = max(0, (today - values["score__as_of"]).days)
        why = reasons.explain(values["score__lines"], names=names, once=once, silent_days=silent, older_by=older_by)
        change = score - values["before"] if values["before"] is not None and is_open else None
    row = Row(
        id=values["pk"],
        name=_name(values),
        email=values["contact__email"] or "",
        phone=values["contact__phone"],
        job_title=values["contact__job_title"],
        company=values["contact__company__name"] or "",
        score=score,
        band=values["score__band"] or "",
        change=change,
        product=values["score__top_product__name"] or values["product__name"] or "",
        reasons=why,
        stage=values["stage"],
        is_open=is_open,
        last_activity_at=active,
        activity=str(_KINDS.get(values["last_activity_kind"], "")),
        owner_id=values["owner_id"],
        owner=_full(values["owner__first_name"], values["owner__last_name"]) or values["owner__username"] or "",
        step=_step(values, follow_up, now=now),
    )
    row.rev = f"{zlib.crc32(f'{today}{row}'.encode()):x}"
    return row


def _name(values):
    """As `Contact.display_name` has it."""
    full = _full(values["contact__first_name"], values["contact__last_name"])
    return full or values["contact__email"] or values["contact__external_id"] or f"#{values['contact_id']}"


def _full(first, last):
    return f"{first or ''} {last or ''}".strip()


def _step(values, follow_up, *, now):
    if values["closed_at"]:
        return Step(values["outcome"], at=values["closed_at"])
    if values["snoozed_until"] and values["snoozed_until"] > now:
        return Step("rest", at=values["snoozed_until"])
    if values["stage"] == Stage.MQL:
        return Step("mql", at=values["stage_since"], days=(now - values["stage_since"]).days)
    if follow_up is None:
        return Step("none")
    kind, due_at = follow_up
    late = (timezone.localdate(now) - timezone.localdate(due_at)).days
    return Step("late" if late > 0 else "later" if late < 0 else "today", kind=kind, at=due_at, days=max(late, 0))


def _statements(versions):
    """Of the versions that the scores shown were made with: rule key → statement, and the keys of rules that count once."""
    rules = Rule.objects.filter(scorecard__version__in=versions).order_by("scorecard__version")
    found = {key: (labels.shown(name), mode) for key, name, mode in rules.values_list("key", "name", "mode")}
    names = {key: name for key, (name, _mode) in found.items()}
    return names, {key for key, (_name, mode) in found.items() if mode == Mode.ONCE}


def _pending(ids):
    """Lead id → (kind, due) of its next follow-up."""
    pending = FollowUp.objects.pending().filter(lead__in=list(ids)).order_by("lead_id", "-due_at", "-id")
    return {lead_id: (kind, due_at) for lead_id, kind, due_at in pending.values_list("lead_id", "kind", "due_at")}


def told(moved, shown, current, named, *, first=1):
    """What has moved, in words: at most three leads of `moved`, with the rank they have now.

    `first` is the rank of the first of `current`; `named` maps lead ids to names. Whoever still has the rank they
    had is passed over: others changed places around them.
    """
    told = []
    for lead_id in moved[:3]:
        place = current.index(lead_id)
        before = shown.index(lead_id) if lead_id in shown else None
        words = {"name": named.get(lead_id, ""), "rank": place + first}
        if before is None:
            told.append(gettext("%(name)s comes in at %(rank)d") % words)
        elif place < before:
            told.append(gettext("%(name)s rises to %(rank)d") % words)
        elif place > before:
            told.append(gettext("%(name)s falls to %(rank)d") % words)
    return "; ".join(told)
