"""The board in a browser: accessible in every look, alive, workable by keyboard, and complete without script."""

from datetime import timedelta

import pytest
from django.utils import timezone

from leads.enums import Stage
from leads.models import FollowUp, Lead
from scoring.models import Rule
from tests.factories import CompanyFactory, ContactFactory, FollowUpFactory, LeadFactory, ProductFactory, people
from tests.scoring.web.boards import scored

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def who(db):
    return people()


@pytest.fixture
def leads(who):
    """An MQL, an overdue lead of rita's, a weak one, and one still to be scored."""
    now = timezone.now()
    rule = Rule.objects.select_related("scorecard").get(scorecard__status="live", name="Demo requested")
    line = {
        "kind": "rule",
        "group": "engagement",
        "rule": rule.key,
        "points": 30,
        "count": 2,
        "age_days": 1,
        "note": "",
    }
    product = ProductFactory(slug="leitstand")
    company = CompanyFactory(name="Donauwerk Hydraulik-Maschinenbau GmbH & Co. KG")
    contact = ContactFactory(
        first_name="Miriam", last_name="Osterkamp", job_title="Head of production", company=company
    )
    version = rule.scorecard.version
    mql = scored(82, contact=contact, stage=Stage.MQL, lines=[line], version=version, product=product)
    late = scored(60, name="Tobias", last_name="Hartung", owner=who["rita"], stage=Stage.SQL, version=version)
    FollowUpFactory(lead=late, owner=who["rita"], due_at=now - timedelta(days=2))
    weak = scored(12, name="Catarina", last_name="Alves", version=version)
    return [mql, late, weak, LeadFactory()]


def test_the_board_is_accessible_in_every_look(page, sign_in, who, leads, look, check):
    sign_in(who["rita"])

    page.goto("/")

    check(page)


def test_the_filter_panel_is_accessible(page, sign_in, who, leads, check):
    sign_in(who["rita"])

    page.goto("/")
    page.get_by_role("link", name="Filter").click()
    page.get_by_label("Score from").wait_for()

    check(page)


@pytest.mark.parametrize("path", ["/followups/", "/search/?q=ost", "/leads/new/"])
def test_the_pages_beside_it_are_accessible(page, sign_in, who, leads, look, check, path):
    sign_in(who["rita"])

    page.goto(path)

    check(page)


def test_an_mql_is_accepted_and_taken_back_by_keyboard(page, sign_in, who, leads):
    sign_in(who["rita"])
    page.goto("/")

    page.keyboard.press("j")
    page.keyboard.press("a")
    page.get_by_text("Miriam Osterkamp accepted.").wait_for()
    accepted = Lead.objects.get(pk=leads[0].pk).stage
    page.keyboard.press("u")
    page.get_by_text("Undone").wait_for()

    assert accepted == Stage.SQL
    assert Lead.objects.get(pk=leads[0].pk).stage == Stage.MQL


def test_after_taking_back_the_focus_is_on_the_row_again(page, sign_in, who, leads):
    sign_in(who["rita"])
    page.goto("/")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.get_by_text("Miriam Osterkamp accepted.").wait_for()

    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Undone").wait_for()

    page.locator(f"#row-{leads[0].pk}.cursor [data-open]:focus").wait_for()


def test_the_cursor_stays_on_a_row_that_was_worked(page, sign_in, who, leads):
    sign_in(who["rita"])
    page.goto("/")

    page.keyboard.press("j")
    page.keyboard.press("a")
    page.get_by_text("Miriam Osterkamp accepted.").wait_for()
    page.locator(f"#row-{leads[0].pk}.cursor").wait_for()
    page.keyboard.press("j")

    assert page.locator("tr.cursor").get_attribute("data-lead") == str(leads[1].pk)


def test_an_mql_is_rejected_with_a_reason_from_its_row(page, sign_in, who, leads):
    sign_in(who["rita"])
    page.goto("/")

    page.keyboard.press("j")
    page.keyboard.press("r")
    page.get_by_role("button", name="No budget").first.click()
    page.get_by_text("Miriam Osterkamp rejected: No budget.").wait_for()

    assert Lead.objects.get(pk=leads[0].pk).stage == Stage.NURTURE


def test_a_row_refreshes_in_place_and_the_order_waits(page, sign_in, who, leads):
    sign_in(who["rita"])
    page.goto("/")

    leads[2].score.score = 99
    leads[2].score.save()
    page.locator(f'[data-lead="{leads[2].pk}"][data-score="99"]').wait_for()
    page.get_by_text("1 lead moved.").wait_for()
    order = page.locator("[data-lead]").evaluate_all("rows => rows.map(row => row.dataset.lead)")
    page.get_by_role("link", name="Show new order").click()
    page.wait_for_load_state()

    assert order == [str(lead.pk) for lead in leads]
    assert page.locator("[data-lead]").first.get_attribute("data-lead") == str(leads[2].pk)


def test_selected_leads_are_counted_and_worked_together(page, sign_in, who, leads):
    sign_in(who["rita"])
    page.goto("/")

    page.get_by_label("Select Tobias Hartung").check()
    page.get_by_label("Select Catarina Alves").check()
    page.get_by_text("2 leads selected").wait_for()
    page.get_by_role("button", name="Follow-up").click()
    page.get_by_role("button", name="Set a follow-up: 2 leads").click()
    page.get_by_text("Follow-ups set for 2 leads").wait_for()

    assert FollowUp.objects.pending().count() == 3


def test_everything_works_without_script(browser, live_server, sign_in, context, who, leads):
    sign_in(who["rita"])
    plain = browser.new_context(java_script_enabled=False, storage_state=context.storage_state())
    page = plain.new_page()

    page.goto(live_server.url + "/")
    page.get_by_role("button", name="Accept").click()
    page.get_by_text("Miriam Osterkamp accepted.").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Undone").wait_for()
    page.get_by_label("Select Catarina Alves").check()
    page.get_by_role("button", name="Tag").click()
    page.get_by_label("Tag").fill("Fair")
    page.get_by_role("button", name="Add a tag: 1 lead").click()
    page.get_by_text("1 lead tagged").wait_for()
    plain.close()

    assert Lead.objects.get(tags__name="Fair") == leads[2]
