"""What people come for, through a demo that is really served: nobody runs a command, the workers do the work."""

import csv
import json
import re
import urllib.request
import uuid
from datetime import UTC, datetime

import pytest

from tests.browser import serving

pytestmark = pytest.mark.timeout(600)

SLOW = 120_000
"""Milliseconds that a worker may take on a machine that is busy with everything else; it needs about two seconds."""
LEDGER = """tables => tables.map(table => {
  const amounts = rows => [...table.querySelectorAll(rows)].map(row => row.lastElementChild.textContent.trim());
  return {lines: amounts("tbody tr:has(th)"), cuts: amounts("tfoot .cut"), sum: amounts("tfoot tr").at(-1)};
})"""


@pytest.fixture(scope="module")
def demo(browser, tmp_path_factory):
    with serving.demo(tmp_path_factory.mktemp("demo"), leads=420) as installation:
        yield installation


@pytest.fixture
def enter(demo, console, new_context):
    """`enter("Rita Petersen")`: a browser of their own in which they have pressed their button on the sign-in page."""

    def do(name):
        context = new_context()
        context.set_default_timeout(30_000)
        console.listen(context)
        page = context.new_page()
        page.goto(demo.url)
        page.get_by_role("button", name=name).click()
        page.get_by_role("heading", name="Whom to call now").wait_for()
        page.wait_for_load_state()
        return page

    return do


@pytest.fixture
def rita(enter):
    return enter("Rita Petersen")


def number(text):
    return int(text.replace("−", "-").replace("+", "").replace(" ", "") or "0")


def open_view(page, name):
    """The rows of one of the board's tabs."""
    page.locator(".tabs").get_by_role("link", name=name).click()
    page.locator('.tabs [aria-current="page"]', has_text=name).wait_for()
    page.wait_for_load_state()
    return page.locator("[data-live-rows] [data-lead]")


def row_of(page, lead):
    return page.locator(f'[data-live-rows] [data-lead="{lead}"]')


def scores(page):
    """Lead → score of all rows, from top to bottom."""
    rows = page.locator("[data-live-rows] [data-lead]")
    return dict(rows.evaluate_all("rows => rows.map(row => [row.dataset.lead, row.dataset.score])"))


def wait_for_another_score(page, before):
    """Until a row of the open page shows another score than `before` says; returns what the page shows then."""
    changed = [f'[data-live-rows] [data-lead="{lead}"]:not([data-score="{score}"])' for lead, score in before.items()]
    page.locator(", ".join(changed)).first.wait_for(timeout=SLOW)
    return scores(page)


def test_the_board_is_ranked_and_its_top_mql_adds_up(rita):
    ranked = [int(score) for score in scores(rita).values()]
    assert len(ranked) > 20
    assert ranked == sorted(ranked, reverse=True)

    top = open_view(rita, "MQLs to answer").first
    lead, score = top.get_attribute("data-lead"), int(top.get_attribute("data-score"))
    assert len(top.locator(".why").inner_text()) > 10
    top.locator("[data-open]").click()
    rita.wait_for_url(f"**/leads/{lead}/")
    fit, engagement = rita.locator(".ledger table.sums").evaluate_all(LEDGER)

    assert fit["lines"]
    assert engagement["lines"]
    for half in (fit, engagement):
        assert sum(map(number, half["lines"] + half["cuts"])) == number(half["sum"])
    words = rita.locator(".equation").inner_text().replace("− ", "−")
    *parts, total = re.findall(r"[−+]?\s?\d+(?= fit| engagement| to stay| of 100)", words)
    assert sum(map(number, parts)) == number(total) == score
    assert parts[:2] and number(parts[0]) + number(parts[1]) == number(fit["sum"]) + number(engagement["sum"])


def test_an_mql_is_accepted_and_taken_back_and_another_rejected(rita):
    first, second = (open_view(rita, "MQLs to answer").nth(place).get_attribute("data-lead") for place in (0, 1))

    row_of(rita, first).get_by_label("Accept").click()
    rita.get_by_text("accepted.").wait_for()
    row_of(rita, first).locator(".stage", has_text="SQL").wait_for()
    rita.get_by_role("button", name="Undo").click()
    rita.get_by_text("is as before").wait_for()
    row_of(rita, second).get_by_label("Reject", exact=True).click()
    row_of(rita, second).locator("details[open]").get_by_role("button", name="No budget").click()
    rita.get_by_text("rejected: No budget.").wait_for()
    open_view(rita, "MQLs to answer")

    assert row_of(rita, first).count() == 1
    assert row_of(rita, second).count() == 0
    rita.goto(rita.url.split("/?")[0] + f"/leads/{second}/")
    rita.get_by_text("How it got here").click()
    assert "No budget" in rita.locator("#stage .history").inner_text()


