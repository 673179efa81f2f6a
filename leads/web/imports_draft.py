"""The two pages before an import starts: what its columns mean, and what would happen to its first rows."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leads import cleaning
from leads.enums import ImportState
from leads.importing import drafts, mapping, reading, saved, uploads
from leads.models import ImportRun, SavedMapping
from leads.web import imports_mapping, imports_words, notices
from leads.web.imports import may_import


@require_http_methods(["GET", "HEAD", "POST"])
@may_import
def mapping_page(request, run_id):
    """The columns with samples and what each is taken for. Saving leads to the preview."""
    run = _draft(run_id)
    if run is None:
        return redirect("import", run_id)
    options = saved.options_of(run.mapping.get("options", {}))
    try:
        if request.method == "POST" and "apply" in request.POST:
            return _apply(request, run, options)
        draft = drafts.look(run, options)
    except (reading.Unreadable, uploads.Refused) as fault:
        notices.failed(request, str(fault))
        return redirect("imports")
    header = draft.layout.header
    first = imports_mapping.initial(options, team=run.team, source=run.mapping.get("source", ""))
    form = imports_mapping.MappingForm(request.POST or None, initial=first, header=header)
    found = imports_mapping.lines(draft, options, request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = form.options(options, imports_mapping.known(found))
        fault = drafts.look(run, chosen).fault
        if fault:
            form.add_error(None, imports_words.fault(fault))
        else:
            return _save(request, run, chosen, form.cleaned_data)
    context = {
        "run": run,
        "form": form,
        "lines": found,
        "facts": imports_words.facts(draft),
        "fault": imports_words.fault(draft.fault) if request.method != "POST" else "",
        "mappings": imports_words.mappings(options.kind),
        "chosen_mapping": f"preset:{options.preset}" if options.preset else "",
        "section": "imports",
    }
    return render(request, "leads/import_mapping.html", context)


@require_safe
@may_import
def preview_page(request, run_id):
    """The first rows with what would happen to each, found by importing them and taking that back."""
    run = _draft(run_id)
    if run is None:
        return redirect("import", run_id)
    options = saved.options_of(run.mapping.get("options", {}))
    try:
        header, fates = drafts.preview(
            run, options, team=run.team, source=run.mapping.get("source", ""), now=timezone.now()
        )
    except (mapping.Fault, reading.Unreadable, uploads.Refused) as fault:
        notices.failed(request, imports_words.fault(str(fault)))
        return redirect("import-mapping", run.pk)
    context = {
        "run": run,
        "header": header,
        "fates": fates,
        "counts": imports_words.counted(fates),
        "source": run.mapping.get("source", ""),
        "section": "imports",
    }
    return render(request, "leads/import_preview.html", context)


def _draft(run_id):
    run = get_object_or_404(ImportRun.objects.select_related("team"), pk=run_id)
    return run if run.state == ImportState.DRAFT else None


def _apply(request, run, options):
    """Begin again with a preset or a saved mapping."""
    way, _sign, name = request.POST.get("mapping", "").partition(":")
    header = reading.layout(uploads.path(run.file)).header
    fresh = mapping.Options(kind=options.kind)
    if way == "saved" and name.isascii() and name.isdigit() and len(name) < 19:
        fresh = saved.options_of(get_object_or_404(SavedMapping, pk=int(name)).mapping)
    elif way == "preset":
        fresh.preset = name
    drafts.save(run, saved.fitting(fresh, header), team=run.team, source=run.mapping.get("source", ""))
    return redirect("import-mapping", run.pk)


def _save(request, run, options, values):
    name = cleaning.text(request.POST.get("save_as", ""))
    try:
        drafts.save(run, options, team=values["team"], source=values["source"])
    except drafts.NotADraft:
        return redirect("import", run.pk)
    if name:
        kept = saved.keep(name, options, by=request.user, now=timezone.now())
        notices.done(request, _("The mapping is kept as “%(name)s”.") % {"name": kept.name})
    return redirect("import-preview", run.pk)
