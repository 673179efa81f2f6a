"""What templates need beyond Django's own: icons, dates as people say them, signed points, small charts."""

import datetime as dt
from functools import cache, lru_cache

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext, pgettext

from leads.web import icons

register = template.Library()


@register.simple_tag
def icon(name, css="", label=""):
    """`{% icon "call" %}`: an icon of the sprite. Silent for screen readers unless it has a label.

    `css` adds classes (`due`, `minus`, `muted` colour it); `label` gives it a name where no word stands beside it.
    """
    return _icon(name, f"i {css}".rstrip(), str(label))


@cache
def _icon(name, classes, label):
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>',
            classes,
            label,
            icons.address(name),
        )
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}"/></svg>',
        classes,
        icons.address(name),
    )


@register.simple_tag
def sign(name, css="sign"):
    """`{% sign "stage-mql" %}`: one of our own signs; always beside words that say the same."""
    return _sign(name, css)


@cache
def _sign(name, css):
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', css, icons.address(name))


@register.simple_tag
def score_pill(score, band="", href="", plain=False):
    """The score pill of components/score.html, which says what the parameters mean; lists call it directly."""
    body, letter = _pill(score, (band or "d").lower(), bool(plain), get_language())
    if href:
        return format_html('<a class="score score-{}" href="{}">{}</a>', letter, href, body)
    return format_html('<span class="score score-{}">{}</span>', letter, body)


# A list draws the same few signs again and again; drawn once per language they cost nothing.
@cache
def _pill(score, letter, plain, language):
    if score is None or score == "":
        return gettext("scoring…"), "wait"
    letter = letter if letter in "abcd" else "d"
    body = format_html(
        '<span class="vh">{} </span><span class="{}">{}</span>{}<span class="vh"> {} </span><span class="b">{}</span>',
        gettext("Score"),
        "vh" if plain else "n",
        score,
        sign(f"pips-{letter}", "pips"),
        gettext("band"),
        letter.upper(),
    )
    return body, letter


@register.simple_tag
def score_change(change, days=7):
    """The change of a score as in components/delta.html: triangle, number, hidden words; nothing for None."""
    return "" if change is None or change == "" else _change(int(change), int(days), get_language())


@cache
def _change(change, days, language):
    if not change:
        words = ngettext("unchanged in %(n)d day", "unchanged in %(n)d days", days) % {"n": days}
        return format_html(
            '<span class="delta"><span aria-hidden="true">=</span><span class="vh">{}</span></span>', words
        )
    way, word = ("up", gettext("up")) if change > 0 else ("down", gettext("down"))
    span = ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}
    return format_html(
        '<span class="delta {}">{}<span class="vh">{} </span>{}<span class="vh"> {}</span></span>',
        way,
        sign(way),
        word,
        abs(change),
        span,
    )


@register.simple_tag
def stage_badge(stage, label):
    """Ring and word of a stage as in components/stage.html; a stage without a drawing of its own has the empty ring."""
    return _badge(str(stage), str(label))


@register.simple_tag
def stage_ring(stage):
    """The ring alone, for a place that writes the word itself."""
    try:
        return sign(f"stage-{stage}")
    except icons.UnknownIcon:
        return sign("stage-lead")


@cache
def _badge(stage, label):
    ring = stage_ring(stage)
    outside = " off" if stage in ("subscriber", "lead", "nurture", "disqualified") else ""
    return format_html('<span class="stage{}">{}{}</span>', outside, ring, label)


@register.simple_tag(takes_context=True)
def when(context, value, capital=False, style="short", empty=""):
    """A moment or a day as people say it, inside `<time datetime="…">`, in the viewer's time zone.

    "today 16:20", "yesterday 17:05", "Wed 18 Nov", with the year only if it is not this one; a date has no clock time.
    `capital=True` at the beginning of a cell or sentence. `style="full"` always gives the time ("Wed 18 Nov 16:20"),
    `style="day"` never, `style="time"` the time alone. `empty` is shown for None. The viewer's "now" is the context's
    `now` if the view gives one.
    """
    if value is None or value == "":
        return empty
    now = context.get("now") or timezone.now()
    words, full, machine = _say(value, now=now, style=style)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        machine,
        full,
        capfirst(words) if capital else words,
    )


