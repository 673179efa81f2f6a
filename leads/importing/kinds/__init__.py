"""The kinds of imports: what the rows of a file are, what their columns may mean, and how they are written.

A kind is a module with `TARGETS` (name → target), `ID` (the target that `--id` names), `CUSTOM` (whose custom fields unknown
columns become, None: they are left out), `missing(mapping)` (why it cannot be imported like that, or ""), `Interpreter` (row →
record, or `interpreting.Rejected`) and `apply(records, context)` (→ `applying.Result`).
"""

from leads.enums import ImportKind
from leads.importing.kinds import campaigns, companies, deals, follow_ups, interactions, leads
from leads.importing.targets import plain

_KINDS = {
    ImportKind.LEADS: leads,
    ImportKind.COMPANIES: companies,
    ImportKind.DEALS: deals,
    ImportKind.INTERACTIONS: interactions,
    ImportKind.FOLLOW_UPS: follow_ups,
    ImportKind.CAMPAIGNS: campaigns,
}
_ALIASES = {"company": "company.name", "website": "company.domain", "company.website": "company.domain"}


def of(kind):
    """The module of a kind."""
    return _KINDS[ImportKind(kind)]


def targets(kind):
    """Name → target of a kind."""
    return of(kind).TARGETS


def id_target(kind):
    """The target that identifies a row."""
    return targets(kind)[of(kind).ID]


def by_header(kind, header):
    """The target that a header means, or None."""
    header = plain(header)
    return next((target for target in targets(kind).values() if header in target.headers), None)


def by_name(kind, name):
    """(the target that a person named, the source whose ids it speaks of): `external_id@Zoho Contacts`. (None, "") if none."""
    name, _sign, system = name.strip().partition("@")
    known = targets(kind)
    name = name.strip().casefold()
    for candidate in (name, _ALIASES.get(name), name.removeprefix("contact.").removeprefix("lead.")):
        if candidate in known:
            return known[candidate], system.strip()
    return None, ""
