"""The scorecard's page: the live version as one form, its history, and the way back."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from leads import consent, hints
from leads.admin.base import RoleAdmin
from leads.enums import Purpose
from leads.models import Contact, ImportRun
from scoring import labels, proposals, scorecards, weights
from scoring.admin.forms import SheetForm
from scoring.admin.wording import Words
from scoring.enums import Axis
from scoring.models import Scorecard

LATEST = 50


@admin.register(Scorecard)
class ScorecardAdmin(RoleAdmin):
    """One live scorecard that is edited as a whole; every save is a version."""

    adds = False
    deletes = False

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(csrf_protect(self.edit_view)), name="scoring_scorecard_changelist"),
            path("progress/", wrap(self.progress_view), name="scoring_scorecard_progress"),
            path("history/", wrap(self.history_view), name="scoring_scorecard_history"),
            path("<int:object_id>/change/", wrap(self.version_view), name="scoring_scorecard_change"),
            path(
                "<int:object_id>/rollback/",
                wrap(csrf_protect(require_POST(self.rollback_view))),
                name="scoring_scorecard_rollback",
            ),
        ]

    def edit_view(self, request):
        """Show the live scorecard, or save it as a new version."""
        live = scorecards.live()
        conflict, draft = None, _draft(request)
        if request.method == "POST":
            base = self._base(request, live)
            form = SheetForm(_drafted(weights.read(base), draft), request.POST)
            if form.is_valid():
                saved, conflict = self._save(request, form, base)
                if saved:
                    return HttpResponseRedirect(reverse("admin:scoring_scorecard_changelist"))
        else:
            base = live
            strategy = scorecards.STRATEGIES.get(request.GET.get("strategy", ""))
            form = SheetForm(_drafted(weights.read(live), draft), card_values=strategy)
            if strategy:
                messages.info(request, gettext("Thresholds and limits are filled in. Nothing is saved yet."))
        context = {
            **self._context(request, title=gettext("Scorecard")),
            **self._numbers(),
            "card": live,
            "base": base,
            "form": form,
            "halves": _halves(form, Words()),
            "conflict": conflict,
            "draft": draft,
            "note": request.POST.get("note", ""),
            "faults": form.faults() if request.method == "POST" else [],
            "next_version": live.version + 1,
        }
        return TemplateResponse(request, "admin/scoring/scorecard/edit.html", context)

    def progress_view(self, request):
        """How far rescoring is; the page asks every two seconds until it is done."""
        done, total = scorecards.progress()
        context = {"done": done, "total": total, "version": scorecards.live().version}
        return TemplateResponse(request, "admin/scoring/scorecard/progress.html", context)

    def history_view(self, request):
        """All versions with what each changed, newest first."""
        words, versions = Words(), list(scorecards.versions()[: LATEST + 1])
        sheets = {version.pk: weights.read(version) for version in versions}
        rows = []
        for place, version in enumerate(versions[:LATEST]):
            older = versions[place + 1] if place + 1 < len(versions) else None
            rows.append((version, words.changes(sheets[older.pk], sheets[version.pk]) if older else []))
        context = {**self._context(request, title=gettext("Versions of the scorecard")), "rows": rows}
        return TemplateResponse(request, "admin/scoring/scorecard/history.html", context)

    def version_view(self, request, object_id):
        """One version against the live one."""
        version, live = self.get_object(request, str(object_id)), scorecards.live()
        if version is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        words, sheet = Words(), weights.read(version)
        context = {
            **self._context(request, title=gettext("Version %(version)d") % {"version": version.version}),
            "version": version,
            "card": live,
            "changes": words.changes(weights.read(live), sheet),
            "halves": [(axis, _read_only(sheet, axis, words)) for axis in Axis],
        }
        return TemplateResponse(request, "admin/scoring/scorecard/version.html", context)

    def rollback_view(self, request, object_id):
        """Make the weights of an earlier version live again."""
        version = self.get_object(request, str(object_id))
        if version is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        try:
            saved = scorecards.rollback(
                version.version, by=request.user, now=timezone.now(), based_on=_number(request.POST.get("based_on"))
            )
        except scorecards.Conflict as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin:scoring_scorecard_history"))
        except scorecards.Invalid as error:
            text = gettext("Version %(version)d cannot go live any more: %(faults)s")
            messages.error(request, text % {"version": version.version, "faults": " ".join(error.errors.values())})
            return HttpResponseRedirect(reverse("admin:scoring_scorecard_history"))
        self._announce(request, saved)
        return HttpResponseRedirect(reverse("admin:scoring_scorecard_changelist"))

    def _base(self, request, live):
        """The version that the form was filled from."""
        number = _number(request.POST.get("based_on"))
        return scorecards.versions().filter(version=number).first() or live

    def _save(self, request, form, base):
        """(the new version, None), (None, the conflict) or (None, None) with faults in the form."""
        before = weights.read(base)
        changes = weights.delta(before, form.result())
        # Whoever saves over a colleague's version says so by a button of its own, having seen what it changed.
        based_on = _number(request.POST.get("over")) or base.version
        try:
            saved = scorecards.save_weights(
                changes,
                by=request.user,
                now=timezone.now(),
                note=request.POST.get("note", "").strip(),
                based_on=based_on,
            )
        except scorecards.Invalid as error:
            form.take(error.errors)
            return None, None
        except scorecards.Conflict as error:
            theirs = Words().changes(before, weights.read(error.live))
            return None, {"message": str(error), "live": error.live, "changes": theirs}
        self._announce(request, saved)
        return saved, None

    def _announce(self, request, saved):
        hints.rescore()
        self.log_change(request, saved, [saved.note or gettext("Saved")])
        messages.success(request, gettext("Version %(version)d is live.") % {"version": saved.version})

    def _context(self, request, *, title):
        return {**self.admin_site.each_context(request), "title": title, "opts": self.opts}

    def _numbers(self):
        counts, looked_at, total = scorecards.usages()
        done, expected = scorecards.progress()
        confirmed, contacts = consent.confirmed_counts(), Contact.objects.count()
        needs = {purpose.value: (purpose.label, confirmed[purpose.value], contacts) for purpose in Purpose}
        return {
            "usages": counts,
            "looked_at": looked_at,
            "scored": total,
            "done": done,
            "total": expected,
            "needs": needs,
        }


def _draft(request):
    """(import, `proposals.Draft`) whose rules the form holds besides the stored ones, or None."""
    number = _number((request.POST if request.method == "POST" else request.GET).get("import"))
    run = ImportRun.objects.filter(pk=number).select_related("source").first() if number else None
    return (run, proposals.from_import(run)) if run and run.source_id else None


def _drafted(sheet, draft):
    """The sheet with the proposed rules behind its own. Rules that it has already stay as they are."""
    if draft is None:
        return sheet
    last = max((rule["position"] for rule in sheet["rules"].values() if rule["axis"] == Axis.FIT), default=0)
    new = [proposal for proposal in draft[1].proposals if proposal.key not in sheet["rules"]]
    rows = {proposal.key: {**proposal.row, "position": last + 10 * n} for n, proposal in enumerate(new, start=1)}
    return weights.changed(sheet, {"rules": rows})


def _halves(form, words):
    """The rules of fit and engagement with all that a line shows, in the order of the page."""
    halves = []
    for axis, cap, new in zip(Axis, ("fit_cap", "engagement_cap"), form.new_rules, strict=True):
        rules = [
            {
                "form": rule,
                "name": labels.shown(form.sheet["rules"][rule.key]["name"]),
                "condition": words.condition(form.sheet["rules"][rule.key]["condition"]),
                "signals": words.value("signals", form.sheet["rules"][rule.key]["signals"]),
                "stored": form.sheet["rules"][rule.key],
            }
            for rule in form.rules
            if rule.axis == axis
        ]
        halves.append({"axis": axis, "cap": form.card[cap], "rules": rules, "new": new})
    return halves


def _read_only(sheet, axis, words):
    """(name, rule, its condition in words) of one half."""
    return [
        (labels.shown(rule["name"]), rule, words.condition(rule["condition"]))
        for rule in sheet["rules"].values()
        if rule["axis"] == axis
    ]


def _number(text):
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else None
