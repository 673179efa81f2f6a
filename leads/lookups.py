"""Lookups of our own. Registered when the app is ready."""

from django.core.exceptions import EmptyResultSet
from django.db.models import Field, ForeignKey
from django.db.models.lookups import In


class Among(In):
    """`in` for long lists: on PostgreSQL one array instead of a parameter per value, which took longer to write than to ask.

    Takes values and keys, no querysets and no objects.
    """

    lookup_name = "among"

    def as_postgresql(self, compiler, connection):
        """SQL and parameters: `column = ANY(array)`."""
        left, parameters = self.process_lhs(compiler, connection)
        wanted = list(dict.fromkeys(value for value in self.rhs if value is not None))
        if not wanted:
            raise EmptyResultSet
        return f"{left} = ANY(%s)", [*parameters, wanted]


def register():
    """Make `field__among=[…]` known, for foreign keys as `field_id__among`."""
    Field.register_lookup(Among)
    ForeignKey.register_lookup(Among)
