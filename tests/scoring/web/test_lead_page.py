"""The lead page: what it says, to whom, and at what cost."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from leads import contacts
from leads.enums import Cause, InteractionKind, Outcome, Role, Stage
from leads.models import Company, Contact, DuplicatePair, Lead, StageChange
from scoring.models import Score, ScoreHistory
from tests.factories import (
    FollowUpFactory,
    InteractionFactory,
    LeadFactory,
    NoteFactory,
    ProductFactory,
)
from tests.scoring.web.leadpage import did, read, scored, text

pytestmark = pytest.mark.django_db


def test_the_ledger_adds_up_to_the_score_as_printed(client, who, lead):
    did(lead, "demo-request")
    did(lead, "pricing-page", days_ago=9)
    did(lead, "careers-page", days_ago=30)
    (score,) = scored(lead)

    page = read(client, who["rita"], lead).content.decode()

    ledger = page[page.index('class="ledger') : page.index('class="equation"')]
    cells = re.findall(r'<td class="num(?: minus| plus)?">(?:<span class="(?:plus|minus)">)?([+−]\d+)', ledger)
    printed = [int(cell.replace("−", "-")) for cell in cells]
    assert sum(printed) == score.rule_score == score.score
    assert f'data-score="{score.score}"' in page


def test_what_the_scale_adds_is_printed_too(client, who, lead):
    did(lead, "hard-bounce")
    did(lead, "unsubscribe")
    Contact.objects.filter(pk=lead.contact_id).update(company=None, job_title="Student", revision=9)
    (score,) = scored(lead)

    words = text(read(client, who["rita"], lead))

    clamp = next(line["points"] for line in score.lines if line["kind"] == "clamp")
    assert score.score == 1
    assert f"{clamp} to stay between 1 and 100" in words


def test_a_lead_without_a_score_says_so(client, who, lead):
    words = text(read(client, who["rita"], lead))

    assert "scoring…" in words
    assert "How the" not in words


def test_a_stale_score_says_that_it_is_being_worked_out_again(client, who, lead):
    did(lead, "demo-request")
    scored(lead)
    assert "scoring…" not in text(read(client, who["rita"], lead))

    did(lead, "quote-request")

    assert "scoring…" in text(read(client, who["rita"], lead))


def test_a_closed_lead_shows_its_frozen_score_and_no_buttons(client, who, lead, now):
    did(lead, "demo-request", days_ago=12)
    Lead.objects.filter(pk=lead.pk).update(
        stage=Stage.CUSTOMER, outcome=Outcome.WON, closed_at=now - timedelta(days=10)
    )
    did(lead, "quote-request")
    (score,) = scored(lead)

    response = read(client, who["rita"], lead)

    assert "frozen when closed" in text(response)
    assert response.context["judged"].explained.engagement.lines[0].last_on == timezone.localdate(
        now - timedelta(days=12)
    )
    assert reverse("lead-close", args=[lead.pk]) not in response.content.decode()
    assert score.score == response.context["judged"].explained.score


def test_somebody_who_is_not_profiled_has_no_score_here(client, who, lead, now):
    did(lead, "demo-request")
    scored(lead)
    contacts.set_do_not_profile(lead.contact, value=True, by=who["dora"], now=now)

    words = text(read(client, who["rita"], lead))

    assert "This person is not profiled" in words
    assert "How the" not in words


def test_an_mql_is_asked_about_and_others_are_not(client, who, lead):
    scored(lead)
    assert "Is this one for sales?" not in text(read(client, who["rita"], lead))

    Lead.objects.filter(pk=lead.pk).update(stage=Stage.MQL)

    page = read(client, who["rita"], lead).content.decode()
    assert reverse("lead-accept", args=[lead.pk]) in page
    assert 'data-key="a"' in page and 'data-key="r"' in page


@pytest.mark.parametrize("name", ["maja", "dora"])
def test_who_only_reads_gets_no_forms_that_change_the_lead(client, who, lead, name):
    Lead.objects.filter(pk=lead.pk).update(stage=Stage.MQL)
    scored(lead)

    page = read(client, who[name], lead).content.decode()

    for url in ("lead-accept", "lead-reject", "lead-snooze", "lead-close", "lead-note", "lead-tag", "contact-edit"):
        assert reverse(url, args=[lead.pk]) not in page


def test_what_is_missing_to_an_mql_is_said_with_an_example(client, who, lead):
    did(lead, "whitepaper")
    (score,) = scored(lead)

    words = text(read(client, who["rita"], lead))

    assert f"To become an MQL: {60 - score.score} points. For instance “" in words


def test_an_mql_says_until_when_it_stays_one(client, who, lead):
    did(lead, "demo-request")
    scored(lead)
    Lead.objects.filter(pk=lead.pk).update(stage=Stage.MQL)

    response = read(client, who["rita"], lead)

    assert response.context["judged"].lasts_until > timezone.localdate()
    assert "if nothing happens, then falls below 45" in text(response)


def test_the_second_visit_shows_what_has_changed(client, who, lead, now):
    did(lead, "whitepaper")
    (before,) = scored(lead)
    read(client, who["rita"], lead)
    who["rita"].refresh_from_db()
    ago = now - timedelta(days=2)
    lead.contact.refresh_from_db()
    type(before)._meta.apps.get_model("scoring", "ScoreSeen").objects.update(seen_at=ago)
    did(lead, "demo-request")
    (after,) = scored(lead)

    words = text(read(client, who["rita"], lead))

    assert f"Since your last visit: {before.score} → {after.score}" in words
    assert "Demo requested +30" in words
    assert "Since your last visit" not in text(read(client, who["ralf"], lead))


def test_the_change_of_a_week_stands_beside_the_score(client, who, lead, now):
    did(lead, "demo-request")
    (score,) = scored(lead)
    ScoreHistory.objects.create(
        lead=lead, at=now - timedelta(days=8), score=score.score - 12, fit=1, engagement=1, band="C", stage="lead",
        version=1, cause="facts",
    )  # fmt: skip

    assert read(client, who["rita"], lead).context["judged"].change == 12


def test_interest_is_shown_per_product(client, who, lead):
    product = ProductFactory(slug="leitstand")
    did(lead, "demo-request")
    scored(lead)
    Score.objects.update(products={str(product.pk): {"score": 71, "own": 9}}, top_product=product)

    assert "top product: 9 points of its own" in text(read(client, who["rita"], lead))


def test_silent_rules_are_listed_with_the_reason(client, who, lead):
    scored(lead)

    words = text(read(client, who["rita"], lead))

    assert "rules that give nothing here" in words
    assert "needs consent: Web tracking" in words


@pytest.mark.parametrize("name", ["sven"])
def test_a_foreign_lead_answers_like_a_missing_one(client, who, lead, name):
    foreign = read(client, who[name], lead)
    missing = client.get(reverse("lead", args=[lead.pk + 1000]))

    def anonymous(response):
        return re.sub(r"[0-9A-Fa-f-]{8,}|/leads/\d+/", "…", response.content.decode())

    assert foreign.status_code == missing.status_code == 404
    assert anonymous(foreign) == anonymous(missing)


def test_who_is_not_signed_in_is_sent_to_the_door(client, lead):
    response = client.get(reverse("lead", args=[lead.pk]))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("login"))


def test_a_reason_says_what_its_rule_makes_of_repetition(client, who, lead):
    for _again in range(3):
        did(lead, "demo-request")
        did(lead, "pricing-page")
    scored(lead)

    found = text(read(client, who["rita"], lead))

    assert "3 times, last today" in found
    assert "counts once" in found
    assert "a day" in found


def test_numbers_of_the_evidence_are_grouped_in_the_viewers_language(client, who, lead):
    Company.objects.update(employees=1026)
    scored(lead)

    english = text(read(client, who["rita"], lead))
    client.cookies["django_language"] = "de"
    german = text(read(client, who["rita"], lead))

    assert "Employees: 1,026" in english
    assert ": 1.026" in german


def test_the_neighbours_follow_the_order_of_the_board(client, who, lead):
    first, last = LeadFactory(), LeadFactory()
    foreign = LeadFactory(team=who["sven"].teams.get())
    scored(lead, first, last, foreign)
    for one, points in ((first, 90), (foreign, 80), (lead, 70), (last, 70)):
        Score.objects.filter(lead=one).update(score=points)

    place = read(client, who["rita"], lead).context["place"]

    assert (place.rank, place.previous, place.next) == (2, first.pk, last.pk)
    assert read(client, who["rita"], first).context["place"].previous is None
    assert read(client, who["rita"], last).context["place"].next is None


def test_possible_duplicates_are_named_only_to_who_may_open_them(client, who, lead, now):
    ours, theirs = LeadFactory(), LeadFactory(team=who["sven"].teams.get())
    for other in (ours, theirs):
        DuplicatePair.objects.create(kept=lead.contact, other=other.contact, reason="same id", created_at=now)

    response = read(client, who["rita"], lead)

    assert response.context["duplicates"] == [ours]


def test_hostile_text_stays_text(client, who, lead, now):
    Contact.objects.filter(pk=lead.contact_id).update(
        first_name="<script>alert(1)</script>", last_name="evil\u202egpj.exe", job_title='" onmouseover="x'
    )
    InteractionFactory(
        contact=lead.contact, kind=InteractionKind.FORM, occurred_at=now,
        payload={"text": "<img src=x onerror=alert(1)>"}, path="javascript:alert(1)", asset="\u202etxt",
    )  # fmt: skip

    page = read(client, who["rita"], lead).content.decode()

    assert "<script>alert" not in page and "<img src=x" not in page and 'onmouseover="x' not in page
    assert "\u202e" not in page
    assert 'href="javascript:' not in page


@pytest.mark.parametrize("many", [1, 3, 30])
def test_the_number_of_queries_does_not_grow(client, who, lead, now, many, django_assert_num_queries):
    for number in range(many):
        did(lead, "pricing-page", days_ago=number)
        NoteFactory(lead=lead, by=who["rita"], created_at=now)
        FollowUpFactory(lead=lead, owner=who["rita"])
        StageChange.objects.create(lead=lead, to_stage=Stage.LEAD, at=now, cause=Cause.PERSON, by=who["rita"])
        other = LeadFactory(contact__company=lead.contact.company)
        LeadFactory(contact=lead.contact, stage=Stage.DISQUALIFIED, outcome=Outcome.LOST, closed_at=now)
        DuplicatePair.objects.create(kept=lead.contact, other=other.contact, reason="same", created_at=now)
    Lead.objects.filter(pk=lead.pk).update(stage=Stage.MQL)
    scored(lead)
    read(client, who["rita"], lead)

    # deals, the products to choose from, and changes in the timeline are three of them
    with django_assert_num_queries(42):
        response = client.get(reverse("lead", args=[lead.pk]))

    assert response.status_code == 200


def test_the_score_of_a_past_day_is_shown_as_such_and_the_head_stays_todays(client, who, lead):
    Contact.objects.filter(pk=lead.contact_id).update(created_at=timezone.now() - timedelta(days=60))
    did(lead, "demo-request", days_ago=1)
    did(lead, "whitepaper", days_ago=30)
    (score,) = scored(lead)
    day = timezone.localdate() - timedelta(days=20)

    response = read(client, who["rita"], lead, f"?as_of={day.isoformat()}")

    past = response.context["past"].explained
    assert past.score < score.score
    assert f"How the {past.score} of that day came about" in text(response)
    assert "not today." in text(response)
    assert f'data-score="{score.score}"' in response.content.decode()


@pytest.mark.parametrize("asked", ["2999-01-01", "1999-01-01", "x", "2026-13-40", "0001-01-01", "9999-12-31", "today"])
def test_a_day_that_cannot_be_asked_about_is_refused_by_name(client, who, lead, asked):
    Contact.objects.filter(pk=lead.contact_id).update(created_at=timezone.now() - timedelta(days=60))
    did(lead, "demo-request")
    scored(lead)

    response = read(client, who["rita"], lead, f"?as_of={asked}")

    assert response.status_code == 200
    assert response.context["past"] is None
    assert "Choose a day from" in text(response)


def test_a_lead_of_today_has_no_past_to_look_at(client, who, lead):
    Contact.objects.filter(pk=lead.contact_id).update(created_at=timezone.now())
    did(lead, "demo-request")
    scored(lead)

    assert "Score on another day" not in text(read(client, who["rita"], lead))


def test_the_follow_up_form_offers_the_leads_team_alone(client, who, lead):
    client.force_login(who["rita"], backend="django.contrib.auth.backends.ModelBackend")

    form = client.get(reverse("lead", args=[lead.pk])).content.decode().split('name="for"')[1].split("</select>")[0]

    assert re.findall(r'value="([^"]*)"', form) == ["me", str(who["mona"].pk), str(who["ralf"].pk)]


def test_only_managers_data_protection_and_administrators_stop_profiling(client, who, lead):
    url = reverse("contact-profiling", args=[lead.pk])
    for name in who:
        client.force_login(who[name], backend="django.contrib.auth.backends.ModelBackend")
        status = client.post(url, {"allow": "no"}).status_code
        stopped = Contact.objects.get(pk=lead.contact_id).do_not_profile
        Contact.objects.update(do_not_profile=False)

        allowed = who[name].role in (Role.MANAGER, Role.DATA_PROTECTION, Role.ADMINISTRATOR)
        assert stopped is allowed, name
        assert status == (302 if allowed else 404 if name == "sven" else 403), name


@pytest.mark.parametrize(
    ("stage", "offered"),
    [
        (Stage.MQL, {"lead-accept", "lead-reject"}),
        (Stage.SQL, {"lead-advance", "lead-reject"}),
        (Stage.OPPORTUNITY, set()),
        (Stage.LEAD, set()),
    ],
)
def test_each_stage_offers_its_next_step(client, who, lead, stage, offered):
    Lead.objects.filter(pk=lead.pk).update(stage=stage)
    scored(lead)

    page = read(client, who["rita"], lead).content.decode()

    decisive = {"lead-accept", "lead-reject", "lead-advance"}
    assert {url for url in decisive if f'action="{reverse(url, args=[lead.pk])}"' in page} == offered
    assert f'action="{reverse("lead-close", args=[lead.pk])}"' in page


def test_where_behaviour_cannot_suffice_the_page_says_what_is_missing(client, who, lead):
    contact = lead.contact
    contact.company, contact.job_title, contact.revision = None, "Student", 9
    contact.save()
    scored(lead)

    assert "Behaviour alone does not get there: fit gives -12, and engagement counts at most 60." in text(
        read(client, who["rita"], lead)
    )