def _say(value, *, now, style):
    today = timezone.localdate(now)
    clock = ""
    day, machine = value, value.isoformat()
    if isinstance(value, dt.datetime):
        local = timezone.localtime(value)
        day, machine = local.date(), value.isoformat(timespec="seconds")
        clock = f"{local.hour:02}:{local.minute:02}"
    near, words, long = _day_words(day, today, get_language())
    full = f"{long} {clock}".rstrip()
    if style == "time":
        return clock, full, machine
    shows_clock = clock and style != "day" and (near or style == "full")
    return (f"{words} {clock}" if shows_clock else words), full, machine


@lru_cache(maxsize=4096)
def _day_words(day, today, language):
    """(yesterday, today or tomorrow?; the day in words; in full). Kept, because a list says the same days often."""
    near = {0: gettext("today"), -1: gettext("yesterday"), 1: gettext("tomorrow")}.get((day - today).days)
    form = (
        pgettext("date format: day of this year", "D j M")
        if day.year == today.year
        else pgettext("date format: day of another year", "j M Y")
    )
    return near is not None, near or format_date(day, form), format_date(day, pgettext("date format: long", "l j F Y"))


@register.filter
def signed(points):
    """12 -> "+12", -5 -> "−5" with a true minus, 0 -> "0"."""
    if points is None or points == "":
        return ""
    points = int(points)
    return f"+{points}" if points > 0 else str(points).replace("-", "−")


@register.filter
def initials(person):
    """At most two letters for an avatar: "Jens-Peter Wohlfahrt" -> "JW"; takes a name or a user."""
    name = person if isinstance(person, str) else (person.get_full_name() or person.get_username())
    words = [
        word
        for word in name.replace(".", " ").split()
        if word[:1].isalpha() and word not in ("Dr", "Prof", "von", "van", "de")
    ]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.inclusion_tag("components/sparkline.html")
def sparkline(values, title="", low=0, high=100):
    """A small line of scores, oldest first; `title` says in words what it shows. Fewer than two values draw nothing."""
    values = [value for value in values if value is not None]
    width, height, edge = 96, 24, 3
    if len(values) < 2:
        return {"points": "", "title": title}
    span = (high - low) or 1
    step = (width - 2 * edge) / (len(values) - 1)
    places = [
        (
            edge + step * number,
            height - edge - (min(max(value, low), high) - low) / span * (height - 2 * edge),
        )
        for number, value in enumerate(values)
    ]
    return {
        "points": " ".join(f"{x:.1f},{y:.1f}" for x, y in places),
        "end": {"x": f"{places[-1][0]:.1f}", "y": f"{places[-1][1]:.1f}"},
        "title": title,
        "width": width,
        "height": height,
    }


@register.inclusion_tag("components/bar.html")
def bar(value, most=100, label="", css="f-1"):
    """A horizontal bar `value` out of `most`; `label` is its text for those who do not see it."""
    share = 0.0 if not most else min(max(value / most, 0.0), 1.0)
    return {"width": f"{share * 176:.1f}", "label": label, "css": css}


@register.simple_tag(takes_context=True)
def here(context, *names):
    """` aria-current="page"` if the page shown has one of these URL names."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    return mark_safe(' aria-current="page"') if match and match.view_name in names else ""


@register.filter
def undo_url(message):
    """Where the undo button of a message posts to, if it has one (see `leads.web.notices`)."""
    for tag in (message.extra_tags or "").split():
        if tag.startswith("undo:"):
            return tag.removeprefix("undo:")
    return ""
