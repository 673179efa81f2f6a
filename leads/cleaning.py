"""Text and JSON from outside: what must never be stored is taken out, what is too long is cut."""

import math
import unicodedata

from django.utils.translation import gettext as _

MAX_DEPTH = 32
MAX_KEYS = 1_000
MAX_PAYLOAD_CHARACTERS = 50_000
MAX_INTEGER = 2**53
"""Beyond it JSON readers round, so such numbers would not come back as they were given."""

# These turn the reading direction; in a name they make one thing look like another.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DROPPED = {"Cc", "Cs", "Co", "Cn"}


class NotStorable(ValueError):
    """JSON that is too deep, too wide, too big or not finite."""


def text(value, *, keep_lines=False):
    """`value` without control characters, lone surrogates and bidi controls, white space at the ends stripped.

    Line breaks and tabs become spaces unless `keep_lines`. Joiners stay: emoji and some scripts need them.
    """
    if value.isascii() and value.isprintable():
        return value.strip()
    kept = []
    for character in unicodedata.normalize("NFC", value):
        if character in "\n\t\r":
            kept.append(character if keep_lines else " ")
        elif character not in _BIDI and unicodedata.category(character) not in _DROPPED:
            kept.append(character)
    return "".join(kept).strip()


def cut(value, limit):
    """The cleaned text and whether it had to be cut to `limit` characters."""
    cleaned = text(value)
    return cleaned[:limit].rstrip(), len(cleaned) > limit


def payload(value):
    """A JSON object that both databases can store, its texts cleaned. Raises `NotStorable`."""
    budget = _Budget()
    cleaned = budget.clean(value, depth=1)
    return cleaned


class _Budget:
    """What one payload may still spend on keys and characters."""

    def __init__(self):
        self.keys = MAX_KEYS
        self.characters = MAX_PAYLOAD_CHARACTERS

    def clean(self, value, *, depth):
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, int):
            if abs(value) > MAX_INTEGER:
                raise NotStorable(_("A number is too large."))
            return value
        if isinstance(value, float):
            if not math.isfinite(value):
                raise NotStorable(_("A number is not finite."))
            return value
        if depth > MAX_DEPTH:
            raise NotStorable(_("The data is nested too deeply."))
        if isinstance(value, dict):
            self._count(len(value))
            return {self._text(str(key)): self.clean(item, depth=depth + 1) for key, item in value.items()}
        if isinstance(value, list | tuple):
            self._count(len(value))
            return [self.clean(item, depth=depth + 1) for item in value]
        raise NotStorable(_("Only JSON values can be stored."))

    def _count(self, number):
        self.keys -= number
        if self.keys < 0:
            raise NotStorable(_("The data has too many entries."))

    def _text(self, value):
        self.characters -= len(value)
        if self.characters < 0:
            raise NotStorable(_("The data is too long."))
        return text(value, keep_lines=True)
