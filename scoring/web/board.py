"""The ranked board: whom to call now, and why. Filters, order, place and view all stand in the address."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import BadRequest
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from leads import exporting
from leads.enums import Role, Stage
from leads.models import Lead
from scoring import board, boardviews, ranking
from scoring.web import chips, filters, rows, tables

_VIEWS = {
    "all": gettext_lazy("All open"),
    "mine": gettext_lazy("My leads"),
    "mql": gettext_lazy("MQLs to answer"),
    "quiet": gettext_lazy("Gone quiet"),
}
_ORDERS = {
    "score": gettext_lazy("strongest first"),
    "-score": gettext_lazy("weakest first"),
    "activity": gettext_lazy("latest activity first"),
    "-activity": gettext_lazy("longest silence first"),
    "created": gettext_lazy("newest first"),
    "-created": gettext_lazy("oldest first"),
    "name": gettext_lazy("by name, A to Z"),
    "-name": gettext_lazy("by name, Z to A"),
}
_DEFAULTS = (("view", "all"), ("sort", "score"))
_LIVE_SECONDS = 4
_ARRIVALS = 5
_SHOWN = 2 * ranking.PAGE
_VISIT = timedelta(hours=1)
_VISIT_NOTED = timedelta(minutes=10)


class Asked:
    """What an address of the board asks for: which leads, in which order, from where on. Wrong places answer 400."""

    def __init__(self, request, *, now, since=None, given=None):
        self.request, self.now = request, now
        self.given = request.GET if given is None else given
        self.view = self.given.get("view", "all")
        self.order = self.given.get("sort", "score")
        self.cursor = self.given.get("at", "")
        if self.view not in _VIEWS or self.order not in ranking.ORDERS:
            raise BadRequest("unknown view or order")
        if self.cursor:
            try:
                ranking.read(self.cursor, order=self.order)
            except ranking.BadCursor:
                raise BadRequest("unknown place") from None
        self.filter = filters.BoardFilter(self.given, request=request, now=now, since=since or last_visit(request, now))
        self.leads = board.in_view(self.filter.narrowed(), self.view, user=request.user, now=now)

    @property
    def is_plain(self):
        """Only a view, no filter: what the tabs count."""
        return not chips.chosen(self.filter)

    @property
    def canonical(self):
        """What narrows and orders as a query in one fixed form, by which saved views are known."""
        names = {"view", "sort", *self.filter.form.fields}
        pairs = sorted((name, value) for name in names for value in self.given.getlist(name) if value)
        return urlencode([pair for pair in pairs if pair not in _DEFAULTS])

    def page(self, *, many):
        """The page asked for."""
        return ranking.page(self.leads, order=self.order, cursor=self.cursor, many=many)

    def address(self, *, to="board", without=(), **changes):
        """The address of the same board with changes; a change of anything but the place begins at the top."""
        query = self.given.copy()
        for name in ("at", "panel", "shown", "newest", "many", *without):
            query.pop(name, None)
        for name, value in changes.items():
            query.pop(name, None)
            if value:
                query[name] = value
        text = query.urlencode()
        return address_of(text) if to == "board" else reverse(to) + (f"?{text}" if text else "")


def address_of(query):
    """The board with this query. Without any it says so, for the bare address is that of the viewer's start view."""
    return f"{reverse('board')}?{query or 'view=all'}"


