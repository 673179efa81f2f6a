"""Imports: opt-outs stay, and what cannot be taken comes back."""

import csv
import datetime

import pytest

from leads import suppression
from leads.enums import ConsentState, Entity, FieldType, Purpose, SuppressionReason
from leads.models import (
    ConsentEvent,
    Contact,
    CustomField,
    Lead,
)
from tests.factories import MONDAY, ContactFactory

pytestmark = pytest.mark.django_db


def rejects(report):
    with open(report.rejects_file, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_opt_outs_become_suppressions_and_withdrawals(load):
    load(
        "Record ID,Email,Do Not Email,Do Not Call\n1,a@firma.de,Yes,No\n2,b@firma.de,No,Yes\n3,,Yes,No\n4,d@firma.de,No,No\n"
    )

    assert suppression.suppressed(["a@firma.de", "b@firma.de", "d@firma.de"]) == {"a@firma.de"}
    events = set(ConsentEvent.objects.values_list("contact__external_id", "purpose", "state"))
    assert events == {
        ("1", Purpose.EMAIL, ConsentState.WITHDRAWN),
        ("2", Purpose.PHONE, ConsentState.WITHDRAWN),
        ("3", Purpose.EMAIL, ConsentState.WITHDRAWN),
    }


@pytest.mark.parametrize("column", ["Email Opt In", "Newsletter", "Consent", "Receive More Updates"])
def test_an_import_never_grants_consent(load, column):
    load(f"Email,{column}\na@firma.de,Yes\n")

    assert not ConsentEvent.objects.exists()


def test_an_import_lifts_no_suppression_withdrawal_or_objection(load):
    contact = ContactFactory(email="a@firma.de", do_not_profile=True)
    suppression.add("a@firma.de", reason=SuppressionReason.OPT_OUT, now=MONDAY)

    load("Email,Do Not Email,do_not_profile\na@firma.de,No,No\n", now=MONDAY + datetime.timedelta(days=1))

    contact.refresh_from_db()
    assert suppression.is_suppressed("a@firma.de")
    assert contact.do_not_profile
    assert not ConsentEvent.objects.exists()


def test_who_asked_to_be_erased_is_not_brought_back(load):
    suppression.add("a@firma.de", reason=SuppressionReason.ERASED, now=MONDAY)

    report = load("Email\nA@firma.de\nb@firma.de\n")

    assert list(Contact.objects.values_list("email", flat=True)) == ["b@firma.de"]
    assert (report.rows, report.created, report.rejected) == (2, 1, 1)
    assert "erased" in rejects(report)[0]["Import reason"]


def test_rejected_rows_come_back_with_line_and_reason(load):
    report = load(
        "Email,Mitarbeiter,Note\n"
        "a@firma.de,5,ok\n"
        "not an address,5,=1+1\n"
        "c@firma.de,1e400,\n"
        "d@firma.de,0x10,\n"
        "e@firma.de,1_000,\n"
        'f@firma.de,"12,5",\n'
        ",5,nobody\n"
        "h@firma.de,-5,\n",
        maps=["Mitarbeiter=company.employees"],
    )

    assert (report.rows, report.created, report.rejected) == (8, 2, 6)
    lines = {row["Import line"]: row for row in rejects(report)}
    assert set(lines) == {"3", "4", "5", "6", "8", "9"}
    assert lines["3"]["Note"] == "'=1+1"
    assert lines["4"]["Import reason"] == "Mitarbeiter: “1e400” is too large a number."
    assert "0x10" in lines["5"]["Import reason"]
    assert "1_000" in lines["6"]["Import reason"]
    assert "neither" in lines["8"]["Import reason"]


def test_mended_rejects_can_be_imported_as_they_are(load):
    report = load("Email,Remark\na@firma.de,x\nbroken,=1+1\n")
    with open(report.rejects_file, encoding="utf-8-sig") as file:
        mended = file.read().replace("broken", "b@firma.de")

    again = load(mended)

    assert (again.created, again.rejected) == (1, 0)
    assert Contact.objects.get(email="b@firma.de").custom == {"remark": "=1+1"}
    assert CustomField.objects.count() == 1


def test_without_rejects_there_is_no_file(load):
    assert load("Email\na@firma.de\n").rejects_file is None


def test_fields_that_nobody_may_set_stay_untouched(load):
    load("Email,score,owner,is_staff,revision,id\na@firma.de,99,rita,yes,77,5\n")

    contact = Contact.objects.get()
    assert contact.revision == 1
    assert set(contact.custom) == {"score", "owner", "is_staff", "revision"}
    assert Lead.objects.get().owner is None


def test_numbers_that_look_engaged_become_numbers(load):
    load("Lead Number,TotalVisits,Total Time Spent on Website,Page Views Per Visit\n1,6.0,1279,2.67\n2,0.0,0,0.0\n")

    fields = CustomField.objects.filter(entity=Entity.CONTACT)
    assert {field.type for field in fields} == {FieldType.NUMBER}
    assert Contact.objects.get(external_id="1").custom == {
        "totalvisits": 6,
        "total_time_spent_on_website": 1279,
        "page_views_per_visit": 2.67,
    }
