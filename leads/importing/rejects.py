"""Rejected rows as a CSV that can be mended and uploaded again."""

import csv
import os

from django.conf import settings

from leads import exporting

LINE, REASON = "Import line", "Import reason"


class Rejects:
    """Writes rejected rows to a file of their own, which exists only if there are any."""

    def __init__(self, *, name, run, header):
        safe = "".join(c if c.isalnum() or c in "-_" else "-" for c in name.rpartition(".")[0] or name)[:60]
        self.path = settings.VAR_DIR / "imports" / f"{safe}-{str(run)[:8]}-rejected.csv"
        self.header = [column for column in header if column not in (LINE, REASON)]
        self.kept = [position for position, column in enumerate(header) if column not in (LINE, REASON)]
        self.count = 0
        self._file = None

    def add(self, row, reason):
        """Write one row with its line number and reason."""
        if self._file is None:
            self._open()
        cells = [row.cells[position] if position < len(row.cells) else "" for position in self.kept]
        self._writer.writerow(
            [exporting.neutralised(cell) for cell in cells] + [str(row.line), exporting.neutralised(reason)]
        )
        self.count += 1

    def close(self):
        """Finish the file; returns its path as text, or None."""
        if self._file is None:
            return None
        self._file.close()
        return str(self.path)

    def _open(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Rows of people are readable by the installation's own account only.
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(handle, "w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, quoting=csv.QUOTE_ALL)
        self._writer.writerow([exporting.neutralised(column) for column in self.header] + [LINE, REASON])
