"""Files as other programs write them, read as a stream, with every broken line named: CSV, Excel and JSON lines.

A quote that is never closed would swallow the rest of a file. Therefore a record that spans lines is only believed if
it ends well and has as many cells as the header; else its first line is rejected and reading goes on with the second.
"""

import codecs
import csv
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext

from leads import exporting
from leads.importing import jsonlines, xlsx

MAX_COLUMNS = 500
MAX_CELL = 100_000
MAX_LINE = 1_000_000
MAX_LINES_OF_RECORD = 100
BLOCK = 65_536
DELIMITERS = ",;\t|"


class Unreadable(Exception):
    """The file as a whole cannot be read. The message says why, in one line."""


class _Broken(Exception):
    """A record that cannot be read; reading goes on behind its first line."""


@dataclass
class Row:
    """One data row: the line it starts on, its cells as the header names them, or why it cannot be read."""

    line: int
    cells: list = field(default_factory=list)
    fault: str = ""


@dataclass
class Layout:
    """What the beginning of a file says about all of it."""

    encoding: str
    delimiter: str
    header: list
    header_line: int


def layout(path):
    """Encoding, delimiter and header of the file. Raises `Unreadable`."""
    encoding = _encoding(path)
    if encoding in _OTHERS:
        return _layout_of_other(Path(path), encoding)
    lines = []
    for number, line in _lines(path, encoding):
        if line.strip():
            lines.append((number, line))
        if len(lines) >= 20:
            break
    if not lines:
        raise Unreadable(gettext("The file is empty."))
    delimiter = ""
    if lines[0][1].casefold().startswith("sep=") and len(lines[0][1].strip()) == 5 and len(lines) > 1:
        delimiter = lines[0][1][4]
        lines.pop(0)
    number, first = lines[0]
    if "\0" in first:
        raise Unreadable(gettext("This is no CSV file: its first line has NUL characters."))
    delimiter = delimiter or _delimiter([line for _number, line in lines])
    try:
        header, last = _first_record(path, encoding, delimiter, number)
    except _Broken as fault:
        raise Unreadable(gettext("The header cannot be read: %(fault)s") % {"fault": fault}) from None
    if len(header) > MAX_COLUMNS:
        raise Unreadable(
            gettext("The file has %(count)d columns; at most %(limit)d are possible.")
            % {"count": len(header), "limit": MAX_COLUMNS}
        )
    return Layout(encoding, delimiter, _named(header), last)


def rows(path, found):
    """The data rows of the file, broken ones with their fault. Constant memory. Raises `Unreadable` for an Excel file only."""
    if found.encoding in _OTHERS:
        yield from _rows_of_other(Path(path), found)
        return
    source = _Source(_lines(path, found.encoding), skip=found.header_line)
    width = len(found.header)
    while True:
        try:
            cells = source.record(found.delimiter, width)
        except _Broken as fault:
            line, raw = source.reject()
            yield Row(line, _split(raw, found.delimiter, width), str(fault))
            continue
        if cells is None:
            return
        if any(cells):
            yield _row(source.consumed[0][0], cells, width)


def _row(line, cells, width):
    if len(cells) > width and not any(cells[width:]):
        cells = cells[:width]
    if len(cells) != width:
        fault = gettext("The line has %(count)d cells instead of %(expected)d.") % {
            "count": len(cells),
            "expected": width,
        }
        return Row(line, (cells + [""] * width)[:width], fault)
    return Row(line, [exporting.restored(cell) if cell[:1] == "'" else cell for cell in cells])


_OTHERS = ("xlsx", "json")


def _layout_of_other(path, encoding):
    try:
        if encoding == "json":
            return Layout(encoding, "", _named(jsonlines.header(path, max_columns=MAX_COLUMNS)), 0)
        for number, cells in xlsx.rows(path, max_columns=MAX_COLUMNS):
            if any(cell.strip() for cell in cells):
                return Layout(encoding, "", _named(cells), number)
    except (xlsx.Refused, jsonlines.Refused) as fault:
        raise Unreadable(str(fault)) from None
    raise Unreadable(gettext("The file is empty."))


def _rows_of_other(path, found):
    width = len(found.header)
    try:
        if found.encoding == "json":
            for line, cells, fault in jsonlines.rows(path, found.header):
                yield Row(line, cells, fault)
            return
        for number, cells in xlsx.rows(path, max_columns=MAX_COLUMNS):
            if number > found.header_line and any(cells):
                padded = cells + [""] * (width - len(cells))
                cut = [cell if len(cell) <= MAX_CELL else cell[:MAX_CELL] for cell in padded]
                yield _row(number, cut, width)
    except (xlsx.Refused, jsonlines.Refused) as fault:
        raise Unreadable(str(fault)) from None


class _Source:
    """Lines with a memory of what the current record took, so that they can be given back."""

    def __init__(self, lines, *, skip):
        self.lines = lines
        self.returned = deque()
        self.consumed = []
        self.skip = skip
        self.reader, self.delimiter = None, ""

    def __iter__(self):
        return self

    def __next__(self):
        """The next physical line, for the csv reader."""
        if len(self.consumed) >= MAX_LINES_OF_RECORD:
            raise _Broken(gettext("A quotation mark is opened and never closed."))
        while True:
            number, line = self.returned.popleft() if self.returned else next(self.lines)
            if number > self.skip:
                break
        self.consumed.append((number, line))
        if "\0" in line:
            raise _Broken(gettext("The line has NUL characters."))
        if len(line) > MAX_LINE:
            raise _Broken(gettext("The line is too long."))
        return line

    def record(self, delimiter, width):
        """The cells of the next record, None at the end. Raises `_Broken`; then `reject` must follow."""
        self.consumed = []
        if self.reader is None:
            self.reader = csv.reader(self, delimiter=delimiter, strict=True)
        try:
            cells = next(self.reader)
        except StopIteration:
            return None
        except csv.Error as fault:
            raise _Broken(_reason(fault)) from None
        if len(self.consumed) > 1 and len(cells) != width:
            raise _Broken(gettext("A quotation mark is opened and never closed."))
        if any(len(cell) > MAX_CELL for cell in cells):
            raise _Broken(gettext("A cell has more than %(count)d characters.") % {"count": MAX_CELL})
        return cells

    def reject(self):
        """Give back all lines of the broken record but the first, which is returned with its number."""
        self.reader = None
        self.returned.extendleft(reversed(self.consumed[1:]))
        return self.consumed[0]


