"""What the live scorecard makes of an import: a part of its report, which `leads` fetches by address."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from leads.models import ImportRun, Lead
from leads.web.imports import may_import
from scoring import coverage


@require_safe
@may_import
def import_scores(request, run_id):
    """The columns that rules use, and the spread of the scores of the leads that the import created."""
    run = get_object_or_404(ImportRun, pk=run_id)
    used, unused = coverage.columns_used(run.mapping.get("fills", {}))
    leads = Lead.objects.filter(stage_changes__run=run.key, stage_changes__from_stage="").order_by()
    context = {
        "run": run,
        "used": sorted(used.items()),
        "unused": unused,
        "spread": coverage.spread(leads),
        "section": "imports",
    }
    return render(request, "scoring/_import_scores.html" if request.htmx else "scoring/import_scores.html", context)
