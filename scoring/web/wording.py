"""Explanations in sentences: steps since the last visit, rules without points, and what would have to happen."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads.enums import Purpose
from scoring.web.charts import signed


def step(one, names):
    """The words of a `viewing.Step`; `names` maps rule keys to statements."""
    name = names.get(one.rule, one.rule)
    if one.kind == "rule" and one.more > 1:
        return ngettext("%(name)s, %(count)d more", "%(name)s, %(count)d more", one.more) % {
            "name": name,
            "count": one.more,
        }
    if one.kind == "rule":
        return name
    if one.kind == "gone":
        return _("No longer: %(name)s") % {"name": name}
    if one.kind == "other":
        count = len(one.rules)
        return ngettext("%(count)d more change", "%(count)d more changes", count) % {"count": count}
    if one.kind == "fading":
        return _("Fading")
    if one.kind == "limits":
        return _("Caps and scale")
    return _("Prediction")


def step_detail(one, names):
    """The rules that a collective step stands for, or ""."""
    return ", ".join(names.get(rule, rule) for rule in one.rules)


def silence(one):
    """Why a rule gives nothing, as a phrase."""
    if one.why == "consent":
        return _("needs consent: %(purpose)s") % {"purpose": Purpose(one.needs).label}
    if one.why == "faded":
        return _("faded to nothing")
    if one.why == "never":
        return _("has not happened")
    if one.fields:
        return _("not known: %(fields)s") % {"fields": ", ".join(one.fields)}
    return _("does not hold")


def way(one, names):
    """A `whatif.Way` as a phrase with what it gives; `names` maps signal ids to names."""
    together = _(" and ").join(_("“%(name)s”") % {"name": names[signal]} for signal in one.signals)
    return f"{together} ({signed(one.gain)})"


def gap(missing, names, *, explained):
    """What a `whatif.Gap` means for the rep, in a sentence."""
    if missing.ways:
        return _("For instance %(ways)s.") % {"ways": _(" or ").join(way(one, names) for one in missing.ways)}
    card = explained.card
    most = card.engagement_cap
    if most is not None and explained.fit.points + most < card.entry_threshold:
        return _("Behaviour alone does not get there: fit gives %(fit)d, and engagement counts at most %(most)d.") % {
            "fit": explained.fit.points,
            "most": most,
        }
    if missing.partly:
        return _("%(way)s would be a beginning.") % {"way": way(missing.partly, names)}
    return _("No single interaction would change it at the moment.")


def bridge(comparison, words):
    """The description of the bridge for those who do not see it."""
    steps = ", ".join(f"{text} {signed(one.points)}" for one, text in zip(comparison.steps, words, strict=True))
    return _("From %(before)d to %(now)d: %(steps)s.") % {
        "before": comparison.before,
        "now": comparison.now,
        "steps": steps or _("no change"),
    }


def ruler(explained):
    """The description of the ruler."""
    card = explained.card
    return _(
        "Fit gives %(fit)d points, engagement %(engagement)d. A lead becomes an MQL at %(enter)d and stops being one "
        "below %(leave)d."
    ) % {
        "fit": explained.fit.points,
        "engagement": explained.engagement.points,
        "enter": card.entry_threshold,
        "leave": card.leaving_threshold,
    }
