"""Where the shapes of the lead page's two drawings stand: the bridge of changes and the ruler of the score.

Coordinates are texts, because templates would write numbers with a decimal comma in German.
"""

from dataclasses import dataclass

from scoring.enums import Band

_CHARACTER = 6.6  # mean width of a character at 12 px


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with its number and its words (one or two lines)."""

    x: str
    y: str
    width: str
    height: str
    css: str
    number: str
    number_x: str
    number_y: str
    words: tuple[str, ...]
    words_x: str
    join_x: str = ""
    join_to: str = ""
    join_y: str = ""
    upper_y: str = ""
    lower_y: str = ""


@dataclass(frozen=True, slots=True)
class Bridge:
    """A waterfall in a box of width × height; `axis` is where its foot stands."""

    width: int
    height: int
    axis: str
    bars: tuple[Bar, ...]


def bridge(before, steps, now, *, labels):
    """The wide drawing. `steps` are signed points, `labels` the words of all bars: start, one per step, end."""
    width, top, tall = 784, 22, 84
    levels = _levels(before, steps)
    low, high = _range([*levels, now])
    column = (width - 16) / (len(steps) + 2)
    bar = min(96.0, column * 0.62)
    foot = top + tall
    scale = tall / (high - low)

    def level(value):
        return foot - (value - low) * scale

    bars = []
    for place in range(len(steps) + 2):
        x = 8 + column * place + (column - bar) / 2
        if place in (0, len(steps) + 1):
            start, end = low, before if place == 0 else now
            css, number = "f-ref", str(end)
        else:
            start, end = levels[place - 1], levels[place]
            css, number = ("f-plus" if end > start else "f-minus"), signed(end - start)
        y = min(level(start), level(end))
        tail = {}
        if place <= len(steps):
            tail = {"join_x": _n(x + bar), "join_to": _n(x + column), "join_y": _n(level(end))}
        bars.append(
            Bar(
                x=_n(x), y=_n(y), width=_n(bar), height=_n(max(2.0, abs(level(start) - level(end)))), css=css,
                number=number, number_x=_n(x + bar / 2), number_y=_n(y - 6),
                words=_wrapped(labels[place], int(column / _CHARACTER)), words_x=_n(x + bar / 2), **tail,
            )
        )  # fmt: skip
    return Bridge(width, foot + 40, _n(foot + 0.5), tuple(bars))


def narrow_bridge(before, steps, now, *, labels):
    """The drawing for phones: one row per bar, read from top to bottom."""
    width, left, row = 358, 132, 34
    levels = _levels(before, steps)
    low, high = _range([*levels, now])
    scale = (width - left - 40) / (high - low)

    def place(value):
        return left + (value - low) * scale

    bars = []
    for number in range(len(steps) + 2):
        y = 4 + row * number
        if number in (0, len(steps) + 1):
            start, end = low, before if number == 0 else now
            css, words = "f-ref", str(end)
        else:
            start, end = levels[number - 1], levels[number]
            css, words = ("f-plus" if end > start else "f-minus"), signed(end - start)
        x, right = min(place(start), place(end)), max(place(start), place(end))
        bars.append(
            Bar(
                x=_n(x), y=_n(y), width=_n(max(2.0, right - x)), height="24", css=css, number=words,
                number_x=_n(right + 6), number_y=_n(y + 17), words=_wrapped(labels[number], 19), words_x="0",
                upper_y=_n(y + 10), lower_y=_n(y + 24),
            )
        )  # fmt: skip
    return Bridge(width, row * (len(steps) + 2) + 4, _n(left), tuple(bars))


@dataclass(frozen=True, slots=True)
class Segment:
    """A filled stretch of the ruler. `path` rounds the corners at the left end of the scale."""

    x: str
    width: str
    css: str
    words: str
    words_css: str
    words_x: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the ruler with its words; `anchor` is the text's class."""

    x: str
    words: str
    words_x: str
    anchor: str
    css: str


