"""The events API, through its front door."""

import json
from datetime import timedelta
from unittest import mock

import pytest
from django.utils import timezone

from leads import apikeys, hints
from leads.models import ApiKey, Contact, Interaction, Lead
from tests.factories import LeadFactory, ProductFactory, SourceFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

EVENTS, BATCH = "/api/v1/events", "/api/v1/events/batch"


@pytest.fixture(autouse=True)
def woken(monkeypatch):
    """How often scoring was woken; no broker is asked."""
    wake = mock.Mock()
    monkeypatch.setattr(hints, "rescore", wake)
    return wake


@pytest.fixture
def key():
    return make_key()


def make_key(*scopes, **changes):
    given = {"name": "Shop", "scopes": scopes or ["events:write"], "source": SourceFactory(), "now": timezone.now()}
    return apikeys.create(**given | changes)[1]


def event(**changes):
    at = (timezone.now() - timedelta(hours=1)).isoformat()
    return {"event_id": "e-1", "kind": "download", "occurred_at": at, "email": "erika@firma.de"} | changes


def post(client, body, *, key=None, path=EVENTS, **extra):
    if key:
        extra["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    if not isinstance(body, str | bytes):
        body = json.dumps(body)
    return client.post(path, body, **{"content_type": "application/json"} | extra)


def test_an_event_is_accepted_and_scoring_woken(client, key, woken):
    response = post(client, event(), key=key)

    lead = Lead.objects.get()
    assert response.status_code == 202
    assert response.json() == {
        "event_id": "e-1",
        "status": "accepted",
        "lead": lead.pk,
        "contact": lead.contact_id,
        "error": None,
        "notices": [],
    }
    assert lead.source.name == "Website"
    assert woken.call_count == 1


def test_a_second_delivery_is_a_duplicate_and_wakes_nobody(client, key, woken):
    first = post(client, event(), key=key).json()

    second = post(client, event(), key=key)

    assert second.status_code == 202
    assert second.json() == first | {"status": "duplicate"} | {"error": second.json()["error"]}
    assert Interaction.objects.count() == 1
    assert woken.call_count == 1


def test_another_event_under_a_known_id_is_a_duplicate_with_a_word_about_it(client, key):
    post(client, event(), key=key)

    response = post(client, event(kind="webinar"), key=key)

    assert (response.status_code, response.json()["status"]) == (202, "duplicate")
    assert response.json()["error"]
    assert Interaction.objects.get().kind == "download"


def test_all_fields_arrive(client, key):
    ProductFactory(slug="crm")
    contact = {"first_name": "Erika", "company": {"name": "Firma GmbH", "employees": 250}}

    response = post(
        client,
        event(external_id="17", path="/guide", asset="Guide", product="crm", payload={"pages": 3}, contact=contact),
        key=key,
    )

    assert response.status_code == 202
    interaction = Interaction.objects.get()
    assert (interaction.path, interaction.asset, interaction.product.slug) == ("/guide", "Guide", "crm")
    assert interaction.payload == {"pages": 3}
    assert (interaction.contact.first_name, interaction.contact.company.employees) == ("Erika", 250)
    assert (interaction.contact.source_system, interaction.contact.external_id) == ("Website", "17")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "dance"}, "kind"),
        ({"occurred_at": "2026-01-01T10:00:00"}, "occurred_at"),
        ({"occurred_at": 1_700_000_000}, "occurred_at"),
        ({"email": "nonsense"}, "email"),
        ({"email": "a\ud800@firma.de"}, "email"),
        ({"event_id": "\ud800"}, "event_id"),
        ({"product": "\ud800"}, "product"),
        ({"product": {"id": 1}}, "product"),
        ({"contact": {"owner": "rita"}}, "contact.owner"),
        ({"contact": "Erika"}, "contact"),
        ({"contact": {"company": {"domain": "\ud800.de"}}}, "contact.company.domain"),
        ({"contact": {"\ud800": 1}}, None),
        ({"verdict": "machine"}, "verdict"),
        ({"by": 1}, "by"),
        ({"contact_fields": {}}, "contact_fields"),
        ({"source_system": "crm"}, "source_system"),
        ({"team": "North"}, "team"),
    ],
)
def test_what_cannot_be_recorded_is_refused_by_field(client, key, woken, changes, field):
    response = post(client, event(**changes), key=key)

    assert response.status_code == 422
    assert field is None or response.json()["field"] == field
    assert not Contact.objects.exists()
    assert woken.call_count == 0


def test_a_batch_answers_item_by_item(client, key, woken):
    events = [event(), event(event_id="e-2", kind="dance"), event(), "nonsense", event(event_id="e-3", by=1)]

    response = post(client, {"events": events}, key=key, path=BATCH)

    assert response.status_code == 202
    results = response.json()["results"]
    assert [result["status"] for result in results] == ["accepted", "refused", "duplicate", "refused", "refused"]
    assert [result["event_id"] for result in results] == ["e-1", "e-2", "e-1", "", "e-3"]
    assert results[1]["error"].startswith("kind: ")
    assert Interaction.objects.count() == 1
    assert woken.call_count == 1


