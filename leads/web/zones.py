"""Time zones to choose from, with what the clock shows there."""

import zoneinfo
from functools import cache

AREAS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def _names():
    return sorted(name for name in zoneinfo.available_timezones() if name.partition("/")[0] in AREAS) + ["UTC"]


def zone_choices(now, *, keep=""):
    """(name, "Europe/Berlin, now 09:41") pairs, grouped by area as `<optgroup>`; an unusual stored zone `keep` stays on the list."""
    groups = {}
    for name in _names() + ([keep] if keep and keep not in _names() else []):
        try:
            clock = now.astimezone(zoneinfo.ZoneInfo(name)).strftime("%H:%M")
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            continue
        area = name.partition("/")[0]
        city = name.partition("/")[2].replace("_", " ") or name
        groups.setdefault(area, []).append((name, f"{city}, {clock}"))
    return list(groups.items())
