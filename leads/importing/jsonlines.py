"""JSON as rows: one object per line, or one array of objects. What lies inside objects becomes columns with dotted names.

A list of `{"key": …, "value": …}` becomes one column per key (event parameters of Google Analytics); of another list of objects
each becomes a row of its own with what stands around it (actions of a visit in Matomo).
"""

import json

from django.utils.translation import gettext

MAX_LINE = 10_000_000
MAX_WHOLE = 50_000_000
MAX_DEPTH = 8
MAX_ROWS_OF_RECORD = 10_000
MAX_CELLS = 10_000_000
"""What one text may unfold to: each row of a list repeats what stands around the list."""
HEADER_FROM = 5_000
"""So many records are looked at for the names of the columns."""


class Refused(Exception):
    """The file cannot be read. The message says why, in one line."""


def is_one(start):
    """Whether a file that starts like this is JSON: an object, or an array of objects."""
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(b"{") or (text.startswith(b"[") and text[1:].lstrip().startswith(b"{"))


def header(path, *, max_columns):
    """The names of the columns, in the order in which they come. Raises `Refused`."""
    names = {}
    for number, (line, found, _fault) in enumerate(_records(path)):
        for row in found:
            names.update(dict.fromkeys(row))
        if len(names) > max_columns:
            raise Refused(
                gettext("Line %(line)d brings more than %(limit)d columns.") % {"line": line, "limit": max_columns}
            )
        if number >= HEADER_FROM:
            break
    if not names:
        raise Refused(gettext("The file has no JSON objects."))
    return list(names)


def rows(path, names):
    """(line, cells as the header names them, fault) of each row."""
    for line, found, fault in _records(path):
        if fault:
            yield line, [""] * len(names), fault
        for row in found:
            yield line, [row.get(name, "") for name in names], ""


def _records(path):
    """(line, rows of its object, why it cannot be read)."""
    for line, text in _texts(path):
        if not text.strip():
            continue
        try:
            value = json.loads(text)
            items = value if isinstance(value, list) else [value]
            if not all(isinstance(item, dict) for item in items):
                raise ValueError
            found = list(_bounded((row for item in items for row in _rows(item)), line))
        except (ValueError, RecursionError):
            yield line, [], gettext("The line is no JSON object.")
            continue
        yield line, found, ""


def _bounded(rows, line):
    cells = 0
    for row in rows:
        cells += len(row)
        if cells > MAX_CELLS:
            raise Refused(gettext("Line %(line)d unfolds to more than any real file holds.") % {"line": line})
        yield row


def _texts(path):
    """(line number, text): of each line, or of the whole file if its first line does not end an object."""
    if _is_whole(path):
        if path.stat().st_size > MAX_WHOLE:
            raise Refused(gettext("JSON of more than %(size)d MB must stand on one line per object.") % {"size": 50})
        yield 1, path.read_text(encoding="utf-8-sig", errors="replace")
        return
    with open(path, encoding="utf-8-sig", errors="replace") as file:
        number = 0
        while line := file.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                raise Refused(gettext("Line %(line)d is too long.") % {"line": number})
            yield number, line


def _is_whole(path):
    with open(path, encoding="utf-8-sig", errors="replace") as file:
        first = file.readline(MAX_LINE)
    try:
        json.loads(first)
    except RecursionError:
        return False
    except ValueError:
        return first.strip() in ("{", "[") or first.lstrip().startswith("[")
    return False


def _rows(item):
    """The rows of one object: usually one."""
    flat, lists = {}, []
    _flatten(item, "", flat, lists, 0)
    if not lists:
        yield flat
        return
    # Only the longest list is told row by row: crossing several would say what nobody did.
    name, items = max(lists, key=lambda pair: len(pair[1]))
    for part in items[:MAX_ROWS_OF_RECORD]:
        row = dict(flat)
        _flatten(part, f"{name}.", row, [], 1)
        yield row


def _flatten(item, prefix, flat, lists, depth):
    if depth > MAX_DEPTH:
        raise ValueError
    for key, value in item.items():
        name = f"{prefix}{' '.join(_storable(key).split())}"[:200]
        if isinstance(value, dict):
            _flatten(value, f"{name}.", flat, lists, depth + 1)
        elif isinstance(value, list):
            _list(value, name, flat, lists)
        elif value is not None:
            flat[name] = _text(value)


def _list(value, name, flat, lists):
    objects = [item for item in value if isinstance(item, dict)]
    if objects and all("key" in item and "value" in item for item in objects):
        for item in objects:
            inner = item["value"]
            if isinstance(inner, dict):
                inner = next((part for part in inner.values() if part is not None), None)
            if inner is not None and not isinstance(inner, list | dict):
                flat[f"{name}.{_text(item['key'])}"[:200]] = _text(inner)
    elif objects:
        lists.append((name, objects))
    elif value:
        flat[name] = "; ".join(_text(item) for item in value if not isinstance(item, list | dict))


def _text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return _storable(str(value))


def _storable(text):
    """The text without NUL and halves of surrogate pairs, which no database holds."""
    return text if text.isascii() and "\0" not in text else text.replace("\0", "").encode(errors="ignore").decode()