@dataclass(frozen=True, slots=True)
class Ruler:
    """The scale from 0 to 100 with what fills it."""

    width: int
    inner: str
    segments: tuple[Segment, ...]
    ticks: tuple[Mark, ...]
    bands: tuple[tuple[str, str, str, str], ...]
    flags: tuple[Mark, ...]
    now: Mark
    arrow: str


def ruler(explained, *, width, words):
    """The ruler of an explanation. `words` holds the texts: fit, engagement, now, enter, leave, band (with {}); the phone's are shorter."""
    inner = width - 4

    def at(value):
        return 2 + min(max(value, 0), 100) / 100 * inner

    card, score = explained.card, explained.rule_score
    parts = [
        ("f-a", "t-in", words["fit"], explained.fit.points),
        ("f-b", "t-inb", words["engagement"], explained.engagement.points),
    ]
    segments, reached = [], 0
    for css, words_css, text, points in sorted(parts, key=lambda part: part[3] <= 0):
        start, end = sorted((reached, reached + points))
        reached += points
        x, right = at(start), at(end)
        if right - x < 1:
            continue
        # What is negative lies over the end of what is positive.
        css = css if points > 0 else "f-minus"
        fits = points > 0 and right - x > len(text) * 7.2 + 16
        segments.append(Segment(_n(x), _n(right - x), css, text if fits else "", words_css, _n(x + 10)))
    step = 10 if width > 500 else 25
    ticks = tuple(
        Mark(_n(at(value)), str(value), _n(at(value)), "end" if value == 100 else "" if value == 0 else "mid", "tick")
        for value in range(0, 101, step)
    )
    edges = (0, card.band_c, card.band_b, card.band_a, 100)
    bands = []
    for letter, low, high in zip(reversed(Band.values), edges, edges[1:], strict=False):
        text = words["band"].format(letter)
        if (at(high) - at(low)) < len(text) * 6 + 8:
            text = letter
        bands.append((_n(at(low) + 3), _n(at(high) - 3), _n((at(low) + at(high)) / 2), text))
    flags = [_flag(at(card.entry_threshold), words["enter"], "flag", right=card.entry_threshold <= 70)]
    if card.entry_threshold <= 70:
        flags.append(_flag(at(card.leaving_threshold), words["leave"], "flag dashed", right=False))
    x = at(score)
    text = words["now"]
    half = len(text) * 3.6
    anchor = "end" if x + half > width else "" if x - half < 0 else "mid"
    now = Mark(_n(x), text, _n(min(max(x, 2), width - 2)), anchor, "")
    arrow = f"M{_n(x - 4.5)} 33h9l-4.5 7z"
    return Ruler(width, _n(inner), tuple(segments), ticks, tuple(bands), tuple(flags), now, arrow)


def signed(points):
    """With a true minus: +12, −5."""
    return f"+{points}" if points > 0 else str(points).replace("-", "−")


def _flag(x, words, css, *, right):
    return Mark(_n(x), words, _n(x + 6 if right else x - 6), "" if right else "end", css)


def _levels(before, steps):
    levels = [before]
    for points in steps:
        levels.append(levels[-1] + points)
    return levels


def _range(values):
    low, high = min(values), max(values)
    # A bridge may stand on a higher floor than 0: every bar carries its number.
    foot = max(0, low - max(8, (high - low) // 3))
    return foot, max(high, foot + 10)


def _wrapped(text, width):
    """At most two lines of about `width` characters."""
    width = max(6, width)
    words, lines = text.split(), [""]
    for word in words:
        candidate = f"{lines[-1]} {word}".strip()
        if len(candidate) <= width or not lines[-1]:
            lines[-1] = candidate
        else:
            lines.append(word)
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1]}…"]
    return tuple(line if len(line) <= width + 1 else f"{line[: width - 1]}…" for line in lines)


def _n(value):
    return f"{value:.1f}"
