import uuid
from datetime import timedelta

import pytest

from leads import actions, assignment, followups
from leads.enums import CallResult, FollowUpKind, Outcome, RejectReason, Stage, Verdict
from leads.models import Action, Contact, FollowUp, Interaction, Lead, StageChange, Team
from tests.factories import MONDAY, FollowUpFactory, LeadFactory, people

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def who():
    return people()


@pytest.fixture
def mql(who):
    return LeadFactory(stage=Stage.MQL, team=Team.objects.get(name="North"))


def _do(verb, lead, by):
    """Each action once, with sound input."""
    extra = {
        "accept": {},
        "reject": {"reason": RejectReason.NO_BUDGET},
        "snooze": {"until": MONDAY + 3 * DAY},
        "log_call": {"result": CallResult.REACHED},
        "schedule": {"kind": FollowUpKind.CALL, "due_at": MONDAY + DAY},
        "assign": {"to": by},
        "advance": {},
        "close": {"outcome": Outcome.LOST, "reason": RejectReason.NO_NEED},
    }
    return getattr(actions, verb)(lead, by=by, now=MONDAY, **extra[verb])


VERBS = ("accept", "reject", "snooze", "log_call", "schedule", "assign", "advance", "close")


def _state(lead):
    contact = Contact.objects.get(pk=lead.contact_id)
    row = Lead.objects.filter(pk=lead.pk).values(
        "stage", "stage_since", "owner", "snoozed_until", "reject_reason", "outcome", "closed_at"
    )
    counted = Interaction.objects.filter(contact=contact, verdict=Verdict.HUMAN).count()
    return row.get(), contact.cooldown_until, FollowUp.objects.pending().count(), counted


def test_accepting_makes_an_sql_of_the_rep(who, mql):
    actions.accept(mql, by=who["rita"], now=MONDAY)

    assert (mql.stage, mql.owner) == ("sql", who["rita"])
    assert StageChange.objects.get().by == who["rita"]


def test_a_manager_who_accepts_leaves_the_lead_with_its_owner(who, mql):
    assignment.assign(mql, to=who["ralf"], by=who["mona"], now=MONDAY)

    actions.accept(mql, by=who["mona"], now=MONDAY)

    assert (mql.stage, mql.owner) == ("sql", who["ralf"])


def test_the_second_of_two_reps_learns_who_was_faster(who, mql):
    actions.accept(mql, by=who["ralf"], now=MONDAY)

    with pytest.raises(actions.NotAllowed, match="Ralf has accepted"):
        actions.accept(mql, by=who["rita"], now=MONDAY)

    assert Lead.objects.get().owner == who["ralf"]


def test_only_an_mql_is_accepted(who):
    with pytest.raises(actions.NotAllowed, match="Only an MQL"):
        actions.accept(LeadFactory(stage=Stage.LEAD), by=who["rita"], now=MONDAY)


def test_a_rejected_lead_is_back_to_nurture_with_reason_and_cool_down(who, mql):
    actions.reject(mql, reason=RejectReason.BAD_TIMING, text="in March", by=who["rita"], now=MONDAY, cooldown_days=30)

    assert (mql.stage, mql.reject_reason) == ("nurture", "bad_timing")
    assert Contact.objects.get(pk=mql.contact_id).cooldown_until == MONDAY + 30 * DAY
    assert StageChange.objects.get().reason == "bad_timing: in March"


@pytest.mark.parametrize("reason", ["", "because", None])
def test_rejecting_needs_a_reason_from_the_list(who, mql, reason):
    with pytest.raises(actions.Invalid) as caught:
        actions.reject(mql, reason=reason, by=who["rita"], now=MONDAY)

    assert list(caught.value.errors) == ["reason"]
    assert mql.stage == "mql"


def test_a_call_becomes_an_interaction_of_the_contact(who, mql):
    actions.log_call(mql, result=CallResult.NO_ANSWER, text="mailbox", by=who["rita"], now=MONDAY)

    call = Interaction.objects.get(contact=mql.contact)
    assert (call.kind, call.payload["result"], call.payload["text"]) == ("call", "no_answer", "mailbox")


@pytest.mark.parametrize("until", [MONDAY, MONDAY - DAY, MONDAY + 400 * DAY])
def test_snoozing_ends_within_a_year_from_now(who, mql, until):
    with pytest.raises(actions.Invalid):
        actions.snooze(mql, until=until, by=who["rita"], now=MONDAY)


def test_winning_closes_the_lead_and_cancels_what_was_planned(who, mql):
    FollowUpFactory(lead=mql, due_at=MONDAY + DAY)

    actions.close(mql, outcome=Outcome.WON, by=who["rita"], now=MONDAY)

    assert (mql.stage, mql.outcome, mql.closed_at) == ("customer", "won", MONDAY)
    assert not FollowUp.objects.pending().exists()


