import re

import pytest
from django.urls import reverse

from leads.models import Signal
from scoring import scorecards
from scoring.models import RuleGroup, Score, Scorecard
from tests.factories import MONDAY, ScoreFactory, people

pytestmark = pytest.mark.django_db
PAGE = "/admin/scoring/scorecard/"


@pytest.fixture
def maja(client):
    """The marketer, signed in."""
    who = people()
    client.force_login(who["maja"])
    return who["maja"]


def _filled(client, url=PAGE):
    """What a browser would post back from the page: every field as it stands."""
    page = client.get(url)
    data = {"based_on": str(page.context["base"].version), "note": ""}
    for form in page.context["form"].forms():
        for field in form:
            value = field.value()
            if field.widget_type == "checkbox":
                if value:
                    data[field.html_name] = "on"
            elif field.name in ("signals", "sql_signals"):
                data[field.html_name] = [str(item) for item in value or []]
            else:
                shown = field.field.prepare_value(value)
                data[field.html_name] = "" if shown is None else str(shown)
    return data


def _points(key="whitepaper"):
    return scorecards.live().rules.get(key=key).points


def test_changing_a_weight_makes_the_next_version_live(client, maja):
    data = _filled(client) | {"rules.whitepaper-points": "+14", "note": "Guides matter more"}

    answer = client.post(PAGE, data, follow=True)

    assert "Version 2 is live." in answer.text
    assert (_points(), scorecards.live().note, scorecards.live().created_by) == (14, "Guides matter more", maja)


def test_saving_the_page_as_it_stands_makes_no_version(client, maja):
    client.post(PAGE, _filled(client))

    assert Scorecard.objects.count() == 1


def test_only_what_was_changed_is_changed(client, maja):
    card = scorecards.live()
    group = RuleGroup.objects.create(scorecard=card, key="web", name="Website", axis="engagement", cap=20)
    card.rules.filter(key="blog").update(group=group)

    client.post(PAGE, _filled(client) | {"rules.whitepaper-points": "14"})

    old, new = Scorecard.objects.order_by("version")
    page = client.get(reverse("admin:scoring_scorecard_history"))
    (live, changes), _shipped = page.context["rows"]
    assert [(change.what, change.field, change.before, change.after) for change in changes] == [
        ("Whitepaper downloaded", "points", "+10", "+14")
    ]
    assert new.rules.get(key="blog").group.key == "web"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("rules.whitepaper-points", "500", "From −100 to 100"),
        ("rules.whitepaper-points", "ten", "whole number"),
        ("rules.whitepaper-points", "", "whole number"),
        ("rules.whitepaper-half_life", "0", "From 1 to 365"),
        ("rules.whitepaper-cap", "-1", "From 0"),
        ("rules.whitepaper-name", "", "A name is needed"),
        ("rules.phone-condition", "{", "no JSON"),
        ("rules.phone-condition", '{"field": "contact.shoe", "op": "is", "value": 1}', "There is no field"),
        ("card-leaving_threshold", "70", "Must not be above 60"),
        ("card-band_b", "80", "Must be below 75"),
    ],
)
def test_a_fault_is_named_by_its_field_and_nothing_is_saved(client, maja, field, value, words):
    answer = client.post(PAGE, _filled(client) | {field: value})

    ((place, label, message),) = answer.context["faults"]
    assert place == f"id_{field}"
    assert label and words in message
    assert f'id="{place}"' in answer.text and f'id="{place}_error"' in answer.text
    assert Scorecard.objects.count() == 1


def test_what_was_typed_is_still_there_after_a_fault(client, maja):
    answer = client.post(PAGE, _filled(client) | {"rules.whitepaper-points": "500", "note": "Too much"})

    assert 'value="500"' in answer.text
    assert 'value="Too much"' in answer.text


def test_a_rule_is_added(client, maja):
    signal = Signal.objects.get(key="video")
    data = _filled(client) | {
        "rules.new.engagement-name": "Safety video",
        "rules.new.engagement-points": "8",
        "rules.new.engagement-signals": [str(signal.pk)],
    }

    client.post(PAGE, data)

    rule = scorecards.live().rules.get(name="Safety video")
    assert (rule.key, rule.points, rule.signals.get()) == ("safety-video", 8, signal)


def test_a_fault_of_a_new_rule_stands_beside_its_field(client, maja):
    data = _filled(client) | {"rules.new.engagement-name": "Safety video", "rules.new.engagement-points": "8"}

    answer = client.post(PAGE, data)

    assert [place for place, _label, _message in answer.context["faults"]] == ["id_rules.new.engagement-signals"]


def test_a_rule_is_taken_out_and_switched_off(client, maja):
    data = _filled(client) | {"rules.blog-remove": "on"}
    del data["rules.video-is_active"]

    client.post(PAGE, data)

    rules = scorecards.live().rules
    assert not rules.filter(key="blog").exists()
    assert rules.get(key="video").is_active is False


def test_groups_and_personas_are_added(client, maja):
    data = _filled(client) | {
        "groups.new-name": "Website",
        "groups.new-axis": "engagement",
        "groups.new-cap": "20",
        "personas.new-name": "Reachable",
        "personas.new-condition": '{"field": "contact.phone", "op": "is_not_blank"}',
    }

    client.post(PAGE, data)

    live = scorecards.live()
    assert (live.groups.get().key, live.groups.get().cap) == ("website", 20)
    assert live.personas.get().key == "reachable"


