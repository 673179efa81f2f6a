"""Board rows, drawn: all that the template of a row would otherwise work out fifty times.

Cells that many rows share (a score, a stage, an owner) are rendered once per process and set of values.
"""

from functools import lru_cache

from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.dateformat import format as format_date
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, pgettext

from leads.enums import CallResult, FollowUpKind, RejectReason, Stage

_ID, _RANK, _TOKEN, _TIME = "900000000000000001", "900000000000000002", "0token0", "0time0"
_STAGES, _KINDS = dict(Stage.choices), dict(FollowUpKind.choices)
_OUTSIDE = (Stage.SUBSCRIBER, Stage.LEAD, Stage.NURTURE, Stage.DISQUALIFIED)
ICONS = {"call": "call", "mail": "mail", "meeting": "meeting", "offer": "asset", "other": "followups"}
_SHORT, _DAY, _FULL = "short", "day", "full"


def context(found, *, request, now):
    """What `_board_rows.html` needs."""
    return {
        "rows": drawn(found, request=request, now=now),
        "row_template": get_template("scoring/_board_row.html").template,
        "may_work": request.user.may_work_leads,
        "now": now,
    }


def drawn(found, *, request, now):
    """The rows of `scoring.board.rows`, drawn for the viewer; closed and read-only ones have no menu.

    Each is a dictionary of texts: of all things a template can look into, that is by far the quickest.
    """
    user, language, root = request.user, get_language(), _lead_root()
    today = timezone.localdate(now)
    menus, token, shown = {}, get_random_string(10), []
    for row in found:
        url = f"{root}{row.id}/"
        menu = ""
        if user.may_work_leads and row.is_open:
            kind = (row.stage == Stage.MQL, row.stage in (Stage.SQL, Stage.OPPORTUNITY), row.step.state == "rest")
            if kind not in menus:
                menus[kind] = _menu(request, *kind)
            menu = _filled(menus[kind], row, token)
        style = _DAY if row.step.state in ("mql", "rest", "won", "lost") else _SHORT
        if row.score is None:
            score = _cell("wait", language)
        else:
            score = _put(_cell("score", language, score=row.score, band=row.band, change=row.change), _ID, url)
        step = _cell("step", language, state=row.step.state, kind=row.step.kind, days=row.step.days)
        shown.append(
            {
                "id": str(row.id),
                "rank": str(row.rank or "·"),
                "rev": row.rev,
                "points": "" if row.score is None else str(row.score),
                "url": url,
                "name": row.name,
                "email": row.email,
                "work": " · ".join(part for part in (row.company, row.job_title) if part),
                "company": row.company,
                "score": score,
                "first": row.reasons.first,
                "rest": row.reasons.rest,
                "but": row.reasons.but,
                "product": row.product,
                "stage": _cell("stage", language, stage=row.stage),
                "last": when(row.last_activity_at, today=today, language=language, capital=True),
                "activity": row.activity if row.last_activity_at else "",
                "state": row.step.state,
                "step": _put(step, _TIME, when(row.step.at, today=today, language=language, style=style)),
                "owner": _cell("owner", language, name=row.owner, mine=row.owner_id == user.pk),
                "menu": menu,
            }
        )
    return shown


def day(moment):
    """A day in a message: "Tue 24 Nov"."""
    return format_date(timezone.localtime(moment), pgettext("date format: day of this year", "D j M"))


def when(moment, *, today, language, style=_SHORT, capital=False):
    """A moment as the tag `when` of `leads.templatetags.ui` has it, but cheap enough for two in every row."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    words, is_near, long = _day_in_words(local.date(), today, language)
    clock = f"{local:%H:%M}"
    if (style != _DAY and is_near) or style == _FULL:
        words = f"{words} {clock}"
    words = capfirst(words) if capital else words
    # Made of dates and our own words alone.
    return mark_safe(f'<time datetime="{local:%Y-%m-%dT%H:%M:%S%z}" title="{long} {clock}">{words}</time>')  # noqa: S308


def step_in_words(step):
    """The next step in one word, as in an export."""
    words = {
        "mql": gettext("Answer MQL"), "rest": gettext("Rests"), "none": "", "won": gettext("Won"), "lost": gettext("Lost"),
    }  # fmt: skip
    return words[step.state] if step.state in words else str(_KINDS.get(step.kind, ""))


@lru_cache(maxsize=4096)
def _day_in_words(day, today, language):
    near = {0: gettext("today"), -1: gettext("yesterday"), 1: gettext("tomorrow")}.get((day - today).days)
    if day.year == today.year:
        short = pgettext("date format: day of this year", "D j M")
    else:
        short = pgettext("date format: day of another year", "j M Y")
    long = format_date(day, pgettext("date format: long", "l j F Y"))
    return near or format_date(day, short), near is not None, long


def _cell(cell, language, /, **values):
    """A cell as HTML; `language` and `values` are all it depends on."""
    return _rendered(cell, language, tuple(values.items()))


@lru_cache(maxsize=4096)
def _rendered(name, language, values):
    context = dict(values)
    if name == "stage":
        context |= {"label": _STAGES.get(context["stage"], context["stage"]), "off": context["stage"] in _OUTSIDE}
    elif name == "step":
        kind = context["kind"]
        context |= {"icon": ICONS.get(kind, "followups"), "words": _KINDS.get(kind, ""), "time": _TIME}
    elif name == "score":
        context |= {"url": _ID, "fall": -(context["change"] or 0)}
    return mark_safe(render_to_string(f"scoring/cells/{name}.html", context).strip())  # noqa: S308


def _put(cell, placeholder, value):
    # Only addresses of our own and the output of `when` are put in, so what was safe stays safe.
    return mark_safe(cell.replace(placeholder, value))  # noqa: S308


def _menu(request, is_mql, may_reject, rests):
    """The menu of one kind of row, rendered once per page with placeholders instead of fifty times."""
    context = {
        "id": _ID, "rank": _RANK, "token": _TOKEN, "is_mql": is_mql, "may_reject": may_reject, "rests": rests,
        "reasons": RejectReason.choices, "results": [(result.value, result.label) for result in CallResult],
    }  # fmt: skip
    return render_to_string("scoring/_board_menu.html", context, request=request)


def _filled(menu, row, token):
    # Only numbers and our own random letters are put in.
    return mark_safe(menu.replace(_ID, str(row.id)).replace(_RANK, str(row.rank)).replace(_TOKEN, token))  # noqa: S308


@lru_cache(maxsize=1)
def _lead_root():
    return reverse("lead", args=[0]).removesuffix("0/")
