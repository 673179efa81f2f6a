"""The timeline of the lead page: what happened, what was changed, and who did it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from leads import contacts
from leads.enums import Cause, InteractionKind, Stage
from leads.models import CustomField, StageChange
from tests.factories import (
    InteractionFactory,
    NoteFactory,
)
from tests.scoring.web.leadpage import read, text

pytestmark = pytest.mark.django_db


def test_the_timeline_is_filtered_and_paged_by_address(client, who, lead, now):
    for number in range(25):
        InteractionFactory(contact=lead.contact, occurred_at=now - timedelta(hours=number), kind=InteractionKind.FORM)
    NoteFactory(lead=lead, text="Prefers mornings", created_at=now)

    first = read(client, who["rita"], lead)
    notes = read(client, who["rita"], lead, "?show=notes")
    older = re.search(r'rel="next" href="(\?show=all&amp;before=[^"#]+)', first.content.decode())[1]
    second = read(client, who["rita"], lead, older.replace("&amp;", "&"))

    assert sum(len(span.items) for span in first.context["spans"]) == 20
    assert [item.quote for span in notes.context["spans"] for item in span.items] == ["Prefers mornings"]
    assert sum(len(span.items) for span in second.context["spans"]) == 6


@pytest.mark.parametrize("query", ["?show=everything", "?before=nonsense", "?show=them&before=~~", "?before=%00"])
def test_a_made_up_address_shows_the_newest(client, who, lead, query):
    InteractionFactory(contact=lead.contact, kind=InteractionKind.FORM)

    response = read(client, who["rita"], lead, query)

    assert response.status_code == 200
    assert len(response.context["spans"]) == 1


def test_htmx_gets_the_timeline_alone(client, who, lead):
    client.force_login(who["rita"], backend="django.contrib.auth.backends.ModelBackend")

    response = client.get(reverse("lead", args=[lead.pk]), headers={"HX-Request": "true", "HX-Target": "timeline"})

    assert response.content.decode().strip().startswith('<section class="section" id="timeline"')
    assert "HX-Target" in response["Vary"]


def changes(client, user, lead):
    """The timeline of changes as text, without tags."""
    html = read(client, user, lead, "?show=changes").content.decode().partition('id="timeline"')[2]
    return " ".join(re.sub("<[^>]*>", " ", html).split())


def test_an_edit_stands_in_the_timeline_with_who_did_it(client, who, lead, now):
    contacts.edit(lead.contact, values={"job_title": "Head of IT"}, by=who["ralf"], now=now)

    text = changes(client, who["rita"], lead)

    assert "Job title: Head of production → Head of IT" in text and "Ralf" in text


def test_the_timeline_tells_the_rule_from_the_rep(client, who, lead, now):
    StageChange.objects.create(
        lead=lead, from_stage=Stage.MQL, to_stage=Stage.SQL, cause=Cause.SQL_RULE, score=90, at=now
    )
    by_rule = text(read(client, who["rita"], lead))
    StageChange.objects.create(
        lead=lead, from_stage=Stage.MQL, to_stage=Stage.SQL, cause=Cause.PERSON, by=who["rita"], at=now
    )
    by_rep = text(read(client, who["rita"], lead))

    assert "Became an SQL" in by_rule
    assert "Accepted as an SQL" not in by_rule
    assert "Accepted as an SQL" in by_rep


def test_what_was_changed_at_once_stands_together(client, who, lead, now):
    CustomField.objects.create(entity="contact", key="since", label="Customer since", type="date")
    values = {"city": "Kiel", "custom": {"since": "2026-03-01"}, "company": {"name": "Stahnke GmbH"}}
    contacts.edit(lead.contact, values=values, by=who["rita"], now=now)

    text = changes(client, who["rita"], lead)

    assert "3 fields changed" in text
    assert "City: – → Kiel" in text
    assert "Company: Brennecke GmbH → Stahnke GmbH" in text
    assert "Customer since: – → 1 Mar 2026" in text


@pytest.mark.parametrize("many", [1, 3])
def test_changes_take_the_same_queries_for_any_number(client, who, lead, now, many, django_assert_num_queries):
    for number in range(many):
        moment = now + timedelta(minutes=number)
        contacts.edit(lead.contact, values={"company": {"name": f"Firma {number} GmbH"}}, by=who["rita"], now=moment)
    url, headers = reverse("lead", args=[lead.pk]) + "?show=changes", {"HX-Request": "true", "HX-Target": "timeline"}
    read(client, who["rita"], lead)

    with django_assert_num_queries(12):
        client.get(url, headers=headers)
