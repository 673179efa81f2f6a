"""The statements that write scores, on either database. What is written, and why, `recording` decides."""

from django.db import connection, transaction

OWN = {
    "lead_id": "bigint",
    "score": "smallint",
    "fit": "smallint",
    "engagement": "smallint",
    "band": "varchar(1)",
    "lines": "text",
    "products": "jsonb",
    "top_product_id": "bigint",
    "persona": "varchar(60)",
    "revision": "integer",
    "valid_until": "date",
    "digest": "bigint",
}
"""Columns of a score that differ from lead to lead, with their types in PostgreSQL."""
SHARED = ("version", "engine", "as_of", "scored_at", "is_frozen")
"""Columns that are the same for a whole batch."""


NUMBERS = ("score", "fit", "engagement", "band", "rule_score")
"""What does not differ while a score only grows older."""

_CHUNK = 4_000
"""Rows per write transaction on SQLite, where it keeps every other writer waiting: some 50 ms."""


def write(columns, shared, *, only=None):
    """Store scores; returns how many were not overtaken by a higher revision.

    `columns` are lists, one for each of OWN and one named cause, which is why a history row is written (empty: it is not);
    `shared` are the values of SHARED. `only` names the columns that may differ from what is stored: its readers have
    found leads that are stored at the same revision and version, and no cause. It saves half of the time on SQLite.
    """
    size = len(columns["lead_id"])
    if not size:
        return 0
    if connection.vendor == "postgresql":
        return _write_all(columns, shared)
    written = 0
    for start in range(0, size, _CHUNK):
        chunk = {name: values[start : start + _CHUNK] for name, values in columns.items()}
        with transaction.atomic(), connection.cursor() as cursor:
            count = _renew(cursor, chunk, shared, only) if only else 0
            if count < len(chunk["lead_id"]):
                count = _write_chunk(cursor, list(zip(*chunk.values(), strict=True)), shared)
        written += count
    return written


def _renew(cursor, columns, shared, only):
    # The index of ranks is left alone when no score has moved, and shared values stand in the statement: both cost.
    given = dict(zip(SHARED, shared, strict=True))
    statement = (
        "UPDATE scoring_score SET "
        + "".join(f"{name} = %s, " for name in only)
        + f"as_of = '{given['as_of']}', scored_at = '{given['scored_at']}' WHERE lead_id = %s AND revision = %s"
        + f" AND version = {given['version']} AND engine = {given['engine']} AND NOT is_frozen"
    )
    numbers = {**columns, "rule_score": columns["score"]}
    rows = zip(*(numbers[name] for name in (*only, "lead_id", "revision")), strict=True)
    cursor.executemany(statement, list(rows))
    return cursor.rowcount


def _write_chunk(cursor, rows, shared):
    at, version = shared[SHARED.index("scored_at")], shared[SHARED.index("version")]
    history = [(row[0], *row[1:5], at, version, row[-1], row[0]) for row in rows if row[-1]]
    if history:
        cursor.executemany(_HISTORY_ROW, history)
    revision = list(OWN).index("revision")
    cursor.executemany(
        _UPDATE_ROW,
        [(*row[1:-1], row[1], *shared, at if row[-1] else None, row[0], row[revision]) for row in rows],
    )
    written = cursor.rowcount
    if written < len(rows):
        cursor.executemany(_INSERT_ROW, [(*row[:-1], row[1], *shared, at if row[-1] else None, row[0]) for row in rows])
        written += cursor.rowcount
    return written


def _write_all(columns, shared):
    leads = columns["lead_id"]
    named = dict(zip(SHARED, shared, strict=True), first=min(leads), last=max(leads))
    with transaction.atomic(), connection.cursor() as cursor:
        fill(cursor, "scoring_incoming", {**OWN, "cause": "varchar(8)"}, columns.values())
        cursor.execute(_HISTORY, named)
        cursor.execute(_UPDATE, named)
        written = cursor.rowcount
        if written < len(leads):
            cursor.execute(_INSERT, named)
            written += cursor.rowcount
        return written


