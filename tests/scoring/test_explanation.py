"""A stored score, taken apart: what is shown adds up to what is stored."""

from datetime import date

import numpy as np
import pytest

from leads import fields
from scoring import explanation
from scoring.evaluation import Card, Facts, Rule
from scoring.models import RuleGroup, Scorecard
from tests.factories import MONDAY, CompanyFactory, ContactFactory, LeadFactory, ProductFactory
from tests.scoring.stored import line, score

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(db):
    return LeadFactory(contact=ContactFactory(company=CompanyFactory(employees=410, industry="Metal processing")))


@pytest.fixture
def explained(lead):
    score(
        lead,
        line("company-200", 30, group="fit"),
        line("decides", 14, group="fit"),
        line("demo-request", 30, age=1),
        line("pricing-page", 16, count=3, age=2),
        line("careers-page", -5, age=12),
        line(None, -4, group="fit", kind="cap"),
    )
    return explanation.explain(lead)


def test_an_unscored_lead_says_so(lead):
    with pytest.raises(explanation.Unscored):
        explanation.explain(lead)


def test_halves_and_clamp_add_up_to_the_rule_score(explained):
    assert explained.fit.points == 40
    assert explained.engagement.points == 41
    assert explained.fit.points + explained.engagement.points + explained.clamp == explained.rule_score == 81


def test_each_half_adds_up_line_by_line(explained):
    for half in explained.halves:
        shown = [one.points for one in half.lines] + [one.points for one in half.caps]

        assert sum(shown) == half.points
        assert sum(one.points for one in half.lines) == half.before


def test_what_the_scale_adds_is_a_line_of_its_own(lead):
    score(lead, line("competitor", -40, group="fit"), line(None, 41, group=None, kind="clamp"))

    found = explanation.explain(lead)

    assert (found.fit.points, found.clamp, found.rule_score) == (-40, 41, 1)


def test_a_line_carries_its_evidence(explained):
    prices = next(one for one in explained.engagement.lines if one.rule == "pricing-page")

    assert (prices.label, prices.count, prices.half_life) == ("Pricing page viewed", 3, 14)
    assert prices.last_on == date(2026, 11, 14)


def test_a_fit_line_shows_what_it_was_read_from(lead):
    score(lead, line("company-200", 12, group="fit"))

    found = explanation.explain(lead, fields=fields.declared())

    assert found.fit.lines[0].evidence == (("Employees", 410),)


def test_lines_of_an_own_group_belong_to_its_half(lead):
    card = Scorecard.objects.live().get()
    RuleGroup.objects.create(scorecard=card, key="web", name="Web", axis="engagement", cap=10)
    score(lead, line("pricing-page", 16, group="web"), line(None, -6, group="web", kind="cap"))

    found = explanation.explain(lead)

    assert found.engagement.points == 10
    assert [(one.label, one.cap) for one in found.engagement.caps] == [("Web", 10)]


@pytest.mark.parametrize(
    ("fit", "engagement", "label"),
    [(40, 60, "A1"), (27, 40, "A1"), (26, 39, "B2"), (14, 20, "B2"), (13, 19, "C3"), (-5, 0, "C3"), (40, 0, "A3")],
)
def test_the_label_names_the_thirds(fit, engagement, label):
    assert explanation.label(fit, engagement, Scorecard.objects.live().get()) == label


def test_interest_is_listed_by_own_points(lead):
    one, two = ProductFactory(slug="one"), ProductFactory(slug="two")
    products = {str(one.pk): {"score": 42, "own": 0}, str(two.pk): {"score": 80, "own": 38}}
    score(lead, line("demo-request", 80), products=products, top_product=two)

    found = explanation.explain(lead, products=[one, two]).products

    assert [(item.name, item.score, item.band, item.own, item.is_top) for item in found] == [
        ("Two", 80, "A", 38, True),
        ("One", 42, "C", 0, False),
    ]


def test_silent_rules_say_why(lead):
    stored = score(lead, line("company-200", 12, group="fit"))
    card = explanation.card_of(1)

    silent = explanation.silent_rules(
        card, stored, lead=lead, fields=fields.declared(), counted={"blog"}, refused={"tracking"}
    )

    why = {one.rule: (one.why, one.fields) for one in silent}
    assert "company-200" not in why
    assert why["dach"] == ("condition", ("Country of the company", "Country"))
    assert why["industry"] == ("condition", ())
    assert why["demo-request"][0] == "never"
    assert why["pricing-page"][0] == "consent"
    assert why["blog"][0] == "faded"


def test_full_points_are_those_before_fading():
    rule = Rule(1, "demo", "engagement", "engagement", "engagement", 25, mode="once", half_life=10, signals=(7,))
    day = MONDAY.toordinal()
    facts = Facts(1, *np.array([[0, 7, day - 10, 1]], np.int64).T)

    assert explanation.full_points(Card(rules=(rule,)), facts, day=day) == {"demo": 25}


def test_the_machine_readable_form_has_the_promised_keys(explained, lead):
    found = explained.as_json()

    assert list(found) == [
        "lead", "as_of", "version", "score", "rule_score", "prediction", "band", "stage", "lines", "sums",
    ]  # fmt: skip
    assert (found["lead"], found["as_of"], found["stage"]) == (lead.pk, "2026-11-16", "lead")
    assert found["sums"] == {"fit": 40, "engagement": 41, "clamp": 0, "rule_score": 81}


def test_explaining_costs_three_queries(lead, explained, django_assert_num_queries):
    with django_assert_num_queries(3):
        explanation.explain(lead)
