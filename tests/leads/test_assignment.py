from collections import Counter
from datetime import timedelta

import pytest

from leads import assignment, teams
from leads.enums import Stage
from leads.models import Lead, Membership, Notification, Team
from tests.factories import MONDAY, LeadFactory, MembershipFactory, TeamFactory, people

pytestmark = pytest.mark.django_db


def _turns(number, *, now=MONDAY, team="North"):
    leads = LeadFactory.create_batch(number, team=TeamFactory(name=team))
    given = assignment.assign_in_turn([lead.pk for lead in leads], now=now)
    return [given[lead.pk] for lead in leads if lead.pk in given]


def test_new_leads_go_round_the_reps_of_the_team():
    who = people()

    given = _turns(5)

    assert given == [who[name].pk for name in ("rita", "ralf", "rita", "ralf", "rita")]


def test_the_next_round_begins_behind_the_last_one_served():
    who = people()
    _turns(1)

    given = _turns(2, now=MONDAY)

    assert given == [who["ralf"].pk, who["rita"].pk]


def test_many_small_rounds_are_as_fair_as_one():
    people()

    given = [user for day in range(10) for user in _turns(1, now=MONDAY + timedelta(days=day))]

    assert sorted(Counter(given).values()) == [5, 5]


def test_who_takes_no_leads_or_has_left_gets_none():
    who = people()
    Membership.objects.filter(user=who["rita"]).update(takes_leads=False)
    who["ralf"].is_active = False
    who["ralf"].save()

    given = _turns(2)

    assert given == []
    assert Lead.objects.filter(owner=None).count() == 2


def test_managers_are_not_in_turn():
    who = people()

    given = _turns(6)

    assert who["mona"].pk not in given


def test_a_lead_with_an_owner_in_its_team_keeps_them_and_they_are_told():
    who = people()
    lead = LeadFactory(team=Team.objects.get(name="North"), owner=who["ralf"])

    given = assignment.assign_in_turn([lead.pk], now=MONDAY)

    assert given == {lead.pk: who["ralf"].pk}
    assert Notification.objects.get().user == who["ralf"]


def test_a_lead_whose_owner_has_left_the_team_goes_round():
    who = people()
    lead = LeadFactory(team=Team.objects.get(name="North"), owner=who["sven"])

    given = assignment.assign_in_turn([lead.pk], now=MONDAY)

    assert given == {lead.pk: who["rita"].pk}


def test_a_lead_without_a_team_gets_nobody():
    people()
    lead = LeadFactory(team=None)

    assert assignment.assign_in_turn([lead.pk], now=MONDAY) == {}


def test_the_new_owner_is_told():
    who = people()
    lead = LeadFactory(team=Team.objects.get(name="North"))

    assignment.assign(lead, to=who["rita"], by=who["mona"], now=MONDAY)

    told = Notification.objects.get()
    assert (told.user, told.lead, told.kind) == (who["rita"], lead, "lead_assigned")
    assert lead.owner == who["rita"]


def test_who_takes_a_lead_is_not_told_about_it():
    who = people()
    lead = LeadFactory(team=Team.objects.get(name="North"))

    assignment.assign(lead, to=who["rita"], by=who["rita"], now=MONDAY)

    assert not Notification.objects.exists()


def test_a_stranger_to_the_team_cannot_own_its_lead():
    who = people()
    lead = LeadFactory(team=Team.objects.get(name="North"))

    with pytest.raises(assignment.NotAllowed, match="Sven"):
        assignment.assign(lead, to=who["sven"], by=who["mona"], now=MONDAY)

    assert Lead.objects.get().owner is None


def test_leaving_a_team_frees_the_open_leads():
    who = people()
    north = Team.objects.get(name="North")
    LeadFactory(team=north, owner=who["rita"])

    freed = teams.leave(north, user=who["rita"], by=who["anton"])

    assert freed == 1
    assert Lead.objects.get().owner is None


def test_a_manager_puts_leads_without_a_team_into_one_and_waiting_mqls_find_a_rep():
    who = people()
    north = Team.objects.get(name="North")
    lead, mql = LeadFactory(team=None), LeadFactory(team=None, stage=Stage.MQL)
    elsewhere = LeadFactory(team=Team.objects.get(name="South"))

    count = teams.put([lead.pk, mql.pk, elsewhere.pk], team=north, by=who["mona"], now=MONDAY)

    assert count == 2
    assert list(Lead.objects.filter(team=north).order_by("pk").values_list("owner", flat=True)) == [
        None,
        who["rita"].pk,
    ]


@pytest.mark.parametrize("name", ["rita", "maja", "dora"])
def test_nobody_else_puts_leads_into_teams(name):
    who = people()

    with pytest.raises(teams.NotAllowed):
        teams.put([LeadFactory(team=None).pk], team=Team.objects.get(name="North"), by=who[name], now=MONDAY)


def test_a_membership_is_made_once():
    membership = MembershipFactory()

    teams.join(membership.team, user=membership.user, by=None, takes_leads=False)

    assert Membership.objects.get().takes_leads is False
