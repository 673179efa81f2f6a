import pytest

from leads.models import Signal
from scoring import scorecards, weights
from scoring.enums import ScorecardStatus
from scoring.models import Persona, RuleGroup, Score, Scorecard
from tests.factories import MONDAY, LeadFactory, ProductFactory, ScoreFactory, UserFactory

pytestmark = pytest.mark.django_db


def _save(changes, **kwargs):
    return scorecards.save_weights(changes, by=UserFactory(username="maja"), now=MONDAY, **kwargs)


def _fault(changes):
    """The one place that is at fault."""
    with pytest.raises(scorecards.Invalid) as caught:
        _save(changes)
    assert Scorecard.objects.count() == 1
    (place,) = caught.value.errors
    return place


def _rule(**values):
    return {"rules": {"whitepaper": values}}


def test_a_save_is_one_new_live_version():
    _save(_rule(points=12), note="Guides matter more")

    old, new = Scorecard.objects.order_by("version")
    assert (old.status, old.retired_at) == (ScorecardStatus.RETIRED, MONDAY)
    assert (new.version, new.status, new.note) == (2, ScorecardStatus.LIVE, "Guides matter more")
    assert (new.created_by.username, new.published_at) == ("maja", MONDAY)
    assert new.rules.get(key="whitepaper").points == 12
    assert old.rules.get(key="whitepaper").points == 10


def test_everything_else_is_copied():
    card = scorecards.live()
    group = RuleGroup.objects.create(scorecard=card, key="web", name="Website", axis="engagement", cap=20)
    Persona.objects.create(
        scorecard=card, key="boss", name="Boss", condition={"field": "contact.phone", "op": "is_not_blank"}
    )
    card.rules.filter(key="blog").update(group=group, product=ProductFactory())
    before = weights.read(card)

    new = _save(_rule(points=12))

    assert weights.differences(before, weights.read(new)) == [("rules", "whitepaper", "points", 10, 12)]


def test_a_save_without_a_difference_makes_no_version():
    _save(_rule(points=10))

    assert Scorecard.objects.count() == 1


def test_a_rule_is_added_and_taken_out():
    signal = Signal.objects.get(key="video")

    new = _save({"rules": {"safety": {"name": "Safety video", "points": 8, "signals": [signal.pk]}, "blog": None}})

    assert new.rules.get(key="safety").signals.get() == signal
    assert not new.rules.filter(key="blog").exists()


def test_a_field_that_no_form_has_is_refused():
    with pytest.raises(KeyError):
        _save(_rule(scorecard_id=1))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"points": 101}, "points"),
        ({"points": -101}, "points"),
        ({"points": 2.5}, "points"),
        ({"points": float("inf")}, "points"),
        ({"points": True}, "points"),
        ({"half_life": 0}, "half_life"),
        ({"half_life": 366}, "half_life"),
        ({"window": 0}, "window"),
        ({"cap": -1}, "cap"),
        ({"daily_cap": -1}, "daily_cap"),
        ({"floor": 31}, "floor"),
        ({"floor": 11, "mode": "once"}, "floor"),
        ({"name": " "}, "name"),
        ({"signals": []}, "signals"),
        ({"signals": [999999]}, "signals"),
        ({"product": 999999}, "product"),
        ({"group": "nowhere"}, "group"),
        ({"mode": "sometimes"}, "mode"),
        ({"needs": "money"}, "needs"),
        ({"condition": {"field": "contact.shoe_size", "op": "is", "value": 4}}, "condition"),
        ({"mode": "tiers", "daily_cap": None, "tiers": []}, "tiers"),
        ({"mode": "tiers", "daily_cap": None, "tiers": [[3, 5], [1, 2]]}, "tiers"),
        ({"mode": "tiers", "daily_cap": None, "tiers": [[1, 500]]}, "tiers"),
        ({"mode": "tiers", "tiers": [[1, 5]]}, "daily_cap"),
    ],
)
def test_a_fault_in_a_rule_is_named_by_its_field(values, field):
    assert _fault(_rule(**values)) == f"rules.whitepaper.{field}"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"leaving_threshold": 61}, "leaving_threshold"),
        ({"entry_threshold": 86}, "sql_score"),
        ({"entry_threshold": 0, "leaving_threshold": 0}, "entry_threshold"),
        ({"band_b": 75}, "band_b"),
        ({"band_c": 50}, "band_c"),
        ({"fit_cap": -1}, "fit_cap"),
        ({"minimum_stay_days": 366}, "minimum_stay_days"),
        ({"sql_signals": []}, "sql_signals"),
        ({"name": ""}, "name"),
    ],
)
def test_a_fault_in_the_thresholds_is_named_by_its_field(values, field):
    with pytest.raises(scorecards.Invalid) as caught:
        _save({"card": values})

    assert f"card.{field}" in caught.value.errors
    assert Scorecard.objects.count() == 1


