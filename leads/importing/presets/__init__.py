"""What other programs call their columns: presets, by the headers of the vendors' own exports.

Headers stand in plain spelling (`targets.plain`). The first header of a target that a file has wins; what a preset does not
know is guessed as without one.
"""

from leads.importing.presets.crm import HUBSPOT, LEADSQUARED, PIPEDRIVE, SALESFORCE, ZOHO
from leads.importing.presets.preset import Preset
from leads.importing.presets.web import FACEBOOK, GA4, GOOGLE, MATOMO
from leads.importing.targets import plain

__all__ = ["Preset", "find", "names", "source_of"]

_ALL = {
    preset.name: preset for preset in (HUBSPOT, SALESFORCE, PIPEDRIVE, ZOHO, LEADSQUARED, FACEBOOK, GOOGLE, GA4, MATOMO)
}


def find(name):
    """The preset of that name, or None."""
    return _ALL.get(name.strip().casefold())


def names(kind):
    """The names of the presets that know this kind."""
    return [preset.name for preset in _ALL.values() if kind in preset.columns]


def source_of(name, header):
    """The source that rows come from if nobody named one: it is the namespace of their ids."""
    preset = find(name)
    if preset is None:
        return ""
    there = {plain(column) for column in header}
    return next((source for column, source in preset.sources.items() if column in there), preset.label)
