"""Deals with their amounts and how they ended; they move their leads, as they would by hand."""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext

from leads import bulk, cycles, deals
from leads.enums import Cause, DealStatus, Outcome, Stage
from leads.importing import applying, journal, moves
from leads.importing.interpreting import Rejected
from leads.importing.kinds import base, linking
from leads.importing.kinds.base import target
from leads.models import Contact, Deal, ImportRun, Lead, Product, StageChange

TARGETS = base.by_name(
    target("deal_id", ("deal id", "record id", "opportunity id", "potentialid", "id"), reads="id", limit=120),
    target("name", ("deal name", "name", "opportunity name", "potential name", "title", "subject", "betreff")),
    target("product", ("product", "product name", "produkt"), limit=100),
    target("amount", ("amount", "value", "close value", "deal value", "betrag", "wert", "umsatz"), reads="money"),
    target("status", ("status", "stage", "deal stage", "deal status", "phase")),
    target("reason", ("reason", "loss reason", "lost reason", "closed lost reason", "reason for loss", "grund"), limit=300),
    target("expected_on", ("expected close", "expected close date", "erwarteter abschluss"), reads="date"),
    target("closed_on", ("closed on", "closed", "won date", "lost date", "won time", "lost time", "abgeschlossen am"), reads="date"),
    target("closes_on", ("close date", "closing date", "abschlussdatum"), reads="date"),
    target("created_at", ("created", "created at", "created time", "create date", "created date", "engage date", "erstellt"), reads="past"),
    *base.PERSON,
)  # fmt: skip
ID = "deal_id"
CUSTOM = None

_WON = {"won", "closed won", "closedwon", "gewonnen", "customer", "abgeschlossen und gewonnen", "closed converted"}
_LOST = {
    "lost",
    "closed lost",
    "closedlost",
    "verloren",
    "deleted",
    "abgeschlossen und verloren",
    "closed not converted",
}
_FIELDS = ("name", "product_id", "amount", "expected_on", "status", "reason", "closed_on")


def missing(mapping):
    """Why the file cannot be imported like that, or ""."""
    return base.nobody_named(mapping)


class Interpreter(base.Interpreter):
    """Rows as deals: status, days and the id that makes a second import find them again."""

    def finished(self, record):
        values = record.values
        record.outcome = self._outcome(record)
        day = values.get("closes_on")
        if record.outcome:
            values.setdefault("closed_on", day)
            if values["closed_on"] and values["closed_on"] > timezone.localdate(self.now):
                self.note(gettext("A closing date that lies ahead was taken for today's."))
                values["closed_on"] = None
        else:
            values.setdefault("expected_on", day)
            values["closed_on"] = None
        for name in ("expected_on", "closed_on"):
            if values.get(name) and not 1990 <= values[name].year <= 2100:
                raise Rejected(gettext("A day must lie between 1990 and 2100."))
        values["deal_id"] = self.own_id(record, "deal_id", of=("name", "created_at", "email"))
        values.setdefault("name", values.get("product") or gettext("Deal"))

    def _outcome(self, record):
        if self.named(self.mapping.won, record):
            return Outcome.WON.value
        if self.named(self.mapping.lost, record):
            return Outcome.LOST.value
        if self.mapping.won or self.mapping.lost:
            return ""
        text = record.values.get("status") or self.mapping.rules.get("status", "")
        return base.status_word(text, won=_WON, lost=_LOST)


def apply(records, context):
    """Write a batch of deals and move their leads. Applying it again writes nothing."""
    result = applying.Result()
    with transaction.atomic():
        linked, result.refused = linking.contacts_of(records, context)
        products = _products([record for record, _pk in linked], context)
        ids = [record.values["deal_id"] for record, _pk in linked]
        known = {deal.external_id: deal for deal in Deal.objects.filter(source=context.source, external_id__in=ids)}
        leads, by_id = _leads_of({pk for _record, pk in linked}, known.values(), context)
        imports = set(ImportRun.objects.filter(source=context.source).values_list("started_at", flat=True))
        new, changed, touched = {}, {}, []
        for record, contact_id in linked:
            deal = known.get(record.values["deal_id"]) or new.get(record.values["deal_id"])
            lead = leads[contact_id] if deal is None else by_id[deal.lead_id]
            why = "" if deal is not None and not _moves(deal, record) else _forbidden(lead, record)
            if why:
                result.refused.append((record, why))
                continue
            result.taken.append(record)
            if deal is None:
                new[record.values["deal_id"]] = _deal(record, lead, products, context)
                touched.append((record, lead))
                result.created += 1
                continue
            news = _news(deal, record, products, context, is_edited=deal.updated_at not in imports)
            if not news:
                result.unchanged += 1
                continue
            result.updated += 1
            if "status" in news:
                touched.append((record, lead))
            for name, value in news.items():
                setattr(deal, name, value)
            if deal.pk is not None:
                changed[deal.pk] = deal
        _save(new.values(), changed, context)
        moves.write(_moves_of(touched), context)
    return result


