"""Every page that a person can reach, looked at in light and dark, at a desk and on a phone.

A page is loaded once and looked at four times. What is wrong on any of them is said together.
"""

from datetime import timedelta

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from django.utils import timezone

from leads import contacts
from leads.enums import Stage
from leads.models import (
    ApiKey,
    Campaign,
    Company,
    ConsentEvent,
    Contact,
    CustomField,
    Deal,
    DuplicatePair,
    FieldChange,
    ImportRun,
    Interaction,
    Lead,
    Product,
    Signal,
    Source,
    StageChange,
    Suppression,
    Team,
    User,
)
from scoring import rescoring
from scoring.models import Score
from tests.access.world import World
from tests.browser.conftest import RULES
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    DealFactory,
    FollowUpFactory,
    InteractionFactory,
    LeadFactory,
    NoteFactory,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

# Colours are all that a scheme changes, and lines break on a phone whatever the scheme.
LOOKS = (
    ("light", 1440, 900, RULES),
    ("dark", 1440, 900, None),
    ("dark", 390, 844, RULES),
    ("light", 390, 844, None),
)
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# axe does not take the picture that labels the admin's search field for a label; its alternative text is one.
UNFAIR = {"label-title-only": {"enabled": False}}
AXE = """async ([rules, changed]) => {
  // Colours are judged when they have settled. Inherited ones follow from parent to child, frame by frame.
  for (let calm = 0; calm < 4; calm += 1) {
    await new Promise(requestAnimationFrame);
    if (document.getAnimations().some((one) => one.playState === "running")) calm = -1;
  }
  const chosen = rules ? {type: "tag", values: rules} : {type: "rule", values: ["color-contrast"]};
  const found = await axe.run(document, {runOnly: chosen, rules: changed, preload: false, resultTypes: ["violations"]});
  return found.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} – ${node.failureSummary}`));
}"""


@pytest.fixture
def world(transactional_db):
    return World()


@pytest.fixture
def look_at(page, console):
    """`look_at([...addresses])`: all that is wrong with these pages, in every look."""

    def do(addresses):
        wrong = []
        for address in addresses:
            answer = page.goto(address)
            if answer.status >= 400 and address != "/missing/":
                wrong.append(f"{address}: answers {answer.status}")
            wrong += [f"{address} {fault}" for fault in looked_at(page)]
            wrong += [f"{address}: {line}" for line in console.unexpected()]
            console.said.clear()
        return wrong

    return do


def looked_at(page):
    """What is wrong with the page as it stands, in every look."""
    page.evaluate(AXE_SCRIPT)
    wrong = []
    for scheme, width, height, rules in LOOKS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": height})
        wrong += [f"({scheme}, {width}): {fault}" for fault in faults(page, rules)]
    return wrong


def faults(page, rules):
    found = page.evaluate(AXE, [rules, UNFAIR])
    if (headings := page.locator("h1").count()) != 1:
        found.append(f"{headings} h1")
    if (hidden := page.evaluate(SIDEWAYS)) > 0:
        found.append(f"scrolls {hidden} px sideways")
    return found


def lead_with_a_past(world, **values):
    """A lead of rita's with a company, behaviour, a note and a follow-up that is overdue; not scored yet."""
    now = timezone.now()
    contact = ContactFactory(company=CompanyFactory(employees=410, country="DE"), job_title="Head of production")
    values = {"owner": world.people["rita"], "stage_since": now, "last_activity_at": now} | values
    lead = LeadFactory(contact=contact, team=world.north, **values)
    for key, days in (("whitepaper", 20), ("careers-page", 9), ("demo-request", 1)):
        signal, at = Signal.objects.get(key=key), now - timedelta(days=days)
        InteractionFactory(contact=contact, signal=signal, kind=signal.kind, occurred_at=at, day=timezone.localdate(at))
    NoteFactory(lead=lead, by=world.people["rita"], created_at=now)
    FollowUpFactory(lead=lead, owner=world.people["rita"], due_at=now - timedelta(hours=3), created_at=now)
    day = timezone.localdate(now)
    DealFactory(lead=lead, amount=12500, expected_on=day - timedelta(days=2))
    DealFactory(lead=lead, name="Retrofit", status="lost", closed_on=day, reason="no_budget: Too dear")
    contacts.edit(contact, values={"city": "Kiel", "phone": "0431 555"}, by=world.people["rita"], now=now)
    return lead


def admin_pages(world, *models):
    """List, form for a new one, and form of one that exists."""
    addresses = []
    for model in models:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        one = world.admin_objects[model._meta.model_name]
        addresses += [reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[one])]
        if model in (Signal, CustomField, Source, Product, Campaign, Team, User, ApiKey):
            addresses.append(reverse(f"{name}_add"))
    return addresses


def test_pages_before_signing_in(look_at, console, transactional_db):
    console.expect("404")

    wrong = look_at(["/login/", "/password/reset/", "/password/reset/sent/", "/password/reset/MQ/set-x/",
                     "/password/reset/done/", "/missing/"])  # fmt: skip

    assert not wrong, "\n".join(wrong)


