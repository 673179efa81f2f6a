import pytest
from django.db import connection

from leads.web import health


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
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'leads'")

    response = client.get("/healthz/ready")

    assert response.json()["parts"]["migrations"] == "failing"


def test_health_is_never_kept_by_a_cache(client):
    response = client.get("/healthz/live")

    assert "no-store" in response["Cache-Control"]


def test_health_only_reads(client):
    assert client.post("/healthz").status_code == 405
