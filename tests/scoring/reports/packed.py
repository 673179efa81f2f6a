"""Invented ways of many leads, with the least and the most that fits into their bytes."""

from datetime import date

from scoring.reports import packing, paths

MOST = 2**32 - 1
_IDS = (None, 1, 2, 70_000, MOST)


def some_leads(chance, number=400):
    """What is packed of each: (way, the rest)."""
    return [(_way(chance), _rest(chance)) for _ in range(number)]


def strung(leads):
    """Their `packing.Ways`."""
    packed = [packing.packed(way, **rest) for way, rest in leads]
    return packing.Ways(b"".join(facts for facts, _ in packed), b"".join(times for _, times in packed))


def _way(chance):
    seconds = {name: chance.choice([None, 0, chance.randrange(10**7), MOST]) for name in paths.SECONDS}
    return paths.Way(chance.randrange(1 << packing.STEPS_BITS), {}, seconds)


def _rest(chance):
    return {
        "day": date(chance.choice([1969, 2026]), chance.randrange(1, 13), 28),
        "band": chance.choice("ABCD?-"),
        **{name: chance.choice(_IDS) for name in ("source", "campaign", "product", "team")},
    }