@require_safe
@login_required
def board_page(request):
    """The board, or its filter panel alone when htmx asks for it."""
    now = timezone.now()
    saved = boardviews.known_to(request.user)
    start = next((view for view in saved if view.is_start and view.owner_id == request.user.pk), None)
    if start and not request.GET:
        return redirect(address_of(start.query))
    since = _note_visit(request, now)
    asked = Asked(request, now=now, since=since)
    day, counts = _today(request.user, since=since, now=now)
    number = counts[asked.view] if asked.is_plain else board.count(asked.leads)
    many = number > ranking.FEW
    page = asked.page(many=many)
    newest = Lead.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    context = {
        "asked": asked,
        "now": now,
        "section": "board",
        "heads": tables.heads(asked.order, address=lambda sort: asked.address(sort=sort)),
        "views": _tabs(asked, counts, saved),
        "saved": _saved(asked, saved),
        "teams": filters.teams(request.user),
        "orders": _ORDERS.items(),
        "chips": chips.chips(asked.filter, address=asked.address),
        "panel": chips.panel(asked.filter) if "panel" in request.GET else None,
        "count": number,
        "too_many": number > board.COUNTED,
        "previous": asked.address(at=page.previous) if page.previous else "",
        "next": asked.address(at=page.next) if page.next else "",
        "live": _with(asked.address(to="board-rows", at=asked.cursor), newest=newest, many=int(many)),
        "live_seconds": _LIVE_SECONDS,
        "summary": _summary(page, number, asked.order),
        "order_words": _ORDERS[asked.order],
        "export": asked.address(to="board-export"),
        "filters_href": asked.address(at=asked.cursor, panel="1"),
        "close_panel": asked.address(at=asked.cursor),
        "clear": asked.address(without=tuple(asked.filter.form.fields)),
        "all_open": address_of(""),
        "here": request.get_full_path(),
        "ignored": asked.filter.ignored,
        "in_charge": is_in_charge(request.user),
        "day": day,
        "overdue": day.overdue,
        "teamless": board.count(Lead.objects.open().without_team()) if is_in_charge(request.user) else 0,
    }
    context |= rows.context(board.rows(page.ids, now=now, first=page.first), request=request, now=now)
    return render(request, "scoring/board.html", context)


@require_safe
@login_required
def board_rows(request):
    """What has changed on a page that is open: changed rows, new leads, and how many would stand elsewhere now.

    `shown` says what is on the page: "id.rev,id.rev,…" from top to bottom. 204 when nothing is new.
    """
    now = timezone.now()
    asked = Asked(request, now=now)
    shown = _shown(request.GET.get("shown", ""))
    page = asked.page(many=request.GET.get("many") == "1")
    newest = _number(request.GET.get("newest", ""))
    arrived = asked.leads.filter(pk__gt=newest or 0).exclude(pk__in=shown).order_by("pk").values_list("pk", flat=True)
    arrived = list(arrived[:_ARRIVALS]) if newest and not asked.cursor else []
    moved = _moves(list(shown), page.ids)
    visible = Lead.objects.visible_to(request.user).filter(pk__in={*shown, *arrived, *moved[:3]})
    ids = list(visible.values_list("pk", flat=True))
    found = {row.id: row for row in board.rows(ids, now=now)}
    places = {lead_id: page.first + place for place, lead_id in enumerate(shown)}
    changed = [
        found[lead_id]
        for lead_id in [*shown, *arrived]
        if lead_id in found and found[lead_id].rev != shown.get(lead_id)
    ]
    for row in changed:
        row.rank = places.get(row.id, 0)
    if not changed and not moved:
        return HttpResponse(status=204)
    context = {
        "as_table": True,
        "note_changed": bool(moved),
        "moved": len(moved),
        "told": board.told(moved, list(shown), page.ids, {pk: row.name for pk, row in found.items()}, first=page.first),
        "fresh": asked.address(at=asked.cursor),
    }
    context |= rows.context(changed, request=request, now=now)
    return render(request, "scoring/_board_rows.html", context)


@require_safe
@login_required
def board_export(request):
    """Exactly the leads of the board with these filters, in its order, as CSV."""
    now = timezone.now()
    asked = Asked(request, now=now)
    columns = [("rank", _("Rank")), ("id", _("Id")), ("name", _("Name")), ("email", _("E-mail address")),
               ("phone", _("Phone")), ("job_title", _("Job title")), ("company", _("Company")), ("score", _("Score")),
               ("band", _("Band")), ("change", _("Change in 7 days")), ("reasons", _("Why now")), ("product", _("Product")),
               ("stage", _("Stage")), ("owner", _("Owner")), ("last_activity_at", _("Last activity")),
               ("next_step", _("Next step")), ("next_at", _("Next step at"))]  # fmt: skip
    zone = timezone.get_current_timezone()
    pieces = exporting.write_csv(_exported(asked, now=now, zone=zone), columns, bom=True)
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="leads-{timezone.localdate(now):%Y-%m-%d}.csv"'
    return response


def _exported(asked, *, now, zone):
    """The rows of the file. It is written after the request is over, so the viewer's `zone` comes along."""
    first = 1
    for ids in ranking.everything(asked.leads, order=asked.order):
        with timezone.override(zone):
            found = [_exported_row(row) for row in board.rows(ids, now=now, first=first)]
        yield from found
        first += len(ids)


