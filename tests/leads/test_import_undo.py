"""Taking imports back: everything as it was, and what people have worked with since left alone and named."""

import pytest

from leads import byprogram, consent, contacts, notes, stages, suppression
from leads.enums import Cause, ImportState, Outcome, Purpose, Stage
from leads.importing import background, slices, undoing
from leads.models import (
    Contact,
    Lead,
    Suppression,
)
from tests.factories import (
    MONDAY,
    CampaignFactory,
    CompanyFactory,
    ContactFactory,
    FollowUpFactory,
    InteractionFactory,
    LeadFactory,
    people,
)
from tests.leads.imports import DAY, HOUR, ROWS, finished, started, tables, undone, work_off

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_batches(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path / "var"
    monkeypatch.setattr(slices, "BATCH", 2)


@pytest.fixture
def maja(db):
    return people()["maja"]


def test_undoing_leaves_everything_as_it_was(maja):
    company = CompanyFactory(name="Firma", domain="firma.example", industry="")
    known = ContactFactory(email="b@firma.example", first_name="", company=None, custom={"color": "red"})
    LeadFactory(contact=known)
    before = tables()
    run = finished(by=maja, outcome="Status=Won")
    assert tables() != before

    undone(run)

    assert tables() == before
    assert (run.state, run.undone_at is not None) == (ImportState.UNDONE, True)
    assert not run.entries.exists()
    assert company.pk


def test_undoing_a_second_import_of_the_same_source_brings_back_the_first_ones_values():
    finished(outcome="Status=Won")
    before = tables()
    run = finished(
        ROWS.replace("Bert", "Berta").replace(",6,", ",66,Won").replace("Lost", "Won"),
        outcome="Status=Won",
        now=MONDAY + DAY,
    )
    assert Lead.objects.filter(outcome=Outcome.WON).count() == 3

    undone(run, now=MONDAY + 2 * DAY)

    assert tables() == before


PEOPLE = "Record ID,Email,Create Date\nc1,ada@berg.example,2026-01-01\nc2,ben@cox.example,2026-01-01\nc3,cleo@dahl.example,2026-01-01\n"
OTHER_KINDS = {
    "deals": (
        "Deal ID,Contact ID,Deal Name,Product,Amount,Stage,Close Date,Created\n"
        "d1,c1,Big one,Scanner,340,Negotiation,2026-12-24,2026-02-01\n"
        "d2,c2,Small one,Printer,1200,Closed Won,2026-03-05,2026-02-02\n"
        "d3,c3,Gone one,,12,Closed Lost,2026-03-06,2026-02-03\n"
    ),
    "interactions": (
        "Activity ID,Contact ID,Type,Activity Date,Subject\n"
        "1,c1,Call,2026-02-01 10:00,Intro\n2,c2,Email Open,2026-02-03 10:00,News\n"
        "3,,Form,2026-02-03 10:00,Whitepaper\n"
    ),
    "follow_ups": "Contact ID,Subject,Due Date,Status\nc1,Call back,2026-12-24 10:00,Open\nc2,Offer,2026-01-02,Completed\n",
    "companies": "Account Name,Website,Industry\nBerg AG,www.berg.example,Chemie\nNeu,,Food\n",
    "campaigns": "Campaign Name,Cost,Source,Start Date\nSpring,1200,Fair X,2026-03-01\nKnown,50,,\n",
}


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_undoing_another_kind_leaves_everything_as_it_was(kind):
    finished(PEOPLE, source="CRM")
    CampaignFactory(slug="known", name="Known")
    LeadFactory(contact=ContactFactory(email="eve@firma.example"))
    FollowUpFactory(lead=Lead.objects.get(contact__email="ben@cox.example"))
    before = tables()
    run = finished(OTHER_KINDS[kind], kind=kind, source="CRM", now=MONDAY + DAY)
    assert run.report["created"] > 0, run.report
    assert tables() != before

    undone(run, now=MONDAY + 2 * DAY)

    assert run.report["undo"]["kept"] == []
    assert tables() == before


def test_after_undoing_the_same_file_can_be_imported_again():
    undone(finished())

    run = finished(now=MONDAY + 2 * DAY)

    assert run.report["created"] == 3


def test_undo_can_be_cut_off_and_goes_on(monkeypatch):
    before = tables()
    run = finished(outcome="Status=Won")
    monkeypatch.setattr(background, "SECONDS", -1)

    background.undo(run, now=MONDAY)
    background.advance(now=MONDAY)
    run.refresh_from_db()
    assert run.state == ImportState.UNDOING
    work_off()

    run.refresh_from_db()
    assert run.state == ImportState.UNDONE
    assert tables() == before


def test_what_somebody_worked_with_stays_and_is_named(maja):
    run = finished()
    lead = Lead.objects.get(contact__email="a@firma.example")
    notes.add(lead, text="Called", by=maja, now=MONDAY + HOUR)

    undone(run)

    assert list(Lead.objects.all()) == [lead]
    assert list(Contact.objects.all()) == [lead.contact]
    assert run.report["undo"]["removed"]["contact"] == 2
    assert ["lead", lead.pk, "worked"] in run.report["undo"]["kept"]
    assert ["contact", lead.contact_id, "used"] in run.report["undo"]["kept"]


def test_a_lead_whose_person_was_in_touch_stays():
    run = finished()
    contact = Contact.objects.get(email="a@firma.example")
    InteractionFactory(contact=contact)

    undone(run)

    assert list(Contact.objects.all()) == [contact]
    assert run.report["undo"]["reasons"]["interactions"] == 1


def test_a_lead_that_somebody_moved_stays():
    run = finished()
    lead = Lead.objects.get(contact__email="a@firma.example")
    stages.move(lead, to=Stage.SQL, cause=Cause.PERSON, by=people()["rita"], now=MONDAY + HOUR)

    undone(run)

    assert list(Lead.objects.all()) == [lead]


def test_a_lead_that_a_program_gave_to_somebody_stays():
    run = finished()
    rita = people()["rita"]
    lead = Lead.objects.get(contact__email="a@firma.example")
    Lead.objects.filter(pk=lead.pk).update(team=rita.teams.get())
    byprogram.edit(lead, values={"owner": "rita"}, now=MONDAY + HOUR)

    undone(run)

    assert list(Lead.objects.all()) == [lead]


def test_a_lead_whose_person_somebody_corrected_stays():
    run = finished()
    lead = Lead.objects.get(contact__email="a@firma.example")
    contacts.edit(lead.contact, values={"phone": "+49 30 123"}, by=people()["rita"], now=MONDAY + HOUR)

    undone(run)

    assert list(Lead.objects.all()) == [lead]
    assert ["lead", lead.pk, "edited"] in run.report["undo"]["kept"]


def test_a_move_by_the_machine_keeps_nothing():
    run = finished()
    stages.move_many(Lead.objects.values_list("pk", flat=True), to=Stage.MQL, cause=Cause.THRESHOLD, now=MONDAY + HOUR)

    undone(run)

    assert not Lead.objects.exists()
    assert not Contact.objects.exists()


def test_a_value_that_somebody_changed_since_stays():
    known = ContactFactory(email="a@firma.example", first_name="", last_name="", company=None)
    run = finished("Email,Vorname,Nachname\na@firma.example,Anna,Alt\n")
    Contact.objects.filter(pk=known.pk).update(first_name="Hanna", updated_at=MONDAY + HOUR)

    undone(run)

    known.refresh_from_db()
    assert (known.first_name, known.last_name) == ("Hanna", "")
    assert run.report["undo"]["kept"] == [["contact", known.pk, "changed"]]


def test_a_closed_lead_opens_again_unless_its_person_has_another_open_one():
    first, second = (LeadFactory(contact__email=f"{name}@firma.example") for name in "ab")
    run = finished("Email,Status\na@firma.example,Won\nb@firma.example,Won\n", outcome="Status=Won")
    LeadFactory(contact=second.contact)

    undone(run)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.outcome, second.outcome) == ("", Outcome.WON)
    assert ["lead", second.pk, "taken"] in run.report["undo"]["kept"]


