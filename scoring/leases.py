"""Claims on slices of work, so that two workers never do one slice twice and a killed worker's slice is taken over."""

from django.db import connection

from scoring.models import Lease


def claim(name, *, holder, now, until):
    """Take the lease `name` if it is free or has lapsed. Returns whether `holder` has it now."""
    # One statement, so that of two claims at the same moment one finds the other's row.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO scoring_lease (name, holder, expires_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at"
            " WHERE scoring_lease.expires_at <= %s",
            [name, holder, _moment(until), _moment(now)],
        )
        return cursor.rowcount == 1


def release(name, *, holder):
    """Give the lease back. Does nothing if somebody else has taken it over."""
    Lease.objects.filter(name=name, holder=holder).delete()


def held(prefix, *, now):
    """Names of the leases in force that begin with `prefix`."""
    return list(Lease.objects.filter(name__startswith=prefix, expires_at__gt=now).values_list("name", flat=True))


def _moment(at):
    return connection.ops.adapt_datetimefield_value(at)
