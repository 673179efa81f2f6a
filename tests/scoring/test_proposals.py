"""Fit rules drafted from an import, through the marketer's page."""

import csv

import pytest
from django.core.management import call_command
from django.test import Client

from leads.models import ImportRun
from scoring import proposals, scorecards
from tests.factories import people

pytestmark = pytest.mark.django_db
PAGE = "/admin/scoring/scorecard/"


@pytest.fixture
def maja():
    """The marketer's browser."""
    client = Client()
    client.force_login(people()["maja"])
    return client


def _imported(folder, rows, *options):
    """The run of an import of (plan, notice, size, outcome) per row."""
    path = folder / "leads.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Id", "Plan", "Closing note", "Seats", "Result"])
        writer.writerows([n, *row] for n, row in enumerate(rows, start=1))
    call_command("import_leads", str(path), "--id", "Id", *options)
    return ImportRun.objects.get()


def _history():
    """240 closed leads: gold plans are won three times as often, big ones a bit more; the note is written at the end."""
    rows = []
    for n in range(240):
        is_gold = n % 2 == 0
        is_won = n % 4 == 0 if is_gold else n % 12 == 1
        note = "signed" if is_won else "no answer"
        rows.append(["gold" if is_gold else "basic", note, n % 50, "yes" if is_won else "no"])
    return rows


def _drafted(client, run):
    """The page with the draft, and what a browser would post back from it."""
    page = client.get(PAGE, {"import": run.pk})
    data = {"based_on": str(page.context["base"].version), "note": "From our own past", "import": str(run.pk)}
    for form in page.context["form"].forms():
        for field in form:
            value = field.value()
            if field.widget_type == "checkbox":
                data |= {field.html_name: "on"} if value else {}
            elif field.name in ("signals", "sql_signals"):
                data[field.html_name] = [str(item) for item in value or []]
            else:
                shown = field.field.prepare_value(value)
                data[field.html_name] = "" if shown is None else str(shown)
    return page, data


def test_what_was_won_more_often_becomes_a_rule_when_the_marketer_saves(maja, tmp_path):
    run = _imported(tmp_path, _history(), "--outcome", "Result=yes")
    page, data = _drafted(maja, run)
    assert scorecards.live().version == 1

    maja.post(PAGE, data)

    saved = {rule.key: rule for rule in scorecards.live().rules.filter(key__startswith="plan-")}
    assert scorecards.live().version == 2
    assert saved["plan-gold"].points > 0 > saved["plan-basic"].points
    assert saved["plan-gold"].condition == {"field": "contact.custom.plan", "op": "is", "value": "gold"}
    assert "120" in page.text


def test_points_follow_the_smoothed_odds(tmp_path):
    run = _imported(tmp_path, _history(), "--outcome", "Result=yes")

    gold = next(found for found in proposals.from_import(run).proposals if found.key == "plan-gold")

    # 60 of 120 won, 80 of 240 overall: (60 + 20/3) / 140 = 0.476, odds 0.909 against 0.5, 0.86 doublings.
    assert (gold.closed, gold.won, round(gold.rate, 3), gold.points) == (120, 60, 0.476, 9)


def test_a_changed_point_and_a_rule_taken_out_are_saved_so(maja, tmp_path):
    run = _imported(tmp_path, _history(), "--outcome", "Result=yes")
    _page, data = _drafted(maja, run)

    maja.post(PAGE, data | {"rules.plan-gold-points": "7", "rules.plan-basic-remove": "on"})

    saved = dict(scorecards.live().rules.filter(key__startswith="plan-").values_list("key", "points"))
    assert saved == {"plan-gold": 7}


def test_a_column_that_knows_the_outcome_is_left_out_and_named(maja, tmp_path):
    run = _imported(tmp_path, _history(), "--outcome", "Result=yes")

    page, _data = _drafted(maja, run)

    draft = proposals.from_import(run)
    assert draft.suspicious == ("Closing note",)
    assert not [found for found in draft.proposals if "closing-note" in found.key]
    assert "Left out:" in page.text and "Closing note" in page.text


def test_columns_that_sales_fill_in_are_passed_over(tmp_path):
    run = _imported(tmp_path, _history(), "--outcome", "Result=yes", "--sales-field", "Plan")

    assert not [found for found in proposals.from_import(run).proposals if found.key.startswith("plan-")]


def test_what_may_be_chance_is_not_proposed(tmp_path):
    rows = [["gold" if n % 2 else "basic", "x", n, "yes" if n % 5 == 0 else "no"] for n in range(200)]

    run = _imported(tmp_path, rows, "--outcome", "Result=yes")

    assert proposals.from_import(run).proposals == ()


def test_without_outcomes_the_commonest_values_come_switched_off(maja, tmp_path):
    run = _imported(tmp_path, [["gold" if n % 3 else "basic", "", n, ""] for n in range(120)])
    page, data = _drafted(maja, run)

    maja.post(PAGE, data)

    saved = scorecards.live().rules.filter(key__startswith="plan-").values_list("key", "points", "is_active")
    assert sorted(saved) == [("plan-basic", 0, False), ("plan-gold", 0, False)]
    assert "no outcomes" in page.text


def test_the_number_of_queries_does_not_grow_with_the_leads(tmp_path, django_assert_num_queries):
    run = _imported(tmp_path, _history()[:60] + _history(), "--outcome", "Result=yes")

    with django_assert_num_queries(8):
        proposals.from_import(run)


def test_one_column_alone_ranks_as_well_as_its_rates_say():
    perfect = [("a", (10, 10)), ("b", (10, 0))]
    useless = [("a", (10, 5)), ("b", (20, 10))]

    assert (proposals.alone(perfect), proposals.alone(useless), proposals.alone([])) == (1.0, 0.5, 0.5)


def test_an_id_that_no_two_leads_share_knows_nothing_of_the_outcome():
    ids = [(f"id-{number}", (1, number % 2)) for number in range(60)]

    assert proposals.alone(ids) == 0.5
    assert proposals.alone([*ids, ("a", (30, 30)), ("b", (30, 0))]) > 0.8


def test_the_report_of_an_import_leads_to_the_draft(maja, tmp_path):
    run = _imported(tmp_path, _history(), "--outcome", "Result=yes")

    page = maja.get(f"/imports/{run.pk}/scores/")

    assert f'href="{PAGE}?import={run.pk}"' in page.text