def _reason(fault):
    text = str(fault)
    if "field larger than" in text:
        return gettext("A cell has more than %(count)d characters.") % {"count": MAX_CELL}
    if "end of data" in text:
        return gettext("A quotation mark is opened and never closed.")
    return gettext("The quotation marks of the line do not match.")


def _split(raw, delimiter, width):
    """The cells of a broken line as well as they can be told apart, for the list of rejected rows."""
    cells = [cell.strip('"')[:1000] for cell in raw[:MAX_LINE].replace("\0", "").rstrip("\r\n").split(delimiter)]
    return (cells + [""] * width)[:width]


def _first_record(path, encoding, delimiter, number):
    """The header's cells and the number of its last line."""
    source = _Source(_lines(path, encoding), skip=number - 1)
    try:
        cells = next(csv.reader(source, delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration) as fault:
        raise _Broken(_reason(fault)) from None
    return cells, source.consumed[-1][0]


def _named(header):
    """The header with a name for every column, none of them twice."""
    taken, names = set(), []
    for position, cell in enumerate(header, start=1):
        name = " ".join(exporting.restored(cell).replace("\ufeff", "").split())[:200]
        name = name or gettext("Column %(number)d") % {"number": position}
        candidate, again = name, 2
        while candidate in taken:
            candidate, again = f"{name} ({again})", again + 1
        taken.add(candidate)
        names.append(candidate)
    return names


def _delimiter(lines):
    """The sign that cuts the header into most cells while the lines below agree with it."""

    def quality(sign):
        counts = [len(cells) for cells in csv.reader(lines, delimiter=sign)]
        same = sum(1 for count in counts if count == counts[0])
        return (counts[0] > 1) * same / len(counts), counts[0]

    try:
        return max(DELIMITERS, key=quality)
    except csv.Error:
        return max(DELIMITERS, key=lines[0].count)


def _encoding(path):
    """xlsx, json, utf-16 if the file says or looks so, else "lines": each is UTF-8 or, failing that, Windows-1252."""
    try:
        with open(path, "rb") as file:
            start = file.read(4096)
    except OSError as fault:
        raise Unreadable(
            gettext("“%(path)s” cannot be opened: %(reason)s") % {"path": path, "reason": fault.strerror or str(fault)}
        ) from None
    if xlsx.is_one(start):
        return "xlsx"
    if jsonlines.is_one(start):
        return "json"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if len(start) >= 8 and start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    if len(start) >= 8 and start[0::2].count(0) > len(start) // 4:
        return "utf-16-be"
    _refuse_binary(start)
    return "lines"


def _refuse_binary(start):
    """Pictures, programs and PDF files have control characters all over; a text has one by mistake."""
    odd = [position for position, byte in enumerate(start) if byte < 32 and byte not in b"\t\n\r\f\x1b"]
    if len(odd) > 8 and len(odd) > len(start) // 50:
        line = start.count(b"\n", 0, odd[0]) + 1
        raise Unreadable(gettext("This is no CSV file: line %(line)d is not text.") % {"line": line})


def _lines(path, encoding):
    """(number, text) of each physical line. Lines end with CR, LF or both; an endless one is cut by `MAX_LINE`."""
    if encoding == "lines":
        pieces = _byte_lines(path)
        return ((number, _decoded(piece, number)) for number, piece in enumerate(pieces, start=1))
    return _utf16_lines(path, encoding)


def _decoded(piece, number):
    if number == 1 and piece.startswith(codecs.BOM_UTF8):
        piece = piece[3:]
    try:
        return piece.decode("utf-8")
    except UnicodeDecodeError:
        return piece.decode("cp1252", errors="replace")


def _byte_lines(path):
    with open(path, "rb") as file:
        rest = b""
        while block := file.read(BLOCK):
            # A CR at the end of a block may belong to a LF in the next.
            while block.endswith(b"\r") and (more := file.read(1)):
                block += more
            pieces = (rest + block).splitlines(keepends=True)
            rest = pieces.pop() if not pieces[-1].endswith((b"\n", b"\r")) else b""
            yield from pieces
            while len(rest) > MAX_LINE * 2:
                # Too long in any case: it is rejected, but its remainder must not be taken for a line of its own.
                rest = rest[: MAX_LINE + 1]
                _skip_line(file)
                yield rest + b"\n"
                rest = b""
        if rest:
            yield rest


def _skip_line(file):
    while block := file.read(BLOCK):
        ends = [block.find(sign) for sign in (b"\n", b"\r") if sign in block]
        if ends:
            end = min(ends)
            if block[end : end + 2] == b"\r\n":
                end += 1
            file.seek(end + 1 - len(block), 1)
            return


def _utf16_lines(path, encoding):
    with open(path, encoding=encoding, errors="replace", newline=None) as file:
        number = 0
        while line := file.readline(MAX_LINE + 2):
            number += 1
            if len(line) > MAX_LINE:
                while (more := file.readline(BLOCK)) and not more.endswith("\n"):
                    pass
            yield number, line.lstrip("\ufeff") if number == 1 else line
