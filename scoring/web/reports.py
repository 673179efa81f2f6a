"""The conversion report: figures, the leads behind each of them, and the tables as CSV. All that it asks stands in the address."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leads import exporting
from leads.enums import Stage
from scoring.reports import conversion, counting, paths
from scoring.web import reportforms, reportparts

PAGE = 50
_FIGURES = ("reached", "skipped", "recycled", "band", "month", "timed")
_OWN = (*_FIGURES, "page", "part", "live")


class Asked:
    """What an address of the report asks for."""

    def __init__(self, request, *, now):
        self.request, self.now = request, now
        self.form = reportforms.ReportForm(request.GET, user=request.user, now=now)
        self.cohort = self.form.cohort()

    def parts(self, counted):
        """The report, beside the period before."""
        before = counting.count(self.cohort.before(), now=self.now)
        return reportparts.parts(counted, before, self.behind)

    def address(self, to, **changes):
        """Another address about the same leads, with changes."""
        query = self.request.GET.copy()
        for name in _OWN:
            query.pop(name, None)
        for name, value in changes.items():
            query[name] = value
        text = query.urlencode()
        return reverse(to) + (f"?{text}" if text else "")

    def behind(self, **figure):
        """Where the leads behind a figure are listed."""
        return self.address("report-leads", **figure)


@require_safe
@login_required
def conversion_page(request):
    """The whole report about the leads that the viewer sees."""
    now = timezone.now()
    asked = Asked(request, now=now)
    counted = counting.count(asked.cohort, now=now, live="live" in request.GET)
    steps, touch = conversion.funnel(counted), conversion.touches(counted)["created_to_touch"]
    whole, accepted = conversion.whole_way(counted), steps[3].spell
    context = {
        "asked": asked,
        "now": now,
        "section": "report",
        "counted": counted,
        "total": conversion.total(counted),
        "total_words": reportparts.number(conversion.total(counted)),
        "total_href": asked.behind(),
        "customers_href": asked.behind(reached=Stage.CUSTOMER),
        "rate": reportparts.percent(whole),
        "rate_is_small": whole.is_small,
        "accepted": reportparts.duration(accepted.median),
        "accepted_href": asked.behind(timed="to_sql") if accepted.leads else "",
        "touched": reportparts.duration(touch.median),
        "touched_href": asked.behind(timed="created_to_touch") if touch.leads else "",
        "parts": [(part, asked.address("report-export", part=part.key)) for part in asked.parts(counted)],
        "panel": asked.form.panel(),
        "live": asked.address("report", live="1"),
        "few": conversion.FEW,
    }
    return render(request, "scoring/report.html", context)


@require_safe
@login_required
def conversion_leads(request):
    """The leads behind one figure, newest first."""
    now = timezone.now()
    asked = Asked(request, now=now)
    form = reportforms.FigureForm(request.GET)
    figure = form.figure()
    if figure is None:
        raise BadRequest("no such figure")
    counting.catch_up(asked.cohort, now=now)
    leads = figure.of(asked.cohort.leads()).select_related("contact", "contact__company", "owner", "score")
    pages = Paginator(leads.order_by("-created_at", "-pk"), PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "now": now,
        "section": "report",
        "page": page,
        "count": pages.count,
        "said": [*_said_of(asked), *_said(figure)],
        "report": asked.address("report"),
        "previous": _page(asked, request, page.previous_page_number() if page.has_previous() else 0),
        "next": _page(asked, request, page.next_page_number() if page.has_next() else 0),
        "summary": _("%(first)s to %(last)s of %(all)s, newest first")
        % {"first": page.start_index(), "last": page.end_index(), "all": reportparts.number(pages.count)},
    }
    return render(request, "scoring/report_leads.html", context)


@require_safe
@login_required
def conversion_export(request):
    """The table of one part as CSV: bare numbers, times in days, shares between 0 and 1."""
    now = timezone.now()
    asked = Asked(request, now=now)
    counted = counting.count(asked.cohort, now=now)
    for part in asked.parts(counted):
        if part.key == request.GET.get("part", "funnel"):
            columns = [(str(place), words) for place, words in enumerate(part.head)]
            rows = ({str(place): cell.value for place, cell in enumerate(row)} for row in part.rows)
            text = "".join(exporting.write_csv(rows, columns, bom=True))
            response = HttpResponse(text, content_type="text/csv; charset=utf-8")
            name = f"conversion-{part.key}-{asked.cohort.since}-{asked.cohort.until}.csv"
            response["Content-Disposition"] = f'attachment; filename="{name}"'
            return response
    raise Http404


def _page(asked, request, number):
    """The address of another page of the same list; empty for none."""
    figure = {name: request.GET[name] for name in _FIGURES if name in request.GET}
    return asked.behind(**figure, page=number) if number else ""


def _said_of(asked):
    """The origin of the leads in words."""
    chosen = asked.form.cleaned_data
    for name in asked.cohort.origin:
        field = asked.form.fields[name]
        yield field.label, field.none_label if chosen[name] == "none" else chosen[name]


def _said(figure):
    """What a figure counts, in words: (what, which)."""
    if figure.reached:
        yield _("Reached"), Stage(figure.reached).label
    if figure.skipped:
        yield _("Skipped"), Stage(figure.skipped).label
    if figure.is_recycled:
        yield _("Recycled"), _("went back to nurture")
    if figure.band:
        names = {paths.UNKNOWN: _("unknown"), paths.NOT_YET: _("not yet")}
        yield _("Band at the reference time"), names.get(figure.band, figure.band)
    if figure.month:
        yield _("Month of creation"), reportparts.month(figure.month)
    if figure.timed:
        yield _("With a time"), reportparts.TIMED[figure.timed]
