"""Imports: the list, the upload, progress and report, and what may be done to a run."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leads.enums import ImportKind, ImportState
from leads.importing import background, drafts, mapping, reading, rejects, saved, undoing, uploads
from leads.importing.removing import REASONS
from leads.models import ImportRun, SavedMapping
from leads.web import imports_words, notices

SHOWN = 100
_OPEN = (ImportState.WAITING, ImportState.RUNNING, ImportState.UNDOING)


def may_import(view):
    """To everybody else, and to reps and managers who see only their teams' people, imports do not exist."""

    @login_required
    def guarded(request, *args, **kwargs):
        if not request.user.has_perm("leads.import_files"):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


class UploadForm(forms.Form):
    """A file, and what is known about it."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What the rows are"))
    knows = forms.ChoiceField(
        label=gettext_lazy("Mapping"),
        required=False,
        help_text=gettext_lazy("Where the file comes from. On the next page every column can be changed."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("CSV or Excel with a line of headings, up to %(limit)d MB.") % {
            "limit": uploads.MAX_BYTES // 1024 // 1024
        }
        self.fields["kind"].choices = ImportKind.choices
        self.fields["knows"].choices = imports_words.mappings(*ImportKind.values)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    def options(self):
        """The `Options` that the upload begins with."""
        way, _sign, name = self.cleaned_data["knows"].partition(":")
        options = mapping.Options(kind=self.cleaned_data["kind"])
        if way == "saved":
            return saved.options_of(SavedMapping.objects.get(pk=name).mapping)
        options.preset = name
        return options


@require_safe
@may_import
def imports_page(request):
    """The latest imports. One query besides those of every page."""
    runs = list(ImportRun.objects.select_related("by").order_by("-id")[: SHOWN + 1])
    context = {
        "runs": [imports_words.row(run) for run in runs[:SHOWN]],
        "has_more": len(runs) > SHOWN,
        "is_live": any(run.state in _OPEN for run in runs),
        "now": timezone.now(),
    }
    return render(request, "leads/imports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may_import
def new(request):
    """The upload; a file that can be read leads on to its mapping."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = _open(form.cleaned_data["file"], form.options(), user=request.user)
        except (uploads.Refused, reading.Unreadable) as fault:
            form.add_error("file", str(fault))
        else:
            return redirect("import", run.pk)
    return render(request, "leads/import_new.html", {"form": form, "section": "imports"})


@require_safe
@may_import
def run_page(request, run_id):
    """How far a run is, or what came of it. A draft leads to its mapping."""
    run = _run(run_id)
    if run.state == ImportState.DRAFT:
        return redirect("import-mapping", run.pk)
    return render(request, "leads/import_run.html", _context(run))


@require_safe
@may_import
def progress(request, run_id):
    """The figures of a run for the page that waits; when it has ended, the page loads itself again."""
    run = _run(run_id)
    if run.state not in _OPEN:
        return HttpResponse(status=200, headers={"HX-Refresh": "true"})
    return render(request, "leads/_import_progress.html", _context(run))


@require_POST
@may_import
def start(request, run_id):
    """Let a draft run."""
    run = _run(run_id)
    return _do(request, run, background.start, _("The import has begun. You may leave this page."))


@require_POST
@may_import
def cancel(request, run_id):
    """Stop after the batch that is being written."""
    run = _run(run_id)
    return _do(request, run, background.cancel, _("The import ends after the rows that are being written."))


@require_POST
@may_import
def go_on(request, run_id):
    """Let a failed run continue behind its last committed row."""
    return _do(request, _run(run_id), background.go_on, _("The import goes on where it stopped."))


@require_POST
@may_import
def discard(request, run_id):
    """Drop a draft with its file."""
    run = _run(run_id)
    try:
        drafts.discard(run)
    except drafts.NotADraft:
        notices.failed(request, _("This import was started already."))
        return redirect("import", run.pk)
    notices.done(request, _("“%(name)s” was dropped. Nothing was imported.") % {"name": run.name})
    return redirect("imports")


@require_http_methods(["GET", "HEAD", "POST"])
@may_import
def undo(request, run_id):
    """Say exactly what undoing would do; then do it, in the background."""
    run = _run(run_id)
    if request.method == "POST":
        return _do(request, run, background.undo, _("The import is being undone. You may leave this page."))
    if run.state not in background.UNDOABLE:
        return redirect("import", run.pk)
    tally, is_exact = undoing.foresee(run)
    context = _context(run) | {"foreseen": imports_words.tally(tally), "is_exact": is_exact}
    return render(request, "leads/import_undo.html", context)


@require_safe
@may_import
def rejected(request, run_id):
    """The rejected rows with line and reason, to be mended and uploaded again."""
    run = _run(run_id)
    path = rejects.path_of(run)
    if not run.report.get("rejects_file") or not path.is_file():
        notices.failed(request, _("There are no rejected rows to download."))
        return redirect("import", run.pk)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="text/csv")


@require_POST
@may_import
def again(request, run_id):
    """Import a mended file with the mapping, source and team of this run, at once."""
    run = _run(run_id)
    file = request.FILES.get("file")
    if file is None or run.state == ImportState.DRAFT:
        notices.failed(request, _("Choose the mended file first."))
        return redirect("import", run.pk)
    now = timezone.now()
    try:
        fresh = _open(file, saved.options_of(run.mapping.get("options", {})), user=request.user)
    except (uploads.Refused, reading.Unreadable) as fault:
        notices.failed(request, str(fault))
        return redirect("import", run.pk)
    source = run.source.name if run.source else run.mapping.get("source", "")
    options = saved.options_of(fresh.mapping.get("options", {}))
    drafts.save(fresh, options, team=run.team, source=source)
    try:
        fault = drafts.look(fresh, options).fault
    except reading.Unreadable as error:
        drafts.discard(fresh)
        notices.failed(request, str(error))
        return redirect("import", run.pk)
    if fault:
        notices.failed(request, fault)
        return redirect("import-mapping", fresh.pk)
    return _do(request, fresh, background.start, _("The import has begun. You may leave this page."), now=now)


def _open(file, options, *, user):
    """A draft of an uploaded file, with options that fit its headings."""
    run = drafts.open(file.chunks(), name=file.name, by=user, now=timezone.now(), options=options)
    header = reading.layout(uploads.path(run.file)).header
    drafts.save(run, saved.fitting(options, header), team=None, source="")
    return run


def _do(request, run, verb, done, *, now=None):
    try:
        verb(run, now=now or timezone.now())
    except background.NotPossible as fault:
        notices.failed(request, str(fault))
    else:
        notices.done(request, done)
    return redirect("import", run.pk)


def _run(run_id):
    return get_object_or_404(ImportRun.objects.select_related("by", "team", "source"), pk=run_id)


def _context(run):
    undo_tally = undoing.Tally(**run.report["undo"]) if "undo" in run.report else None
    return {
        "run": run,
        "row": imports_words.row(run),
        "is_open": run.state in _OPEN,
        "can_undo": run.state in background.UNDOABLE and run.entries.exists(),
        "can_go_on": run.state == ImportState.FAILED and run.file,
        "has_rejects": bool(run.report.get("rejects_file")) and rejects.path_of(run).is_file(),
        "reasons": sorted(run.report.get("reasons", {}).items(), key=lambda pair: -pair[1]),
        "notes": sorted(run.report.get("notes", {}).items(), key=lambda pair: -pair[1]),
        "columns": imports_words.columns(run),
        "undone": imports_words.tally(undo_tally) if undo_tally else None,
        "kept_reasons": REASONS,
        "section": "imports",
        "now": timezone.now(),
    }
