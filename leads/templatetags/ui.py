"""What templates need beyond Django's own: icons, dates as people say them, signed points, small charts."""

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext

from leads.web import icons

register = template.Library()


@register.simple_tag
def icon(name, css="", label=""):
    """`{% icon "call" %}`: an icon of the sprite. Silent for screen readers unless it has a label.

    Parameters: `css` adds classes (`due`, `minus`, `muted` colour it), `label` gives it a name where no word stands beside it.
    """
    classes = f"i {css}".rstrip()
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
def sign(name, css=""):
    """`{% sign "stage-mql" %}`: one of our own signs, without the line-icon style; always beside words that say the same."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}"/></svg>',
        css or "sign",
        icons.address(name),
    )


@register.simple_tag
def stage_ring(stage):
    """The ring of a stage; a stage without a drawing of its own has the empty one."""
    try:
        return sign(f"stage-{stage}")
    except icons.UnknownIcon:
        return sign("stage-lead")


@register.simple_tag(takes_context=True)
def when(context, value, capital=False, style="short", empty=""):
    """A moment or a day as people say it, inside `<time datetime="…">`, in the viewer's time zone.

    "today 16:20", "yesterday 17:05", "Wed 18 Nov", with the year only if it is not this one; a date has no clock time.
    `capital=True` at the beginning of a cell or sentence; `style="full"` gives "Wed 18 Nov 16:20" always with the time,
    `style="day"` leaves the time out, `style="time"` gives the time alone. `empty` is shown for None. The viewer's "now" is the context's
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
    if isinstance(value, dt.datetime):
        local = timezone.localtime(value)
        day, machine = local.date(), value.isoformat(timespec="seconds")
        clock = format_date(local, "H:i")
        full = f"{format_date(local, pgettext('date format: long', 'l j F Y'))} {clock}"
    else:
        day, machine, clock = value, value.isoformat(), ""
        full = format_date(day, pgettext("date format: long", "l j F Y"))
    if style == "time":
        return clock, full, machine
    near = {0: gettext("today"), -1: gettext("yesterday"), 1: gettext("tomorrow")}.get((day - today).days)
    words = near or format_date(day, _day_format(day, today=today))
    shows_clock = clock and style != "day" and (near or style == "full")
    return (f"{words} {clock}" if shows_clock else words), full, machine


def _day_format(day, *, today):
    if day.year == today.year:
        return pgettext("date format: day of this year", "D j M")
    return pgettext("date format: day of another year", "j M Y")


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
    """A small line of scores, oldest first. `title` says in words what the line shows; nothing is drawn for fewer than two values."""
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
