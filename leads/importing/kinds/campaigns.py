"""Campaigns with their costs: what leads came from, and what the return is counted on."""

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext

from leads.enums import SourceKind
from leads.importing import applying, journal
from leads.importing.interpreting import Rejected
from leads.importing.kinds import base
from leads.importing.kinds.base import target
from leads.models import Campaign, Source

TARGETS = base.by_name(
    target("name", ("name", "campaign name", "campaign", "kampagne"), limit=150),
    target("slug", ("key", "slug"), limit=80),
    target("source", ("source", "channel", "type", "quelle", "kanal"), limit=100),
    target("starts_on", ("start date", "starts on", "start", "beginn"), reads="date"),
    target("ends_on", ("end date", "ends on", "end", "ende"), reads="date"),
    target("cost", ("cost", "actual cost", "amount spent", "spend", "kosten", "ausgaben"), reads="money"),
    target("utm_campaign", ("utm campaign", "utm"), limit=150),
    target("skip", ("import line", "import reason")),
)
ID = "name"
CUSTOM = None
_FIELDS = ("starts_on", "ends_on", "cost", "utm_campaign")


def missing(mapping):
    """Why the file cannot be imported like that, or ""."""
    return base.needs(mapping, "name")


class Interpreter(base.Interpreter):
    """Rows as campaigns."""

    def finished(self, record):
        values = record.values
        if "name" not in values:
            raise Rejected(gettext("The campaign has no name."))
        if values.get("cost") is not None and values["cost"] >= 10**10:
            raise Rejected(gettext("The cost is too large an amount."))
        if values.get("starts_on") and values.get("ends_on") and values["ends_on"] < values["starts_on"]:
            raise Rejected(gettext("The campaign ends before it starts."))


def apply(records, context):
    """Write a batch; a campaign is known by its name. Applying it again writes nothing."""
    result = applying.Result()
    with transaction.atomic():
        known = {item.name: item for item in Campaign.objects.select_for_update().order_by("-id")}
        slugs = {item.slug for item in known.values()}
        sources = {item.name.casefold(): item for item in Source.objects.order_by("-id")}
        new, changed = {}, {}
        for record in records:
            result.taken.append(record)
            values = record.values
            said = {name: values[name] for name in _FIELDS if name in values}
            if "source" in values:
                said["source"] = _source(values["source"], sources, context)
            item = known.get(values["name"]) or new.get(values["name"])
            if item is None:
                new[values["name"]] = Campaign(name=values["name"], slug=_slug(values, slugs), **said)
                result.created += 1
                continue
            news = {name: value for name, value in said.items() if getattr(item, name) != value}
            if not news:
                result.unchanged += 1
                continue
            for name, value in news.items():
                setattr(item, name, value)
            result.updated += 1
            if item.pk:
                changed[item.pk] = item
        with journal.watching(context.record, Campaign, sorted(changed)):
            Campaign.objects.bulk_update(changed.values(), [*_FIELDS, "source"])
        Campaign.objects.bulk_create(new.values())
        journal.created(context.record, "campaign", [item.pk for item in new.values()])
    return result


def _slug(values, taken):
    base_ = slugify(values.get("slug") or values["name"])[:70] or "campaign"
    slug = next(text for text in (base_, *(f"{base_}-{n}" for n in range(2, 10_000))) if text not in taken)
    taken.add(slug)
    return slug


def _source(name, sources, context):
    if name.casefold() not in sources:
        sources[name.casefold()] = Source.objects.create(name=name, kind=SourceKind.OTHER)
        journal.created(context.record, "source", [sources[name.casefold()].pk])
    return sources[name.casefold()]
