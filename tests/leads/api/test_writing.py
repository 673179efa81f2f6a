"""What holds for every writing operation: keys of requests, versions of records, limits, and bodies of any kind."""

import json
import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.utils import timezone

from leads import idempotency, tasks
from leads.models import Contact, FollowUp, IdempotencyKey
from tests.factories import ContactFactory, LeadFactory
from tests.leads.api.calling import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return Program()


def call_about(lead):
    """What sets a follow-up."""
    return {"lead": lead.pk, "kind": "call", "due_at": (timezone.now() + timedelta(days=2)).isoformat()}


def test_the_same_request_under_the_same_key_is_answered_again_without_an_effect(program):
    body = call_about(LeadFactory())

    first, second = (program.post("/follow-ups", body, idempotency_key="k-1") for _ in range(2))

    assert (second.status_code, second.json()) == (first.status_code, first.json()) == (201, first.json())
    assert (first.has_header("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (False, "true")
    assert first["ETag"] == second["ETag"]
    assert FollowUp.objects.count() == 1


def test_another_request_under_the_same_key_is_refused(program):
    lead = LeadFactory()
    program.post("/follow-ups", call_about(lead), idempotency_key="k-1")

    other_body = program.post("/follow-ups", call_about(lead) | {"kind": "mail"}, idempotency_key="k-1")
    other_path = program.post("/contacts", {"email": "a@b.example"}, idempotency_key="k-1")

    assert (other_body.status_code, other_path.status_code) == (422, 422)
    assert FollowUp.objects.count() == 1


def test_a_key_belongs_to_the_program_that_used_it(program):
    body = call_about(LeadFactory())

    answers = [caller.post("/follow-ups", body, idempotency_key="k-1") for caller in (program, Program())]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert FollowUp.objects.count() == 2


def test_a_refused_request_gives_its_key_back(program):
    assert (
        program.post("/follow-ups", call_about(LeadFactory()) | {"lead": 999_999}, idempotency_key="k-1").status_code
        == 404
    )

    assert program.post("/follow-ups", call_about(LeadFactory()), idempotency_key="k-1").status_code == 201


def test_a_key_whose_first_request_is_still_at_work_answers_409(program):
    body = call_about(LeadFactory())
    raw = json.dumps(body).encode()
    digest = idempotency.digest("POST", "/api/v1/follow-ups", raw)
    idempotency.claim(program.row, key="k-1", digest=digest, now=timezone.now())

    assert program.post("/follow-ups", raw, idempotency_key="k-1").status_code == 409
    assert not FollowUp.objects.exists()


def test_a_key_left_behind_by_a_killed_process_is_free_after_two_minutes(program):
    body = call_about(LeadFactory())
    idempotency.claim(program.row, key="k-1", digest="x", now=timezone.now() - timedelta(minutes=3))

    assert program.post("/follow-ups", body, idempotency_key="k-1").status_code == 201


def test_who_was_overtaken_keeps_nothing(program):
    now = timezone.now()
    slow = idempotency.claim(program.row, key="k-1", digest="x", now=now)
    idempotency.claim(program.row, key="k-1", digest="x", now=now + timedelta(minutes=3))

    with pytest.raises(idempotency.Overtaken):
        idempotency.keep(slow, status=200, body={})


def test_keys_are_forgotten_after_a_day(program):
    body = call_about(LeadFactory())
    program.post("/follow-ups", body, idempotency_key="k-1")
    tomorrow = timezone.now() + timedelta(hours=25)

    with time_machine.travel(tomorrow):
        assert program.post("/follow-ups", body, idempotency_key="k-1").status_code == 201
        program.post("/follow-ups", body, idempotency_key="k-2")
        tasks.forget_answers()
        assert IdempotencyKey.objects.count() == 2
    with time_machine.travel(tomorrow + timedelta(hours=25)):
        tasks.forget_answers()
        assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 121, "é"])
def test_a_key_that_is_none_is_refused(program, key):
    answer = program.post("/follow-ups", call_about(LeadFactory()), idempotency_key=key)

    assert answer.status_code == 400


