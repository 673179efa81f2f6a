"""CSV that no spreadsheet can be tricked with."""

import csv
import io

import pytest

from leads import exporting


def parsed(pieces):
    return list(csv.reader(io.StringIO("".join(pieces))))


@pytest.mark.parametrize(
    "attack",
    [
        "=1+1",
        "+1+cmd|' /C calc'!A0",
        "+49 30 1=1",
        "+49 30 1234+1",
        "+49 30 1234\n=1",
        "+49-30-1234",
        "+49 -30",
        "+49 30/1234",
        "+49 ٣٠",
        "+49",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\u00a0=1",
        "\ufeff=1",
        "\u200b=1",
        "\u3000=1",
        "\u2028@x",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        "\x01=1",
        "\0=1",
        "\tabc",
        "|calc",
    ],
)
def test_a_formula_becomes_text(attack):
    (_header, row) = parsed(exporting.write_csv([{"name": attack}], ["name"]))

    assert row[0].startswith("'")
    assert exporting.restored(row[0]) == attack.replace("\0", "")


@pytest.mark.parametrize("text", ["Erika", "3 = 3", "a-b", "'s-Hertogenbosch", "", " ", "Müller & Söhne", "5%"])
def test_harmless_text_stays_as_it_is(text):
    (_header, row) = parsed(exporting.write_csv([{"name": text}], ["name"]))

    assert row == [text]
    assert exporting.restored(text) == text


@pytest.mark.parametrize("phone", ["+49 30 1234", "+49 (0)30 1234-56", "+43 (1) 555.123", "+1 (201) 555-0123"])
def test_a_phone_number_stays_as_it_is_and_comes_back_from_older_exports(phone):
    (_header, row) = parsed(exporting.write_csv([{"phone": phone}], ["phone"]))

    assert row == [phone]
    assert exporting.restored(f"'{phone}") == phone


def test_headers_are_neutralised_too():
    (header,) = parsed(exporting.write_csv([], [("x", "=cmd")]))

    assert header == ["'=cmd"]


def test_numbers_stay_numbers_and_text_is_quoted():
    text = "".join(exporting.write_csv([{"a": -5, "b": "x;=y", "c": None, "d": True}], ["a", "b", "c", "d"]))

    assert text.splitlines()[1] == '-5,"x;=y","","true"'


def test_a_long_list_comes_in_pieces():
    pieces = list(exporting.write_csv(({"n": "x" * 100} for _ in range(2000)), ["n"], bom=True))

    assert len(pieces) > 3
    assert max(map(len, pieces)) < 40_000
    assert pieces[0].startswith("\ufeff")
    assert len(parsed(pieces)) == 2001