def _exported_row(row):
    return {
        "rank": row.rank, "id": row.id, "name": row.name, "email": row.email, "phone": row.phone,
        "job_title": row.job_title, "company": row.company, "score": row.score, "band": row.band,
        "change": row.change, "reasons": str(row.reasons), "product": row.product,
        "stage": Stage(row.stage).label, "owner": row.owner, "last_activity_at": _local(row.last_activity_at),
        "next_step": rows.step_in_words(row.step), "next_at": _local(row.step.at),
    }  # fmt: skip


def _local(moment):
    return timezone.localtime(moment).replace(microsecond=0) if moment else None


def is_in_charge(user):
    """Sees leads without a team, and can put them into one."""
    return user.role in (Role.MANAGER, Role.ADMINISTRATOR)


def last_visit(request, now):
    """When the viewer looked at the board before this visit; a day ago if that is not known."""
    noted = request.session.get("board_visit", {})
    before = parse_datetime(noted.get("before", "")) if noted.get("before") else None
    return before or now - timedelta(days=1)


def _note_visit(request, now):
    """Remember that the viewer is here: a pause of an hour begins a new visit."""
    noted = request.session.get("board_visit", {})
    at = parse_datetime(noted["at"]) if noted.get("at") else None
    if at is None or now - at > _VISIT:
        request.session["board_visit"] = {"at": now.isoformat(), "before": noted.get("at", "")}
    elif now - at > _VISIT_NOTED:
        request.session["board_visit"] = noted | {"at": now.isoformat()}
    return last_visit(request, now)


def _today(user, *, since, now):
    """The day at a glance, and how many leads each view has; two of those the day knows."""
    leads = Lead.objects.visible_to(user).open().awake(now)
    every, quiet = board.count(leads), board.count(board.in_view(leads, "quiet", user=user, now=now))
    day = board.day(user, since=since, now=now, many=every > ranking.FEW)
    return day, {"all": every, "mine": day.mine, "mql": day.waiting, "quiet": quiet}


def _summary(page, number, order):
    words = {
        "first": intcomma(page.first),
        "last": intcomma(page.first + len(page.ids) - 1),
        "count": f"{intcomma(min(number, board.COUNTED))}{'+' if number > board.COUNTED else ''}",
        "order": _ORDERS[order],
    }
    return _("%(first)s to %(last)s of %(count)s, %(order)s") % words


def _tabs(asked, counts, saved):
    is_saved = any(view.query == asked.canonical for view in saved)
    return [
        {"name": name, "label": label, "count": min(counts[name], board.COUNTED), "more": counts[name] > board.COUNTED,
         "href": f"{reverse('board')}?view={name}", "current": asked.view == name and asked.is_plain and not is_saved}
        for name, label in _VIEWS.items()
    ]  # fmt: skip


def _saved(asked, saved):
    """Saved views with their addresses; `mine` is the viewer's own one that is open."""
    canonical, user = asked.canonical, asked.request.user
    mine = next((view for view in saved if view.query == canonical and view.owner_id == user.pk), None)
    current = mine or next((view for view in saved if view.query == canonical), None)
    links = [
        {"view": view, "href": address_of(view.query), "current": view is current, "is_own": view.owner_id == user.pk}
        for view in saved
    ]
    return {"links": links, "mine": mine, "query": canonical, "may_save": bool(canonical) or mine is not None}


def _shown(text):
    """Lead id → rev, from top to bottom, out of "7.ab12,9.cd34"; nonsense is left out."""
    found = {}
    for part in text[:4000].split(",")[:_SHOWN]:
        lead_id, _, rev = part.partition(".")
        number = _number(lead_id)
        if number is not None:
            found[number] = rev
    return found


def _number(text):
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _moves(shown, current):
    """The leads that stand elsewhere now; those that merely fill up the end of the page are none."""
    moved = ranking.moves(shown, current)
    known = set(shown)
    last_known = max((place for place, lead_id in enumerate(current) if lead_id in known), default=-1)
    return [lead_id for lead_id in moved if lead_id in known or current.index(lead_id) < last_known]


def _with(address, **parameters):
    joined = "&".join(f"{name}={value}" for name, value in parameters.items())
    return f"{address}{'&' if '?' in address else '?'}{joined}"
