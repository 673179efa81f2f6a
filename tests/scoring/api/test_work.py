"""Opening, changing and moving leads through the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from leads.enums import Cause, Stage
from leads.models import Contact, FieldChange, FollowUp, Lead, StageChange
from scoring.models import Scorecard
from tests.factories import (
    CampaignFactory,
    ContactFactory,
    FollowUpFactory,
    LeadFactory,
    ProductFactory,
    ScoreFactory,
    SourceFactory,
    TeamFactory,
    people,
)
from tests.leads.api.calling import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return Program()


@pytest.fixture
def north():
    return TeamFactory(name="North")


def test_a_lead_is_opened_with_its_person(north):
    people()
    ProductFactory(slug="erp"), CampaignFactory(slug="fair")
    program = Program(team=north)

    answer = program.post(
        "/leads", {"contact": {"email": "erika@firma.de"}, "product": "erp", "campaign": "fair", "owner": "rita"}
    )

    found = answer.json()
    assert answer.status_code == 201
    assert (found["stage"], found["team"], found["owner"], found["source"]) == ("lead", "North", "rita", "Website")
    assert (found["product"], found["campaign"], found["contact"]["email"]) == ("erp", "fair", "erika@firma.de")
    assert StageChange.objects.get().cause == Cause.API
    assert program.get(f"/leads/{found['id']}").json() == found


def test_a_lead_without_a_team_of_the_key_goes_to_that_of_the_source(north):
    program = Program(source=SourceFactory(name="Fair", team=north))

    assert program.post("/leads", {"contact": {"email": "erika@firma.de"}}).json()["team"] == "North"


def test_a_person_has_one_open_lead(program):
    ProductFactory(slug="erp")
    first = program.post("/leads", {"contact": {"email": "erika@firma.de"}})

    second = program.post("/leads", {"contact": {"email": "erika@firma.de", "phone": "1"}, "product": "erp"})

    assert (second.status_code, second.json()["id"]) == (200, first.json()["id"])
    assert (second.json()["contact"]["phone"], second.json()["product"]) == ("1", "erp")
    assert Lead.objects.count() == 1


def test_a_lead_that_another_team_works_is_not_taken(north):
    foreign = LeadFactory(team=TeamFactory(name="South"))
    program = Program(team=north)
    items = [{"contact": {"email": "new@firma.de"}}, {"contact": {"email": foreign.contact.email, "phone": "1"}}]

    one, many = program.post("/leads", items[1]), program.post("/leads/bulk", {"items": items})

    assert (one.status_code, many.status_code) == (409, 409)
    assert (Contact.objects.get().phone, Lead.objects.count()) == ("", 1)


def test_many_leads_are_opened_at_once_or_not_at_all(program):
    items = [{"contact": {"email": f"e{number}@firma.de"}} for number in range(3)]

    bad = program.post("/leads/bulk", {"items": [*items, {"contact": {"email": "e@firma.de"}, "owner": "nobody"}]})
    assert (bad.status_code, bad.json()["field"], Lead.objects.count()) == (422, "items.3.owner", 0)
    good = program.post("/leads/bulk", {"items": [*items, items[0]]})

    assert [found["is_new"] for found in good.json()["results"]] == [True, True, True, False]


@pytest.mark.parametrize("number", [1, 3])
def test_many_leads_take_as_few_queries_as_one(north, number, django_assert_num_queries):
    program = Program(team=north)
    items = [{"contact": {"email": f"e{each}@firma{each}.example"}} for each in range(number)]
    program.post("/leads/bulk", {"items": [{"contact": {"email": "warm@up.example"}}]})

    with django_assert_num_queries(14):
        assert program.post("/leads/bulk", {"items": items}).status_code == 200


@pytest.mark.parametrize("body", [{"items": [{"contact": {"email": "x"}}]}, {"items": [{"contact": {}}]}])
def test_a_bad_person_among_many_is_named(program, body):
    answer = program.post("/leads/bulk", body)

    assert (answer.status_code, answer.json()["field"]) == (422, "items.0.contact.email")


def test_a_lead_gets_another_owner_product_and_campaign(program, north):
    people()
    lead = LeadFactory(team=north, product=ProductFactory(slug="erp"))
    ProductFactory(slug="crm")

    answer = program.patch(f"/leads/{lead.pk}", {"product": "crm", "owner": "rita"})

    assert (answer.json()["product"], answer.json()["owner"]) == ("crm", "rita")
    assert FieldChange.objects.get().field == "lead.product"
    cleared = program.patch(f"/leads/{lead.pk}", {"product": None, "owner": None}).json()
    assert (cleared["product"], cleared["owner"]) == (None, None)


@pytest.mark.parametrize(
    ("body", "field"), [({"product": "x"}, "product"), ({"campaign": "x"}, "campaign"), ({"owner": "sven"}, "owner"),
                        ({"team": "South"}, "team"), ({"stage": "sql"}, "stage"), ({"score": 9}, "score")]
)  # fmt: skip
def test_what_cannot_be_said_about_a_lead_is_named(program, north, body, field):
    people()

    answer = program.patch(f"/leads/{LeadFactory(team=north).pk}", body)

    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_a_new_score_is_no_conflict_but_a_new_stage_is(program):
    lead = LeadFactory()
    read = program.get(f"/leads/{lead.pk}")
    ScoreFactory(lead=lead)

    assert program.patch(f"/leads/{lead.pk}", {}, if_match=read["ETag"]).status_code == 200
    program.post(f"/leads/{lead.pk}/stage", {"to": "sql"})
    assert program.post(f"/leads/{lead.pk}/stage", {"to": "opportunity"}, if_match=read["ETag"]).status_code == 412


def test_a_lead_moves_once_and_the_history_says_that_a_program_did_it(program):
    lead = LeadFactory(stage=Stage.MQL)

    answers = [program.post(f"/leads/{lead.pk}/stage", {"to": "sql", "text": "Signed"}) for _ in range(2)]

    assert [answer.json()["stage"] for answer in answers] == ["sql", "sql"]
    change = StageChange.objects.get()
    assert (change.cause, change.by, change.reason) == (Cause.API, None, "Signed")


def test_a_move_that_the_table_does_not_have_is_refused(program):
    lead = LeadFactory(stage=Stage.SQL)

    assert program.post(f"/leads/{lead.pk}/stage", {"to": "mql"}).status_code == 409
    assert program.post(f"/leads/{lead.pk}/stage", {"to": "subscriber"}).status_code == 422


def test_back_to_nurture_needs_a_reason_and_cools_down(program):
    lead = LeadFactory(stage=Stage.MQL)
    card = Scorecard.objects.live().get()

    bare = program.post(f"/leads/{lead.pk}/stage", {"to": "nurture"})
    told = program.post(f"/leads/{lead.pk}/stage", {"to": "nurture", "reason": "no_budget"})

    assert (bare.status_code, bare.json()["field"], told.status_code) == (422, "reason", 200)
    lead.refresh_from_db()
    assert lead.reject_reason == "no_budget"
    left = lead.contact.cooldown_until - timezone.now()
    assert card.cooldown_days - 1 <= left.days <= card.cooldown_days


def test_closing_cancels_what_was_still_to_be_done_and_is_final(program):
    lead = LeadFactory(stage=Stage.OPPORTUNITY)
    FollowUpFactory(lead=lead, due_at=timezone.now() + timedelta(days=1))

    answer = program.post(f"/leads/{lead.pk}/stage", {"to": "customer"})

    assert (answer.json()["status"], FollowUp.objects.pending().count()) == ("won", 0)
    assert program.post(f"/leads/{lead.pk}/stage", {"to": "sql"}).status_code == 409
    assert program.patch(f"/leads/{lead.pk}", {"owner": None}).status_code == 409


def test_many_leads_move_together_or_none(north):
    program = Program(team=north)
    own = [LeadFactory(team=north, stage=Stage.MQL) for _ in range(2)]
    foreign, stuck = LeadFactory(team=TeamFactory(name="South")), LeadFactory(team=north, stage=Stage.OPPORTUNITY)
    ids = [lead.pk for lead in own]

    with_foreign = program.post("/leads/stage", {"leads": [*ids, foreign.pk], "to": "sql"})
    with_missing = program.post("/leads/stage", {"leads": [*ids, 999_999], "to": "sql"})
    assert (with_foreign.status_code, with_foreign.content) == (404, with_missing.content)
    assert program.post("/leads/stage", {"leads": [*ids, stuck.pk], "to": "mql"}).status_code == 409
    assert not StageChange.objects.exists()
    good = program.post("/leads/stage", {"leads": [*ids, ids[0]], "to": "disqualified", "reason": "other"})

    assert [found["id"] for found in good.json()["results"]] == ids
    assert set(Lead.objects.filter(pk__in=ids).values_list("outcome", "reject_reason")) == {("lost", "other")}


def test_leads_are_sorted_by_score_and_age(program):
    strong, weak, waiting = (LeadFactory(created_at=timezone.now() - timedelta(days=day)) for day in (1, 3, 2))
    ScoreFactory(lead=strong, score=90), ScoreFactory(lead=weak, score=20)

    def ids(**query):
        found, after = [], ""
        while after is not None:
            page = program.get("/leads", limit=1, after=after, **query).json()
            found += [lead["id"] for lead in page["leads"]]
            after = page["next"]
        return found

    assert ids(sort="-score") == [strong.pk, weak.pk]
    assert ids(sort="score") == [weak.pk, strong.pk]
    assert ids(sort="created") == [weak.pk, waiting.pk, strong.pk]
    assert ids(sort="-id") == [waiting.pk, weak.pk, strong.pk]


def test_leads_are_filtered_by_what_they_are_about(program, north):
    rita = people()["rita"]
    lead = LeadFactory(
        team=north, owner=rita, product=ProductFactory(slug="erp"), campaign=CampaignFactory(slug="fair")
    )
    LeadFactory(contact=ContactFactory())

    def ids(**query):
        return [found["id"] for found in program.get("/leads", **query).json()["leads"]]

    for query in ({"owner": "rita"}, {"product": "erp"}, {"campaign": "fair"}, {"contact": lead.contact_id}):
        assert ids(**query) == [lead.pk]
    assert ids(created_since=timezone.now().isoformat()) == []
