"""The first sheet of an Excel file as rows of texts, streamed: what could burst memory or time is refused before and while reading.

Sizes in the file's own directory are only its word, so bytes are counted again while they are unpacked. Cells far to the right
and entity declarations are refused; a cell far below costs nothing, for rows in between are not made up.
"""

import datetime
import lzma
import re
import zipfile
import zlib
from collections import deque
from xml.parsers import expat

from django.utils.translation import gettext

MAX_FILE = 50_000_000
MAX_UNPACKED = 600_000_000
MAX_RATIO = 150
RATIO_FROM = 1_000_000
MAX_PARTS = 2_000
MAX_CELLS = 20_000_000
MAX_SHARED_CHARACTERS = 60_000_000
BLOCK = 65_536

_MAIN = "xl/workbook.xml"
_BUILT_IN_DATES = {*range(14, 23), *range(45, 48)}
_NOT_DATE_LETTERS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_EPOCHS = {False: datetime.datetime(1899, 12, 30), True: datetime.datetime(1904, 1, 1)}  # noqa: DTZ001
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class Refused(Exception):
    """The file cannot be read. The message says why, in one line."""


def is_one(start):
    """Whether the first bytes of a file are those of a zip archive, or of Excel's format before 2007."""
    return start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))


def rows(path, *, max_columns):
    """(row number, texts) of each row of the first sheet that has any cell. Raises `Refused`."""
    try:
        with _opened(path) as archive:
            yield from _Sheet(archive, max_columns).rows()
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        expat.ExpatError,
        EOFError,
        # A part that is encrypted, or packed in a way that nobody knows.
        RuntimeError,
        KeyError,
        ValueError,
        OverflowError,
        # Where bytes lie that cannot be unpacked or do not exist.
        OSError,
    ) as fault:
        raise Refused(gettext("This Excel file is damaged: %(fault)s") % {"fault": str(fault)[:100]}) from None


