from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from leads.enums import Stage
from leads.web import icons, notices

NOW = datetime(2026, 11, 19, 8, 41, tzinfo=UTC)  # 09:41 in Berlin


def draw(source, **context):
    return Template("{% load ui %}" + source).render(Context({"now": NOW, **context}))


@pytest.mark.parametrize(
    "moment, words",
    [
        (datetime(2026, 11, 19, 15, 20, tzinfo=UTC), "today 16:20"),
        (datetime(2026, 11, 18, 23, 30, tzinfo=UTC), "today 00:30"),
        (datetime(2026, 11, 18, 16, 5, tzinfo=UTC), "yesterday 17:05"),
        (datetime(2026, 11, 20, 8, 10, tzinfo=UTC), "tomorrow 09:10"),
        (datetime(2026, 11, 17, 8, 0, tzinfo=UTC), "Tue 17 Nov"),
        (datetime(2025, 10, 1, 8, 0, tzinfo=UTC), "1 Oct 2025"),
        (date(2026, 11, 19), "today"),
        (date(2026, 11, 25), "Wed 25 Nov"),
    ],
)
def test_moments_are_said_as_people_say_them(moment, words):
    html = draw("{% when moment %}", moment=moment)

    assert f">{words}</time>" in html
    assert f'datetime="{moment.isoformat()}"' in html


def test_a_moment_is_shown_in_the_zone_of_the_viewer():
    with timezone.override("America/New_York"):
        html = draw("{% when moment %}", moment=datetime(2026, 11, 19, 15, 20, tzinfo=UTC))

    assert ">today 10:20</time>" in html


def test_a_cell_begins_with_a_capital():
    assert ">Today 16:20<" in draw("{% when moment capital=True %}", moment=datetime(2026, 11, 19, 15, 20, tzinfo=UTC))


def test_no_moment_is_said_by_the_word_given():
    assert draw('{% when moment empty="never" %}', moment=None) == "never"


def test_german_names_of_days_and_months_are_german():
    with translation.override("de"):
        html = draw("{% when moment %}", moment=NOW - timedelta(days=21))

    assert "Okt" in html


@pytest.mark.parametrize("points, text", [(12, "+12"), (-5, "−5"), (0, "0"), (None, "")])
def test_points_carry_their_sign(points, text):
    assert draw("{{ points|signed }}", points=points) == text


@pytest.mark.parametrize(
    "name, letters", [("Jens-Peter Wohlfahrt", "JW"), ("Dr. Katharina von Bredow", "KB"), ("Cher", "C"), ("", "?")]
)
def test_an_avatar_has_at_most_two_letters(name, letters):
    assert draw("{{ name|initials }}", name=name) == letters


def test_every_icon_is_in_the_sprite_once(client):
    response = client.get(icons.address("call").partition("#")[0])

    names = [symbol.get("id") for symbol in ElementTree.fromstring(response.content)]
    assert len(names) == len(set(names))
    assert set(icons.LINES) | {f"stage-{stage}" for stage in Stage} <= set(names)
    assert "immutable" in response["Cache-Control"]


def test_an_old_page_gets_the_new_sprite_but_may_not_keep_it(client):
    response = client.get("/icons/0123456789ab.svg")

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-cache"


def test_a_misspelt_icon_is_an_error_at_once():
    with pytest.raises(icons.UnknownIcon):
        draw('{% icon "cal" %}')


def test_an_icon_without_words_can_have_a_name():
    assert 'aria-label="Search"' in draw('{% icon "search" label="Search" %}')


@pytest.mark.parametrize("score, band, text", [(96, "A", "96"), (21, "d", "21"), (None, None, "scoring…")])
def test_a_score_pill_says_number_and_band(score, band, text):
    html = draw('{% include "components/score.html" %}', score=score, band=band)

    assert text in html
    assert band is None or f'<span class="b">{band.upper()}</span>' in html


def test_a_sparkline_needs_two_values():
    assert "<svg" not in draw("{% sparkline values %}", values=[50])
    assert "<polyline" in draw('{% sparkline values title="up" %}', values=[10, None, 90])


def test_the_undo_button_of_a_message_stays_on_this_site(rf):
    with pytest.raises(ValueError):
        notices.done(rf.get("/"), "Done.", undo="https://evil.example/")
