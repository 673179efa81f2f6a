"""`manage.py import_campaigns FILE`: campaigns with their costs."""

from leads.enums import ImportKind
from scoring.management.importing import ImportCommand


class Command(ImportCommand):
    help = "Imports campaigns and their costs. Importing the same file again changes nothing."
    kind = ImportKind.CAMPAIGNS
