"""A migration that cannot get its lock gives up, instead of making everybody wait behind it."""

import threading
import time

import psycopg
import pytest

from tests.ops.installation import installed

BACK = ("migrate", "config", "zero", "--lock-timeout", "0.5", "--pause", "0.5")


@pytest.fixture
def installation(tmp_path):
    with installed(tmp_path) as made:
        if not made.environment["DATABASE_URL"].startswith("postgres"):
            pytest.skip("PostgreSQL locks: run `make test-services`")
        yield made


def heartbeats_exist(installation):
    with psycopg.connect(installation.environment["DATABASE_URL"]) as session:
        return session.execute("SELECT to_regclass('config_heartbeat') IS NOT NULL").fetchone()[0]


@pytest.mark.services
def test_it_gives_up_with_a_plain_sentence_and_has_changed_nothing(installation):
    with psycopg.connect(installation.environment["DATABASE_URL"]) as reader:
        reader.execute("SELECT * FROM config_heartbeat")  # an open transaction of somebody who reads

        done = installation.manage(*BACK, "--attempts", "2", check=False)

    assert done.returncode == 1
    assert "The table is in use; trying again in 0.5 s." in done.stderr
    assert "Gave up after 2 attempts: another session holds a lock" in done.stderr
    assert "Traceback" not in done.stderr
    assert heartbeats_exist(installation)


@pytest.mark.services
def test_others_read_on_while_it_tries(installation):
    url = installation.environment["DATABASE_URL"]
    slowest = 0.0
    with psycopg.connect(url) as reader:
        reader.execute("SELECT * FROM config_heartbeat")
        migration = threading.Thread(
            target=installation.manage, args=(*BACK, "--attempts", "3"), kwargs={"check": False}
        )
        migration.start()
        with psycopg.connect(url, autocommit=True) as other:
            while migration.is_alive():
                started = time.monotonic()
                other.execute("SELECT * FROM config_heartbeat").fetchall()
                slowest = max(slowest, time.monotonic() - started)
                time.sleep(0.05)

    assert slowest < 5  # not as long as the reader stays, which is until the migration has ended


@pytest.mark.services
def test_it_succeeds_once_the_table_is_free(installation):
    with psycopg.connect(installation.environment["DATABASE_URL"]) as reader:
        reader.execute("SELECT * FROM config_heartbeat")
        freeing = threading.Timer(4, reader.rollback)
        freeing.start()

        done = installation.manage(*BACK, "--attempts", "60", check=False)
        freeing.join()

    assert done.returncode == 0
    assert not heartbeats_exist(installation)


@pytest.mark.services
def test_a_statement_that_takes_too_long_is_ended_with_a_plain_sentence(installation):
    with psycopg.connect(installation.environment["DATABASE_URL"]) as reader:
        reader.execute("SELECT * FROM config_heartbeat")

        done = installation.manage(*BACK[:3], "--lock-timeout", "60", "--statement-timeout", "1", check=False)

    assert done.returncode == 1
    assert "Gave up: a statement took longer than 1 seconds." in done.stderr
    assert heartbeats_exist(installation)
