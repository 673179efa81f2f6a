"""What somebody with a browser, a key or a file may try. Each is answered in good order, and tells or breaks nothing."""

import base64
import csv
import io
import json
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DataError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads import apikeys, tags, teams
from leads.enums import Stage
from leads.models import Action, CustomField, FollowUp, Interaction, Lead, StageChange
from tests.factories import MONDAY, FollowUpFactory, LeadFactory, SourceFactory, people

pytestmark = pytest.mark.django_db

ENDS_OF_THE_CALENDAR = ["0001-01-01T00:00+23:59", "0001-01-01", "9999-12-31T23:59-23:59", "9999-12-31"]


@pytest.fixture
def rita():
    return people()["rita"]


@pytest.fixture
def client(rita):
    client = Client(raise_request_exception=False)
    client.force_login(rita)
    return client


@pytest.fixture
def lead(rita):
    return LeadFactory(team=rita.teams.get(), stage=Stage.MQL)


@pytest.mark.parametrize("moment", ENDS_OF_THE_CALENDAR)
def test_a_moment_at_the_end_of_the_calendar_is_refused(client, lead, moment):
    task = FollowUpFactory(lead=lead, due_at=timezone.now() + timedelta(days=1))
    given = {"lead": lead.pk, "kind": "call", "due": moment, "until": moment, "confirmed": 1}

    statuses = [
        client.post(f"/leads/{lead.pk}/follow-up/", given).status_code,
        client.post(f"/leads/{lead.pk}/snooze/", given).status_code,
        client.post(f"/followups/{task.pk}/move/", given).status_code,
        client.post("/board/bulk/", {**given, "verb": "follow_up"}).status_code,
        client.post("/board/bulk/", {**given, "verb": "snooze"}).status_code,
    ]

    assert statuses == [302, 302, 302, 200, 200]
    assert FollowUp.objects.get().due_at == task.due_at
    assert Lead.objects.get().snoozed_until is None


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_place_in_the_timeline_at_the_end_of_the_calendar_shows_its_beginning(client, lead, moment):
    response = client.get(f"/leads/{lead.pk}/", {"before": f"{moment}~note~1"})

    assert response.status_code == 200


def test_a_digit_of_another_script_is_no_team(client, lead):
    response = client.post("/board/bulk/", {"verb": "team", "lead": lead.pk, "team": "²", "confirmed": 1})

    assert response.status_code == 200
    assert "Choose a team." in response.content.decode()


def test_the_second_press_of_a_button_may_not_bring_other_nonsense(client, lead):
    address = f"/leads/{lead.pk}/follow-up/"
    client.post(address, {"kind": "call", "days": "3", "token": "x"})

    response = client.post(address, {"kind": "dance", "token": "x"}, follow=True)

    assert "Choose what is to be done." in response.content.decode()
    assert FollowUp.objects.get().kind == "call"


def test_what_no_database_can_hold_is_taken_out_of_words(client, lead):
    client.post(f"/leads/{lead.pk}/follow-up/", {"kind": "call", "days": "3", "note": "a\0b\u202e"})
    client.post(f"/leads/{lead.pk}/reject/", {"reason": "no_need", "text": "a\0b\u202e"})

    assert FollowUp.objects.get().note == "ab"
    assert StageChange.objects.filter(to_stage=Stage.NURTURE).get().reason == "no_need: ab"


def test_a_form_sent_without_the_last_slash_is_not_dropped_silently(client, lead):
    response = client.post(f"/leads/{lead.pk}/snooze", {"days": "3"})

    assert response.status_code == 404
    assert client.get(f"/leads/{lead.pk}").status_code == 301


@pytest.mark.parametrize("address", ["/", "/profile/", "/login/", "/admin/", "/language/"])
def test_trace_is_never_answered(client, address):
    assert client.trace(address).status_code == 405


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_the_profile_is_read_and_posted_only(client, method):
    assert getattr(client, method)("/profile/").status_code == 405


def test_tags_of_another_team_are_not_offered(rita, client, lead):
    sven = people()["sven"]
    theirs = tags.add(LeadFactory(team=sven.teams.get()), name="Takeover talks", by=sven, now=MONDAY)
    tags.add(lead, name="Fair", by=rita, now=MONDAY)

    panel = client.get("/", {"panel": 1}).content.decode()
    page = client.get(f"/leads/{lead.pk}/").content.decode()
    narrowed = client.get("/", {"tag": theirs.pk}).content.decode()

    assert "Fair" in panel and "Fair" in page
    assert "Takeover talks" not in panel + page + narrowed


def test_an_export_tells_the_time_in_the_zone_of_who_asks(rita, client, lead):
    rita.time_zone = "Pacific/Auckland"
    rita.save()
    Lead.objects.update(last_activity_at=MONDAY)

    text = b"".join(client.get("/board/export/").streaming_content).decode("utf-8-sig")

    row = next(csv.DictReader(io.StringIO(text)))
    assert row["Last activity"].endswith("+13:00")


@pytest.fixture
def key():
    source = SourceFactory()
    return apikeys.create(name="Shop", scopes=["events:write"], source=source, now=timezone.now())[1]


def send(body, key):
    return Client().post(
        "/api/v1/events", body, content_type="application/json", headers={"authorization": f"Bearer {key}"}
    )


def event(**changes):
    at = timezone.now() - timedelta(hours=1)
    given = {"event_id": "e-1", "kind": "download", "occurred_at": at.isoformat(), "email": "erika@firma.de"}
    return json.dumps(given | changes)


