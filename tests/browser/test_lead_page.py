"""The lead page in a browser: accessible in every look, workable by hand and by keyboard, and complete without script."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from leads.enums import InteractionKind, RejectReason, Stage
from leads.models import Lead, Note, Signal, StageChange
from scoring import rescoring
from scoring.models import ScoreSeen
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    FollowUpFactory,
    InteractionFactory,
    LeadFactory,
    NoteFactory,
    ProductFactory,
    people,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def who(db):
    return people()


@pytest.fixture
def lead(who):
    """An MQL with a past: fit, behaviour, a call, a note, two follow-ups, and a last visit of rita's."""
    now = timezone.now()
    ProductFactory(slug="leitstand")
    company = CompanyFactory(name="Brennecke Armaturen GmbH", employees=410, industry="Metal processing", country="DE")
    contact = ContactFactory(
        first_name="Miriam",
        last_name="Osterkamp",
        job_title="Head of production",
        phone="+49 521 5550142",
        company=company,
    )
    lead = LeadFactory(contact=contact, owner=who["rita"], stage=Stage.MQL, stage_since=now, last_activity_at=now)
    StageChange.objects.create(
        lead=lead, from_stage="lead", to_stage="mql", at=now, cause="threshold", score=71, band="B"
    )
    NoteFactory(lead=lead, by=who["rita"], text="Decides together with purchasing", created_at=now)
    FollowUpFactory(lead=lead, owner=who["rita"], due_at=now - timedelta(hours=3), created_at=now)
    FollowUpFactory(lead=lead, owner=who["rita"], due_at=now + timedelta(days=3), created_at=now)
    for key, days in (("whitepaper", 20), ("careers-page", 9), ("pricing-page", 2)):
        did(lead, key, days)
    rescoring.rescore_all_stale(now=now)
    lead.refresh_from_db()
    ScoreSeen.objects.create(
        user=who["rita"], lead=lead, seen_at=now - timedelta(days=3), score=lead.score.score, lines=lead.score.lines
    )
    did(lead, "demo-request", 1)
    type(contact).objects.filter(pk=contact.pk).update(revision=contact.revision + 1)
    LeadFactory()
    rescoring.rescore_all_stale(now=now)
    return lead


def did(lead, key, days_ago):
    signal = Signal.objects.get(key=key)
    at = timezone.now() - timedelta(days=days_ago)
    return InteractionFactory(
        contact=lead.contact, signal=signal, kind=signal.kind, occurred_at=at, day=timezone.localdate(at)
    )


def address(lead):
    return reverse("lead", args=[lead.pk])


def test_it_is_accessible_in_every_look(page, sign_in, who, lead, look, check):
    sign_in(who["rita"])

    page.goto(address(lead))
    check(page)
    page.evaluate("document.querySelectorAll('details:not(.menu)').forEach((part) => { part.open = true; })")
    check(page)
    for number in range(page.locator("details.menu").count() if look in ("light", "phone-dark") else 0):
        page.locator("details.menu").nth(number).evaluate("(menu) => { menu.open = true; }")
        check(page)


@pytest.mark.parametrize("stage", [Stage.SQL, Stage.CUSTOMER])
def test_later_stages_are_accessible_too(page, sign_in, who, lead, look, check, stage):
    closed = timezone.now() if stage == Stage.CUSTOMER else None
    Lead.objects.filter(pk=lead.pk).update(stage=stage, closed_at=closed, outcome="won" if closed else "")
    sign_in(who["rita"])

    page.goto(address(lead))

    check(page)


def test_the_other_pages_are_accessible(page, sign_in, who, lead, look, check):
    sign_in(who["rita"])

    for url in (reverse("company", args=[lead.contact.company_id]), reverse("contact-edit", args=[lead.pk])):
        page.goto(url)
        check(page)


