"""`bench import`: a CSV file of new leads through the import, against a bare COPY of the same file into a table without indexes.

The bound of SQLite is `executemany` of the same rows. `again` is the identical file a second time. Two numbers of rows tell
whether memory grows with the file. `tables` is what PostgreSQL takes for the same rows in the tables where they belong, with
their indexes and foreign keys, if they stand in other tables already: nothing that writes there can be faster.
"""

import csv
import random
import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection
from django.utils import timezone

from leads import importing
from leads.models import Contact, Lead
from scoring.bench import measuring

LIMIT, LIMIT_AGAIN, MOST_MB = 5.0, 7.0, 300
_HEADER = ("Email", "First Name", "Last Name", "Company", "Job Title", "Country", "City", "Phone")
_TITLES = ("Geschäftsführer", "Leiter Einkauf", "Sales Manager", "Engineer", "Head of IT", "")
_COUNTRIES = ("Germany", "Austria", "Switzerland", "France", "")
_CITIES = ("Berlin", "Wien", "Zürich", "Lyon", "München", "")


def run(*, leads=200_000, interactions=0):
    """Measure in a database of its own; returns the report. Interactions play no part.

    One pass each: a file is new only once. The bound is the median of five passes around it.
    """
    with measuring.own_database(), TemporaryDirectory(prefix="vorsprung-bench-") as folder:
        path = Path(folder) / "leads.csv"
        _write(path, leads)
        measuring.settle_all()
        canaries = [measuring.canary()]
        bounds = [_bare(path) for _ in range(3)]
        new = _timed(path)
        canaries.append(measuring.canary())
        wrong = [Contact.objects.count() != leads, Lead.objects.count() != leads]
        again = _timed(path)
        wrong += [Contact.objects.count() != leads, Lead.objects.count() != leads]
        bounds += [_bare(path) for _ in range(2)]
        tables = _tables() if connection.vendor == "postgresql" else None
        canaries.append(measuring.canary())
        bound = sorted(bounds)[len(bounds) // 2]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
        is_fast = new / bound <= LIMIT and again / bound <= LIMIT_AGAIN and peak < MOST_MB
        return {
            "name": "import",
            "bound_seconds": round(bound, 3),
            "ours_seconds": round(new, 3),
            "ratio": round(new / bound, 2),
            "limit": LIMIT,
            "iqr": [None, None],
            "pairs": 1,
            "verdict": "pass" if is_fast and not any(wrong) else "fail",
            "rows": leads,
            "rows_per_second": round(leads / new),
            "tables_seconds": tables and round(tables, 3),
            "tables_ratio": tables and round(new / tables, 2),
            "again_seconds": round(again, 3),
            "again_ratio": round(again / bound, 2),
            "again_limit": LIMIT_AGAIN,
            "peak_mb": round(peak, 1),
            "most_mb": MOST_MB,
            "samples": {"bound": bounds, "canary": canaries},
            "machine": measuring.machine(),
        }


def _write(path, rows):
    chance = random.Random(5)  # nosec B311
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        for n in range(rows):
            company = n // 5
            writer.writerow(
                (
                    f"erika{n}@firma{company}.example",
                    "Erika",
                    f"Muster{n}",
                    f"Firma {company}",
                    chance.choice(_TITLES),
                    chance.choice(_COUNTRIES),
                    chance.choice(_CITIES),
                    f"+49 30 {1_000_000 + n}",
                )
            )


def _bare(path):
    """Seconds to bring the file into a table as it is."""
    columns = ", ".join(f"c{n} text" for n in range(len(_HEADER)))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_bare")
        cursor.execute(f"CREATE TABLE bench_bare ({columns})")
        started = time.perf_counter()
        if connection.vendor == "postgresql":
            with path.open("rb") as file, cursor.copy("COPY bench_bare FROM STDIN WITH (FORMAT csv, HEADER)") as copy:
                while block := file.read(1 << 16):
                    copy.write(block)
        else:
            with path.open(newline="", encoding="utf-8") as file:
                rows = csv.reader(file)
                next(rows)
                places = ", ".join(["%s"] * len(_HEADER))
                cursor.executemany(f"INSERT INTO bench_bare VALUES ({places})", list(rows))  # nosec B608
        return time.perf_counter() - started


def _tables():
    """Seconds to write the rows of the import once more, by one INSERT per table."""
    names = ("leads_company", "leads_contact", "leads_lead", "leads_stagechange", "leads_importedrow")
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"CREATE TABLE bench_{name} AS SELECT * FROM {name} ORDER BY id")
        cursor.execute(f"TRUNCATE {', '.join(names)} CASCADE")
        started = time.perf_counter()
        for name in names:
            cursor.execute(f"INSERT INTO {name} TABLE bench_{name}")
        return time.perf_counter() - started


def _timed(path):
    started = time.perf_counter()
    importing.run(path, importing.Options(), now=timezone.now())
    return time.perf_counter() - started
