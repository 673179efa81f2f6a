"""`manage.py explain LEAD [--json]`."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests.factories import MONDAY, ContactFactory, LeadFactory
from tests.scoring.stored import line, score

pytestmark = pytest.mark.django_db

KEYS = {"kind", "group", "rule", "points", "count", "age_days", "note"}


@pytest.fixture
def lead(db):
    lead = LeadFactory(contact=ContactFactory(email="erika@firma.example", external_id="X-77", source_system="crm"))
    score(
        lead,
        line("company-200", 12, group="fit"),
        line("demo-request", 70),
        line(None, -10, kind="cap"),
    )
    return lead


def explain(capsys, *arguments):
    call_command("explain", *arguments)
    return capsys.readouterr().out


def test_the_lines_sum_up_to_the_rule_score(lead, capsys):
    found = json.loads(explain(capsys, str(lead.pk), "--json").splitlines()[-1])

    assert all(set(one) == KEYS for one in found["lines"])
    assert sum(one["points"] for one in found["lines"]) == found["rule_score"] == 72


@pytest.mark.parametrize("name", ["X-77", "erika@firma.example", "Erika@FIRMA.example", " erika@firma.example "])
def test_a_lead_is_found_by_external_id_and_address(lead, capsys, name):
    found = json.loads(explain(capsys, name, "--json"))

    assert found["lead"] == lead.pk


def test_the_id_is_tried_before_the_external_id(lead, capsys):
    other = LeadFactory(contact=ContactFactory(external_id=str(lead.pk), source_system="crm"))
    score(other, line("demo-request", 30))

    assert json.loads(explain(capsys, str(lead.pk), "--json"))["lead"] == lead.pk


def test_an_id_that_is_an_external_id_too_is_said_beside_the_answer(lead, capsys):
    other = LeadFactory(contact=ContactFactory(external_id=str(lead.pk), source_system="crm"))
    score(other, line("demo-request", 30))

    call_command("explain", str(lead.pk), "--json")
    printed = capsys.readouterr()

    assert json.loads(printed.out)["lead"] == lead.pk
    assert printed.err.count("\n") == 1
    assert "--external-id" in printed.err
    assert json.loads(explain(capsys, str(lead.pk), "--external-id", "--json"))["lead"] == other.pk


def test_a_reading_that_was_asked_for_is_the_only_one(lead):
    with pytest.raises(CommandError):
        call_command("explain", "X-77", "--email")


def test_of_several_leads_of_one_person_the_open_one_is_meant(lead, capsys):
    closed = LeadFactory(contact=lead.contact, stage="disqualified", outcome="lost", closed_at=MONDAY)

    assert closed.pk > lead.pk
    assert json.loads(explain(capsys, "X-77", "--json"))["lead"] == lead.pk


@pytest.mark.parametrize("name", ["0", "999999999999999999999999", "nobody@firma.example", "", "²", "Erika"])
def test_an_unknown_lead_ends_with_one_line_and_code_2(lead, name):
    with pytest.raises(CommandError) as caught:
        call_command("explain", name)

    assert caught.value.returncode == 2
    assert "\n" not in str(caught.value)


def test_an_unscored_lead_ends_with_one_line_and_code_2(db):
    with pytest.raises(CommandError) as caught:
        call_command("explain", str(LeadFactory().pk))

    assert caught.value.returncode == 2
    assert "rescore" in str(caught.value)


def test_without_json_it_is_written_like_an_account(lead, capsys):
    found = explain(capsys, str(lead.pk))

    assert "Demo requested (1 time, last 0 days ago)" in found
    assert "Above the cap of 60 for engagement" in found
    assert found.splitlines()[-1].split() == ["Rule", "score", "72"]