def test_a_rule_outlives_its_group(client, maja):
    card = scorecards.live()
    group = RuleGroup.objects.create(scorecard=card, key="web", name="Website", axis="engagement", cap=20)
    card.rules.filter(key="blog").update(group=group)

    client.post(PAGE, _filled(client) | {"groups.web-remove": "on"})

    assert scorecards.live().rules.get(key="blog").group is None


def test_two_marketers_do_not_overwrite_each_other(client, maja):
    mine = _filled(client) | {"rules.whitepaper-points": "14"}
    client.post(PAGE, _filled(client) | {"rules.video-points": "9"})

    answer = client.post(PAGE, mine)

    assert "Maja has saved version 2 meanwhile" in answer.text
    assert [change.what for change in answer.context["conflict"]["changes"]] == ["Video watched"]
    assert (scorecards.live().version, _points()) == (2, 10)


def test_after_a_conflict_only_ones_own_changes_go_on_top(client, maja):
    mine = _filled(client) | {"rules.whitepaper-points": "14"}
    client.post(PAGE, _filled(client) | {"rules.video-points": "9"})

    client.post(PAGE, mine | {"over": "2"})

    assert (scorecards.live().version, _points(), _points("video")) == (3, 14, 9)


def test_an_old_version_goes_live_again(client, maja):
    client.post(PAGE, _filled(client) | {"rules.whitepaper-points": "14"})
    first = Scorecard.objects.get(version=1)

    client.post(reverse("admin:scoring_scorecard_rollback", args=[first.pk]), {"based_on": "2"})

    assert (scorecards.live().version, _points()) == (3, 10)


def test_going_back_needs_a_post(client, maja):
    answer = client.get(reverse("admin:scoring_scorecard_rollback", args=[scorecards.live().pk]))

    assert answer.status_code == 405


def test_a_version_shows_what_it_would_change(client, maja):
    client.post(PAGE, _filled(client) | {"rules.whitepaper-points": "14"})
    first = Scorecard.objects.get(version=1)

    page = client.get(reverse("admin:scoring_scorecard_change", args=[first.pk]))

    assert [(change.before, change.after) for change in page.context["changes"]] == [("+14", "+10")]


def test_the_page_says_how_many_leads_use_a_rule_and_what_it_needs(client, maja):
    ScoreFactory(lines=[{"kind": "rule", "group": "engagement", "rule": "video", "points": 8}])

    page = client.get(PAGE).text

    assert "1 lead uses this rule." in page
    assert "needs consent to Web tracking: 0 of 1 contacts" in page


def test_signals_of_one_name_are_told_apart_by_what_they_ask_for(client, maja):
    page = client.get(PAGE).text

    assert "Pricing page viewed (/pricing), Pricing page viewed (/preise)" in page
    assert ">Pricing page viewed (/preise)</option>" in page
    assert ">Demo requested</option>" in page


def test_progress_is_asked_for_until_all_leads_are_scored(client, maja):
    ScoreFactory.create_batch(2)
    client.post(PAGE, _filled(client) | {"rules.whitepaper-points": "14"})
    Score.objects.filter(pk=Score.objects.first().pk).update(version=2)
    url = reverse("admin:scoring_scorecard_progress")

    during = client.get(url).text
    Score.objects.update(version=2)
    afterwards = client.get(url).text

    assert "Re-scoring 1 of 2…" in during and "data-hx-get" in during
    assert "All 2 open leads" in afterwards and "data-hx-get" not in afterwards


def test_a_strategy_fills_in_and_saves_nothing(client, maja):
    page = client.get(PAGE, {"strategy": "quality"})

    assert page.context["form"].card["entry_threshold"].value() == "70"
    assert Scorecard.objects.count() == 1


def test_every_field_has_a_label(client, maja):
    page = client.get(PAGE).text

    fields = set(re.findall(r'<(?:input|select|textarea)[^>]*\bid="([^"]+)"', page))
    labelled = set(re.findall(r'<label[^>]*\bfor="([^"]+)"', page))
    assert {field for field in fields if field.startswith("id_")} <= labelled


def test_the_page_takes_the_same_queries_for_any_number_of_rules(client, maja, django_assert_max_num_queries):
    with django_assert_max_num_queries(32):
        client.get(PAGE)


@pytest.mark.parametrize("name", ["rita", "mona", "dora"])
@pytest.mark.parametrize("view", ["changelist", "history", "progress"])
def test_for_everybody_else_there_is_no_scorecard_page(client, name, view):
    client.force_login(people()[name])

    answer = client.get(reverse(f"admin:scoring_scorecard_{view}"), follow=True)

    assert answer.status_code == 404


def test_a_version_remembers_its_time(client, maja, time_machine):
    time_machine.move_to(MONDAY, tick=False)

    client.post(PAGE, _filled(client) | {"rules.whitepaper-points": "14"})

    assert scorecards.live().published_at == MONDAY


def test_english_writes_days_before_months_and_clocks_of_24_hours(client, maja, time_machine):
    time_machine.move_to(MONDAY.replace(hour=13, minute=5), tick=False)
    client.post(PAGE, _filled(client) | {"rules.whitepaper-points": "14"})

    page = client.get(PAGE).text

    assert f"{MONDAY.day} {MONDAY:%b %Y}, 14:05" in page