def test_an_mql_is_accepted_by_one_key_and_taken_back(page, sign_in, who, lead):
    sign_in(who["rita"])
    page.goto(address(lead))

    page.keyboard.press("a")
    page.get_by_text("Miriam Osterkamp accepted.").wait_for()
    lead.refresh_from_db()
    assert lead.stage == Stage.SQL

    page.get_by_role("button", name="Undo").click()
    page.get_by_text("is as before").wait_for()
    lead.refresh_from_db()
    assert lead.stage == Stage.MQL


def test_an_mql_is_rejected_with_a_reason(page, sign_in, who, lead):
    sign_in(who["rita"])
    page.goto(address(lead))

    page.keyboard.press("r")
    page.get_by_label("No budget").check(force=True)
    page.get_by_role("button", name="Reject with this reason").click()

    page.get_by_text("rejected: No budget").wait_for()
    lead.refresh_from_db()
    assert (lead.stage, lead.reject_reason) == (Stage.NURTURE, RejectReason.NO_BUDGET)


def test_a_call_is_logged_and_stands_in_the_timeline(page, sign_in, who, lead):
    sign_in(who["rita"])
    page.goto(address(lead))

    page.locator("summary", has_text="Call").click()
    page.get_by_label("Reached", exact=True).check(force=True)
    page.get_by_label("What was said").fill("Wants an offer")
    page.get_by_role("button", name="Log the call").click()

    page.locator("#timeline").get_by_text("Wants an offer").wait_for()
    assert lead.contact.interactions.filter(kind=InteractionKind.CALL).count() == 1


def test_a_follow_up_is_set_and_done(page, sign_in, who, lead):
    sign_in(who["rita"])
    page.goto(address(lead))

    page.locator(".lead-act summary", has_text="Follow-up").click()
    page.get_by_label("Offer").first.check(force=True)
    page.get_by_role("button", name="Set the follow-up").first.click()
    page.get_by_text("Follow-up set: Offer").wait_for()
    assert lead.follow_ups.pending().count() == 3

    page.locator("#follow-ups").get_by_role("button", name="Done").first.click()
    page.get_by_text("Follow-up done.").wait_for()
    assert lead.follow_ups.pending().count() == 2


def test_the_timeline_is_filtered_in_place(page, sign_in, who, lead):
    sign_in(who["rita"])
    page.goto(address(lead))

    page.get_by_role("link", name="Notes").click()

    page.locator('#timeline a[aria-current="true"]', has_text="Notes").wait_for()
    assert page.locator("#timeline li").count() == 1
    assert page.url.endswith(address(lead))


def test_a_score_that_is_being_worked_out_arrives_by_itself(page, sign_in, who, lead):
    contact = lead.contact
    did(lead, "quote-request", 0)
    type(contact).objects.filter(pk=contact.pk).update(revision=9)
    sign_in(who["rita"])
    page.goto(address(lead))
    assert page.locator("#lead-score").get_by_text("scoring…").is_visible()

    rescoring.rescore_all_stale(now=timezone.now())

    page.locator("#lead-score").get_by_text("scoring…").wait_for(state="detached", timeout=10_000)
    page.locator("#judged").get_by_text("Quote requested").first.wait_for()


def test_everything_works_without_script(browser, live_server, sign_in, context, who, lead):
    sign_in(who["rita"])
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(context.cookies())
    page = plain.new_page()
    page.goto(live_server.url + address(lead))

    page.get_by_label("Note", exact=True).last.fill("Written by hand")
    page.get_by_role("button", name="Add the note").click()
    page.get_by_role("link", name="What we did").click()

    assert page.locator("#timeline").get_by_text("Written by hand").is_visible()
    assert "show=us" in page.url
    assert Note.objects.filter(lead=lead).count() == 2
    plain.close()


def test_long_and_hostile_names_do_not_break_the_page(page, sign_in, who, lead, look, check):
    contact = lead.contact
    contact.first_name, contact.last_name = "Z" + "\u0301" * 40, "\u202eDonaudampfschifffahrt" * 5
    contact.job_title = "W" * 160
    contact.company.name = "Überlandwerke" * 15
    contact.save()
    contact.company.save()
    sign_in(who["rita"])

    page.goto(address(lead))

    check(page)