def test_who_opted_out_stays_suppressed():
    run = finished("Email,Do Not Email\na@firma.example,Yes\n")

    undone(run)

    assert not Contact.objects.exists()
    assert suppression.is_suppressed("a@firma.example")
    assert Suppression.objects.count() == 1


def test_who_must_not_be_called_stays_for_there_is_no_other_trace_of_it():
    run = finished("Email,Do Not Call\na@firma.example,Yes\nb@firma.example,No\n")

    undone(run)

    kept = Contact.objects.get()
    assert kept.email == "a@firma.example"
    assert consent.state(kept, Purpose.PHONE) == "withdrawn"
    assert ["contact", kept.pk, "objected"] in run.report["undo"]["kept"]


def test_people_whom_another_import_names_stay():
    run = finished(source="Fair")
    finished(source="Webinar", now=MONDAY + HOUR)

    undone(run)

    assert Contact.objects.count() == 3
    assert run.report["undo"]["reasons"]["other_import"] == 3


def test_the_numbers_are_known_before(maja):
    run = finished(outcome="Status=Won")
    lead = Lead.objects.get(contact__email="a@firma.example")
    notes.add(lead, text="Called", by=maja, now=MONDAY + HOUR)
    before = tables()

    foreseen, is_exact = undoing.foresee(run)

    assert tables() == before
    undone(run)
    assert is_exact
    assert foreseen.as_kept() == run.report["undo"]


def test_undo_needs_a_run_that_has_ended():
    run = started()

    with pytest.raises(background.NotPossible):
        background.undo(run, now=MONDAY)
