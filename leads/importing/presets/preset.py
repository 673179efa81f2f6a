"""What a preset is."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Preset:
    """One program. `columns` maps kind → header → target; `won` and `lost` map headers to folded values.

    `sales` are columns that sales fill in during or after the talk. `sources` maps id columns to the source whose ids they
    hold, where a program has several kinds of ids. `interactions` maps headers to the kind of all interactions of such a file.
    """

    name: str
    label: str
    columns: dict
    won: dict = field(default_factory=dict)
    lost: dict = field(default_factory=dict)
    sales: tuple = ()
    sources: dict = field(default_factory=dict)
    interactions: dict = field(default_factory=dict)
