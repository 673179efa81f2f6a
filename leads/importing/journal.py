"""What an import did to the database, written down in the transaction that did it, so that it can be undone."""

import contextlib
import datetime
import decimal
import hashlib

from django.apps import apps

from leads import bulk
from leads.enums import EntryVerb
from leads.models import ImportEntry

BLOCK = 500
"""Created records per entry: their ids stand together, or the journal would cost as much as the import."""

COLUMNS = {
    "contact": (
        "first_name", "last_name", "email", "email_domain", "is_free_mail", "is_disposable", "source_system", "external_id",
        "phone", "job_title", "language", "country", "city", "company_id", "custom", "updated_at",
    ),
    "company": ("name", "domain", "website", "industry", "employees", "country", "city", "custom"),
    "lead": ("stage", "stage_since", "outcome", "closed_at", "first_mql_at", "reject_reason"),
    "deal": (
        "name", "product_id", "amount", "expected_on", "status", "reason", "closed_on", "lead_id", "updated_at",
    ),
    "followup": ("owner_id", "kind", "due_at", "note", "done_at", "cancelled_at"),
    "campaign": ("name", "source_id", "starts_on", "ends_on", "cost", "utm_campaign"),
}  # fmt: skip
"""The columns of each model that imports write and people may change."""
STAMPED = ("company", "deal", "followup", "campaign")
"""Created records of these models do not tell by themselves whether somebody has changed them since."""


def created(run, model_name, ids):
    """Remember that the run created these records. `model_name` is the lower-case name of a model of `leads`."""
    ids = list(ids)
    entries = []
    for start in range(0, len(ids), BLOCK):
        block = ids[start : start + BLOCK]
        after = {"ids": block}
        if model_name in STAMPED:
            after["stamps"] = stamps(model_name, block)
        entries.append(ImportEntry(run=run, model=model_name, object_id=block[0], verb=EntryVerb.CREATED, after=after))
    ImportEntry.objects.bulk_create(entries)


def changed(run, model_name, changes):
    """Remember that the run changed these records: (id, column → value before, column → value after).

    Only columns whose value differs are kept; a record without any leaves no entry. Single keys of the custom fields are
    columns called `custom.KEY`, with null where there is none.
    """
    entries = []
    for pk, before, after in changes:
        before, after = flat(before), flat(after)
        names = sorted(name for name in {**before, **after} if before.get(name) != after.get(name))
        if names:
            old, new = ({name: values.get(name) for name in names} for values in (before, after))
            entries.append(
                ImportEntry(run=run, model=model_name, object_id=pk, verb=EntryVerb.CHANGED, before=old, after=new)
            )
    bulk.insert(entries)


@contextlib.contextmanager
def watching(run, model, ids):
    """Remember what the block changes in these records of a model that has its `COLUMNS`. Two queries, none without ids."""
    ids = list(ids)
    before = values_of(model, ids)
    yield
    after = values_of(model, ids)
    name = model._meta.model_name
    pairs = [(pk, before[pk], after[pk]) for pk in ids if pk in before and pk in after and before[pk] != after[pk]]
    if name in STAMPED:
        pairs = [(pk, old, {**new, "stamp": digest(new)}) for pk, old, new in pairs]
    changed(run, name, pairs)


def values_of(model, ids):
    """Id → values of its `COLUMNS`."""
    if not ids:
        return {}
    columns = COLUMNS[model._meta.model_name]
    return {values.pop("pk"): values for values in model.objects.filter(pk__among=ids).values("pk", *columns)}


def flat(values):
    """The values as the journal keeps them: JSON, each custom field by itself."""
    found = {}
    for name, value in values.items():
        if name == "custom":
            found.update({f"custom.{key}": kept for key, kept in value.items()})
        else:
            found[name] = _plain(value)
    return found


def stamps(model_name, ids):
    """Id (as text) → a short digest of its `COLUMNS`: another one means that somebody has changed the record."""
    model = apps.get_model("leads", model_name)
    return {str(pk): digest(values) for pk, values in values_of(model, ids).items()}


def digest(values):
    """A short digest of the values of a record."""
    return hashlib.blake2b(repr(sorted(flat(values).items())).encode(), digest_size=6).hexdigest()


def _plain(value):
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return str(value.normalize())
    return value
