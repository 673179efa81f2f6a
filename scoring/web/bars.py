"""Where the shapes of a drawing with horizontal bars stand, for a desk and for a phone.

Coordinates are texts, because templates would write numbers with a decimal comma in German.
"""

from dataclasses import dataclass

_WIDE, _NARROW = 784, 358


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, a line below it, its length and the ends of its whisker as shares, and the words behind it."""

    label: str
    sub: str
    share: float
    text: str
    beside: tuple = ()
    low: float | None = None
    high: float | None = None
    css: str = "f-2"


@dataclass(frozen=True, slots=True)
class Shape:
    """A bar with its places."""

    label: str
    sub: str
    label_y: str
    sub_y: str
    x: str
    y: str
    width: str
    full: str
    height: str
    css: str
    whisker: str
    halo: str
    text: str
    text_x: str
    text_y: str
    text_css: str
    beside: tuple


@dataclass(frozen=True, slots=True)
class Drawing:
    """All bars in a box of width × height; `heads` are (x, words) above the columns on the right."""

    width: int
    height: int
    heads: tuple
    shapes: tuple


def both(bars, *, asides=()):
    """(wide, narrow) drawings, or (None, None) without bars. Whiskers end where the longest of them ends."""
    if not bars:
        return None, None
    most = max(max(bar.share, bar.high or 0) for bar in bars) or 1
    return _wide(bars, most, asides), _narrow(bars, most)


def _wide(bars, most, asides):
    left, row, height = 168, 44, 26
    columns = [_WIDE - 120 * place for place in reversed(range(len(asides)))]
    room = (columns[0] - 130 if columns else _WIDE) - left - 70
    top = 24 if asides else 4
    shapes = []
    for number, bar in enumerate(bars):
        y = top + row * number
        middle = y + height / 2
        whisker, end = _whisker(bar, left, room / most, middle)
        shapes.append(
            Shape(
                label=_cut(bar.label, 24), sub=bar.sub, label_y=_n(middle + (0 if bar.sub else 5)), sub_y=_n(middle + 14),
                x=_n(left), y=_n(y), width=_n(max(2, bar.share / most * room)), full=_n(room), height=_n(height),
                css=bar.css, whisker=whisker, halo=whisker, text=bar.text, text_x=_n(end + 10), text_y=_n(middle + 5),
                text_css="t-l",
                beside=tuple((_n(x), _n(middle + 5), words) for x, words in zip(columns, bar.beside, strict=False)),
            )
        )  # fmt: skip
    heads = tuple((_n(x), words) for x, words in zip(columns, asides, strict=True))
    return Drawing(_WIDE, top + row * len(bars), heads, tuple(shapes))


def _narrow(bars, most):
    row = 66 if any(bar.beside for bar in bars) else 54
    height, room = 14, _NARROW
    shapes = []
    for number, bar in enumerate(bars):
        y = row * number
        middle = y + 31
        whisker, _end = _whisker(bar, 0, (room - 4) / most, middle)
        beside = " · ".join(words for words in bar.beside if words)
        shapes.append(
            Shape(
                label=_cut(bar.label, 26), sub=beside, label_y=_n(y + 14), sub_y=_n(y + 51), x="0", y=_n(middle - height / 2),
                width=_n(max(2, bar.share / most * room)), full=_n(room), height=_n(height), css=bar.css, whisker=whisker,
                halo=whisker, text=f"{bar.text} · {bar.sub}" if bar.sub else bar.text, text_x=_n(_NARROW),
                text_y=_n(y + 14), text_css="t-b end", beside=(),
            )
        )  # fmt: skip
    return Drawing(_NARROW, row * len(bars), (), tuple(shapes))


def _whisker(bar, left, scale, middle):
    """The path of the interval, and where bar and whisker end."""
    end = left + bar.share * scale
    if bar.low is None or bar.high is None:
        return "", end
    low, high = left + bar.low * scale, left + bar.high * scale
    top = _n(middle - 5)
    return f"M{_n(low)} {_n(middle)}H{_n(high)}M{_n(low)} {top}v10M{_n(high)} {top}v10", max(end, high)


def _cut(words, length):
    return words if len(words) <= length else f"{words[: length - 1]}…"


def _n(value):
    return f"{value:.1f}"
