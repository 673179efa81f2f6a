"""Follow-ups, notes and products through the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from leads.models import FollowUp, Note, Product
from tests.factories import (
    FollowUpFactory,
    LeadFactory,
    NoteFactory,
    ProductFactory,
    TeamFactory,
    people,
)
from tests.leads.api.calling import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return Program()


@pytest.fixture
def north():
    return TeamFactory(name="North")


def days(number):
    return (timezone.now() + timedelta(days=number)).isoformat()


def test_a_follow_up_is_set_for_the_owner_of_the_lead(program):
    lead = LeadFactory(owner=people()["rita"])

    answer = program.post(
        "/follow-ups", {"lead": lead.pk, "kind": "call", "due_at": days(2), "note": "Ask for Ms Abel"}
    )

    found = answer.json()
    assert answer.status_code == 201
    assert (found["lead"], found["kind"], found["owner"], found["status"]) == (lead.pk, "call", "rita", "pending")
    assert program.get(f"/follow-ups/{found['id']}").json() == found


def test_a_follow_up_goes_only_to_somebody_who_may_own_the_lead(program, north):
    everybody = people()
    lead = LeadFactory(team=north, owner=everybody["rita"])
    body = {"lead": lead.pk, "kind": "call", "due_at": days(2)}

    good = program.post("/follow-ups", body | {"owner": "ralf"})
    bad = program.post("/follow-ups", body | {"owner": "sven"})

    assert good.json()["owner"] == "ralf"
    assert (bad.status_code, bad.json()["field"]) == (422, "owner")


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"due_at": days(-2)}, "due_at"), ({"due_at": "2027-01-01T10:00:00"}, "due_at"), ({"kind": "dance"}, "kind"),
     ({"note": "x" * 301}, "note"), ({"lead": 0}, "lead"), ({"lead": 2**63}, "lead"), ({"due_at": None}, "due_at")],
)  # fmt: skip
def test_a_follow_up_that_makes_no_sense_is_refused(program, changes, field):
    body = {"lead": LeadFactory().pk, "kind": "call", "due_at": days(2)} | changes

    answer = program.post("/follow-ups", body)

    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_a_closed_lead_gets_no_follow_up(program):
    lead = LeadFactory(stage="customer", outcome="won", closed_at=timezone.now())

    assert program.post("/follow-ups", {"lead": lead.pk, "kind": "call", "due_at": days(2)}).status_code == 409


def test_a_follow_up_is_moved_settled_and_taken_up_again(program):
    follow_up = FollowUpFactory(due_at=timezone.now() + timedelta(days=1))
    path = f"/follow-ups/{follow_up.pk}"

    moved = program.patch(path, {"due_at": days(5)})
    statuses = [program.patch(path, {"status": status}).json()["status"] for status in ("done", "cancelled", "pending")]

    assert moved.status_code == 200
    assert statuses == ["done", "cancelled", "pending"]
    program.patch(path, {"status": "done"})
    assert program.patch(path, {"due_at": days(6)}).status_code == 422


def test_follow_ups_are_filtered_and_sorted(program):
    late, soon = FollowUpFactory(due_at=timezone.now() + timedelta(days=9)), FollowUpFactory(due_at=timezone.now())
    done = FollowUpFactory(done_at=timezone.now(), lead=soon.lead)

    def ids(**query):
        return [found["id"] for found in program.get("/follow-ups", **query).json()["follow_ups"]]

    assert ids(sort="due") == [soon.pk, late.pk]
    assert ids(status="done") == [done.pk]
    assert ids(status="all", lead=soon.lead_id) == [soon.pk, done.pk]
    assert ids(due_before=days(3)) == [soon.pk]
    assert ids(owner="nobody") == []


def test_a_note_is_written_without_an_author(program):
    lead = LeadFactory()

    answer = program.post("/notes", {"lead": lead.pk, "text": "Called\nTwice"})

    assert answer.status_code == 201
    assert (answer.json()["text"], answer.json()["by"]) == ("Called\nTwice", None)
    assert [note["id"] for note in program.get("/notes", lead=lead.pk).json()["notes"]] == [answer.json()["id"]]


def test_a_deleted_note_is_missing(program):
    note = NoteFactory(deleted_at=timezone.now())

    assert program.get(f"/notes/{note.pk}").status_code == 404
    assert program.get("/notes").json()["notes"] == []


@pytest.mark.parametrize("resource", ["notes", "follow-ups"])
def test_a_key_of_a_team_knows_only_what_is_about_its_leads(north, resource):
    program = Program(team=north)
    foreign_lead, own_lead = LeadFactory(team=TeamFactory(name="South")), LeadFactory(team=north)
    factory = NoteFactory if resource == "notes" else FollowUpFactory
    foreign, own = factory(lead=foreign_lead), factory(lead=own_lead)
    body = {"text": "Called"} if resource == "notes" else {"kind": "call", "due_at": days(2)}

    assert [found["id"] for found in program.get(f"/{resource}").json()[resource.replace("-", "_")]] == [own.pk]
    missing = program.get(f"/{resource}/999999")
    answers = [
        program.get(f"/{resource}/{foreign.pk}"),
        program.post(f"/{resource}", body | {"lead": foreign_lead.pk}),
        program.post(f"/{resource}/bulk", {"items": [body | {"lead": lead.pk} for lead in (own_lead, foreign_lead)]}),
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, missing.content)}
    assert (Note.objects.count(), FollowUp.objects.count()) in ((2, 0), (0, 2))
    assert program.post(f"/{resource}/bulk", {"items": [body | {"lead": own_lead.pk}]}).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("resource", ["notes", "follow-ups", "products"])
def test_a_list_takes_one_query_whatever_its_length(program, resource, number, django_assert_num_queries):
    rita = people()["rita"]
    for _ in range(number):
        NoteFactory(by=rita), FollowUpFactory(owner=rita), ProductFactory()
    program.get(f"/{resource}")

    with django_assert_num_queries(2):
        program.get(f"/{resource}")


def test_a_product_is_kept_under_its_key(program):
    first = program.send("PUT", "/products/erp", {"name": "ERP"})
    second = program.send("PUT", "/products/erp", {"name": "ERP suite", "is_active": False}, if_match=first["ETag"])
    late = program.send("PUT", "/products/erp", {"name": "ERP"}, if_match=first["ETag"])

    assert (first.status_code, second.status_code, late.status_code) == (201, 200, 412)
    assert first.json() == {"id": Product.objects.get().pk, "key": "erp", "name": "ERP", "is_active": True}
    assert program.get("/products/erp").json() == second.json()
    assert program.get("/products", status="active").json()["products"] == []
    assert program.get("/products/crm").status_code == 404


def test_a_product_needs_a_name_of_its_own_and_a_plain_key(program):
    ProductFactory(name="ERP", slug="erp")

    assert program.send("PUT", "/products/crm", {"name": "ERP"}).json()["field"] == "name"
    assert program.send("PUT", "/products/CRM", {"name": "CRM"}).json()["field"] == "key"
    assert program.send("PUT", "/products/" + "x" * 61, {"name": "CRM"}).json()["field"] == "key"


def test_a_key_of_a_team_changes_no_products(north):
    ProductFactory(slug="erp")
    program = Program(team=north)

    assert program.get("/products/erp").status_code == 200
    assert program.send("PUT", "/products/erp", {"name": "Mine"}).status_code == 403
