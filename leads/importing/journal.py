"""What an import did to the database, written down in the transaction that did it, so that it can be undone."""

import datetime
import decimal

from leads.enums import EntryVerb
from leads.models import ImportEntry


def created(run, model_name, ids):
    """Remember that the run created these records. `model_name` is the lower-case name of a model of `leads`."""
    _write(ImportEntry(run=run, model=model_name, object_id=pk, verb=EntryVerb.CREATED) for pk in ids)


def changed(run, model_name, changes):
    """Remember that the run changed these records: (id, column → value before, column → value after).

    Only columns whose value differs are kept; a record without any leaves no entry.
    """
    entries = []
    for pk, before, after in changes:
        names = sorted(name for name in after if plain(before.get(name)) != plain(after[name]))
        if names:
            old, new = ({name: plain(values.get(name)) for name in names} for values in (before, after))
            entries.append(
                ImportEntry(run=run, model=model_name, object_id=pk, verb=EntryVerb.CHANGED, before=old, after=new)
            )
    _write(entries)


def plain(value):
    """A value as the journal keeps it: JSON, and equal for equal values whatever wrote them."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return str(value)
    return value


def _write(entries):
    ImportEntry.objects.bulk_create(entries, batch_size=1000)
