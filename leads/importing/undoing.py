"""Taking back what an import did: records that it created go, values that it changed come back.

What somebody has worked with since stays, and is named. Withdrawn consents and suppressed addresses stay in any case: what a
person once asked for is not forgotten because a file was the wrong one. Entries of the journal are used up as they are worked
off, in the transaction that does it: an undo that is cut off goes on with what is left.
"""

import time
from dataclasses import asdict, dataclass, field

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from leads.enums import EntryVerb
from leads.importing import removing, restoring, slices
from leads.models import ImportEntry

ORDER = (
    "consentevent", "interaction", "followup", "note", "deal", "lead", "duplicatepair", "importedrow", "contact", "company",
    "campaign", "product", "customfield", "source",
)  # fmt: skip
"""What hangs on something goes before it."""
CHANGES = 200
"""Changed records per transaction; created ones come in the blocks of the journal."""
MOST_NAMED = 500
FORESEEN = 2_000
"""Up to so many records the exact numbers are found by undoing and taking that back at once."""


@dataclass
class Tally:
    """How many records of each model were removed and restored; `kept` names those that were left alone, with the reason."""

    removed: dict = field(default_factory=dict)
    restored: dict = field(default_factory=dict)
    kept: list = field(default_factory=list)
    reasons: dict = field(default_factory=dict)

    def remove(self, model, count):
        if count:
            self.removed[model] = self.removed.get(model, 0) + count

    def restore(self, model, count):
        if count:
            self.restored[model] = self.restored.get(model, 0) + count

    def keep(self, model, pk, reason):
        """Ids only: a name that was copied here would outlive the person's erasure."""
        self.reasons[reason] = self.reasons.get(reason, 0) + 1
        if len(self.kept) < MOST_NAMED:
            self.kept.append([model, pk, reason])

    def as_kept(self):
        """The tally as the run keeps it."""
        return asdict(self)


def work(run, *, seconds=None):
    """Undo blocks of a run that the caller holds, for about so many seconds. Returns whether all is undone.

    Raises `slices.Lost`.
    """
    started = time.monotonic()
    tally = Tally(**run.report.get("undo", {}))
    while True:
        with transaction.atomic():
            slices.hold(run, now=timezone.now())
            if not step(run, tally):
                return True
            run.report |= {"undo": tally.as_kept()}
            run.save(update_fields=["report", "held_until"])
        if seconds is not None and time.monotonic() - started > seconds:
            return False


def foresee(run):
    """(the `Tally` that undoing would have now, whether it is exact). Writes nothing.

    Of a large import only what its journal holds is counted; what people have worked with since is found while undoing.
    """
    tally = counted(run)
    if sum(tally.removed.values()) + sum(tally.restored.values()) > FORESEEN:
        return tally, False
    tally = Tally()
    with transaction.atomic():
        while step(run, tally):
            pass
        transaction.set_rollback(True)
    return tally, True


def counted(run):
    """The `Tally` of what the journal of a run holds."""
    tally = Tally()
    for model, after in run.entries.filter(verb=EntryVerb.CREATED).values_list("model", "after").iterator():
        tally.remove(model, len(after["ids"]))
    changed = run.entries.filter(verb=EntryVerb.CHANGED).exclude(model="importedrow")
    for model, _pk in changed.values_list("model", "object_id").distinct():
        tally.restore(model, 1)
    return tally


def step(run, tally):
    """Undo one block inside the caller's transaction and count it. Returns False when nothing is left."""
    for name in ORDER:
        created = run.entries.filter(model=name, verb=EntryVerb.CREATED).order_by("-id").first()
        if created is not None:
            removing.remove(run, apps.get_model("leads", name), created, tally)
            created.delete()
            return True
        entries = list(run.entries.filter(model=name, verb=EntryVerb.CHANGED).order_by("-id")[:CHANGES])
        if entries:
            restoring.restore(run, apps.get_model("leads", name), entries, tally)
            ImportEntry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()
            return True
    return removing.forget(run)
