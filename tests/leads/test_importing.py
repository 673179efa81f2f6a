"""Imports: what the columns and the outcomes of a file mean."""

import pytest

from leads.enums import Cause, FieldType, KnownAt, Stage
from leads.importing import Fault
from leads.models import (
    Contact,
    CustomField,
    Lead,
    StageChange,
)
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db


def test_columns_are_known_by_header_and_content(load):
    load(
        "E-Mail,Vorname,Nachname,Firma,Branche,Mitarbeiter,Land,Stadt,Position,Telefon,Website\n"
        "Erika@Firma.de,Erika,Muster,Firma GmbH,Chemie,1.200,Deutschland,Köln,Leiterin Einkauf,+49 221 1,www.firma.de\n"
    )

    contact = Contact.objects.select_related("company").get()
    assert (contact.email, contact.first_name, contact.last_name) == ("erika@firma.de", "Erika", "Muster")
    assert (contact.country, contact.city, contact.phone) == ("DE", "Köln", "+49 221 1")
    assert (contact.job_title, contact.job_title_folded) == ("Leiterin Einkauf", "leiterin einkauf")
    company = contact.company
    assert (company.name, company.domain, company.employees, company.industry) == (
        "Firma GmbH",
        "firma.de",
        1200,
        "Chemie",
    )


def test_a_header_alone_does_not_make_a_column_an_address(load):
    report = load("Record ID,Email,Contact\n1,yes,a@firma.de\n2,no,b@firma.de\n")

    assert [(name, field) for name, field, _type in report.columns] == [
        ("Record ID", "external_id"),
        ("Email", "contact.custom.email"),
        ("Contact", "contact.email"),
    ]


def test_unknown_columns_become_typed_custom_fields(load):
    report = load(
        "Email,Budget,Kunde,Termin,Segment,Notiz,PLZ,Leer\n"
        'a@firma.de,"12,5",ja,31.03.2026,A,so,01234,\n'
        'b@firma.de,"1.000,5",nein,01.04.2026,B,anders,50667,Select\n'
        "c@firma.de,-,,-,A,ganz anders,50668,n/a\n"
        "d@firma.de,3,ja,,B,,50669,\n"
    )

    fields = {field.key: field.type for field in CustomField.objects.all()}
    assert fields == {
        "budget": FieldType.NUMBER,
        "kunde": FieldType.BOOLEAN,
        "termin": FieldType.DATE,
        "segment": FieldType.CHOICE,
        "notiz": FieldType.TEXT,
        "plz": FieldType.TEXT,
    }
    assert report.rejected == 0
    assert Contact.objects.get(email="a@firma.de").custom == {
        "budget": 12.5,
        "kunde": True,
        "termin": "2026-03-31",
        "segment": "A",
        "notiz": "so",
        "plz": "01234",
    }
    assert Contact.objects.get(email="b@firma.de").custom["budget"] == 1000.5
    assert Contact.objects.get(email="c@firma.de").custom_folded == {
        "segment": "a",
        "notiz": "ganz anders",
        "plz": "50668",
    }


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        (
            "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Country/Region,Job Title,Company Name",
            "7,Erika,Muster,a@firma.de,+49 1,rita,Germany,CEO,Firma",
            {"external_id": "7", "first_name": "Erika", "country": "DE", "job_title": "CEO", "company__name": "Firma"},
        ),
        (
            "Lead Owner,First Name,Last Name,Title,Company / Account,Lead Source,Rating,Street,Email",
            "rita,Erika,Muster,CEO,Firma,Web,Hot,Weg 1,a@firma.de",
            {"last_name": "Muster", "job_title": "CEO", "company__name": "Firma", "email": "a@firma.de"},
        ),
        (
            "Person - Name,Person - Email (Work),Organization - Name,Deal - Title,Deal - Value",
            "Erika Muster,a@firma.de,Firma,Big,500",
            {"first_name": "Erika", "last_name": "Muster", "company__name": "Firma", "email": "a@firma.de"},
        ),
        (
            "created_time,full_name,email,phone_number,form_name,platform",
            '2026-01-31T10:00:00+0100,"Muster, Erika",a@firma.de,+49 1,Demo,fb',
            {"first_name": "Erika", "last_name": "Muster", "phone": "+49 1", "leads__is_undated": False},
        ),
        (
            "Given Name,Family Name,E-mail 1 - Value,Organization 1 - Name",
            "Erika,Muster,a@firma.de,Firma",
            {"first_name": "Erika", "email": "a@firma.de", "company__name": "Firma"},
        ),
    ],
    ids=["HubSpot", "Salesforce", "Pipedrive", "Facebook", "Google"],
)
def test_exports_of_well_known_programs_need_no_mapping(load, header, row, expected):
    report = load(f"{header}\n{row}\n")

    assert report.created == 1
    assert Contact.objects.values(*expected).get() == expected


def test_a_column_can_be_mapped_by_hand(load):
    load(
        "Who,Nr=No,Size,Extra,Junk\na@firma.de,7,250,5,x\n",
        maps=["Who=email", "Nr=No=external_id", "size = company.employees", "Extra=company.custom.plants", "Junk=skip"],
    )

    contact = Contact.objects.get()
    assert (contact.email, contact.external_id, contact.company.employees) == ("a@firma.de", "7", 250)
    assert contact.company.custom == {"plants": 5}
    assert contact.custom == {}


