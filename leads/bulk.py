"""Many new rows at once: by COPY on PostgreSQL, where building INSERTs took half of the time of an import."""

import json
from operator import attrgetter

from django.db import connections, models, router, transaction

SMALL = 40
"""So few rows are not worth the two statements that COPY needs."""


def insert(rows):
    """Store new objects of one model, like `bulk_create`, and give them their keys; returns them.

    Objects that they point at have to be stored already. Raises what `bulk_create` raises. A constant number of statements.
    """
    rows = list(rows)
    if not rows:
        return rows
    model = type(rows[0])
    database = router.db_for_write(model)
    connection = connections[database]
    if not _takes_copy(connection, rows):
        return model._default_manager.bulk_create(rows)
    fields = _fields(model)
    with transaction.atomic(using=database, savepoint=False), connection.cursor() as cursor:
        _give_keys(cursor, rows)
        columns = [_of_objects(field, rows, connection) for field in fields]
        _copy(cursor, model._meta.db_table, fields, columns)
    for row in rows:
        row._state.adding, row._state.db = False, database
    return rows


def insert_values(model, names, rows, *, ignore_conflicts=False):
    """Store rows that nobody needs as objects: tuples of values for the columns `names`; the other columns get their defaults.

    With `ignore_conflicts` rows that are there already are left out. Raises what `bulk_create` raises.
    """
    rows = list(rows)
    if not rows:
        return
    database = router.db_for_write(model)
    connection = connections[database]
    if not _takes_copy(connection, rows):
        objects = [model(**dict(zip(names, row, strict=True))) for row in rows]
        model._default_manager.bulk_create(objects, ignore_conflicts=ignore_conflicts)
        return
    given = dict(zip(names, zip(*rows, strict=True), strict=True))
    fields = [field for field in _fields(model) if not field.primary_key]
    columns = [
        _prepared(field, given[field.attname], connection)
        if field.attname in given
        else _prepared(field, [field.get_default()], connection) * len(rows)
        for field in fields
    ]
    with transaction.atomic(using=database, savepoint=False), connection.cursor() as cursor:
        if ignore_conflicts:
            _insert_missing(cursor, model._meta.db_table, fields, columns)
        else:
            _copy(cursor, model._meta.db_table, fields, columns)


def _takes_copy(connection, rows):
    return connection.vendor == "postgresql" and len(rows) >= SMALL


def _fields(model):
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def _give_keys(cursor, rows):
    missing = [row for row in rows if row.pk is None]
    options = rows[0]._meta
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
        [options.db_table, options.pk.column, len(missing)],
    )
    for row, (key,) in zip(missing, cursor.fetchall(), strict=True):
        row.pk = key


def _copy(cursor, table, fields, columns):
    statement = f"COPY {table} ({_names(fields)}) FROM STDIN"
    with cursor.db.wrap_database_errors, cursor.copy(statement) as copy:
        for values in zip(*columns, strict=True):
            copy.write_row(values)


def _insert_missing(cursor, table, fields, columns):
    incoming, names = f"incoming_{table}", _names(fields)
    cursor.execute(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {incoming} ON COMMIT DELETE ROWS AS"  # nosec B608 - our own model's
        f" SELECT {names} FROM {table} WITH NO DATA"
    )
    cursor.execute(f"DELETE FROM {incoming}")  # nosec B608
    _copy(cursor, incoming, fields, columns)
    cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {incoming} ON CONFLICT DO NOTHING")  # nosec B608


def _names(fields):
    return ", ".join(f'"{field.column}"' for field in fields)


def _of_objects(field, rows, connection):
    if isinstance(field, models.ForeignKey):
        return [_key(field, row) for row in rows]
    return _prepared(field, map(attrgetter(field.attname), rows), connection)


def _prepared(field, values, connection):
    """The values of one field as the driver takes them: a list."""
    if isinstance(field, models.JSONField):
        return [None if value is None else json.dumps(value, cls=field.encoder) for value in values]
    if isinstance(field, (models.CharField, models.TextField)):
        # Members of a TextChoices are texts, but the driver would write their names.
        return [value if value is None or type(value) is str else str(value) for value in values]
    if isinstance(field, (models.ForeignKey, models.DateTimeField, models.BooleanField, models.UUIDField)):
        return list(values)
    return [None if value is None else field.get_db_prep_save(value, connection) for value in values]


def _key(field, row):
    """The key that the row points at, also if the other object got its own only after it was given to this one."""
    key = getattr(row, field.attname)
    if key is None and field.is_cached(row):
        other = getattr(row, field.name)
        if other is not None:
            if other.pk is None:
                raise ValueError(f"{field.name} is not stored yet.")
            setattr(row, field.attname, other.pk)
            return other.pk
    return key
