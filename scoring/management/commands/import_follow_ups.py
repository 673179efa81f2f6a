"""`manage.py import_follow_ups FILE`: what is still to be done about leads."""

from leads.enums import ImportKind
from scoring.management.importing import ImportCommand


class Command(ImportCommand):
    help = "Imports follow-ups. Importing the same file again changes nothing."
    kind = ImportKind.FOLLOW_UPS
    words = {"--map": "what a column means: external_id@SOURCE (of the lead or contact), email, … (repeatable)"}
