from datetime import datetime, timedelta

import pytest

from leads import followups
from leads.enums import FollowUpKind
from leads.models import FollowUp
from tests.factories import MONDAY, FollowUpFactory, LeadFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_follow_up_belongs_to_who_set_it_unless_it_is_given_away():
    rita, ralf, lead = UserFactory(username="rita"), UserFactory(username="ralf"), LeadFactory()

    own = followups.create(lead, kind=FollowUpKind.CALL, due_at=MONDAY + DAY, by=rita, now=MONDAY)
    given = followups.create(lead, kind=FollowUpKind.CALL, due_at=MONDAY + DAY, owner=ralf, by=rita, now=MONDAY)

    assert (own.owner, given.owner, given.created_by) == (rita, ralf, rita)


def test_a_follow_up_for_today_is_not_too_late():
    made = followups.create(
        LeadFactory(), kind=FollowUpKind.CALL, due_at=MONDAY - timedelta(hours=2), by=UserFactory(), now=MONDAY
    )

    assert made.pk


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("due_at", {"due_at": MONDAY - DAY}),
        ("due_at", {"due_at": MONDAY + 800 * DAY}),
        ("due_at", {"due_at": datetime(2027, 1, 1)}),
        ("due_at", {"due_at": None}),
        ("kind", {"kind": "party"}),
        ("note", {"note": "x" * 301}),
    ],
)
def test_a_fault_is_named_by_its_field(field, values):
    sound = {"kind": FollowUpKind.CALL, "due_at": MONDAY + DAY, "note": ""}

    with pytest.raises(followups.Invalid) as caught:
        followups.create(LeadFactory(), **(sound | values), by=UserFactory(), now=MONDAY)

    assert list(caught.value.errors) == [field]
    assert not FollowUp.objects.exists()


def test_done_twice_is_done_once():
    follow_up = FollowUpFactory()

    first = followups.done(follow_up, by=None, now=MONDAY)
    second = followups.done(FollowUp.objects.get(), by=None, now=MONDAY + DAY)

    assert (first, second) == (True, False)
    assert FollowUp.objects.get().done_at == MONDAY


def test_what_is_cancelled_is_not_done():
    follow_up = FollowUpFactory()
    followups.cancel(follow_up, by=None, now=MONDAY)

    assert followups.done(follow_up, by=None, now=MONDAY) is False


def test_a_done_follow_up_can_be_reopened():
    follow_up = FollowUpFactory()
    followups.done(follow_up, by=None, now=MONDAY)

    followups.reopen(follow_up, by=None, now=MONDAY)

    assert FollowUp.objects.pending().count() == 1


def test_only_a_pending_follow_up_is_rescheduled():
    pending, done = FollowUpFactory(), FollowUpFactory(done_at=MONDAY)

    followups.reschedule(pending, due_at=MONDAY + DAY, by=None, now=MONDAY)
    with pytest.raises(followups.Invalid, match="already"):
        followups.reschedule(done, due_at=MONDAY + DAY, by=None, now=MONDAY)

    assert FollowUp.objects.get(pk=pending.pk).due_at == MONDAY + DAY
