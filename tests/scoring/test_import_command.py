"""`import_leads` and `export_leads` as scripts use them."""

import csv
import io
import json
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command

from leads.enums import Stage
from leads.models import Contact, CustomField, Lead
from scoring.models import Rule, Scorecard
from tests.factories import ContactFactory, LeadFactory

pytestmark = pytest.mark.django_db

XEDUCATION = Path(django_settings.BASE_DIR).parent / "shared" / "data" / "xeducation" / "leads.csv"


@pytest.fixture(autouse=True)
def var_dir(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text(
        "Email,Land,Budget,Status\na@firma.de,Deutschland,5,Won\nb@firma.fr,Frankreich,6,\nc@firma.de,DE,7,Lost\nbroken,DE,7,\n"
    )
    return path


def run(*args):
    out = io.StringIO()
    call_command(*map(str, args), stdout=out)
    return out.getvalue()


def as_json(*args):
    return json.loads(run(*args, "--json").splitlines()[-1])


def test_the_report_has_the_keys_that_scripts_rely_on(file):
    found = as_json("import_leads", file, "--outcome", "Status=Won")

    numbers = {name: found[name] for name in ("rows", "created", "updated", "rejected", "won", "lost", "open")}
    assert numbers == {"rows": 4, "created": 3, "updated": 0, "rejected": 1, "won": 1, "lost": 1, "open": 1}
    assert found["seconds"] > 0
    assert 10 < found["peak_mb"] < 2000
    assert Path(found["rejects_file"]).exists()


def test_all_imported_leads_are_scored_at_once(file):
    found = as_json("import_leads", file, "--outcome", "Status=Won")

    assert found["scores"]["scored"] == 3
    assert found["scores"]["unscored"] == 0
    assert 0 < found["same_score_share"] <= 1


def test_the_report_says_which_columns_the_scorecard_uses(file):
    found = as_json("import_leads", file, "--outcome", "Status=Won")

    assert set(found["columns_used"]) == {"Email", "Land"}
    assert found["columns_unused"] == ["Budget"]


def test_the_report_says_what_to_do_if_the_scorecard_uses_nothing(file):
    Rule.objects.filter(scorecard=Scorecard.objects.live().get()).update(condition={})

    text = run("import_leads", file, "--outcome", "Status=Won")

    assert "uses none of these columns" in text
    assert "add fit rules" in text
    assert "Budget" in text


def test_a_dry_run_says_so_and_writes_nothing(file):
    text = run("import_leads", file, "--dry-run")

    assert text.startswith("Dry run")
    assert not Contact.objects.exists()


def test_importing_again_rescores_nothing(file):
    as_json("import_leads", file, "--outcome", "Status=Won")
    before = list(Lead.objects.order_by("pk").values_list("score__scored_at", "score__score"))

    found = as_json("import_leads", file, "--outcome", "Status=Won")

    assert (found["created"], found["updated"], found["unchanged"]) == (0, 3, 3)
    assert found["rows"] == found["created"] + found["updated"] + found["rejected"]
    assert list(Lead.objects.order_by("pk").values_list("score__scored_at", "score__score")) == before


@pytest.mark.parametrize(
    ("args", "part"),
    [
        (["import_leads", "missing.csv"], "cannot be opened"),
        (["import_leads"], "FILE"),
        (["import_leads", "{file}", "--id", "Nope"], "there is no column “Nope”"),
        (["import_leads", "{file}", "--team", "Nope"], "there is no team"),
        (["import_leads", "{file}", "--outcome", "Status"], "--outcome needs COLUMN=VALUE"),
        (["import_leads", "{file}", "--bogus"], "bogus"),
        (["export_leads", "--status", "bogus"], "bogus"),
        (["export_leads", "--columns", "id,password"], "there is no column “password”"),
        (["export_leads", "--columns", "contact.custom.nope"], "there is no column"),
        (["export_leads", "--columns", ","], "at least one column"),
    ],
)
def test_wrong_arguments_are_one_line_and_status_2(file, args, part):
    with pytest.raises(CommandError) as caught:
        run(*[arg.format(file=file) for arg in args])

    assert part in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.returncode == 2


@pytest.fixture
def real():
    if not XEDUCATION.exists():
        pytest.skip("the real lead export ../shared/data/xeducation/leads.csv is not on this machine")
    return XEDUCATION


def test_a_real_export_is_imported_whole(real):
    found = as_json("import_leads", real, "--id", "Lead Number", "--outcome", "Converted=1")

    assert (found["rows"], found["created"], found["rejected"]) == (7392, 7392, 0)
    assert (found["won"], found["lost"], found["open"]) == (2877, 4515, 0)
    assert found["scores"]["unscored"] == 0
    assert found["peak_mb"] < 600
    types = dict(CustomField.objects.values_list("key", "type"))
    assert types["totalvisits"] == types["page_views_per_visit"] == "number"
    assert types["specialization"] == "choice"
    assert types["do_not_email"] == "boolean"
    assert "converted" not in types
    assert not Contact.objects.filter(custom__specialization="Select").exists()
    assert Contact.objects.filter(consent_events__purpose="email").distinct().count() == 652


# -- export --------------------------------------------------------------------------------------------------------


def test_an_export_is_ranked_and_unscored_leads_are_null(file):
    as_json("import_leads", file, "--outcome", "Status=Won")
    unscored = LeadFactory(contact=ContactFactory(email="z@firma.de"))

    leads = as_json("export_leads", "--status", "all", "--columns", "id,email,score,status,rank")["leads"]

    scores = [lead["score"] for lead in leads]
    assert scores[:-1] == sorted(scores[:-1], reverse=True)
    assert leads[-1] == {"id": unscored.pk, "email": "z@firma.de", "score": None, "status": "open", "rank": 4}


@pytest.mark.parametrize(
    ("status", "expected"), [("open", {"b@firma.fr"}), ("won", {"a@firma.de"}), ("lost", {"c@firma.de"})]
)
def test_an_export_can_be_narrowed_by_status(file, status, expected):
    as_json("import_leads", file, "--outcome", "Status=Won")

    leads = as_json("export_leads", "--status", status, "--columns", "email")["leads"]

    assert {lead["email"] for lead in leads} == expected


def test_an_export_as_csv_carries_no_formula(file):
    LeadFactory(contact=ContactFactory(last_name="=cmd|' /C calc'!A0", email="x@firma.de"), stage=Stage.LEAD)

    rows = list(csv.DictReader(io.StringIO(run("export_leads", "--columns", "email,last_name,score"))))

    assert rows == [{"email": "x@firma.de", "last_name": "'=cmd|' /C calc'!A0", "score": ""}]


def test_custom_fields_can_be_exported(file):
    as_json("import_leads", file, "--outcome", "Status=Won")

    leads = as_json("export_leads", "--status", "all", "--columns", "email,contact.custom.budget")["leads"]

    assert {lead["email"]: lead["contact.custom.budget"] for lead in leads} == {
        "a@firma.de": 5,
        "b@firma.fr": 6,
        "c@firma.de": 7,
    }