def test_what_sales_fills_in_is_marked(load):
    load("Email,Lead Quality\na@firma.de,High\n", sales_fields=["Lead Quality"])

    assert CustomField.objects.get().known_at == KnownAt.SALES


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"id_column": "Nope"}, "--id: there is no column “Nope”. Columns: Name, Size"),
        ({"maps": ["Name"]}, "--map needs COLUMN=VALUE"),
        ({"maps": ["Name=password"]}, "--map: there is no field “password”"),
        ({"maps": ["Name=is_staff"]}, "--map: there is no field"),
        ({"maps": ["Nope=email"]}, "--map: there is no column “Nope”"),
        ({"maps": ["Name=email", "Size=email"]}, "cannot both be email"),
        ({"maps": ["Name=contact.custom.Ä B"]}, "is no key"),
        ({"outcome": "Name="}, "the value after “=” is missing"),
        ({"lost": ["Nope=1"]}, "--lost: there is no column"),
        ({"sales_fields": ["Nope"]}, "--sales-field: there is no column"),
        ({"id_column": "Name", "sales_fields": ["Name"]}, "is a field of its own"),
        ({}, "No column identifies a person"),
        ({"id_column": "Name", "team": "West"}, "there is no team “West”. Teams: North"),
        ({"id_column": "Name", "source": "x" * 101}, "--source"),
    ],
)
def test_a_wrong_wish_is_named_before_anything_is_written(load, options, part):
    TeamFactory(name="North")

    with pytest.raises(Fault) as caught:
        load("Name,Size\nErika,5\nErika,6\n", **options)

    assert part in str(caught.value)
    assert not Contact.objects.exists()
    assert not CustomField.objects.exists()


DEALS = "Email,Status\na@firma.de,Won\nb@firma.de,Junk\nc@firma.de,\nd@firma.de,Working\n"


def stages():
    return dict(Lead.objects.values_list("contact__email", "stage"))


def test_blank_is_open_the_outcome_is_won_and_all_else_is_lost(load):
    report = load(DEALS, outcome="Status=won")

    assert (report.won, report.lost, report.open) == (1, 2, 1)
    assert stages() == {
        "a@firma.de": Stage.CUSTOMER,
        "b@firma.de": Stage.DISQUALIFIED,
        "c@firma.de": Stage.LEAD,
        "d@firma.de": Stage.DISQUALIFIED,
    }


def test_with_lost_values_only_these_are_lost(load):
    report = load(DEALS, outcome="Status=Won", lost=["Status=Junk", "Status=Unqualified"])

    assert (report.won, report.lost, report.open) == (1, 1, 2)


def test_the_outcome_is_no_field_that_could_predict_it(load):
    load(DEALS, outcome="Status=Won")

    assert not CustomField.objects.exists()
    assert {tuple(contact.custom) for contact in Contact.objects.all()} == {()}


def test_imported_moves_are_marked_as_such(load):
    load(DEALS, outcome="Status=Won")

    changes = StageChange.objects.all()
    assert {(change.cause, change.is_imported, change.from_stage) for change in changes} == {(Cause.IMPORT, True, "")}
    assert len({change.run for change in changes}) == 1
    assert len(changes) == 4


def test_a_lead_without_dates_says_so(load):
    load(DEALS, outcome="Status=Won")

    lead = Lead.objects.get(contact__email="b@firma.de")
    assert lead.is_undated
    assert lead.import_row == 2
    assert lead.first_mql_at is None


def test_dates_of_the_file_are_kept(load):
    load(
        "Email,Create Date,Close Date,Status\n"
        "a@firma.de,01.02.2026 10:00,15.02.2026,Won\n"
        "b@firma.de,13.02.2026,,\n"
        "c@firma.de,2099-01-01,,\n",
        outcome="Status=Won",
    )

    won = Lead.objects.get(contact__email="a@firma.de")
    assert won.created_at.isoformat() == "2026-02-01T09:00:00+00:00"
    assert won.closed_at.isoformat() == "2026-02-14T23:00:00+00:00"
    assert won.stage_since == won.closed_at
    assert not won.is_undated
    assert not Contact.objects.filter(email="c@firma.de").exists()


def test_one_odd_cell_rejects_its_row_and_not_the_column(load):
    report = load(
        "Email,Employees\na@firma-a.de,20\nb@firma-b.de,many\nc@firma-c.de,300\n",
    )

    sizes = Contact.objects.order_by("email").values_list("company__employees", flat=True)
    assert ("Employees", "company.employees") in [(name, field) for name, field, _type in report.columns]
    assert list(sizes) == [20, 300]
    assert (report.created, report.rejected) == (2, 1)
    assert any("Employees" in reason for reason in report.reasons)


def test_what_is_left_out_is_counted_for_rows_that_were_taken_alone(load):
    rows = [
        ("a", "Germany", "5"),
        ("b", "Narnia", "6"),
        ("c", "Narnia", "many"),
        ("d", "Austria", "7"),
        ("e", "France", "8"),
    ]
    text = "".join(f"{name}@firma-{name}.de,{country},{size}\n" for name, country, size in rows)

    report = load(f"Email,Country,Employees\n{text}")

    assert (report.created, report.rejected) == (4, 1)
    assert [count for note, count in report.notes.items() if "Narnia" in note] == [1]
