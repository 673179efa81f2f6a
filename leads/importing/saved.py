"""Mappings that people keep under a name, for files that look alike."""

from dataclasses import asdict, fields, replace

from leads import cleaning
from leads.importing.mapping import Options
from leads.models import SavedMapping

MAX_NAME = 100


def keep(name, options, *, by, now):
    """Keep the options under a name; what was kept under it before is replaced. Returns the `SavedMapping`."""
    name = " ".join(cleaning.text(name).split())[:MAX_NAME]
    values = {"kind": options.kind, "mapping": asdict(options), "by": by, "created_at": now}
    return SavedMapping.objects.update_or_create(name=name, defaults=values)[0]


def options_of(stored):
    """`Options` out of what was stored; options that this version does not know are left out."""
    known = {item.name for item in fields(Options)}
    return Options(**{name: value for name, value in stored.items() if name in known})


def fitting(options, header):
    """The options without what they say about columns that this file does not have."""
    there = {name.casefold() for name in header}

    def is_there(text):
        parts = text.split("=")
        return any("=".join(parts[:cut]).casefold() in there for cut in range(1, len(parts)))

    return replace(
        options,
        id_column=options.id_column if options.id_column.casefold() in there else "",
        maps=[text for text in options.maps if is_there(text)],
        outcome=options.outcome if is_there(options.outcome) else "",
        lost=[text for text in options.lost if is_there(text)],
        sales_fields=[name for name in options.sales_fields if name.casefold() in there],
    )