@pytest.mark.django_db(transaction=True)
def test_two_at_once_under_one_key_have_one_effect():
    program = Program()
    body = call_about(LeadFactory())
    statuses, gate = [], threading.Barrier(4)

    def call():
        gate.wait()
        try:
            statuses.append(program.post("/follow-ups", body, idempotency_key="k-1").status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert FollowUp.objects.count() == 1


def test_a_change_names_the_version_that_it_changes(program):
    contact = ContactFactory()
    read = program.get(f"/contacts/{contact.pk}")

    changed = program.patch(f"/contacts/{contact.pk}", {"phone": "1"}, if_match=read["ETag"])
    late = program.patch(f"/contacts/{contact.pk}", {"phone": "2"}, if_match=read["ETag"])

    assert (changed.status_code, late.status_code) == (200, 412)
    assert changed["ETag"] != read["ETag"]
    assert program.get(f"/contacts/{contact.pk}")["ETag"] == changed["ETag"]
    assert Contact.objects.get().phone == "1"
    assert (
        program.patch(f"/contacts/{contact.pk}", {"phone": "2"}, if_match=f'"x", {changed["ETag"]}').status_code == 200
    )
    assert program.patch(f"/contacts/{contact.pk}", {"phone": "3"}, if_match="*").status_code == 200
    assert program.patch(f"/contacts/{contact.pk}", {"phone": "4"}, if_match="nonsense").status_code == 412


def test_a_key_that_asks_too_often_is_told_when_to_come_back(program, settings):
    settings.API_RATE = 2
    caches["limits"].clear()
    with time_machine.travel(timezone.now().replace(second=20, microsecond=0), tick=False):
        statuses = [program.get("/notes").status_code for _ in range(2)]
        refused = program.get("/notes")
        other = Program().get("/notes")
    with time_machine.travel(timezone.now().replace(second=20) + timedelta(minutes=1), tick=False):
        later = program.get("/notes")

    assert statuses == [200, 200]
    assert (refused.status_code, refused["Retry-After"]) == (429, "40")
    assert "40" in refused.json()["detail"]
    assert (other.status_code, later.status_code) == (200, 200)


def test_events_are_not_counted(program, settings):
    settings.API_RATE = 1
    caches["limits"].clear()
    event = {"kind": "page_view", "email": "a@b.example", "occurred_at": timezone.now().isoformat()}

    statuses = {program.post("/events", event | {"event_id": f"e-{number}"}).status_code for number in range(3)}

    assert statuses == {202}


def test_counting_goes_on_without_its_counter(program, settings):
    settings.API_RATE = 1
    settings.CACHES = settings.CACHES | {
        "limits": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    caches["default"].clear()

    with time_machine.travel(timezone.now(), tick=False):
        statuses = [program.get("/notes").status_code for _ in range(2)]

    assert statuses == [200, 429]


DEEP = '{"email": "a@b.example", "custom": ' + '{"x": ' * 40 + "1" + "}" * 41
WIDE = json.dumps({"email": "a@b.example", "custom": {f"k{number}": 1 for number in range(1_001)}})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (DEEP, 400),
        (WIDE, 400),
        ('{"email": "a@b.example", "first_name": "' + "x" * 1024 * 1024 + '"}', 413),
        ('{"email": "a@b.example", "custom": {"x": NaN}}', 400),
        ('{"email": "a@b.example", "custom": {"x": 1e999}}', 400),
        ('{"email": "a@b.example", "custom": {"x": ' + "9" * 400 + "}}", 400),
        ('{"email": "a@b.example", "first_name": "\\u0000"}', 400),
        ('{"email": "a@b.example", "custom": {"\\u0000": 1}}', 400),
        ('{"email": "a@b.example", "first_name": "\\ud800"}', 400),
        (b'{"email": "\xff"}', 400),
        ("[]", 400),
        (" ", 400),
        ("{", 400),
        ('"x"', 400),
    ],
)
def test_a_body_of_any_kind_is_answered(program, body, status):
    answer = program.post("/contacts", body)

    assert answer.status_code == status
    assert answer.json()["detail"]
    assert not Contact.objects.exists()


def test_only_json_is_read(program, client):
    answer = client.post("/api/v1/contacts", {"email": "a@b.example"}, HTTP_AUTHORIZATION=f"Bearer {program.key}")

    assert answer.status_code == 415


@pytest.mark.parametrize("path", ["/contacts/", "/companies/", "/leads/", "/notes/", "/follow-ups/", "/deals/"])
@pytest.mark.parametrize("pk", ["0", str(2**63), "9" * 5000, "-1", "x", "%00"])
def test_ids_that_no_database_has_are_missing(program, path, pk):
    answers = [program.get(path + pk), program.patch(path + pk, {})]

    assert {answer.status_code for answer in answers} <= {404, 405}
    assert answers[0].json()["detail"]


@pytest.mark.parametrize("path", ["/contacts", "/companies", "/leads", "/notes", "/follow-ups", "/products", "/deals"])
def test_a_question_that_makes_no_sense_is_refused(program, path):
    assert program.get(path).status_code == 200
    for query in ({"limit": 0}, {"limit": 201}, {"sort": "phone"}, {"after": "x"}, {"after": "W10"}, {"colour": "red"},
                  {"after": "é"}, {"after": "bnVsbA"}, {"sort": ["id", "id"]}):  # fmt: skip
        answer = program.get(path, **query)
        assert answer.status_code == 422, query
        assert isinstance(answer.json()["detail"], str)


def test_a_nul_in_a_question_is_refused(program):
    assert program.get("/contacts", external_id="a\0b").status_code == 422
    assert program.get("/leads", owner="a\0b").status_code == 422