def _opened(path):
    with open(path, "rb") as file:
        if file.read(4) == b"\xd0\xcf\x11\xe0":
            raise Refused(
                gettext("This is an old or protected Excel file. Save it as .xlsx without a password, or as CSV.")
            )
    if path.stat().st_size > MAX_FILE:
        raise Refused(gettext("The file is larger than %(size)d MB.") % {"size": MAX_FILE // 1_000_000})
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise Refused(gettext("This is no CSV file and no Excel file.")) from None
    try:
        _check(archive)
    except Refused:
        archive.close()
        raise
    return archive


def _check(archive):
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise Refused(gettext("The Excel file has too many parts."))
    if _MAIN not in archive.namelist():
        raise Refused(gettext("This is no CSV file and no Excel file."))
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Refused(gettext("Unpacked, the Excel file would be too large."))
    for part in parts:
        if part.file_size > RATIO_FROM and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise Refused(gettext("The Excel file is packed more tightly than any real one."))


class _Sheet:
    """The first sheet with what its cells refer to."""

    def __init__(self, archive, max_columns):
        self.archive = archive
        self.max_columns = max_columns
        self.unpacked = 0
        self.part, self.is_1904 = self._first_sheet()
        self.shared = self._shared_strings()
        self.date_styles = self._date_styles()

    def rows(self):
        found = deque()
        reader = _Cells(self, found)
        for _ in self._parsed(self.part, start=reader.start, end=reader.end, text=reader.characters):
            while found:
                yield found.popleft()

    def _parsed(self, name, **handlers):
        """Parse a part block by block; yields after each."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.StartElementHandler = lambda tag, values: handlers["start"](tag.rpartition(":")[2], values)
        parser.EndElementHandler = lambda tag: handlers["end"](tag.rpartition(":")[2]) if "end" in handlers else None
        parser.CharacterDataHandler = handlers.get("text")
        packed = max(self.archive.getinfo(name).compress_size, 1)
        size = 0
        with self.archive.open(name) as file:
            while block := file.read(BLOCK):
                size += len(block)
                self.unpacked += len(block)
                if self.unpacked > MAX_UNPACKED or (size > RATIO_FROM and size > MAX_RATIO * packed):
                    raise Refused(gettext("The Excel file is packed more tightly than any real one."))
                parser.Parse(block, False)
                yield
        parser.Parse(b"", True)
        yield

    def _whole(self, name, **handlers):
        if name in self.archive.namelist():
            for _ in self._parsed(name, **handlers):
                pass

    def _first_sheet(self):
        sheets, flags, targets = [], [], {}

        def workbook(tag, values):
            if tag == "sheet" and values.get("state", "visible") == "visible":
                sheets.append(next((values[key] for key in values if key.endswith(":id")), ""))
            elif tag == "workbookPr":
                flags.append(values.get("date1904", "0") in ("1", "true"))

        def relation(tag, values):
            if tag == "Relationship":
                targets[values.get("Id")] = values.get("Target", "")

        self._whole(_MAIN, start=workbook)
        self._whole("xl/_rels/workbook.xml.rels", start=relation)
        target = targets.get(sheets[0], "") if sheets else ""
        name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if name not in self.archive.namelist():
            raise Refused(gettext("The Excel file has no sheet."))
        return name, any(flags)

    def _shared_strings(self):
        strings, pieces, state = [], [], {"text": False, "phonetic": False, "characters": 0}

        def start(tag, _values):
            if tag == "si":
                pieces.clear()
            elif tag == "rPh":
                state["phonetic"] = True
            state["text"] = tag == "t" and not state["phonetic"]

        def end(tag):
            state["text"] = False
            if tag == "rPh":
                state["phonetic"] = False
            elif tag == "si":
                strings.append("".join(pieces))

        def text(data):
            if state["text"]:
                state["characters"] += len(data)
                if state["characters"] > MAX_SHARED_CHARACTERS:
                    raise Refused(gettext("The Excel file holds too much text."))
                pieces.append(data)

        self._whole("xl/sharedStrings.xml", start=start, end=end, text=text)
        return strings

    def _date_styles(self):
        """The numbers of the cell styles that show a number as a date."""
        formats, styles, state = {}, [], {"inside": False}

        def start(tag, values):
            if tag == "numFmt":
                formats[values.get("numFmtId")] = values.get("formatCode", "")
            elif tag == "cellXfs":
                state["inside"] = True
            elif tag == "xf" and state["inside"]:
                styles.append(values.get("numFmtId", "0"))

        def end(tag):
            if tag == "cellXfs":
                state["inside"] = False

        self._whole("xl/styles.xml", start=start, end=end)
        return {
            str(number)
            for number, format_id in enumerate(styles)
            if (format_id.isdigit() and int(format_id) in _BUILT_IN_DATES)
            or any(letter in "ymdhs" for letter in _NOT_DATE_LETTERS.sub("", formats.get(format_id, "")).casefold())
        }


class _Cells:
    """Handlers that turn the elements of a sheet into rows of texts."""

    def __init__(self, sheet, found):
        self.sheet, self.found = sheet, found
        self.row, self.number, self.count = {}, 0, 0
        self.column, self.kind, self.style = 0, "", ""
        self.pieces, self.is_text = [], False

    def start(self, tag, values):
        if tag == "row":
            self.row = {}
            text = values.get("r", "")
            self.number = int(text) if text.isdigit() else self.number + 1
            self.column = 0
        elif tag == "c":
            self._begin(values)
        elif tag in ("v", "t"):
            self.is_text = True

    def _begin(self, values):
        self.count += 1
        if self.count > MAX_CELLS:
            raise Refused(gettext("The sheet has more than %(count)d cells.") % {"count": MAX_CELLS})
        reference = _REFERENCE.fullmatch(values.get("r", ""))
        self.column = _position(reference[1]) if reference else self.column + 1
        if self.column > self.sheet.max_columns:
            raise Refused(
                gettext("Line %(line)d has a cell in column %(count)d; at most %(limit)d columns are possible.")
                % {"line": self.number, "count": self.column, "limit": self.sheet.max_columns}
            )
        self.kind, self.style, self.pieces = values.get("t", "n"), values.get("s", ""), []

    def characters(self, data):
        if self.is_text:
            self.pieces.append(data)

    def end(self, tag):
        if tag in ("v", "t"):
            self.is_text = False
        elif tag == "c":
            text = self._text("".join(self.pieces))
            if text:
                self.row[self.column] = text
        elif tag == "row" and self.row:
            self.found.append((self.number, [self.row.get(column, "") for column in range(1, max(self.row) + 1)]))

    def _text(self, raw):
        if self.kind == "s":
            position = int(raw or -1)
            return self.sheet.shared[position] if 0 <= position < len(self.sheet.shared) else ""
        if self.kind == "b":
            return "true" if raw == "1" else "false"
        if self.kind == "e":
            return ""
        if self.kind != "n" or not raw:
            return raw
        value = float(raw)
        if self.style in self.sheet.date_styles and 0 <= value < 2_958_466:
            return _date(value, is_1904=self.sheet.is_1904)
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"


def _position(letters):
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found


def _date(value, *, is_1904):
    try:
        moment = _EPOCHS[is_1904] + datetime.timedelta(seconds=round(value * 86_400))
    except OverflowError:
        # Behind the last day of the year 9999: no date, but no reason to refuse the other rows.
        return f"{value:.15g}"
    if value < 1:
        return f"{moment:%H:%M:%S}"
    return f"{moment:%Y-%m-%d}" if value.is_integer() else f"{moment:%Y-%m-%d %H:%M:%S}"


def _no_doctype(*_declared):
    raise Refused(gettext("The Excel file declares entities, which no real one does."))
