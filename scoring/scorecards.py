"""The scoring model and its versions: what is live, how the marketer changes it, and what hangs on it."""

from django.db import connection, transaction
from django.db.models import Count, Max
from django.utils.translation import gettext

from leads import cleaning, fields
from leads.models import Lead, Product, Signal
from scoring import weights
from scoring.enums import ScorecardStatus
from scoring.models import Persona, Rule, RuleGroup, Score, Scorecard

_NOTE_LENGTH = 300
SAMPLE = 20_000
"""So many of the strongest leads are looked through to say how many a rule speaks for."""

STRATEGIES = {
    # Many leads for a sales team with time, or few and ripe ones for a team without.
    "quantity": {"entry_threshold": 45, "leaving_threshold": 30, "fit_cap": 30, "engagement_cap": 70},
    "quality": {"entry_threshold": 70, "leaving_threshold": 55, "fit_cap": 50, "engagement_cap": 50},
}
"""The two strategies as changes to the card: thresholds, and the weights of fit and engagement."""


class Invalid(Exception):
    """Weights that cannot go live: `errors` maps places like `rules.demo-request.points` to messages."""

    def __init__(self, errors):
        super().__init__("; ".join(f"{place}: {message}" for place, message in errors.items()))
        self.errors = errors


class Conflict(Exception):
    """Somebody has saved another version meanwhile; nothing was overwritten. The message says so, `live` is theirs."""

    def __init__(self, live):
        super().__init__(
            gettext("%(person)s has saved version %(version)d meanwhile. Your changes are still here; look at both.")
            % {"person": live.created_by.display_name if live.created_by else "Vorsprung", "version": live.version}
        )
        self.live = live


def live():
    """The one version that scores are computed with."""
    return Scorecard.objects.live().select_related("created_by").get()


def save_weights(changes, *, by, now, note="", based_on=None):
    """Make the live scorecard with `changes` (see `weights.changed`) the new live version.

    One save is one version: rules, groups, personas and signals are copied, the old version is retired and never
    touched again. `based_on` is the version that the form was filled from; if another one is live by now, `Conflict`.
    A save without any difference changes nothing. Returns the live version. Raises `Invalid`.
    """
    with transaction.atomic():
        old = _locked_live(based_on)
        before = weights.read(old)
        after = weights.changed(before, changes)
        if not weights.differences(before, after):
            return old
        return _publish(after, instead_of=old, by=by, now=now, note=note)


def rollback(version, *, by, now, based_on=None):
    """Make the weights of an earlier version live again, as a new version. Raises `Invalid`, `Conflict`."""
    with transaction.atomic():
        old = _locked_live(based_on)
        sheet = weights.read(Scorecard.objects.get(version=version))
        if not weights.differences(weights.read(old), sheet):
            return old
        note = gettext("Back to version %(version)d") % {"version": version}
        return _publish(sheet, instead_of=old, by=by, now=now, note=note)


def versions():
    """All versions that are or were live, newest first."""
    return (
        Scorecard.objects.exclude(status=ScorecardStatus.DRAFT)
        .select_related("created_by")
        .annotate(rule_count=Count("rules"))
        .order_by("-version")
    )


def previous(card):
    """The version that `card` replaced, or None."""
    return (
        Scorecard.objects.filter(version__lt=card.version)
        .exclude(status=ScorecardStatus.DRAFT)
        .order_by("-version")
        .first()
    )


def usages():
    """How many open leads each rule speaks for: ({rule key: leads}, leads looked at, open leads with a score).

    Counted over the lines of stored scores. Above `SAMPLE` leads only the strongest are looked at; the page says so.
    """
    everybody = Score.objects.filter(lead__closed_at__isnull=True)
    total = everybody.count()
    strongest = everybody.order_by("-score", "lead_id").values("lead_id", "lines")[:SAMPLE]
    sql, params = strongest.query.sql_with_params()
    if connection.vendor == "postgresql":
        lines, rule = "jsonb_array_elements(s.lines::jsonb) AS line(value)", "line.value ->> 0"
    else:
        lines, rule = "json_each(s.lines) AS line", "json_extract(line.value, '$[0]')"
    with connection.cursor() as cursor:
        # A rule has one line per lead, so that lines can be counted for leads. Only constants are put into the text.
        cursor.execute(f"SELECT {rule}, COUNT(*) FROM ({sql}) s, {lines} GROUP BY 1", params)  # nosec B608
        counts = {key: count for key, count in cursor.fetchall() if key}
    return counts, min(total, SAMPLE), total


def usage(rule):
    """How many open leads' stored lines contain this rule (of the `SAMPLE` strongest)."""
    return usages()[0].get(rule.key, 0)


def progress():
    """How far rescoring with the live version is: (open leads scored with it, open leads)."""
    version = Scorecard.objects.live().values_list("version", flat=True).get()
    total = Lead.objects.open().filter(contact__do_not_profile=False).count()
    done = Score.objects.filter(
        version=version, lead__closed_at__isnull=True, lead__contact__do_not_profile=False
    ).count()
    return done, total


def _locked_live(based_on):
    old = Scorecard.objects.live().select_for_update(of=("self",)).first()
    if old is None or (based_on is not None and old.version != based_on):
        raise Conflict(live())
    return old


def _publish(sheet, *, instead_of, by, now, note):
    errors = weights.faults(
        sheet,
        fields=fields.declared(),
        signals=set(Signal.objects.values_list("pk", flat=True)),
        products=set(Product.objects.values_list("pk", flat=True)),
    )
    if len(note) > _NOTE_LENGTH:
        errors["note"] = gettext("At most %(count)d characters, please.") % {"count": _NOTE_LENGTH}
    if errors:
        raise Invalid(errors)
    Scorecard.objects.filter(pk=instead_of.pk).update(status=ScorecardStatus.RETIRED, retired_at=now)
    own = {name: value for name, value in sheet["card"].items() if name != "sql_signals"}
    card = Scorecard.objects.create(
        **own,
        version=Scorecard.objects.aggregate(highest=Max("version"))["highest"] + 1,
        status=ScorecardStatus.LIVE,
        note=cleaning.text(note),
        created_by=by,
        created_at=now,
        published_at=now,
    )
    card.sql_signals.set(sheet["card"]["sql_signals"])
    groups = {
        group.key: group
        for group in RuleGroup.objects.bulk_create(
            RuleGroup(scorecard=card, key=key, **row) for key, row in sheet["groups"].items()
        )
    }
    Persona.objects.bulk_create(Persona(scorecard=card, key=key, **row) for key, row in sheet["personas"].items())
    _write_rules(card, sheet["rules"], groups)
    return card


def _write_rules(card, rows, groups):
    made = []
    for key, row in rows.items():
        own = {name: value for name, value in row.items() if name not in ("signals", "group", "product")}
        rule = Rule(scorecard=card, key=key, group=groups.get(row["group"]), product_id=row["product"], **own)
        made.append(rule)
    Rule.objects.bulk_create(made)
    counted = Rule.signals.through
    counted.objects.bulk_create(
        counted(rule_id=rule.pk, signal_id=signal) for rule in made for signal in rows[rule.key]["signals"]
    )
