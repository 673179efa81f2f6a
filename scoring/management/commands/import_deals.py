"""`manage.py import_deals FILE`: deals with their amounts and how they ended, linked to leads by id or address."""

from leads.enums import ImportKind
from scoring.management.importing import ImportCommand


class Command(ImportCommand):
    help = "Imports deals and moves their leads. Importing the same file again changes nothing."
    kind = ImportKind.DEALS
    words = {
        "--id": "the column with the deal's own id",
        "--map": "what a column means: external_id (of the lead or contact), email, name, amount, closed_on … (repeatable)",
        "--outcome": "rows with this value are won; what neither this nor --lost names is open",
        "--lost": "rows with this value are lost (repeatable)",
    }
