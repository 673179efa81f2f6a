from datetime import timedelta

import pytest

from leads import stages
from leads.enums import Cause, Outcome, Stage
from leads.models import Contact, Lead, StageChange
from tests.factories import MONDAY, LeadFactory, UserFactory

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)


def test_a_move_is_remembered_with_who_when_why_and_score():
    rita, lead = UserFactory(username="rita"), LeadFactory(stage=Stage.MQL)

    stages.move(lead, to=Stage.SQL, cause=Cause.PERSON, by=rita, reason="called", now=TUESDAY, band="A", score=80)

    change = StageChange.objects.get()
    assert (change.from_stage, change.to_stage, change.by, change.at) == ("mql", "sql", rita, TUESDAY)
    assert (change.cause, change.reason, change.band, change.score) == ("person", "called", "A", 80)
    assert (lead.stage, lead.stage_since) == ("sql", TUESDAY)


def test_moving_to_the_same_stage_does_nothing():
    lead = LeadFactory(stage=Stage.MQL)

    change = stages.move(lead, to=Stage.MQL, cause=Cause.PERSON, now=TUESDAY)

    assert change is None
    assert not StageChange.objects.exists()
    assert lead.stage_since == MONDAY


def test_a_move_that_the_table_does_not_have_is_refused():
    lead = LeadFactory(stage=Stage.SQL)

    with pytest.raises(stages.NotAllowed, match="“SQL” to “Subscriber”"):
        stages.move(lead, to=Stage.SUBSCRIBER, cause=Cause.PERSON, now=TUESDAY)

    assert Lead.objects.get().stage == "sql"


def test_every_stage_has_a_line_in_the_table():
    assert set(stages.TRANSITIONS) == set(Stage)


@pytest.mark.parametrize(("stage", "outcome"), [(Stage.CUSTOMER, Outcome.WON), (Stage.DISQUALIFIED, Outcome.LOST)])
def test_the_last_stages_close_a_lead(stage, outcome):
    lead = LeadFactory(stage=Stage.OPPORTUNITY)

    stages.move(lead, to=stage, cause=Cause.PERSON, now=TUESDAY)

    assert (lead.outcome, lead.closed_at) == (outcome, TUESDAY)


def test_the_first_mql_entry_stays_the_first():
    lead = LeadFactory(stage=Stage.LEAD)
    stages.move(lead, to=Stage.MQL, cause=Cause.THRESHOLD, now=MONDAY)
    stages.move(lead, to=Stage.NURTURE, cause=Cause.PERSON, now=MONDAY)

    stages.move(lead, to=Stage.MQL, cause=Cause.THRESHOLD, now=TUESDAY)

    assert lead.first_mql_at == MONDAY


def test_winning_at_once_leaves_no_mql_entry():
    lead = LeadFactory(stage=Stage.LEAD)

    stages.move(lead, to=Stage.CUSTOMER, cause=Cause.IMPORT, now=TUESDAY)

    assert lead.first_mql_at is None


def test_a_closed_lead_is_not_reopened_by_hand():
    lead = LeadFactory(stage=Stage.DISQUALIFIED, outcome=Outcome.LOST, closed_at=MONDAY)

    with pytest.raises(stages.NotAllowed):
        stages.move(lead, to=Stage.LEAD, cause=Cause.PERSON, now=TUESDAY)


def test_undo_reopens_a_closed_lead():
    lead = LeadFactory(stage=Stage.DISQUALIFIED, outcome=Outcome.LOST, closed_at=TUESDAY)

    stages.move(lead, to=Stage.SQL, cause=Cause.UNDO, now=TUESDAY, since=MONDAY)

    assert (lead.closed_at, lead.outcome, lead.stage_since) == (None, "", MONDAY)


def test_undo_does_not_give_a_contact_a_second_open_lead():
    lead = LeadFactory(stage=Stage.DISQUALIFIED, outcome=Outcome.LOST, closed_at=TUESDAY)
    LeadFactory(contact=lead.contact)

    with pytest.raises(stages.NotAllowed, match="another open lead"):
        stages.move(lead, to=Stage.SQL, cause=Cause.UNDO, now=TUESDAY)


def test_a_mover_with_an_old_copy_writes_no_second_change():
    lead = LeadFactory(stage=Stage.LEAD)
    old_copy = Lead.objects.get()
    stages.move(lead, to=Stage.MQL, cause=Cause.THRESHOLD, now=MONDAY)

    change = stages.move(old_copy, to=Stage.MQL, cause=Cause.THRESHOLD, now=TUESDAY)

    assert change is None
    assert StageChange.objects.count() == 1
    assert (old_copy.stage, old_copy.stage_since) == ("mql", MONDAY)


@pytest.mark.parametrize("number", [1, 3])
def test_moving_many_takes_the_same_queries_for_any_number(number, django_assert_num_queries):
    leads = LeadFactory.create_batch(number, stage=Stage.LEAD)

    with django_assert_num_queries(5):  # savepoint, lock, update, changes, release
        moved = stages.move_many([lead.pk for lead in leads], to=Stage.MQL, cause=Cause.THRESHOLD, now=MONDAY)

    assert moved == sorted(lead.pk for lead in leads)
    assert StageChange.objects.filter(to_stage="mql", from_stage="lead").count() == number


def test_moving_many_twice_moves_once():
    lead = LeadFactory(stage=Stage.LEAD)
    stages.move_many([lead.pk], to=Stage.MQL, cause=Cause.THRESHOLD, now=MONDAY)

    moved = stages.move_many([lead.pk], to=Stage.MQL, cause=Cause.THRESHOLD, now=TUESDAY)

    assert moved == []
    assert StageChange.objects.count() == 1


def test_moving_many_leaves_alone_what_a_person_has_moved_meanwhile():
    lead = LeadFactory(stage=Stage.SQL)

    moved = stages.move_many([lead.pk], to=Stage.NURTURE, only_from=(Stage.MQL,), cause=Cause.THRESHOLD, now=MONDAY)

    assert moved == []
    assert Lead.objects.get().stage == "sql"


def test_closing_and_reopening_are_news_of_the_contact_and_other_moves_are_not():
    lead = LeadFactory(stage=Stage.OPPORTUNITY)
    revisions = []
    for move in (
        {"to": Stage.SQL, "cause": Cause.PERSON},
        {"to": Stage.DISQUALIFIED, "cause": Cause.PERSON},
        {"to": Stage.SQL, "cause": Cause.UNDO},
    ):
        stages.move(lead, **move, now=TUESDAY)

        revisions.append(Contact.objects.get().revision)

    first = revisions[0]
    assert revisions == [first, first + 1, first + 2]


def test_closing_many_is_news_of_those_that_moved():
    moved, closed = LeadFactory(stage=Stage.SQL), LeadFactory(stage=Stage.CUSTOMER, closed_at=MONDAY, outcome="won")
    before = dict(Contact.objects.values_list("pk", "revision"))

    stages.move_many([moved.pk, closed.pk], to=Stage.DISQUALIFIED, cause=Cause.PERSON, now=TUESDAY)

    after = dict(Contact.objects.values_list("pk", "revision"))
    assert [after[lead.contact_id] - before[lead.contact_id] for lead in (moved, closed)] == [1, 0]