def test_a_fit_rule_needs_a_condition_and_counts_nothing():
    assert _fault({"rules": {"phone": {"condition": {}}}}) == "rules.phone.condition"
    assert _fault({"rules": {"phone": {"signals": [Signal.objects.first().pk]}}}) == "rules.phone.signals"


def test_a_group_belongs_to_one_half_of_the_score():
    groups = {"web": {"name": "Website", "axis": "engagement", "cap": 20}}

    assert _fault({"groups": groups, "rules": {"phone": {"group": "web"}}}) == "rules.phone.group"


def test_who_saves_on_an_old_version_is_told_and_nothing_is_overwritten():
    _save(_rule(points=12), based_on=1)

    with pytest.raises(scorecards.Conflict, match="Maja has saved version 2"):
        _save(_rule(points=14), based_on=1)

    assert scorecards.live().version == 2
    assert scorecards.live().rules.get(key="whitepaper").points == 12


def test_going_back_is_a_new_version_with_the_old_weights():
    _save(_rule(points=12))

    new = scorecards.rollback(1, by=UserFactory(username="maja"), now=MONDAY)

    assert (new.version, new.note) == (3, "Back to version 1")
    assert weights.differences(weights.read(Scorecard.objects.get(version=1)), weights.read(new)) == []


def test_the_shipped_scorecard_is_sound():
    sheet = weights.read(scorecards.live())

    scorecards.save_weights({"card": {"name": "Ours"}}, by=None, now=MONDAY)

    assert sheet["rules"]["whitepaper"]["points"] == 10
    assert sheet["rules"]["email-open"]["points"] == 2


@pytest.mark.parametrize("strategy", ["quantity", "quality"])
def test_both_strategies_are_sound(strategy):
    new = _save({"card": scorecards.STRATEGIES[strategy]})

    assert new.version == 2


@pytest.mark.parametrize("number", [1, 3])
def test_a_sheet_is_read_in_the_same_queries_for_any_number_of_rules(number, django_assert_num_queries):
    card = scorecards.live()
    card.rules.exclude(pk__in=card.rules.values_list("pk")[:number]).delete()

    with django_assert_num_queries(5):
        weights.read(card)


def test_usage_counts_the_open_leads_whose_lines_speak_of_the_rule():
    line = {"kind": "rule", "group": "engagement", "rule": "whitepaper", "points": 10}
    ScoreFactory(lines=[line])
    ScoreFactory(lines=[line, {"kind": "clamp", "group": None, "rule": None, "points": 1}])
    ScoreFactory(lines=[])
    ScoreFactory(lines=[line], lead=LeadFactory(stage="customer", outcome="won", closed_at=MONDAY))

    assert scorecards.usage(scorecards.live().rules.get(key="whitepaper")) == 2
    assert scorecards.usages() == ({"whitepaper": 2}, 3, 3)


def test_progress_counts_what_is_scored_with_the_live_version():
    ScoreFactory.create_batch(3)
    _save(_rule(points=12))
    Score.objects.filter(pk=Score.objects.first().pk).update(version=2)

    assert scorecards.progress() == (1, 3)
