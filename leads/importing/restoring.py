"""Undo, second half: values that an import changed come back where they are still the imported ones."""

from django.db import IntegrityError, transaction

from leads import identity
from leads.importing import journal
from leads.models import Company, Contact, FieldChange, ImportedRow, Lead, StageChange

_TOGETHER = (
    ("email", "email_domain", "is_free_mail", "is_disposable"),
    ("source_system", "external_id"),
)
_AS_ONE = ("lead", "deal")
"""Models whose columns only make sense together: all of them come back, or none."""


def restore(run, model, entries, tally):
    """Give the records of these entries, newest first, the values that they had before the run; name those that stay."""
    if model is ImportedRow:
        _say_again(run, entries)
        return
    rows = model.objects.select_for_update().order_by("pk").in_bulk({entry.object_id for entry in entries})
    columns, stays = {}, {}
    for entry in entries:
        row = rows.get(entry.object_id)
        if row is not None:
            back, is_whole = _put_back(row, entry)
            columns.setdefault(row.pk, set()).update(back)
            if not is_whole:
                stays[row.pk] = "changed"
    restored = _write(model, rows, {pk: names for pk, names in columns.items() if names}, stays)
    for pk, reason in sorted(stays.items()):
        tally.keep(entries[0].model, pk, reason)
    tally.restore(entries[0].model, len(restored - stays.keys()))
    _forget_changes(run, model, restored - stays.keys())
    identity.raise_revision(_people(model, rows, restored))


def _put_back(row, entry):
    """Set the old values in `row`. Returns the columns that were set, and whether nothing had to be left alone."""
    current = journal.flat(_values(row, entry.after))
    back, is_whole = set(), True
    for names in _groups(entry):
        now, imported, before = (
            [values.get(name) for name in names] for values in (current, entry.after, entry.before)
        )
        if now == imported:
            for name in names:
                back.add(_set(row, name, entry.before.get(name)))
        elif now != before:
            is_whole = False
    if is_whole and "updated_at" in entry.after and current["updated_at"] == entry.after["updated_at"]:
        back.add(_set(row, "updated_at", entry.before["updated_at"]))
    return back, is_whole


def _groups(entry):
    names = [name for name in entry.after if name not in ("stamp", "updated_at")]
    if entry.model in _AS_ONE:
        return [names]
    groups = [[name for name in group if name in names] for group in _TOGETHER]
    single = [[name] for name in names if not any(name in group for group in _TOGETHER)]
    return [group for group in [*groups, *single] if group]


def _values(row, after):
    custom = getattr(row, "custom", None) or {}
    found = {}
    for name in after:
        if name.startswith("custom."):
            found[name] = custom.get(name.removeprefix("custom."))
        elif name != "stamp":
            found[name] = getattr(row, name)
    return found


def _set(row, name, value):
    """Set one journaled value; returns the column that it stands in."""
    if not name.startswith("custom."):
        setattr(row, name, None if value is None else _columns(type(row))[name].to_python(value))
        return name
    key = name.removeprefix("custom.")
    if value is None:
        row.custom.pop(key, None)
    else:
        row.custom[key] = value
    return "custom"


def _write(model, rows, columns, stays):
    """Save the columns of each row; ids of the rows that took it. What would collide with another record stays."""
    restored = set()
    for pk, names in columns.items():
        row = rows[pk]
        if hasattr(row, "fold"):
            row.fold()
            folded = ("name", "job_title", "industry", "city", "custom")
            names |= {f"{name}_folded" for name in folded} & _columns(model).keys()
        try:
            with transaction.atomic():
                row.save(update_fields=[_columns(model)[name].name for name in sorted(names)])
            restored.add(pk)
        except IntegrityError:
            stays[pk] = "taken"
    return restored


def _columns(model):
    return {column.attname: column for column in model._meta.concrete_fields}


def _forget_changes(run, model, ids):
    """What the run logged about restored records never was: no model must learn from a file that was taken back."""
    if model is Lead:
        StageChange.objects.filter(run=run.key, lead__in=ids).delete()
    if model in (Contact, Company, Lead):
        FieldChange.objects.filter(run=run.key, **{f"{model._meta.model_name}__in": ids}).delete()


def _people(model, rows, ids):
    """Contacts about whom something is different now."""
    if model is Contact:
        return ids
    if model is Lead:
        return {rows[pk].contact_id for pk in ids}
    return (
        set(Contact.objects.filter(company__in=ids).values_list("pk", flat=True)) if model is Company and ids else set()
    )


def _say_again(run, entries):
    """What earlier files have said of these contacts counts again, unless a later one has spoken."""
    ids = Contact.objects.filter(pk__in=[entry.object_id for entry in entries])
    known = set(ids.values_list("pk", flat=True))
    mine = ImportedRow.objects.filter(contact__in=known, run=run.key)
    mine.delete()
    later = set(ImportedRow.objects.filter(contact__in=known, source=run.source).values_list("contact_id", flat=True))
    ImportedRow.objects.bulk_create(
        [
            ImportedRow(contact_id=entry.object_id, source=run.source, digest=digest, run=said_by)
            for entry in entries
            if entry.object_id in known - later
            for digest, said_by in entry.before["rows"]
        ],
        ignore_conflicts=True,
    )