@pytest.mark.parametrize("body", [{}, {"events": 5}, {"events": [], "x": 1}])
def test_a_batch_is_a_list_of_events(client, key, body):
    assert post(client, body, key=key, path=BATCH).status_code == 422


def test_a_batch_has_at_most_1000_events(client, key):
    assert post(client, {"events": [{}] * 1_001}, key=key, path=BATCH).status_code == 413


def test_without_a_key_there_is_nothing(client):
    _row, revoked = apikeys.create(
        name="x", scopes=["events:write"], source=SourceFactory(), now=timezone.now() - timedelta(days=2)
    )
    apikeys.revoke(_row, by=UserFactory(), now=timezone.now())

    for given in (None, "nonsense", revoked):
        response = post(client, event(), key=given)
        assert response.status_code == 401
        assert response["WWW-Authenticate"].startswith("Bearer")
        assert response.json()["detail"]
    assert not Interaction.objects.exists()


def test_a_key_for_reading_writes_nothing(client):
    response = post(client, event(), key=make_key("leads:read"))

    assert response.status_code == 403
    assert "events:write" in response.json()["detail"]
    assert not Interaction.objects.exists()


def test_the_key_is_checked_before_the_body(client):
    assert post(client, "not json").status_code == 401


def test_a_session_is_no_key(client):
    client.force_login(UserFactory(role="administrator"))

    assert post(client, event()).status_code == 401


DEEP = '{"event_id": "x", "payload": ' + '{"a":' * 1_000 + "1" + "}" * 1_001


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (DEEP, 400),
        ("[" * 100_000 + "]" * 100_000, 400),
        ('{"payload": {' + ",".join(f'"k{number}": 1' for number in range(1_200)) + "}}", 400),
        (json.dumps({"payload": {"text": "x" * 1_100_000}}), 413),
        ('{"payload": {"n": NaN}}', 400),
        ('{"payload": {"n": -Infinity}}', 400),
        ('{"payload": {"n": 1e400}}', 400),
        ('{"payload": {"n": ' + "9" * 5_000 + "}}", 400),
        (b'{"event_id": "\xff\xfe"}', 400),
        ('{"event_id": "x"}'.encode("utf-16"), 400),
        ('{"event_id": ', 400),
        ("[]", 400),
        ('"x"', 400),
        ("null", 400),
        (" ", 400),
        ("{}", 422),
    ],
    ids=range(16),
)
def test_bad_bodies_are_refused_before_anything_is_done(client, key, body, status):
    response = post(client, body, key=key)

    assert response.status_code == status
    assert response.json()["detail"]
    assert not Interaction.objects.exists()


def test_brackets_and_colons_in_texts_are_no_nesting(client, key):
    text = '"{[:' * 2_000 + "\\"

    response = post(client, event(payload={"text": text}), key=key)

    assert response.status_code == 202
    assert Interaction.objects.get().payload == {"text": text}


def test_a_batch_may_be_larger_but_not_without_end(client, key):
    large = {"events": [event(event_id=f"e-{n}", payload={"text": "x" * 30_000}) for n in range(50)]}
    too_large = {"events": [event(event_id=f"e-{n}", payload={"text": "x" * 30_000}) for n in range(80)]}

    assert post(client, large, key=key, path=BATCH).status_code == 202
    assert post(client, too_large, key=key, path=BATCH).status_code == 413


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_other_content_types_are_refused(client, key, content_type):
    assert post(client, json.dumps(event()), key=key, content_type=content_type).status_code == 415


def test_the_content_type_may_name_its_encoding(client, key):
    assert post(client, event(), key=key, content_type="application/json; charset=utf-8").status_code == 202


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "trace"])
def test_other_methods_are_not_allowed(client, method):
    assert getattr(client, method)(EVENTS).status_code == 405


def test_a_slash_too_many_is_missing_and_drops_no_body_silently(client, key):
    assert post(client, event(), key=key, path=EVENTS + "/").status_code == 404


def test_a_key_with_a_team_does_not_learn_of_other_teams_leads(client):
    lead = LeadFactory(contact__email="erika@firma.de", team=TeamFactory(name="South"))

    response = post(client, event(), key=make_key(team=TeamFactory(name="North")))

    assert response.json()["lead"] is None
    assert Interaction.objects.get().contact == lead.contact


def test_a_key_with_a_team_does_not_learn_which_addresses_other_teams_know(client):
    theirs = LeadFactory(contact__email="erika@firma.de", team=TeamFactory(name="South"))
    north = TeamFactory(name="North")
    ours = LeadFactory(contact__email="otto@firma.de", team=north)
    key = make_key(team=north)

    found = [
        post(client, event(event_id=lead.contact.email, email=lead.contact.email), key=key).json()["contact"]
        for lead in (theirs, ours)
    ]

    assert found == [None, ours.contact_id]


def test_no_address_and_no_key_stands_in_the_logs(client, key, caplog):
    caplog.set_level("DEBUG")

    post(client, event(), key=key)
    post(client, event(email="otto@firma.de", kind="dance"), key=key)
    post(client, "nonsense", key=key)

    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not [line for line in ours if "firma.de" in line or key in line]
    assert ApiKey.objects.get().last_used_at
