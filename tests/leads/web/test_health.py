import time
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from leads.web import health


@pytest.fixture(autouse=True)
def migrations(monkeypatch):
    """As in a process that has just started."""
    found = health.Migrations()
    monkeypatch.setitem(health.PROBES, "migrations", found)
    return found


@pytest.mark.parametrize("path", ["/healthz", "/healthz/live"])
def test_a_serving_process_is_alive_without_asking_the_database(client, path, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        response = client.get(path)

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


def test_ready_names_each_part(client, db):
    response = client.get("/healthz/ready")

    assert response.status_code == 200
    assert response.json()["parts"] == {"database": "ok", "migrations": "ok", "queue": "ok"}


def test_ready_answers_503_and_says_which_part_fails(client, db, monkeypatch):
    def broken():
        raise OSError("secret host name")

    monkeypatch.setitem(health.PROBES, "queue", broken)
    response = client.get("/healthz/ready")

    assert response.status_code == 503
    assert response.json()["parts"]["queue"] == "failing"
    assert "secret" not in response.content.decode()


def test_ready_waits_for_migrations(client, db):
    forget_the_migrations()

    response = client.get("/healthz/ready")

    assert response.json()["parts"]["migrations"] == "failing"


def test_asking_again_costs_one_query(client, db, django_assert_num_queries):
    client.get("/healthz/ready")

    with django_assert_num_queries(1):
        response = client.get("/healthz/ready")

    assert response.json()["parts"]["migrations"] == "ok"


def test_after_a_minute_the_migrations_are_looked_up_again(client, db, monkeypatch):
    client.get("/healthz/ready")
    forget_the_migrations()
    kept = client.get("/healthz/ready").json()["parts"]["migrations"]

    pass_seconds(monkeypatch, 61)
    response = client.get("/healthz/ready")

    assert kept == "ok"
    assert response.json()["parts"]["migrations"] == "failing"


def test_soon_after_migrating_the_process_is_ready(client, db, monkeypatch):
    with transaction.atomic():
        forget_the_migrations()
        failing = client.get("/healthz/ready")
        transaction.set_rollback(True)

    pass_seconds(monkeypatch, 6)
    response = client.get("/healthz/ready")

    assert (failing.status_code, response.status_code) == (503, 200)


def forget_the_migrations():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'leads'")


def pass_seconds(monkeypatch, seconds):
    """Let the clock of the process go on."""
    later = time.monotonic() + seconds
    monkeypatch.setattr(health, "time", SimpleNamespace(monotonic=lambda: later))


def test_health_is_never_kept_by_a_cache(client):
    response = client.get("/healthz/live")

    assert "no-store" in response["Cache-Control"]


def test_health_only_reads(client):
    assert client.post("/healthz").status_code == 405