def test_a_string_that_never_ends_is_refused_at_once(key):
    body = '{"event_id": "' + '\\"' * 400_000
    started = time.perf_counter()

    response = send(body, key)

    assert response.status_code == 400
    assert time.perf_counter() - started < 5


def test_a_megabyte_of_spaces_is_no_date_and_says_so_at_once(key):
    CustomField.objects.create(entity="contact", key="renewal", label="Renewal", type="date")
    body = event(contact={"custom": {"renewal": "1" + " " * 900_000 + "x"}})
    started = time.perf_counter()

    response = send(body, key)

    assert response.status_code == 422
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    "changes", [{"email": " " * 900_000 + "erika@firma.de"}, {"contact": {"company": {"domain": "a" * 900_000}}}]
)
def test_a_megabyte_is_no_address_and_no_domain(key, changes):
    assert send(event(**changes), key).status_code == 422


def test_an_event_that_the_database_refuses_leaves_nobodys_name_in_the_log(key, monkeypatch, caplog):
    def refuse(*args, **kwargs):
        raise DataError("DETAIL: Key (email)=(erika@firma.de)")

    monkeypatch.setattr(Interaction.objects, "bulk_create", refuse)

    response = send(event(), key)

    assert response.status_code == 422
    assert "refused by the database" in caplog.text
    assert "erika" not in caplog.text


def test_the_reason_of_a_rejected_row_is_no_formula_either(tmp_path, capsys):
    file = tmp_path / "leads.csv"
    file.write_text("Email,=HYPERLINK(1)\nerika@firma.de,7\notto@firma.de,many\n")

    call_command("import_leads", file, "--map", "=HYPERLINK(1)=company.employees", "--json")

    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    rejected = Path(report["rejects_file"]).read_text("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(rejected)) for cell in row]
    assert "otto@firma.de" in cells
    assert not [cell for cell in cells if cell.startswith("=")]


def test_undo_gives_no_lead_to_somebody_who_has_left_the_team(rita, client, lead):
    world = people()
    ralf, mona = world["ralf"], world["mona"]
    Lead.objects.update(owner=ralf)
    manager = Client()
    manager.force_login(mona)
    manager.post(f"/leads/{lead.pk}/assign/", {"to": rita.pk})
    teams.leave(lead.team, user=ralf, by=world["anton"])

    manager.post(f"/actions/{Action.objects.get().pk}/undo/")

    assert Lead.objects.get().owner is None


@pytest.mark.parametrize(
    "question",
    ["prefix__iregex=(", "name__regex=(a%2B)%2B$", "digest__startswith=a", "created_by__password__startswith=m"],
)
def test_an_address_of_the_admin_asks_for_nothing_that_its_page_does_not_offer(question):
    marketer = Client(raise_request_exception=False)
    marketer.force_login(people()["maja"])

    response = marketer.get(f"/admin/leads/apikey/?{question}")

    assert response.status_code == 400


def test_the_filters_of_the_admin_still_work():
    marketer = Client()
    marketer.force_login(people()["maja"])

    statuses = [
        marketer.get(f"/admin/leads/{question}").status_code
        for question in (
            "interaction/?signal__id__exact=1&kind__exact=call", "duplicatepair/?resolved_at__isempty=1",
            "contact/?do_not_profile__exact=1", "interaction/?signal__isnull=True",
        )
    ]  # fmt: skip

    assert statuses == [200, 200, 200, 200]


def test_the_address_of_a_password_link_is_neither_passed_on_nor_found():
    response = Client().get("/password/reset/MQ/abc-def/")

    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    "question",
    [
        *(f"period=own&since={day}" for day in ("0001-01-01", "1000-01-01", "9999-12-31")),
        *("period=own&until=9999-12-31", "period=own&since=1990-01-01&until=2100-12-31"),
    ],
)
def test_a_report_about_the_ends_of_the_calendar_is_answered(client, lead, question):
    addresses = ("report", "report-leads", "report-export")

    statuses = [client.get(f"{reverse(address)}?{question}").status_code for address in addresses]

    assert statuses == [200, 200, 200]


@pytest.mark.parametrize("month", ["0001-01", "9999-12"])
def test_a_month_at_the_end_of_the_calendar_is_no_figure(client, lead, month):
    assert client.get(reverse("report-leads"), {"month": month}).status_code == 400


def ask(method, path, body=None):
    """What the API answers to a key that may do everything."""
    key = apikeys.create(name="All", scopes=apikeys.Scope.values, source=SourceFactory(), now=timezone.now())[1]
    client = Client(raise_request_exception=False, headers={"authorization": f"Bearer {key}"})
    sent = {"content_type": "application/json"} if body is not None else {}
    return getattr(client, method)(f"/api/v1{path}", json.dumps(body) if sent else None, **sent)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_program_is_refused_a_moment_at_the_end_of_the_calendar(lead, moment):
    told = moment.replace("+", "%2B")
    answers = [
        ask("get", f"/contacts?updated_since={told}"),
        ask("get", f"/leads?created_since={told}"),
        ask("get", f"/follow-ups?due_before={told}"),
        ask("post", "/follow-ups", {"lead": lead.pk, "kind": "call", "due_at": moment}),
    ]

    assert [answer.status_code for answer in answers] == [422] * 4


def test_a_cursor_with_a_list_for_a_name_is_none(lead):
    cursor = base64.urlsafe_b64encode(b'["name",[1],1]').decode()

    assert ask("get", f"/contacts?sort=name&after={cursor}").status_code == 422
