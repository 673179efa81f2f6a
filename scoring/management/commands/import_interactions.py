"""`manage.py import_interactions FILE`: calls, meetings, e-mail events and visits of known people."""

from leads.enums import ImportKind
from scoring.management.importing import ImportCommand


class Command(ImportCommand):
    help = "Imports interactions from CSV, XLSX or JSON lines. Importing the same file again changes nothing."
    kind = ImportKind.INTERACTIONS
    words = {"--map": "what a column means: external_id@SOURCE (of the lead or contact), email, … (repeatable)"}
