"""Imports from file to people and leads."""

import csv
import datetime

import pytest

from leads import importing, suppression
from leads.enums import Cause, ConsentState, Entity, FieldType, KnownAt, Purpose, Stage, SuppressionReason
from leads.importing import Fault, Options
from leads.models import (
    Company,
    ConsentEvent,
    Contact,
    CustomField,
    DuplicatePair,
    ImportRun,
    Lead,
    StageChange,
    Suppression,
)
from tests.factories import MONDAY, ContactFactory, LeadFactory, SourceFactory, TeamFactory

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def load(tmp_path, settings):
    """Import rows of text; keyword arguments are those of `Options` and `importing.run`."""
    settings.VAR_DIR = tmp_path / "var"

    def load(text, *, now=MONDAY, team="", source="", is_dry_run=False, **options):
        path = tmp_path / "leads.csv"
        path.write_text(text, encoding="utf-8")
        return importing.run(path, Options(**options), team=team, source=source, is_dry_run=is_dry_run, now=now)

    return load


def rejects(report):
    with open(report.rejects_file, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# -- what columns mean ---------------------------------------------------------------------------------------------


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


# -- outcomes ------------------------------------------------------------------------------------------------------

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


# -- again ---------------------------------------------------------------------------------------------------------


def snapshot():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Contact, Company, Lead, StageChange, ConsentEvent, Suppression, CustomField)
    ]


PEOPLE = (
    "Id,Email,Firma,Budget,Do Not Email,Status\n"
    "1,a@firma.de,Firma,5,No,Won\n"
    "2,b@firma.de,Firma,6,Yes,\n"
    "3,,Other,7,Yes,Lost\n"
    "4,d@gmail.com,,,No,\n"
)


def test_importing_again_writes_nothing(load):
    load(PEOPLE, outcome="Status=Won")
    Contact.objects.update(seen_revision=1)
    before = snapshot()

    report = load(PEOPLE, outcome="Status=Won", now=MONDAY + DAY)

    assert (report.created, report.updated, report.unchanged) == (0, 0, 4)
    assert snapshot() == before
    assert not Contact.objects.unseen().exists()


def test_importing_again_takes_what_has_changed(load):
    load(PEOPLE, outcome="Status=Won")
    Contact.objects.update(seen_revision=1)

    report = load(
        PEOPLE.replace("b@firma.de,Firma,6,Yes,", "b@firma.de,Firma,60,Yes,Won"), outcome="Status=Won", now=MONDAY + DAY
    )

    assert (report.created, report.updated, report.unchanged) == (0, 1, 3)
    contact = Contact.objects.unseen().get()
    assert (contact.email, contact.custom["budget"]) == ("b@firma.de", 60)
    lead = contact.leads.get()
    assert (lead.stage, lead.outcome, lead.closed_at) == (Stage.CUSTOMER, "won", MONDAY + DAY)
    assert list(lead.stage_changes.order_by("id").values_list("to_stage", "is_imported")) == [
        ("lead", True),
        ("customer", True),
    ]


def test_rows_that_contradict_each_other_are_not_written_again(load):
    text = "Email,Website,Branche,Stadt\na@f.de,f.de,Chemie,Ulm\nb@f.de,f.de,Handel,Ulm\na@f.de,f.de,Chemie,Bonn\n"
    load(text)
    before = snapshot()

    report = load(text, now=MONDAY + DAY)

    assert report.unchanged == 3
    assert snapshot() == before


def test_an_unchanged_file_does_not_undo_what_a_person_corrected(load):
    load("Email,Stadt\na@firma.de,Köln\n")
    contact = Contact.objects.get()
    contact.city = "Bonn"
    contact.save()

    load("Email,Stadt\na@firma.de,Köln\n", now=MONDAY + DAY)
    assert Contact.objects.get().city == "Bonn"

    load("Email,Stadt\na@firma.de,Ulm\n", now=MONDAY + DAY)
    load("Email,Stadt\na@firma.de,Köln\n", now=MONDAY + DAY)
    assert Contact.objects.get().city == "Köln"


def test_a_blank_cell_takes_nothing_away(load):
    load("Email,Stadt\na@firma.de,Köln\n")

    report = load("Email,Stadt\na@firma.de,\n", now=MONDAY + DAY)

    assert report.unchanged == 1
    assert Contact.objects.get().city == "Köln"