def test_a_call_is_logged_a_follow_up_waits_in_the_list_and_a_lead_rests(rita):
    open_view(rita, "My leads")
    caller, sleeper = list(scores(rita))[2:4]
    name = row_of(rita, caller).locator("[data-open]").inner_text()

    row_of(rita, caller).get_by_label("More actions").click()
    row_of(rita, caller).get_by_role("button", name="Reached", exact=True).click()
    rita.get_by_text(f"Call with {name} logged").wait_for()
    row_of(rita, sleeper).get_by_label("More actions").click()
    row_of(rita, sleeper).get_by_role("button", name="for a week").click()
    rita.get_by_text("rests until").wait_for()
    row_of(rita, caller).locator("[data-open]").click()
    rita.locator("summary", has_text="Follow-up").first.click()
    form = rita.locator("details.menu[open]")
    form.get_by_label("Note").fill("Send the price list first")
    form.get_by_role("button", name="Set the follow-up").click()
    rita.get_by_text("Follow-up set:").wait_for()
    assert "Call" in rita.locator("#timeline").inner_text()
    rita.get_by_role("link", name="Follow-ups").first.click()

    planned = rita.locator(f'.agenda-item[data-lead="{caller}"]', has_text="Send the price list first")
    planned.wait_for()
    planned.get_by_role("button", name="Done").click()
    planned.wait_for(state="detached")
    rita.get_by_role("link", name="Ranked board").click()
    assert row_of(rita, sleeper).count() == 0


def test_a_lead_is_found_by_searching_and_the_filtered_board_is_exported(rita):
    name = rita.locator("[data-live-rows] [data-open]").nth(2).inner_text()

    rita.keyboard.press("/")
    rita.keyboard.type(name)
    rita.keyboard.press("Enter")
    rita.locator(".found [data-open]", has_text=name).first.wait_for()
    rita.get_by_role("link", name="Ranked board").click()
    rita.get_by_role("link", name="Filter", exact=True).click()
    rita.get_by_label("Score from").fill("40")
    rita.get_by_role("button", name="Show leads").click()
    rita.wait_for_url("**score_min=40**")
    shown = scores(rita)
    with rita.expect_download() as download:
        rita.get_by_role("link", name="Export").click()

    assert shown
    assert min(int(score) for score in shown.values()) >= 40
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        exported = list(csv.DictReader(file))
    assert [(row["Id"], row["Score"]) for row in exported][: len(shown)] == list(shown.items())


def test_the_board_is_worked_by_keyboard(rita):
    leads = list(scores(rita))

    for key in "jjk":
        rita.keyboard.press(key)
    rita.keyboard.press("Enter")
    rita.wait_for_url(f"**/leads/{leads[0]}/")
    rita.keyboard.press("?")

    rita.get_by_role("heading", name="Help", level=1).wait_for()


def test_a_marketer_changes_a_weight_and_the_open_board_of_a_rep_moves(enter):
    rita, maja = enter("Rita Petersen"), enter("Maja Lindqvist")
    before = scores(rita)

    maja.get_by_role("link", name="Settings").click()
    maja.locator("#content").get_by_role("link", name="Scorecard").first.click()
    points = maja.get_by_label("Points: Whitepaper downloaded")
    assert points.input_value() == "+10"
    points.fill("+2")
    maja.get_by_label("What have you changed, and why?").fill("Everybody downloads the whitepaper")
    save = maja.get_by_role("button", name="Save as version")
    version = int(save.inner_text().rpartition(" ")[2])
    save.click()
    maja.get_by_text(f"Version {version} is live.").wait_for()
    assert re.search(r"Re-scoring|are scored with version", maja.locator("#rescoring").inner_text())
    maja.locator("#rescoring", has_text=f"open leads are scored with version {version}").wait_for(timeout=SLOW)

    after = wait_for_another_score(rita, before)
    assert list(after) == list(before)
    maja.get_by_role("link", name="Versions").click()
    assert "Everybody downloads the whitepaper" in maja.locator("#content").inner_text()


def test_an_event_from_a_program_reaches_the_open_board_by_itself(demo, rita):
    arguments = ("--name", "Website", "--scope", "events:write", "--source", "Own website", "--team", "North", "--json")
    key = json.loads(demo.manage("create_api_key", *arguments).stdout.splitlines()[-1])["key"]
    person = {"email": "henrike.vossberg@vossberg-antriebe.example", "contact": {"last_name": "Voßberg"}}

    lead = send(demo, key, kind="download", asset="Guide", **person)["lead"]
    row_of(rita, lead).wait_for(timeout=SLOW)
    rita.locator(f'[data-live-rows] [data-lead="{lead}"]:not([data-score=""])').wait_for(timeout=SLOW)
    first = row_of(rita, lead).get_attribute("data-score")
    send(demo, key, kind="form", asset="demo-request", **person)

    after = wait_for_another_score(rita, {str(lead): first})
    assert int(after[str(lead)]) > int(first)
    assert "Voßberg" in row_of(rita, lead).inner_text()


def send(demo, key, **event):
    """Post an event of this moment; returns what the API answers."""
    event |= {"event_id": uuid.uuid4().hex, "occurred_at": datetime.now(UTC).isoformat()}
    request = urllib.request.Request(
        f"{demo.url}/api/v1/events",
        json.dumps(event).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 202
        return json.load(answer)
