"""Imports by the page, from the upload to the undo."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from leads import notes
from leads.enums import ImportState, Role
from leads.importing import uploads
from leads.models import Contact, CustomField, ImportRun, Lead, SavedMapping
from tests.factories import TeamFactory, UserFactory
from tests.leads.importing import workbooks as wb
from tests.leads.web.importpages import ROWS, at, file, imported, mapped, shown, upload, upload_of, work_off

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def maja(client):
    user = UserFactory(username="maja", role=Role.MARKETER)
    client.force_login(user)
    return user


def test_the_empty_list_says_what_to_do(client, maja):
    page = client.get("/imports/").content.decode()

    assert "Nothing was imported yet" in page
    assert "/imports/new/" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_number_of_queries_whatever_its_length(client, maja, count, django_assert_num_queries):
    for number in range(count):
        ImportRun.objects.create(name=f"{number}.csv", started_at=timezone.now(), by=maja)

    with django_assert_num_queries(5):
        page = client.get("/imports/").content.decode()

    assert page.count('data-label="Who"') == count


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER, Role.DATA_PROTECTION])
def test_for_others_imports_do_not_exist(client, role):
    client.force_login(UserFactory(role=role))

    assert client.get("/imports/").status_code == 404
    assert "/imports/" not in client.get("/help/").content.decode()


def test_an_upload_is_kept_under_a_name_of_our_own_that_only_we_may_read(client, maja):
    run = upload(client, name="../../etc/passwd.csv")

    path = uploads.path(run.file)
    assert path.parent == uploads.folder()
    assert "passwd" not in run.file
    assert run.name == "passwd.csv"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_too_large_leaves_nothing(client, maja, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_BYTES", 10)

    response = client.post("/imports/new/", {"file": file(), "kind": "leads", "knows": ""})

    assert "Cut it into several files" in response.content.decode()
    assert list(uploads.folder().iterdir()) == []
    assert not ImportRun.objects.exists()


def test_an_empty_file_is_refused(client, maja):
    response = client.post("/imports/new/", {"file": file(""), "kind": "leads", "knows": ""})

    assert response.status_code == 200
    assert not ImportRun.objects.exists()


def test_the_mapping_page_shows_how_the_file_was_read_and_what_its_columns_hold(client, maja):
    page = shown(client, "import-mapping", upload(client, ROWS.replace(",", ";").replace("5", "5,5")))

    assert "semicolon" in page
    assert "b@firma.example" in page
    assert '<option value="email" selected>' in page
    assert '<option value="company.name" selected>' in page


def test_a_workbook_is_read_as_well(client, maja, tmp_path):
    path = tmp_path / "leads.xlsx"
    heading = wb.row(1, wb.text("A1", "Email"), wb.text("B1", "Vorname"))
    wb.write(path, heading + wb.row(2, wb.text("A2", "a@firma.example"), wb.text("B2", "Anna")))
    run = upload_of(client, path)

    page = shown(client, "import-mapping", run)
    mapped(client, run)
    client.post(at("import-start", run))
    work_off()

    assert "Excel" in page
    assert Contact.objects.get().first_name == "Anna"


def test_looking_at_a_mapping_declares_no_field(client, maja):
    shown(client, "import-mapping", upload(client))

    assert not CustomField.objects.exists()


def test_a_column_can_go_elsewhere(client, maja):
    imported(client, column_2="last_name", column_4="skip")

    assert Contact.objects.get(email="a@firma.example").last_name == "Anna"
    assert not CustomField.objects.filter(label="Budget").exists()


def test_a_guess_can_be_turned_into_a_field_of_its_own(client, maja):
    imported(client, column_2="contact.custom.vorname")

    contact = Contact.objects.get(email="a@firma.example")
    assert (contact.first_name, contact.custom["vorname"]) == ("", "Anna")


def test_two_columns_cannot_be_the_same_field(client, maja):
    run = upload(client)

    response = mapped(client, run, column_3="first_name")

    assert "cannot both be first_name" in response.content.decode()


def test_without_a_column_that_identifies_the_page_says_so_without_words_of_the_command(client, maja):
    run = upload(client)

    response = mapped(client, run, column_0="skip", column_1="skip")

    page = response.content.decode()
    assert "No column identifies the rows" in page
    assert "--id" not in page


def test_outcomes_are_named_by_column_and_values(client, maja):
    imported(client, ROWS.replace("wrong", "c@other.example"), outcome_column="Status", won="Won", lost="Lost; Dead")

    assert sorted(Lead.objects.values_list("outcome", flat=True)) == ["", "lost", "won"]


def test_source_and_team_are_those_that_were_entered(client, maja):
    team = TeamFactory(name="South")

    imported(client, source="Fair 2026", team=team.pk)

    assert {(lead.source.name, lead.team.name) for lead in Lead.objects.all()} == {("Fair 2026", "South")}


def test_a_program_that_the_file_does_not_come_from_is_said(client, maja):
    run = upload(client)

    client.post(at("import-mapping", run), {"apply": "1", "mapping": "preset:hubspot"})
    page = shown(client, "import-mapping", run)

    assert '<option value="preset:hubspot" selected>' in page


def test_a_mapping_is_kept_under_a_name_and_used_for_the_next_file(client, maja):
    mapped(client, upload(client), column_2="last_name", save_as="Our shop")
    kept = SavedMapping.objects.get()

    run = upload(client, "Email,Vorname,New\na@firma.example,Anna,x\n", knows=f"saved:{kept.pk}")

    assert kept.name == "Our shop"
    assert '<option value="last_name" selected>' in shown(client, "import-mapping", run)


def test_the_preview_says_what_would_happen_to_each_row_and_writes_nothing(client, maja):
    Contact.objects.create(email="b@firma.example", created_at=timezone.now(), updated_at=timezone.now())
    run = upload(client)
    mapped(client, run, outcome_column="Status", won="Won")

    response = client.get(at("import-preview", run))

    verbs = [fate.verb for fate in response.context["fates"]]
    assert verbs == ["created", "updated", "rejected"]
    assert "Email: " in response.context["fates"][2].reason
    assert Contact.objects.count() == 1
    assert not Lead.objects.exists()
    assert ImportRun.objects.count() == 1


def test_starting_runs_in_the_background_and_leads_to_the_progress(client, maja):
    run = upload(client)
    mapped(client, run)

    response = client.post(at("import-start", run), follow=True)

    run.refresh_from_db()
    assert run.state == ImportState.WAITING
    assert "Waiting for a worker" in response.content.decode()
    assert not Contact.objects.exists()


def test_a_second_press_on_start_starts_nothing(client, maja):
    run = upload(client)
    client.post(at("import-start", run))
    work_off()

    client.post(at("import-start", run))

    run.refresh_from_db()
    assert run.state == ImportState.DONE


def test_progress_counts_and_ends_by_loading_the_page_again(client, maja):
    run = upload(client)
    ImportRun.objects.filter(pk=run.pk).update(state="running", rows_total=1000, rows_done=500)
    assert "500 of 1,000 rows" in shown(client, "import-progress", run)

    ImportRun.objects.filter(pk=run.pk).update(state="done")
    assert client.get(at("import-progress", run))["HX-Refresh"] == "true"


def test_a_waiting_import_can_be_cancelled(client, maja):
    run = upload(client)
    client.post(at("import-start", run))

    client.post(at("import-cancel", run))

    run.refresh_from_db()
    assert run.state == ImportState.CANCELLED


def test_a_draft_can_be_dropped_with_its_file(client, maja):
    run = upload(client)

    client.post(at("import-discard", run))

    assert not ImportRun.objects.exists()
    assert list(uploads.folder().iterdir()) == []


def test_the_report_counts_and_gives_reasons(client, maja):
    page = shown(client, "import", imported(client))

    assert "Rejected rows" in page
    assert "Email: " in page
    assert "Undo this import" in page


def test_rejected_rows_are_mended_and_imported_again_with_the_same_mapping(client, maja):
    run = imported(client, column_2="last_name", source="Fair")
    sheet = b"".join(client.get(at("import-rejected", run)).streaming_content).decode("utf-8-sig")
    assert "Import reason" in sheet

    mended = file(sheet.replace("wrong", "c@other.example"), name="mended.csv")
    response = client.post(at("import-again", run), {"file": mended}, follow=True)
    work_off()

    again = ImportRun.objects.latest("id")
    assert response.redirect_chain[-1][0] == at("import", again)
    assert (again.state, again.report["created"], again.report["rejected"]) == (ImportState.DONE, 1, 0)
    assert Contact.objects.get(email="c@other.example").last_name == "Carl"
    assert Contact.objects.get(email="c@other.example").source.name == "Fair"


def test_the_undo_page_gives_exact_numbers_and_names_what_stays(client, maja):
    run = imported(client)
    lead = Lead.objects.get(contact__email="a@firma.example")
    notes.add(lead, text="Called", by=maja, now=timezone.now())

    response = client.get(at("import-undo", run))

    page = response.content.decode()
    assert dict(response.context["foreseen"]["removed"])["contact"] == 1
    assert "Anna" in page
    assert "Somebody has worked on it since." in page
    assert Lead.objects.count() == 2


def test_undoing_by_the_page(client, maja):
    run = imported(client)

    client.post(at("import-undo", run))
    work_off()

    run.refresh_from_db()
    assert run.state == ImportState.UNDONE
    assert not Contact.objects.exists()
    assert "What was undone" in shown(client, "import", run)


def test_the_notification_leads_to_the_report(client, maja):
    run = imported(client)
    told = maja.notifications.get()
    assert "leads.csv" in client.get("/notifications/").content.decode()

    response = client.post("/notifications/read/", {"notification": told.pk})

    assert response["Location"] == at("import", run)
    assert at("import", run) in client.get("/notifications/").content.decode()


def test_the_scorecard_says_which_columns_it_uses(client, maja):
    run = imported(client, "Email,Position\na@firma.example,CEO\n")

    page = shown(client, "import-scores", run)

    assert "Position" in page


def test_a_mended_file_that_turns_out_damaged_is_refused_and_not_kept(client, maja, tmp_path):
    run = upload(client)
    client.post(at("import-start", run))
    rows = "".join(wb.row(number, wb.text(f"A{number}", "x" * 300)) for number in range(2, 600))
    book = wb.write(tmp_path / "book.xlsx", wb.row(1, wb.text("A1", "Email")) + rows + "<row")

    response = client.post(
        at("import-again", run), {"file": SimpleUploadedFile("book.xlsx", book.read_bytes())}, follow=True
    )

    assert "damaged" in response.content.decode()
    assert ImportRun.objects.get() == run


def test_a_draft_whose_file_is_gone_says_so_when_another_mapping_is_chosen(client, maja):
    run = upload(client)
    uploads.remove(run.file)

    response = client.post(at("import-mapping", run), {"apply": "1", "mapping": ""}, follow=True)

    assert "no longer there" in response.content.decode()


def test_what_no_database_can_hold_is_taken_out_of_the_name_of_a_mapping(client, maja):
    mapped(client, upload(client), column_2="last_name", save_as="Our\0 shop\u202e")

    assert SavedMapping.objects.get().name == "Our shop"


def test_rejected_rows_of_a_file_with_the_longest_name_can_be_downloaded(client, maja):
    run = upload(client, name="\N{CJK UNIFIED IDEOGRAPH-20000}" * 90 + ".csv")
    mapped(client, run)
    client.post(at("import-start", run))
    work_off()

    assert client.get(at("import-rejected", run)).status_code == 200
