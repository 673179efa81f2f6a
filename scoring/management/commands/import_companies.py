"""`manage.py import_companies FILE`: companies by themselves."""

from leads.enums import ImportKind
from scoring.management.importing import ImportCommand


class Command(ImportCommand):
    help = "Imports companies. Importing the same file again changes nothing."
    kind = ImportKind.COMPANIES
