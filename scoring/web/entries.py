"""The timeline in words: entries of `leads.timeline` grouped by day, with icon, title and detail."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads import closing, timeline
from leads.enums import CallResult, Cause, InteractionKind, Stage, Verdict
from scoring import labels
from scoring.web import changes, rows

_ICONS = {
    InteractionKind.PAGE_VIEW: "page",
    InteractionKind.EMAIL_OPEN: "mail-open",
    InteractionKind.EMAIL_CLICK: "mail-click",
    InteractionKind.EMAIL_REPLY: "reply",
    InteractionKind.DOWNLOAD: "download",
    InteractionKind.FORM: "form",
    InteractionKind.VIDEO: "video",
    InteractionKind.WEBINAR: "webinar",
    InteractionKind.NEWSLETTER: "newsletter",
    InteractionKind.PREFERENCE: "preferences",
    InteractionKind.SOCIAL: "social",
    InteractionKind.CHAT: "chat",
    InteractionKind.CALL: "call",
    InteractionKind.MEETING: "meeting",
    InteractionKind.UNSUBSCRIBE: "stop",
    InteractionKind.BOUNCE: "alert",
    InteractionKind.CUSTOM: "custom",
}
_WORDS_IN = ("text", "message", "question", "comment", "subject", "title", "note", "name")
_LONGEST = 280


@dataclass(frozen=True, slots=True)
class Item:
    """One entry as it is read. `points` are those of one such interaction; `note_id` is set on notes, so that they can be deleted."""

    at: object
    side: str
    icon: str
    title: str
    detail: str = ""
    quote: str = ""
    points: int | None = None
    note: object = None


@dataclass(frozen=True, slots=True)
class Span:
    """The entries of one calendar day, or of one earlier month, in the viewer's time zone."""

    first_on: object
    is_month: bool
    items: tuple[Item, ...]


def spans(page, *, points, now):
    """The page's entries: this week by day, what is older by month. `points` maps a signal's id to what one gives."""
    week = timezone.localdate(now) - timedelta(days=6)

    def span_of(item):
        day = timezone.localdate(item.at)
        return (day, False) if day >= week else (day.replace(day=1), True)

    words = changes.in_words([entry.record for entry in page.entries if entry.source == "change"])
    items = []
    for (source, *_rest), together in groupby(page.entries, key=_together):
        if source == "change":
            items.append(_change(list(together), words))
        else:
            items += [_item(entry, points) for entry in together]
    return [Span(day, is_month, tuple(inside)) for (day, is_month), inside in groupby(items, key=span_of)]


def filters():
    """(value, words) of the filters, in the order in which they stand."""
    return (
        (timeline.ALL, _("All")),
        (timeline.THEM, _("What they did")),
        (timeline.US, _("What we did")),
        (timeline.STAGES, _("Stages")),
        (timeline.NOTES, _("Notes")),
        (timeline.CHANGES, _("Changes")),
    )


def _item(entry, points):
    return {"interaction": _interaction, "note": _note, "follow_up": _follow_up, "stage": _stage}[entry.source](
        entry, points
    )


def _interaction(entry, points):
    record = entry.record
    title = labels.shown(record.signal.name) if record.signal else record.get_kind_display()
    parts = []
    payload = record.payload if isinstance(record.payload, dict) else {}
    if record.kind == InteractionKind.CALL:
        result = str(payload.get("result", "")).upper()
        if result in CallResult.names:
            parts.append(str(CallResult[result].label))
    parts += [part for part in (record.asset, record.path) if part]
    parts += [str(part.name) for part in (record.product, record.campaign) if part]
    if record.verdict == Verdict.MACHINE:
        parts.append(_("Made by a machine, does not count"))
    quote = next((payload[key] for key in _WORDS_IN if isinstance(payload.get(key), str) and payload[key].strip()), "")
    return Item(
        at=entry.at,
        side="machine" if record.verdict == Verdict.MACHINE else entry.side,
        icon=_ICONS.get(record.kind, "custom"),
        title=title,
        detail=" · ".join(dict.fromkeys(parts)),
        quote=_cut(quote),
        points=points.get(record.signal_id) if record.verdict == Verdict.HUMAN else None,
    )


def _note(entry, points):
    who = entry.record.by.display_name if entry.record.by else _("somebody")
    return Item(
        at=entry.at,
        side="us",
        icon="note",
        title=_("Note by %(person)s") % {"person": who},
        quote=entry.record.text,
        note=entry.record,
    )


def _follow_up(entry, points):
    record = entry.record
    words = {
        "what": record.get_kind_display(),
        "day": rows.day(record.due_at),
    }
    if record.done_at:
        title = _("Follow-up done: %(what)s")
    elif record.cancelled_at:
        title = _("Follow-up dropped: %(what)s")
    else:
        title = _("Follow-up set for %(day)s: %(what)s")
    who = record.owner or record.created_by
    return Item(
        at=entry.at,
        side="us",
        icon="followups" if record.done_at else "calendar",
        title=title % words,
        detail=who.display_name if who else "",
        quote=record.note,
    )


def _stage(entry, points):
    record = entry.record
    words = {"stage": Stage(record.to_stage).label, "score": record.score}
    titles = {
        Stage.MQL: _("Became an MQL"),
        Stage.SQL: _("Accepted as an SQL") if record.by else _("Became an SQL"),
        Stage.OPPORTUNITY: _("Became an opportunity"),
        Stage.CUSTOMER: _("Won: became a customer"),
        Stage.NURTURE: _("Back to nurture"),
        Stage.DISQUALIFIED: _("Closed: disqualified"),
    }
    title = titles.get(record.to_stage) or _("Stage: %(stage)s") % words
    if record.cause == Cause.UNDO:
        title = _("Undone: back to “%(stage)s”") % words
    parts = []
    if record.cause in (Cause.THRESHOLD, Cause.SQL_RULE) and record.score is not None:
        parts.append(_("at a score of %(score)d") % words)
    parts.append(record.by.display_name if record.by else str(record.get_cause_display()))
    return Item(
        at=entry.at,
        side=entry.side,
        icon="flag",
        title=title,
        detail=" · ".join(parts),
        quote=_cut(closing.reason_in_words(record.reason)),
    )


def _together(entry):
    """What is the same for changes that were made at once; everything else stands by itself."""
    record = entry.record
    if entry.source == "change":
        return entry.source, entry.at, record.by_id, record.source_id, record.run
    return entry.source, entry.at, record.pk


def _change(entries, words):
    """Fields that somebody or something has changed at once."""
    first = entries[0]
    lines = [_("%(field)s: %(old)s → %(new)s") % words[entry.record.pk] for entry in reversed(entries)]
    who = [first.record.by.display_name] if first.record.by else []
    who += [first.record.source.name] if first.record.source else []
    who += [_("Import")] if first.record.run else []
    many = ngettext("%(count)d field changed", "%(count)d fields changed", len(lines)) % {"count": len(lines)}
    return Item(
        at=first.at,
        side=first.side,
        icon="edit",
        title=many if len(lines) > 1 else lines[0],
        detail=" · ".join(who),
        quote="\n".join(lines) if len(lines) > 1 else "",
    )


def _cut(text):
    text = text.strip()
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
