"""Rejected rows as a CSV that can be mended and uploaded again."""

import csv
import os

from leads import exporting
from leads.importing import uploads

LINE, REASON = "Import line", "Import reason"


def path_of(run):
    """Where the rejected rows of an `ImportRun` lie, if there were any."""
    return _path(run.name, run.key)


def _path(name, key):
    safe = "".join(c if c.isalnum() or c in "-_" else "-" for c in name.rpartition(".")[0] or name)[:55]
    return uploads.folder() / f"{safe}-{str(key)[:8]}-rejected.csv"


class Rejects:
    """Writes rejected rows to a file of their own, which exists only if there are any.

    `size` is how much of it belongs to committed batches: an import that was cut off goes on behind that, so that no row
    stands there twice.
    """

    def __init__(self, *, name, run, header, size=0):
        self.path = _path(name, run)
        self.header = [column for column in header if column not in (LINE, REASON)]
        self.kept = [position for position, column in enumerate(header) if column not in (LINE, REASON)]
        self.size = size
        self._file = None

    def add(self, row, reason):
        """Write one row with its line number and reason."""
        if self._file is None:
            self._open()
        cells = [row.cells[position] if position < len(row.cells) else "" for position in self.kept]
        self._writer.writerow(
            [exporting.neutralised(cell) for cell in cells] + [str(row.line), exporting.neutralised(reason)]
        )

    def flush(self):
        """Put on the disk what was added; returns the size that the file has then."""
        if self._file is not None:
            self._file.flush()
            self.size = os.fstat(self._file.fileno()).st_size
        return self.size

    def close(self):
        """Finish the file; returns its path as text, or None."""
        if self._file is not None:
            self._file.close()
            self._file = None
        return str(self.path) if self.size else None

    def _open(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Rows of people are readable by the installation's own account only.
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(handle, self.size)
        self._file = os.fdopen(handle, "a", encoding="utf-8" if self.size else "utf-8-sig", newline="")
        self._writer = csv.writer(self._file, quoting=csv.QUOTE_ALL)
        if not self.size:
            self._writer.writerow([exporting.neutralised(column) for column in self.header] + [LINE, REASON])