def test_losing_needs_a_reason(who, mql):
    with pytest.raises(actions.Invalid) as caught:
        actions.close(mql, outcome=Outcome.LOST, by=who["rita"], now=MONDAY)

    assert list(caught.value.errors) == ["reason"]


@pytest.mark.parametrize("verb", VERBS)
def test_a_closed_lead_is_left_alone(who, mql, verb):
    actions.close(mql, outcome=Outcome.WON, by=who["rita"], now=MONDAY)

    with pytest.raises(actions.NotAllowed, match="closed"):
        _do(verb, mql, who["rita"])


@pytest.mark.parametrize("verb", VERBS)
def test_every_action_can_be_taken_back(who, mql, verb):
    FollowUpFactory(lead=mql, due_at=MONDAY + DAY)
    before = _state(mql)
    action = _do(verb, mql, who["rita"])
    between = _state(mql)

    actions.undo(action, by=who["rita"], now=MONDAY + timedelta(minutes=1))

    assert between != before
    assert _state(mql) == before
    assert Action.objects.get().undone_at


@pytest.mark.parametrize("verb", VERBS)
def test_no_action_is_taken_back_twice(who, mql, verb):
    action = _do(verb, mql, who["rita"])
    actions.undo(action, by=who["rita"], now=MONDAY)

    with pytest.raises(actions.CannotUndo, match="already"):
        actions.undo(action, by=who["rita"], now=MONDAY)


def test_what_somebody_has_changed_since_stays(who, mql):
    action = actions.accept(mql, by=who["rita"], now=MONDAY)
    actions.advance(mql, by=who["rita"], now=MONDAY + DAY)

    with pytest.raises(actions.CannotUndo, match="changed this lead since"):
        actions.undo(action, by=who["rita"], now=MONDAY + DAY)

    assert Lead.objects.get().stage == "opportunity"
    assert Action.objects.get(pk=action.pk).undone_at is None


def test_a_done_follow_up_is_not_taken_back(who, mql):
    action = _do("schedule", mql, who["rita"])
    followups.done(FollowUp.objects.get(), by=who["rita"], now=MONDAY)

    with pytest.raises(actions.CannotUndo, match="done or cancelled"):
        actions.undo(action, by=who["rita"], now=MONDAY)


def test_losing_is_not_taken_back_once_the_contact_has_another_lead(who, mql):
    action = _do("close", mql, who["rita"])
    LeadFactory(contact=mql.contact, team=mql.team)

    with pytest.raises(actions.CannotUndo, match="another open lead"):
        actions.undo(action, by=who["rita"], now=MONDAY)


@pytest.mark.parametrize("name", ["ralf", "sven", "maja", "dora"])
def test_others_do_not_take_an_action_back(who, mql, name):
    action = actions.accept(mql, by=who["rita"], now=MONDAY)

    with pytest.raises(actions.CannotUndo, match="Only Rita"):
        actions.undo(action, by=who[name], now=MONDAY)


def test_the_manager_takes_it_back(who, mql):
    action = actions.accept(mql, by=who["rita"], now=MONDAY)

    actions.undo(action, by=who["mona"], now=MONDAY)

    assert Lead.objects.get().stage == "mql"


@pytest.mark.parametrize("verb", ["accept", "log_call", "schedule", "reject", "close"])
def test_a_double_click_is_one_effect(who, mql, verb):
    token = uuid.uuid4()
    extra = {
        "accept": {},
        "log_call": {"result": CallResult.REACHED},
        "schedule": {"kind": FollowUpKind.CALL, "due_at": MONDAY + DAY},
        "reject": {"reason": RejectReason.OTHER},
        "close": {"outcome": Outcome.WON},
    }[verb]

    first = getattr(actions, verb)(mql, by=who["rita"], now=MONDAY, token=token, **extra)
    second = getattr(actions, verb)(mql, by=who["rita"], now=MONDAY, token=token, **extra)

    assert first == second
    assert Action.objects.count() == 1
    assert Interaction.objects.count() <= 1
    assert FollowUp.objects.count() <= 1


def test_a_follow_up_is_for_nobody_outside_of_the_team(who, mql):
    with pytest.raises(followups.Invalid) as caught:
        actions.schedule(
            mql, kind=FollowUpKind.CALL, due_at=MONDAY + DAY, owner=who["sven"], by=who["rita"], now=MONDAY
        )

    assert list(caught.value.errors) == ["owner"]


def test_a_token_works_for_one_button_only(who, mql):
    token = uuid.uuid4()
    actions.snooze(mql, until=MONDAY + DAY, by=who["rita"], now=MONDAY, token=token)

    with pytest.raises(actions.NotAllowed, match="used already"):
        actions.accept(mql, by=who["rita"], now=MONDAY, token=token)