def test_the_documentation_of_the_api(page, look_at, transactional_db):
    wrong = look_at(["/api/v1/docs"])
    for operation in page.locator("details.op").all():
        operation.evaluate("(one) => { one.open = true; }")
    wrong += looked_at(page)

    assert not wrong, "\n".join(wrong)


def test_the_board_and_what_is_beside_it(look_at, sign_in, world):
    now = timezone.now()
    lead_with_a_past(world, stage=Stage.MQL)
    LeadFactory(contact=ContactFactory(first_name="Miriam"), team=None)
    rescoring.rescore_all_stale(now=now)
    lead_with_a_past(world, stage=Stage.CUSTOMER, closed_at=now, outcome="won")
    sign_in(world.people["mona"])

    wrong = look_at(["/", "/?panel=1&band=A", "/?scope=closed", "/?q=nobody-at-all", "/followups/", "/followups/?whose=team",
                     "/search/", "/search/?q=erika", "/search/?q=nobody-at-all", "/leads/new/"])  # fmt: skip

    assert not wrong, "\n".join(wrong)


def test_the_conversion_report_and_the_leads_behind_it(look_at, sign_in, world):
    now = timezone.now()
    for number in range(24):
        made = LeadFactory(team=world.north, created_at=now - timedelta(days=40 + number), stage=Stage.CUSTOMER,
                           stage_since=now, closed_at=now, outcome="won")  # fmt: skip
        StageChange.objects.create(lead=made, from_stage="lead", to_stage="mql", at=now, cause="person", band="A")
    sign_in(world.people["mona"])

    wrong = look_at(
        [reverse("report"), reverse("report") + "?source=none&since=2026-02-01&until=2026-01-01", reverse("report") + "?period=last-year",
         reverse("report-leads") + "?reached=mql", reverse("report-leads") + "?skipped=sql&band=D"]
    )  # fmt: skip

    assert not wrong, "\n".join(wrong)


def test_pages_of_one_lead(look_at, sign_in, world):
    now = timezone.now()
    mql, closed = lead_with_a_past(world, stage=Stage.MQL), lead_with_a_past(world)
    rescoring.rescore_all_stale(now=now)
    Lead.objects.filter(pk=closed.pk).update(stage=Stage.CUSTOMER, closed_at=now, outcome="won")
    unscored = lead_with_a_past(world)
    sign_in(world.people["rita"])

    wrong = look_at(
        [
            *(reverse("lead", args=[lead.pk]) for lead in (mql, closed, unscored)),
            reverse("company", args=[mql.contact.company_id]),
            reverse("lead", args=[mql.pk]) + "?show=changes",
            reverse("contact-edit", args=[mql.pk]),
            reverse("deal-new", args=[mql.pk]),
            reverse("deal-edit", args=[mql.deals.first().pk]),
        ]
    )

    assert not wrong, "\n".join(wrong)


def test_the_forms_of_deals_unfolded(look_at, sign_in, world, page):
    lead = lead_with_a_past(world)
    sign_in(world.people["rita"])
    page.goto(reverse("lead", args=[lead.pk]))
    for folded in page.locator("#deals details").all():
        folded.evaluate("(one) => { one.open = true; }")

    wrong = looked_at(page)

    assert not wrong, "\n".join(wrong)


def test_pages_about_oneself(look_at, sign_in, world, console):
    console.expect("404")
    sign_in(world.people["rita"])

    wrong = look_at(["/profile/", "/help/", "/password/change/", "/missing/"])

    assert not wrong, "\n".join(wrong)


def test_the_scorecard_and_what_it_is_made_of(look_at, sign_in, world):
    sign_in(world.people["maja"])
    scorecard = reverse("admin:scoring_scorecard_changelist")

    wrong = look_at(
        [
            reverse("admin:index"),
            scorecard,
            reverse("admin:scoring_scorecard_history"),
            reverse("admin:scoring_scorecard_change", args=[world.admin_objects["scorecard"]]),
            *admin_pages(world, Signal, CustomField),
        ]
    )

    assert not wrong, "\n".join(wrong)


def test_a_new_rule_and_the_details_of_one(page, sign_in, world):
    sign_in(world.people["maja"])
    page.goto(reverse("admin:scoring_scorecard_changelist"))

    page.get_by_text("Add an engagement rule").click()
    page.get_by_label("More: Whitepaper downloaded").click()

    assert looked_at(page) == []


def test_where_leads_come_from(look_at, sign_in, world):
    sign_in(world.people["maja"])

    wrong = look_at(admin_pages(world, Source, Product, Campaign, ImportRun, DuplicatePair))

    assert not wrong, "\n".join(wrong)


def test_people_access_and_contacts(look_at, sign_in, world):
    sign_in(world.people["anton"])

    wrong = look_at(admin_pages(world, User, Team, ApiKey, Contact, Company))

    assert not wrong, "\n".join(wrong)


def test_records(look_at, sign_in, world):
    sign_in(world.people["anton"])

    wrong = look_at(admin_pages(world, Interaction, Deal, StageChange, FieldChange, Score, ConsentEvent, Suppression))

    assert not wrong, "\n".join(wrong)
