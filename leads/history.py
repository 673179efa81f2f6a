"""What was known when: one row for each field of a contact, company or lead that got another value.

First values, those that a record is created with, leave no row; a blank that is filled later is a change. Links (employer, source,
campaign, product) are kept as ids, so that a renamed one is still found. Whoever writes a field calls `record` in the same
transaction.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from leads import bulk, fields
from leads.models import Campaign, Company, Contact, FieldChange, Lead, Product, Source, User

LINKS = {"contact.company": Company, "lead.source": Source, "lead.campaign": Campaign, "lead.product": Product}
"""The fields whose logged values are ids."""
DERIVED = ("contact.email_domain", "contact.is_free_mail", "contact.is_disposable")
"""The fields that follow from the address."""

_COLUMNS = {
    "contact": (
        *("first_name", "last_name", "email", "email_domain", "is_free_mail", "is_disposable", "phone", "job_title"),
        *("language", "country", "city", "company_id", "do_not_profile"),
    ),
    "company": ("name", "domain", "website", "industry", "employees", "country", "city"),
    "lead": ("source_id", "campaign_id", "product_id"),
}
_NAMES = {
    entity: [(f"{entity}.{column.removesuffix('_id')}", column) for column in columns]
    for entity, columns in _COLUMNS.items()
}


@dataclass(frozen=True, slots=True)
class Edit:
    """A record as it is now, its `values` before, and who or what changed it."""

    record: Contact | Company | Lead
    before: dict[str, Any]
    by: User | None = None
    source: Source | None = None


def values(record):
    """What the log knows of a record: name of the field → value. Blanks are None, links ids; absent custom fields are blank."""
    entity = record._meta.model_name
    found = {name: getattr(record, column) for name, column in _NAMES[entity]}
    custom = getattr(record, "custom", {})
    found |= {fields.custom_name(entity, key): value for key, value in custom.items()}
    return {name: None if value == "" else value for name, value in found.items()}


def record(edits, *, now, run=None):
    """Write down what differs between the records as they are and as they were; one statement, none if nothing differs.

    `run` is the key of the import that did it.
    """
    changes = [
        FieldChange(
            **{edit.record._meta.model_name: edit.record},
            field=name,
            old=old,
            new=new,
            at=now,
            by=edit.by,
            source=edit.source,
            run=run,
        )
        for edit in edits
        for name, old, new in _differences(edit.before, values(edit.record))
    ]
    if changes:
        bulk.insert(changes)


def as_of(ids, at, *, root="lead", declared=None):
    """The declared fields as they were before `at`: name of the field → object array, as `conditions.to_mask` takes them.

    Each array has one element per id, in their order; blanks are None. `ids` are of leads, or of contacts or companies if `root`
    says so; `at` is one moment for all, or one for each. A change at that very moment counts as later, as interactions do. A
    record that did not exist yet answers with its first values, one that exists no more with blanks. Employers are those of
    then; sources, campaigns and products have their names of today. `declared` spares reading the custom fields. The number of
    queries does not depend on the ids; some thousand at a time fit.
    """
    ids = list(ids)
    moments = [at] * len(ids) if isinstance(at, datetime.datetime) else list(at)
    declared = fields.declared(root=root) if declared is None else declared
    known = [{} for _ in ids]
    _add(known, Lead if root == "lead" else Contact if root == "contact" else Company, ids, moments)
    if root == "lead":
        contacts = dict(Lead.objects.filter(pk__in=ids).values_list("pk", "contact_id"))
        _add(known, Contact, [contacts.get(pk) for pk in ids], moments)
        _name_origins(known)
    if root != "company":
        _add(known, Company, [facts.get("contact.company") for facts in known], moments)
    return {name: _column(facts.get(name) for facts in known) for name in declared}


def _differences(before, after):
    """(name, old, new) of each field that differs; 1 and True are two values."""
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old != new or isinstance(old, bool) != isinstance(new, bool):
            yield name, old, new


def _add(known, model, ids, moments):
    """Add to each element of `known` what was known of the record with that id before that moment. Two queries."""
    wanted = {pk for pk in ids if pk is not None}
    current = {row.pk: values(row) for row in model.objects.filter(pk__in=wanted)}
    entity = model._meta.model_name
    later = defaultdict(list)
    if wanted:
        changes = FieldChange.objects.filter(**{f"{entity}__in": wanted}, at__gte=min(moments)).order_by("-at", "-id")
        for pk, *change in changes.values_list(f"{entity}_id", "at", "field", "old"):
            later[pk].append(change)
    for facts, pk, moment in zip(known, ids, moments, strict=True):
        facts |= current.get(pk, {})
        for changed_at, name, old in later.get(pk, ()):
            if changed_at < moment:
                break
            facts[name] = old


def _name_origins(known):
    """Replace the ids of sources, campaigns and products by what conditions call them. Three queries."""
    sources = {row.pk: row for row in Source.objects.all()}
    campaigns = dict(Campaign.objects.values_list("pk", "slug"))
    products = dict(Product.objects.values_list("pk", "slug"))
    for facts in known:
        source = sources.get(facts.get("lead.source"))
        facts["lead.source"] = source.name if source else None
        facts["lead.source_kind"] = source.kind if source else None
        facts["lead.campaign"] = campaigns.get(facts.get("lead.campaign"))
        facts["lead.product"] = products.get(facts.get("lead.product"))


def _column(values):
    values = list(values)
    column = np.empty(len(values), object)
    column[:] = values
    return column