_NAMES = ", ".join([*OWN, "rule_score", *SHARED, "history_at"])
_KEPT = ("lead_id", "history_at")
_HISTORY_ROW = (
    "INSERT INTO scoring_scorehistory (lead_id, score, fit, engagement, band, at, version, cause, stage)"
    " SELECT %s, %s, %s, %s, %s, %s, %s, %s, stage FROM leads_lead WHERE id = %s"
)
_UPDATE_ROW = (
    "UPDATE scoring_score SET "
    + ", ".join(f"{name} = %s" for name in _NAMES.split(", ") if name not in _KEPT)
    + ", history_at = COALESCE(%s, history_at) WHERE lead_id = %s AND revision <= %s"
)
_INSERT_ROW = (
    f"INSERT INTO scoring_score ({_NAMES}) SELECT {', '.join(['%s'] * len(_NAMES.split(',')))}"  # nosec B608
    " WHERE EXISTS (SELECT 1 FROM leads_lead WHERE id = %s) ON CONFLICT (lead_id) DO NOTHING"
)
_HISTORY = (
    "INSERT INTO scoring_scorehistory (lead_id, at, score, fit, engagement, band, stage, version, cause)"
    " SELECT i.lead_id, %(scored_at)s, i.score, i.fit, i.engagement, i.band, l.stage, %(version)s, i.cause"
    " FROM scoring_incoming i JOIN leads_lead l ON l.id = i.lead_id WHERE i.cause <> ''"
)
_HISTORY_AT = "CASE WHEN i.cause <> '' THEN %(scored_at)s::timestamptz"
_UPDATE = (
    "UPDATE scoring_score AS s SET rule_score = i.score, "
    + ", ".join(f"{name} = i.{name}" for name in OWN if name != "lead_id")
    + ", "
    + ", ".join(f"{name} = %({name})s" for name in SHARED)
    + f", history_at = {_HISTORY_AT} ELSE s.history_at END FROM scoring_incoming i"  # nosec B608
    " WHERE s.lead_id = i.lead_id AND s.revision <= i.revision"
    # Without the bounds each batch would walk through the whole table.
    " AND s.lead_id BETWEEN %(first)s AND %(last)s"
)
_INSERT = (
    f"INSERT INTO scoring_score ({_NAMES}) SELECT {', '.join(OWN)}, score, "  # nosec B608
    + ", ".join(f"%({name})s" for name in SHARED)
    + f", {_HISTORY_AT} END FROM scoring_incoming i"
    " WHERE EXISTS (SELECT 1 FROM leads_lead l WHERE l.id = i.lead_id) ON CONFLICT (lead_id) DO NOTHING"
)


def fill(cursor, table, declared, columns):
    """Fill a temporary table of this connection, made at first use, empty between transactions. PostgreSQL only.

    `declared` maps its columns to their types, `columns` are their values in the same order, as COPY takes them.
    """
    types = ", ".join(f"{name} {type_}" for name, type_ in declared.items())
    cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {table} ({types}) ON COMMIT DELETE ROWS")
    cursor.execute(f"DELETE FROM {table}")  # nosec B608
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        texts = (map(str, column) for column in columns)
        copy.write("\n".join(map("\t".join, zip(*texts, strict=True))) + "\n")


def escaped(texts):
    """Texts as COPY takes them: it reads backslashes as its own."""
    if connection.vendor != "postgresql":
        return texts
    return [text.replace("\\", "\\\\") if "\\" in text else text for text in texts]


def see(coordinates):
    """Remember that scoring has consumed these contacts: (id, revision, seen revision) as read before their facts.

    Returns for how many that was news.

    Contacts that somebody is just writing to are passed over: they are about to change anyway.
    """
    pairs = [(contact, revision) for contact, revision, seen in coordinates if seen != revision]
    if not pairs:
        return 0
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            fill(cursor, "scoring_seen", {"contact_id": "bigint", "revision": "integer"}, zip(*pairs, strict=True))
            cursor.execute(
                "WITH free AS (SELECT c.id, s.revision FROM leads_contact c JOIN scoring_seen s ON s.contact_id = c.id"
                " WHERE c.seen_revision < s.revision ORDER BY c.id FOR NO KEY UPDATE OF c SKIP LOCKED)"
                " UPDATE leads_contact SET seen_revision = free.revision FROM free WHERE leads_contact.id = free.id"
            )
            return cursor.rowcount
    seen = 0
    for start in range(0, len(pairs), _CHUNK):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE leads_contact SET seen_revision = %s WHERE id = %s AND seen_revision < %s",
                [(revision, contact, revision) for contact, revision in pairs[start : start + _CHUNK]],
            )
            seen += cursor.rowcount
    return seen
