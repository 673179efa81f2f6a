"""Imports of leads from CSV files: reading, mapping, interpreting, applying, report."""

from leads.importing.mapping import Fault, Options
from leads.importing.reading import Unreadable
from leads.importing.running import Report, run

__all__ = ["Fault", "Options", "Report", "Unreadable", "run"]