def test_a_corrected_outcome_is_taken_if_no_person_decided(load):
    load("Email,Status\na@firma.de,Lost\nb@firma.de,Lost\n", outcome="Status=Won")
    by_hand = Lead.objects.get(contact__email="b@firma.de")
    StageChange.objects.create(
        lead=by_hand, from_stage="lead", to_stage="disqualified", at=MONDAY + DAY, cause=Cause.PERSON
    )

    load("Email,Status\na@firma.de,Won\nb@firma.de,Won\n", outcome="Status=Won", now=MONDAY + 2 * DAY)

    assert stages() == {"a@firma.de": Stage.CUSTOMER, "b@firma.de": Stage.DISQUALIFIED}


def test_an_old_file_does_not_reopen_what_was_closed_since(load):
    load("Email\na@firma.de\n")
    Lead.objects.update(stage=Stage.CUSTOMER, outcome="won", closed_at=MONDAY + DAY)

    report = load("Email\na@firma.de\n", now=MONDAY + 2 * DAY)

    assert report.unchanged == 1
    assert Lead.objects.count() == 1


def test_who_was_lost_elsewhere_gets_a_new_lead(load):
    contact = ContactFactory(email="a@firma.de")
    LeadFactory(contact=contact, stage=Stage.DISQUALIFIED, outcome="lost", closed_at=MONDAY)

    load("Email\na@firma.de\n", now=MONDAY + DAY)
    load("Email\na@firma.de\n", now=MONDAY + DAY)

    assert contact.leads.count() == 2
    assert contact.leads.open().count() == 1


def test_one_person_twice_in_a_file_is_one_person(load):
    report = load(
        "Email,Stadt,Status\nA@Firma.de,Köln,\na@firma.de,Ulm,Won\n a@FIRMA.DE ,Ulm,Won\n", outcome="Status=Won"
    )

    assert report.created == 1
    assert Contact.objects.get().city == "Ulm"
    assert Lead.objects.get().outcome == "won"


def test_an_id_is_good_within_its_source_only(load):
    load("Record ID,Stadt\n1,Köln\n", source="Old CRM")
    load("Record ID,Stadt\n1,Ulm\n", source="New CRM")

    assert set(Contact.objects.values_list("source_system", "external_id", "city")) == {
        ("Old CRM", "1", "Köln"),
        ("New CRM", "1", "Ulm"),
    }


def test_if_address_and_id_disagree_the_address_wins_and_the_pair_is_listed(load):
    load("Record ID,Email\n1,a@firma.de\n2,b@firma.de\n")

    load("Record ID,Email\n1,b@firma.de\n", now=MONDAY + DAY)

    pair = DuplicatePair.objects.get()
    assert (pair.kept.email, pair.other.email) == ("b@firma.de", "a@firma.de")
    assert Contact.objects.count() == 2


def test_team_and_source_are_those_of_the_import(load):
    team = TeamFactory(name="North")
    south = TeamFactory(name="South")
    SourceFactory(name="Messe", team=south)

    load("Email\na@firma.de\n", team="north", source="Kauf")
    load("Email\nb@firma.de\n", source="Messe")

    assert Lead.objects.get(contact__email="a@firma.de").team == team
    assert Lead.objects.get(contact__email="a@firma.de").source.name == "Kauf"
    assert Lead.objects.get(contact__email="b@firma.de").team == south


def test_choice_fields_learn_new_values_and_become_text_when_there_are_too_many(load):
    load("Email,Segment\n" + "".join(f"p{n}@firma.de,{'AB'[n % 2]}\n" for n in range(10)))
    field = CustomField.objects.get()
    assert (field.type, field.choices) == (FieldType.CHOICE, ["A", "B"])

    load("Email,Segment\nx@firma.de,C\n")
    field.refresh_from_db()
    assert (field.type, field.choices) == (FieldType.CHOICE, ["A", "B", "C"])

    load("Email,Segment\n" + "".join(f"q{n}@firma.de,S{n}\n" for n in range(300)))
    field.refresh_from_db()
    assert (field.type, field.choices) == (FieldType.TEXT, [])


def test_a_dry_run_writes_nothing(load):
    report = load(PEOPLE, outcome="Status=Won", is_dry_run=True)

    assert (report.created, report.won, report.lost, report.open) == (4, 1, 1, 2)
    assert not any(snapshot())
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_takes_the_same_queries_whatever_its_size(load, django_assert_max_num_queries, count):
    text = "Email,Firma,Do Not Email,Status\n" + "".join(f"p{n}@f{n}.de,F{n},Yes,Won\n" for n in range(count))

    with django_assert_max_num_queries(60):
        load(text, outcome="Status=Won")


# -- opt-outs ------------------------------------------------------------------------------------------------------


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

    load("Email,Do Not Email,do_not_profile\na@firma.de,No,No\n", now=MONDAY + DAY)

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


# -- rejects -------------------------------------------------------------------------------------------------------


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
