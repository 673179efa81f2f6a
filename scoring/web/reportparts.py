"""The parts of the conversion report: each a picture and a table with the same numbers, and what it means in words."""

from dataclasses import dataclass
from itertools import pairwise

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leads.enums import Stage
from leads.models import Campaign, Product, Source, Team
from scoring.enums import Band
from scoring.reports import cohorts, conversion, paths
from scoring.web import bars

ORIGINS = {
    "source": (Source, gettext_lazy("Source"), gettext_lazy("without a source"), gettext_lazy("Sources")),
    "campaign": (Campaign, gettext_lazy("Campaign"), gettext_lazy("without a campaign"), gettext_lazy("Campaigns")),
    "product": (Product, gettext_lazy("Product"), gettext_lazy("without a product"), gettext_lazy("Products")),
    "team": (Team, gettext_lazy("Team"), gettext_lazy("without a team"), gettext_lazy("Teams")),
}
TIMED = {
    "to_lead": gettext_lazy("from subscriber to lead"),
    "to_mql": gettext_lazy("from lead to MQL"),
    "to_sql": gettext_lazy("from MQL to SQL"),
    "to_opportunity": gettext_lazy("from SQL to opportunity"),
    "to_customer": gettext_lazy("from opportunity to customer"),
    "created_to_touch": gettext_lazy("from creation to the first sales touch"),
    "mql_to_touch": gettext_lazy("from MQL to the first sales touch"),
}
_DRAWN = 12
"""A picture shows so many values of a cut, the table all of them."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one place of a table: words, the bare value for the CSV, and the leads behind it."""

    text: str
    value: object = None
    href: str = ""
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One section of the report. `head` and the rows are parallel; the first cell of a row names it."""

    key: str
    heading: str
    meaning: str
    head: tuple
    rows: list
    wide: object = None
    narrow: object = None
    described: str = ""
    caption: str = ""


def parts(counted, before, address):
    """All parts. `before` is the period before; `address(**figure)` is where the leads behind a figure are listed."""
    return [
        funnel(counted, before, address),
        asides(counted, address),
        bands(counted, address),
        touches(counted, address),
        months(counted, address),
        *[origins(counted, name, address) for name in ORIGINS],
    ]


def funnel(counted, earlier, address):
    steps, earlier = conversion.funnel(counted), conversion.funnel(earlier)
    most = steps[0].reached
    rows, drawn = [], []
    for step, ago in zip(steps, earlier, strict=True):
        label, before, spell = str(Stage(step.stage).label), step.of_before, step.spell
        timed = address(timed=f"to_{step.stage}") if spell and spell.leads else ""
        rows.append(
            [
                Cell(label, label),
                _count(step.reached, address(reached=step.stage)),
                Cell(percent(before), _share(before), is_small=bool(before and before.is_small)),
                Cell(interval(before), interval(before)),
                Cell(percent(ago.of_before), _share(ago.of_before), is_small=bool(before and ago.of_before.is_small)),
                Cell(
                    duration(spell and spell.median),
                    _days(spell and spell.median),
                    is_small=bool(spell and spell.is_small),
                ),
                Cell(duration(spell and spell.most), _days(spell and spell.most)),
                _count(spell.leads, timed) if spell else Cell("", None),
            ]
        )
        beside = [percent(before), duration(spell and spell.median)] if before else ["", ""]
        drawn.append(bars.Bar(label, "", _of(step.reached, most), number(step.reached), tuple(beside)))
    if steps[0].reached == steps[1].reached:
        # Nobody is a mere subscriber: the picture begins where leads do.
        drawn = drawn[1:]
    words = [f"{row[0].text}: {row[1].text}" for row in rows]
    return Part(
        "funnel",
        _funnel_heading(steps),
        _("A lead counts for a stage if it ever reached it or a later one. Times run from the first entry of one stage to the "
          "first entry of the next, for leads that entered both; moves that were imported without their dates have no time."),
        (_("Stage"), _("Reached"), _("Of the stage before"), _("90 % interval"), _("Period before"),
         _("Median time"), _("90 % within"),
         _("Leads with a time")),
        rows,
        *bars.both(drawn, asides=(_("of the stage before"), _("median time"))),
        described="; ".join(words),
        caption=_("How far leads came"),
    )  # fmt: skip


def asides(counted, address):
    recycled, rows = conversion.recycled(counted), []
    label = _("Went back to nurture")
    rates = [(label, recycled, address(recycled="1"))]
    for step in conversion.funnel(counted)[1:-1]:
        label = _("Skipped “%(stage)s”") % {"stage": Stage(step.stage).label}
        rates.append((label, conversion.Rate(step.skipped, recycled.whole), address(skipped=step.stage)))
    for label, rate, href in rates:
        rows.append([Cell(label, label), _count(rate.part, href), *_rate_cells(rate)])
    drawn = [_rate_bar(label, rate) for label, rate, _href in rates]
    return Part(
        "asides",
        _("Recycled and skipped"),
        _("Recycled leads went back to nurture at least once. A stage is skipped if a lead that began before it reached a later "
          "one without ever entering it; it still counts as reached above, but has no time."),
        (_("What happened"), _("Leads"), _("Share"), _("90 % interval")),
        rows,
        *bars.both(drawn),
        described=_described(drawn),
        caption=_("Recycled and skipped"),
    )  # fmt: skip


def bands(counted, address):
    names = {paths.UNKNOWN: _("unknown"), paths.NOT_YET: _("not yet")}
    css = {"A": "f-a", "B": "f-b", "C": "f-c", "D": "f-d"}
    lines = conversion.by_band(counted)
    return _cut(
        "band", _band_heading(lines), _("Band"),
        _("The band at the reference time: the earliest of becoming an MQL, the first sales touch, and 14 days after creation. "
          "It is what the score said before the outcome was known. Unknown: without dates, closed before that time, or not "
          "scored by then. Not yet: that time is still to come."),
        [(line, names.get(line.key, line.key), {"band": line.key}, css.get(line.key, "f-ref")) for line in lines],
        address,
    )  # fmt: skip


def months(counted, address):
    lines = conversion.by_month(counted)
    return _cut(
        "month", _("Months of creation"), _("Created"),
        _("Leads by the month in which they were created. The latest months had the least time to become customers."),
        [(line, month(line.key), {"month": f"{line.key:%Y-%m}"}, "f-2") for line in lines],
        address,
    )  # fmt: skip


def origins(counted, name, address):
    model, label, none, heading = ORIGINS[name]
    lines = conversion.by_origin(counted, name)
    names = {row.pk: row.name for row in model.objects.filter(pk__in=[line.key for line in lines])}
    return _cut(
        name, str(heading), str(label),
        _("As the leads say today. Share: of all leads created in the period, how many became customers."),
        [
            (line, names.get(line.key, str(line.key)) if line.key else str(none),
             {name: line.key or cohorts.NONE}, "f-2")
            for line in lines
        ],
        address,
    )  # fmt: skip


def touches(counted, address):
    labels = {"created_to_touch": _("From creation"), "mql_to_touch": _("From becoming an MQL")}
    found = conversion.touches(counted)
    most = max((spell.most or 0 for spell in found.values()), default=0)
    rows, drawn = [], []
    for name, spell in found.items():
        rows.append(
            [
                Cell(labels[name], labels[name]),
                Cell(duration(spell.median), _days(spell.median), is_small=bool(spell and spell.is_small)),
                Cell(duration(spell.most), _days(spell.most)),
                _count(spell.leads, address(timed=name)),
            ]
        )
        if spell.leads:
            ends = (_of(spell.median, most), _of(spell.most, most))
            sub = ngettext("%(n)s lead", "%(n)s leads", spell.leads) % {"n": number(spell.leads)}
            drawn.append(bars.Bar(labels[name], sub, ends[0], duration(spell.median), (), *ends))
    return Part(
        "touches",
        _("Time to the first sales touch"),
        _("Until the first call or meeting, for leads that had one. The line reaches to the time within which 90 % of them were "
          "touched. A call before a lead became an MQL has no time from there."),
        (_("From"), _("Median time"), _("90 % within"), _("Leads with a time")),
        rows,
        *bars.both(drawn),
        described=_described(drawn),
        caption=_("Time to the first sales touch"),
    )  # fmt: skip


def _cut(key, heading, label, meaning, lines, address):
    """A part with a line per value: `lines` are (line, its name, the figure's parameters, the bar's class)."""
    rows, drawn = [], []
    for line, name, figure, css in lines:
        stages = [_count(line.reached[place], address(reached=stage.value, **figure)) for place, stage in _SHOWN]
        rows.append([Cell(name, name), _count(line.leads, address(**figure)), *stages, *_rate_cells(line.customers)])
        if len(drawn) < _DRAWN:
            drawn.append(_rate_bar(name, line.customers, css))
    return Part(
        key, heading, meaning,
        (label, _("Leads"), *[str(stage.label) for _place, stage in _SHOWN], _("Share of customers"), _("90 % interval")),
        rows,
        *bars.both(drawn),
        described=_described(drawn),
        caption=heading,
    )  # fmt: skip


_SHOWN = [(place, stage) for place, stage in enumerate(paths.STEPS) if place > 1]


def _rate_bar(label, rate, css="f-2"):
    low, high = rate.interval or (None, None)
    sub = ngettext("%(n)s lead", "%(n)s leads", rate.whole) % {"n": number(rate.whole)}
    return bars.Bar(label, sub, rate.share or 0, percent(rate) or "–", (), low, high, css)


def _rate_cells(rate):
    return [Cell(percent(rate), _share(rate), is_small=rate.is_small), Cell(interval(rate), interval(rate))]


def _described(drawn):
    return "; ".join(f"{bar.label}: {bar.text} ({bar.sub})" if bar.sub else f"{bar.label}: {bar.text}" for bar in drawn)


def _funnel_heading(steps):
    lost = [(before.reached - step.reached, step) for before, step in pairwise(steps)]
    most = max(lost, key=lambda pair: pair[0])
    if not most[0]:
        return _("How far leads came")
    return _("Most leads stop before “%(stage)s”") % {"stage": Stage(most[1].stage).label}


def _band_heading(lines):
    rates = {line.key: line.customers for line in lines}
    first, second = rates[Band.A], rates[Band.B]
    if min(first.whole, second.whole) < conversion.FEW:
        return _("Does the score predict? Too few leads to say")
    if first.interval[0] > second.interval[1]:
        return _("Does the score predict? Yes: more leads of band A buy than of band B")
    if second.interval[0] > first.interval[1]:
        return _("Does the score predict? No: fewer leads of band A buy than of band B")
    return _("Does the score predict? Bands A and B cannot be told apart")


def number(value):
    """With the language's separator of thousands."""
    return number_format(value, use_l10n=True, force_grouping=True)


