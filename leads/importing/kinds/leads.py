"""Leads and contacts: one row is one person and one sales cycle."""

from django.utils.translation import gettext

from leads.enums import Entity
from leads.importing import applying, interpreting, targets

TARGETS = targets.TARGETS
ID = "external_id"
CUSTOM = Entity.CONTACT
Interpreter = interpreting.Interpreter
apply = applying.apply


def missing(mapping):
    """Why nobody can be told from anybody else, or ""."""
    if mapping.target("email") or mapping.target("external_id") or mapping.rules.get("hash_id"):
        return ""
    return gettext('No column identifies a person: name one with --id COLUMN or --map "COLUMN=email".')
