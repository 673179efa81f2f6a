"""JSON as rows."""

import json

import pytest

from leads.importing import jsonlines, reading


@pytest.fixture
def path(tmp_path):
    return tmp_path / "events.jsonl"


def read(path, text):
    path.write_text(text, encoding="utf-8")
    layout = reading.layout(path)
    return layout.header, list(reading.rows(path, layout))


def test_objects_become_rows_and_what_lies_inside_them_columns(path):
    header, rows = read(
        path, '{"id": 1, "who": {"mail": "a@b.example"}}\n\n{"id": 2, "ok": true, "tags": ["x", "y"]}\n'
    )

    assert header == ["id", "who.mail", "ok", "tags"]
    assert [(row.line, row.cells) for row in rows] == [
        (1, ["1", "a@b.example", "", ""]),
        (3, ["2", "", "true", "x; y"]),
    ]


def test_event_parameters_become_columns(path):
    event = {
        "event_name": "page_view",
        "event_params": [
            {"key": "page_location", "value": {"string_value": "https://x.example/a", "int_value": None}},
            {"key": "engaged", "value": {"int_value": 3}},
        ],
    }

    header, rows = read(path, json.dumps(event) + "\n")

    assert dict(zip(header, rows[0].cells, strict=True)) == {
        "event_name": "page_view",
        "event_params.page_location": "https://x.example/a",
        "event_params.engaged": "3",
    }


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_of_visits_becomes_a_row_per_action(path, indent):
    visits = [{"userId": "u1", "actionDetails": [{"url": "/a"}, {"url": "/b"}]}, {"userId": "u2", "actionDetails": []}]

    header, rows = read(path, json.dumps(visits, indent=indent))

    assert header == ["userId", "actionDetails.url"]
    assert [row.cells for row in rows] == [["u1", "/a"], ["u1", "/b"], ["u2", ""]]


def test_a_broken_line_costs_itself(path):
    _header, rows = read(path, '{"id": 1}\n{"id": \n[1]\n{"id": 4}\n')

    assert [(row.line, bool(row.fault)) for row in rows] == [(1, False), (2, True), (3, True), (4, False)]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("{}\n", "no JSON objects"),
        (json.dumps({f"c{n}": 1 for n in range(10_000)}) + "\n", "Line 1 brings more than 500 columns"),
        ('{"a": ' * 3_000, "no JSON objects"),
    ],
)
def test_what_cannot_be_rows_is_refused(path, text, part):
    with pytest.raises(reading.Unreadable, match=part):
        read(path, text)


def test_what_no_database_can_hold_is_taken_out_of_names_and_values(path):
    header, rows = read(path, '{"ci\\ud800ty\\u0000": "K\\udfffiel\\u0000", "emoji": "\\ud83d\\ude00"}\n')

    assert header == ["city", "emoji"]
    assert rows[0].cells == ["Kiel", "\N{GRINNING FACE}"]


def test_an_object_that_unfolds_to_more_than_memory_is_refused(path, monkeypatch):
    monkeypatch.setattr(jsonlines, "MAX_CELLS", 1_000)
    bomb = {f"k{number}": 1 for number in range(100)} | {"list": [{}] * 100}

    with pytest.raises(reading.Unreadable, match="unfolds"):
        read(path, json.dumps(bomb))