def month(first):
    """Nov 2026."""
    return date_format(first, "M Y")


def percent(rate):
    """A rate in words, with a decimal below 10 %."""
    if rate is None or rate.share is None:
        return ""
    return _("%(n)s %%") % {"n": _hundred(rate.share)}


def interval(rate):
    """Its interval in words."""
    if rate is None or rate.interval is None:
        return ""
    low, high = rate.interval
    return _("%(low)s to %(high)s %%") % {"low": _hundred(low), "high": _hundred(high)}


def duration(seconds):
    """Minutes, hours or days, as one would say it."""
    if seconds is None:
        return ""
    if seconds < 5_400:
        minutes = round(seconds / 60)
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    if seconds < 2 * 86_400:
        hours = round(seconds / 3_600)
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days = round(seconds / 86_400)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": number(days)}


def _hundred(share):
    places = 1 if 0 < 100 * share < 9.95 else 0
    # Rounded here: `number_format` cuts off.
    return number_format(round(100 * share, places), decimal_pos=places, use_l10n=True)


def _count(value, href):
    return Cell(number(value), value, href if value else "")


def _share(rate):
    return None if rate is None or rate.share is None else round(rate.share, 4)


def _days(seconds):
    return None if seconds is None else round(seconds / 86_400, 2)


def _of(value, most):
    return value / most if most else 0
