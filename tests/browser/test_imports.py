"""Moving in by the page: a Zoho export is imported, its rejected rows are mended, the imports are undone."""

import csv
import io
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from playwright.sync_api import expect

from leads.enums import Role
from leads.importing import background
from leads.models import Contact, ImportRun, Lead
from tests.factories import UserFactory

ZOHO = Path(django_settings.BASE_DIR).parent / "shared" / "data" / "zoho" / "Leads.csv"
INVENTED = """\
LEADID,Last Name,Company,Lead Owner,Email,Mobile,Website,Industry,Lead Source,Lead Status,Created Time,CONVERTED
1,Brauer,Brauer Pumpen,Olga Beck,jana@pumpen.example,030 1234,pumpen.example,Machinery,Fair,Contacted,"15 Apr, 2021 00:03:00",Yes
2,Petersen,Nordlicht,Olga Beck,ole@nordlicht.example,0431 99,,Energy,Web Download,Not Contacted,"16 Apr, 2021 10:00:00",No
3,Reeder,Hafen,Olga Beck,tom@hafen.example,040 77,,Logistics,Partner,Lost Lead,"17 Apr, 2021 08:30:00",No
"""
WRONG = ("no address", "nobody(at)example")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def maja(transactional_db, sign_in):
    return sign_in(UserFactory(username="maja", role=Role.MARKETER))


def spoiled(text, path):
    """The export with two rows whose address was mistyped."""
    rows = list(csv.reader(io.StringIO(text)))
    for row, wrong in zip(rows[1:], WRONG, strict=False):
        row[rows[0].index("Email")] = wrong
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def mended(path):
    """The rejected rows with addresses that exist."""
    text = path.read_text(encoding="utf-8-sig")
    for number, wrong in enumerate(WRONG):
        text = text.replace(wrong, f"mended{number}@pumpen.example")
    path.write_text(text, encoding="utf-8")
    return path


def work_off():
    while background.advance(now=timezone.now()):
        pass


def upload(page, path):
    page.goto("/imports/")
    page.get_by_role("main").get_by_role("link", name="Import a file").click()
    page.get_by_label("File").set_input_files(path)
    page.get_by_label("Mapping").select_option("Zoho")
    page.get_by_role("button", name="Upload and check").click()
    page.get_by_role("heading", name="What the columns mean").wait_for()


@pytest.mark.parametrize("export", ["invented", "real"])
def test_an_export_is_imported_mended_and_undone(page, maja, tmp_path, export):
    if export == "real" and not ZOHO.exists():
        pytest.skip("the real export ../shared/data/zoho/Leads.csv is not on this machine")
    text = INVENTED if export == "invented" else ZOHO.read_text(encoding="utf-8-sig")
    page.set_default_timeout(60_000)

    upload(page, spoiled(text, tmp_path / "Leads.csv"))
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.locator(".import-fate.rejected")).to_have_count(2)
    assert not Contact.objects.exists()
    page.get_by_role("button", name="Start the import").click()
    page.get_by_text("Waiting for a worker").wait_for()
    work_off()
    expect(page.get_by_role("link", name="Undo this import")).to_be_visible()
    created = Contact.objects.count()
    assert created > 0
    assert Lead.objects.filter(contact__email__startswith="mended").count() == 0

    with page.expect_download() as download:
        page.get_by_role("link", name="Download rejected rows").click()
    sheet = tmp_path / "rejected.csv"
    download.value.save_as(sheet)
    page.get_by_label("Mended file").set_input_files(mended(sheet))
    page.get_by_role("button", name="Import with the same mapping").click()
    page.get_by_role("heading", name="rejected.csv").wait_for()
    work_off()
    expect(page.get_by_role("link", name="Undo this import")).to_be_visible()
    assert Contact.objects.filter(email__startswith="mended").count() == 2

    for run in ImportRun.objects.order_by("-id"):
        page.goto(f"/imports/{run.pk}/")
        page.get_by_role("link", name="Undo this import").click()
        page.get_by_role("button", name="Undo now").click()
        page.get_by_text("Being undone").first.wait_for()
        work_off()
        page.get_by_role("heading", name="What was undone").wait_for()
    assert not Contact.objects.exists()
    assert not Lead.objects.exists()


def test_every_page_of_an_import(page, maja, look, check, tmp_path):
    page.goto("/imports/")
    check(page)
    page.goto("/imports/new/")
    check(page)
    upload(page, spoiled(INVENTED, tmp_path / "Leads.csv"))
    check(page)
    page.get_by_role("button", name="Show what would happen").click()
    page.get_by_role("heading", name="What would happen").wait_for()
    check(page)
    page.get_by_role("button", name="Start the import").click()
    page.get_by_text("Waiting for a worker").wait_for()
    check(page)
    work_off()
    page.get_by_role("link", name="Undo this import").wait_for()
    page.locator(".import-scores").wait_for()
    check(page)
    page.get_by_role("link", name="Undo this import").click()
    check(page)
    page.get_by_role("button", name="Undo now").click()
    page.get_by_text("Being undone").first.wait_for()
    work_off()
    page.get_by_role("heading", name="What was undone").wait_for()
    page.goto("/imports/")
    check(page)


def test_an_import_without_javascript(new_context, live_server, context, maja, tmp_path):
    plain = new_context(java_script_enabled=False)
    plain.add_cookies(context.cookies())
    page = plain.new_page()

    page.goto(live_server.url + "/imports/new/")
    page.get_by_label("File").set_input_files(spoiled(INVENTED, tmp_path / "Leads.csv"))
    page.get_by_label("Mapping").select_option("Zoho")
    page.get_by_role("button", name="Upload and check").click()
    page.get_by_role("button", name="Show what would happen").click()
    page.get_by_role("button", name="Start the import").click()
    work_off()
    page.reload()
    page.get_by_role("link", name="Columns that rules use").click()

    assert page.get_by_text("The live scorecard").count() == 1
    assert Lead.objects.count() == 1
