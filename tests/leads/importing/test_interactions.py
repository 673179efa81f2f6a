"""`import_interactions`: calls, meetings, e-mail events and visits of known people."""

import json

import pytest
from django.core.management import CommandError

from leads import suppression
from leads.enums import InteractionKind, Stage
from leads.models import Contact, Interaction, Lead

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]


def known():
    found = Interaction.objects.order_by("occurred_at", "id").values_list("contact__email", "kind", "path", "asset")
    return [tuple(values) for values in found]


def test_calls_meetings_and_mail_events_of_a_csv(command):
    text = (
        "Activity ID,Contact ID,Type,Activity Date,Subject,Duration\n"
        "1,c1,Call,2026-02-01 10:00,Intro,300\n"
        "2,c1,Meeting,2026-02-02 10:00,Demo,\n"
        "3,c2,Email Open,2026-02-03 10:00,News,\n"
        "4,c2,Bungee,2026-02-04 10:00,Fun,\n"
        "5,c9,Call,2026-02-05 10:00,Who,\n"
        "6,c1,Call,2126-02-05 10:00,Later,\n"
        "7,c1,Call,,Never,\n"
    )

    found = command("import_interactions", text)

    assert [found[name] for name in ("rows", "created", "updated", "rejected")] == [7, 4, 0, 3]
    assert known() == [
        ("ada@berg.example", InteractionKind.CALL, "", "Intro"),
        ("ada@berg.example", InteractionKind.MEETING, "", "Demo"),
        ("ben@cox.example", InteractionKind.EMAIL_OPEN, "", "News"),
        ("ben@cox.example", InteractionKind.CUSTOM, "", "Fun"),
    ]
    call, other = Interaction.objects.get(kind="call"), Interaction.objects.get(kind="custom")
    assert (call.payload["duration"], other.payload["event"]) == (300, "Bungee")
    assert Lead.objects.get(contact__email="ada@berg.example").first_touch_at == call.occurred_at


def test_importing_interactions_again_records_nothing(command):
    text = "Contact ID,Type,Date\nc1,Call,2026-02-01 10:00\nc1,Call,2026-02-01 11:00\n"
    command("import_interactions", text)

    found = command("import_interactions", text)

    assert (found["created"], found["unchanged"]) == (0, 2)
    assert Interaction.objects.count() == 2


def test_an_imported_past_opens_no_second_cycle(command):
    Lead.objects.filter(contact__email="ada@berg.example").update(
        stage=Stage.CUSTOMER, outcome="won", closed_at="2026-01-15T00:00:00Z"
    )

    command("import_interactions", "Contact ID,Type,Date\nc1,Meeting,2026-02-01 10:00\n")

    assert Lead.objects.filter(contact__email="ada@berg.example").count() == 1


def test_somebody_new_with_an_address_is_taken_in(command):
    found = command("import_interactions", "Email,Type,Date\nzoe@firma.de,Webinar,2026-02-01 10:00\n")

    assert found["created"] == 1
    assert Lead.objects.get(contact__email="zoe@firma.de").stage == Stage.LEAD


def test_unsubscriptions_of_the_past_are_heeded(command):
    command("import_interactions", "Email,Type,Date\nada@berg.example,Unsubscribed,2026-02-01 10:00\n")

    assert suppression.is_suppressed("ada@berg.example")


def test_google_analytics_export_rows(command):
    events = [
        {
            "event_date": "20260201",
            "event_timestamp": f"{1_769_940_000 + n}000000",
            "event_name": name,
            "user_id": user,
            "event_params": [
                {
                    "key": "page_location",
                    "value": {"string_value": f"https://x.example/pricing?mail=a@b.example&n={n}"},
                },
                {"key": "page_title", "value": {"string_value": "Pricing"}},
            ],
        }
        for n, (name, user) in enumerate(
            [("page_view", "c1"), ("file_download", "c1"), ("scroll", "c1"), ("page_view", "c9"), ("page_view", None)]
        )
    ]

    found = command("import_interactions", "\n".join(map(json.dumps, events)), "--preset", "ga4", file="events.jsonl")

    assert (found["created"], found["rejected"]) == (2, 3)
    assert known() == [
        ("ada@berg.example", InteractionKind.PAGE_VIEW, "/pricing", "Pricing"),
        ("ada@berg.example", InteractionKind.DOWNLOAD, "/pricing", "Pricing"),
    ]


def test_matomo_visit_logs(command):
    visits = [
        {
            "idVisit": "7",
            "userId": "ben@cox.example",
            "visitIp": "192.0.2.7",
            "actionDetails": [
                {"type": "action", "url": "https://x.example/a?x=1", "pageTitle": "A", "timestamp": 1_769_940_000},
                {"type": "download", "url": "https://x.example/b.pdf", "pageTitle": None, "timestamp": 1_769_940_060},
            ],
        },
        {"idVisit": "8", "userId": None, "actionDetails": [{"type": "action", "url": "/", "timestamp": 1_769_940_000}]},
    ]

    found = command("import_interactions", json.dumps(visits), "--preset", "matomo", file="visits.json")

    assert (found["created"], found["rejected"]) == (2, 1)
    assert known() == [
        ("ben@cox.example", InteractionKind.PAGE_VIEW, "/a", "A"),
        ("ben@cox.example", InteractionKind.DOWNLOAD, "/b.pdf", ""),
    ]
    assert not any("192.0.2.7" in str(payload) for payload in Interaction.objects.values_list("payload", flat=True))


def test_ids_of_a_source_that_was_never_imported_do_not_name_somebody_else(command):
    text = "LEADID,CONTACTID,Call Start Time\n,c1,2026-02-01 10:00\n"

    found = command("import_interactions", text, "--preset", "zoho")

    assert (found["created"], found["rejected"]) == (0, 1)
    assert found["reasons"] == {"There is nobody with the id “c1” from “Zoho Contacts”.": 1}


def test_a_person_whom_two_files_know_by_two_ids_is_found_by_both(command):
    command("import_leads", "Record ID,Email\nx7,ada@berg.example\n", "--source", "Shop")

    command(
        "import_interactions", "Customer,Type,Date\nx7,Call,2026-02-01 10:00\n", "--map", "Customer=external_id@Shop"
    )

    assert Contact.objects.count() == 3
    assert known()[0][0] == "ada@berg.example"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Email,Date\na@firma.de,2026-01-01\n", "No column says what happened"),
        ("Email,Type\na@firma.de,Call\n", "No column says “occurred_at”"),
        ("Type,Date\nCall,2026-01-01\n", "says whom a row is about"),
    ],
)
def test_what_is_missing_is_said(command, text, part):
    with pytest.raises(CommandError, match=part):
        command("import_interactions", text)


def test_a_visit_to_what_is_no_address_counts_all_the_same(command):
    found = command("import_interactions", "Contact ID,Type,Date,URL\nc1,Visit,2026-02-01 10:00,http://[?mail=x\n")

    assert (found["created"], Interaction.objects.get().path) == (1, "/")
