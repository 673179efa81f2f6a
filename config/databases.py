"""Whether the database has the tables that this version of the code expects."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def is_behind():
    """True if there are migrations that have not been applied, as on an empty database."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