def _leads_of(contact_ids, known, context):
    """(contact id → the lead that new deals belong to, lead id → lead, those of known deals too). All locked.

    New ones belong to the open lead, else to the newest, else to one that is opened now.
    """
    found, by_id = {}, {}
    wanted = Q(contact__in=contact_ids) | Q(pk__in=[deal.lead_id for deal in known])
    for lead in Lead.objects.select_for_update().filter(wanted).order_by("id"):
        by_id[lead.pk] = lead
        if lead.contact_id not in found or not found[lead.contact_id].is_open:
            found[lead.contact_id] = lead
    without = list(Contact.objects.filter(pk__in=contact_ids - found.keys()).select_related("source"))
    if without:
        origins = {contact.pk: cycles.Origin(source=context.source, cause=Cause.IMPORT) for contact in without}
        opened = cycles.open_leads(without, origins=origins, now=context.now)
        journal.created(context.record, "lead", [lead.pk for lead in opened.values()])
        StageChange.objects.filter(lead__in=opened.values()).update(run=context.run, is_imported=True, is_dated=False)
        found |= opened
        by_id |= {lead.pk: lead for lead in opened.values()}
    last = {}
    for change in StageChange.objects.filter(lead__in=by_id).order_by("at", "id"):
        last[change.lead_id] = change
    for lead in by_id.values():
        change = last.get(lead.pk)
        lead.was_put_there_by_import = change is not None and change.is_imported
        # A move without a date stands at the time of its import, and what happened before that is told now.
        lead.floor = lead.created_at if change is not None and not change.is_dated else lead.stage_since
    return found, by_id


def _products(records, context):
    """Folded name → product; unknown ones are made, inactive: nobody offers what only the past knows."""
    names = {
        record.values["product"].casefold(): record.values["product"]
        for record in records
        if "product" in record.values
    }
    known = {}
    for product in Product.objects.order_by("-id") if names else ():
        known[product.name.casefold()] = known[product.slug] = product
    made = []
    for folded, name in sorted(names.items()):
        if folded not in known:
            slug = slugify(name)[:55] or "product"
            taken = {product.slug for product in known.values()}
            slug = next(text for text in (slug, *(f"{slug}-{n}" for n in range(2, 1000))) if text not in taken)
            known[folded] = Product.objects.create(name=name, slug=slug, is_active=False)
            made.append(known[folded].pk)
    journal.created(context.record, "product", made)
    return known


def _forbidden(lead, record):
    """Why this deal cannot be of that lead: what a person has decided stays."""
    if lead.outcome == Outcome.LOST and record.outcome != Outcome.LOST and not lead.was_put_there_by_import:
        return gettext("Somebody has closed this lead as lost; who buys after all gets a new lead.")
    return ""


def _moves(deal, record):
    return deal.status != (record.outcome or DealStatus.OPEN)


def _deal(record, lead, products, context):
    values = record.values
    return Deal(
        lead=lead,
        source=context.source,
        external_id=values["deal_id"],
        is_imported=True,
        created_at=values.get("created_at") or context.now,
        updated_at=context.now,
        **_columns(record, products, context),
    )


def _columns(record, products, context):
    values = record.values
    product = products.get(values["product"].casefold()) if "product" in values else None
    return {
        "name": values["name"][: deals.NAME_LENGTH],
        "product": product,
        "amount": values.get("amount"),
        "expected_on": values.get("expected_on"),
        "status": record.outcome or DealStatus.OPEN.value,
        "reason": values.get("reason", "") if record.outcome == Outcome.LOST else "",
        "closed_on": (values.get("closed_on") or timezone.localdate(context.now)) if record.outcome else None,
    }


def _news(deal, record, products, context, *, is_edited):
    """What the row says otherwise. A blank cell says nothing, the day of the import is no news, and no file opens a deal again.

    Of a deal that people have edited a file only tells how it ended.
    """
    said = _columns(record, products, context)
    ends = ("status", "closed_on", "reason")
    if not record.outcome or (is_edited and deal.status != DealStatus.OPEN):
        said = {name: value for name, value in said.items() if name not in ends}
    elif not _moves(deal, record):
        said.pop("status")
        if not record.values.get("closed_on"):
            said.pop("closed_on")
    if is_edited:
        said = {name: value for name, value in said.items() if name in ends}
    return {
        name: value
        for name, value in said.items()
        if getattr(deal, name) != value and (value not in (None, "") or "status" in said)
    }


def _save(new, changed, context):
    bulk.insert(new)
    journal.created(context.record, "deal", [deal.pk for deal in new])
    with journal.watching(context.record, Deal, sorted(changed)):
        for deal in changed.values():
            deal.updated_at = context.now
        Deal.objects.bulk_update(changed.values(), [*(_FIELDS), "updated_at"], batch_size=50)


def _moves_of(touched):
    """What the deals of a batch do to their leads: opened, an opportunity; won, a customer; the last one lost, lost."""
    by_lead = {}
    for record, lead in touched:
        by_lead.setdefault(lead.pk, (lead, []))[1].append(record)
    standing = {}
    for lead_id, status in Deal.objects.filter(lead__in=by_lead).values_list("lead_id", "status"):
        standing.setdefault(lead_id, set()).add(status)
    found = []
    for pk, (lead, records) in by_lead.items():
        statuses = standing.get(pk, set())
        if lead.outcome == Outcome.WON:
            continue
        opened = [record.values["created_at"] for record in records if "created_at" in record.values]
        if DealStatus.WON in statuses:
            end, outcome = Stage.CUSTOMER, Outcome.WON
        elif DealStatus.OPEN in statuses:
            end, outcome = Stage.OPPORTUNITY, ""
        else:
            end, outcome = Stage.DISQUALIFIED, Outcome.LOST
        if lead.outcome == Outcome.LOST and outcome == Outcome.LOST:
            continue
        name = records[0].values["name"]
        if lead.stage != Stage.OPPORTUNITY and (opened or not outcome):
            found.append(moves.Move(lead, Stage.OPPORTUNITY, min(opened, default=None), name, lead.floor))
        if outcome:
            days = [
                record.values["closed_on"]
                for record in records
                if record.outcome == outcome and record.values["closed_on"]
            ]
            found.append(moves.Move(lead, end, _end_of(max(days)) if days else None, name, lead.floor))
    return found


def _end_of(day):
    """A deal that closed on a day had closed by its end."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(23, 59)))
