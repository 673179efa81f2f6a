"""What came of an import, counted batch by batch and kept with the run."""

from dataclasses import asdict, dataclass, field

MAX_REASONS = 20
_OF_THE_FILE = ("columns", "fills")
"""Kept with the mapping, which does not change from batch to batch."""


@dataclass
class Report:
    """What came of an import. `columns` is a list of (header, field or use, type) in the order of the file.

    `fills` maps the headers to the fields that conditions know their values by.
    """

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    won: int = 0
    lost: int = 0
    open: int = 0
    rejects_file: str | None = None
    rejects_size: int = 0
    is_dry_run: bool = False
    source: str = ""
    columns: list = field(default_factory=list)
    fills: dict = field(default_factory=dict)
    notes: dict = field(default_factory=dict)
    reasons: dict = field(default_factory=dict)

    def count(self, result):
        """Add the `applying.Result` of one batch."""
        self.created += result.created
        self.updated += result.updated
        self.unchanged += result.unchanged
        for record in result.taken:
            name = record.outcome or "open"
            setattr(self, name, getattr(self, name) + 1)

    def reject(self, reason):
        """Add one rejected row."""
        self.rejected += 1
        if reason in self.reasons or len(self.reasons) < MAX_REASONS:
            self.reasons[reason] = self.reasons.get(reason, 0) + 1

    def add_notes(self, notes):
        """Add what was left out of rows that were taken."""
        for text, count in notes.items():
            self.notes[text] = self.notes.get(text, 0) + count

    def kept(self):
        """The report as the run keeps it."""
        return {name: value for name, value in asdict(self).items() if name not in _OF_THE_FILE}


def of(run):
    """The `Report` of a run as far as it is."""
    known = Report.__dataclass_fields__
    stored = {name: value for name, value in run.report.items() if name in known}
    return Report(
        **stored
        | {name: run.mapping.get(name, type_()) for name, type_ in zip(_OF_THE_FILE, (list, dict), strict=True)}
    )
