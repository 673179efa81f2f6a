"""The strongest reasons of a score, in words."""

import pytest
from django.utils import translation

from scoring import reasons

NAMES = {
    "demo": "Demo requested",
    "pricing": "Pricing page viewed",
    "size": "Company has 200 employees or more",
    "free": "Free-mail address",
    "careers": "Careers page viewed",
    "linkedin": "LinkedIn ad clicked",
}


def line(rule, points, *, count=0, age=None, kind="rule"):
    return {"kind": kind, "group": "fit", "rule": rule, "points": points, "count": count, "age_days": age, "note": ""}


def words(*lines, silent_days=None):
    return str(reasons.explain(list(lines), names=NAMES, silent_days=silent_days))


def test_the_strongest_comes_first_with_its_age_and_the_rest_with_their_counts():
    found = reasons.explain(
        [line("pricing", 12, count=3, age=2), line("demo", 28, count=1, age=1), line("size", 10)], names=NAMES
    )

    assert found.first == "Demo requested yesterday"
    assert found.rest == "pricing page viewed ×3, company has 200 employees or more"
    assert found.but == ""


def test_what_speaks_against_the_lead_takes_the_third_place():
    text = words(
        line("demo", 28, count=1, age=0), line("pricing", 9, count=2, age=4), line("size", 8), line("free", -10)
    )

    assert text == "Demo requested today, pricing page viewed ×2 but free-mail address"


def test_silence_is_a_reason_against():
    text = words(line("demo", 28, count=1, age=20), silent_days=12)

    assert text == "Demo requested 2 weeks ago but silent for 12 days"


def test_a_few_quiet_days_are_no_reason():
    assert words(line("size", 8), silent_days=11) == "Company has 200 employees or more"


def test_with_a_single_reason_for_it_there_is_room_for_two_against():
    found = reasons.explain([line("size", 8), line("free", -10), line("careers", -5, count=1, age=3)], names=NAMES)

    assert found.but == "free-mail address, careers page viewed"


def test_a_strong_minus_comes_before_silence():
    found = reasons.explain([line("free", -20)], names=NAMES, silent_days=40)

    assert found.but == "Free-mail address, silent for 40 days"


def test_repeated_interactions_say_when_the_last_one_was():
    assert words(line("pricing", 12, count=4, age=1)) == "Pricing page viewed ×4, yesterday"


@pytest.mark.parametrize(
    ("age", "said"), [(0, "today"), (2, "2 days ago"), (13, "13 days ago"), (14, "2 weeks ago"), (65, "2 months ago")]
)
def test_ages_are_told_as_people_tell_them(age, said):
    assert words(line("demo", 10, count=1, age=age)) == f"Demo requested {said}"


def test_a_word_with_capitals_of_its_own_keeps_them():
    assert words(line("demo", 10), line("linkedin", 5)) == "Demo requested, LinkedIn ad clicked"


def test_german_statements_keep_their_capitals():
    with translation.override("de"):
        assert words(line("demo", 10), line("pricing", 5)) == "Demo requested, Pricing page viewed"


def test_german_writes_small_what_is_no_noun():
    names = {
        "lead": "Führungsposition",
        "size": "Ab 200 Beschäftigte",
        "free": "Keine Firmenadresse",
        "mail": "Gratisadresse",
    }
    lines = [line("lead", 10), line("size", 8), line("mail", -3), line("free", -10)]

    with translation.override("de"):
        found = reasons.explain(lines, names=names)

    assert (found.first, found.rest, found.but) == ("Führungsposition", "ab 200 Beschäftigte", "keine Firmenadresse")


def test_of_a_rule_that_counts_once_no_number_is_said():
    lines = [line("demo", 30, count=3, age=0), line("pricing", 12, count=2, age=1)]

    found = reasons.explain(lines, names=NAMES, once={"demo"})

    assert str(found) == "Demo requested today, pricing page viewed ×2"


def test_caps_the_clamp_and_unknown_rules_are_no_reasons():
    assert not reasons.explain([line(None, -30, kind="cap"), line(None, 5, kind="clamp"), line("gone", 9)], names=NAMES)


def test_without_lines_there_are_no_reasons():
    assert not reasons.explain([], names={})


def test_equal_points_are_ordered_by_freshness():
    text = words(line("pricing", 10, count=1, age=5), line("demo", 10, count=1, age=1))

    assert text.startswith("Demo requested yesterday")


def test_ages_grow_with_the_days_since_the_score_was_computed():
    found = reasons.explain([line("demo", 10, count=1, age=1)], names=NAMES, older_by=3)

    assert found.first == "Demo requested 4 days ago"
