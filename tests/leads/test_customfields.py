"""How a text becomes a typed value."""

import pytest

from leads import customfields
from leads.customfields import NotConvertible
from leads.enums import Entity, FieldType
from leads.models import CustomField


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("6.0", 6),
        ("2.67", 2.67),
        ("12,5", 12.5),
        ("-3", -3),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234.567", 1234567),
        ("1 234,5", 1234.5),
        ("1\u202f234", 1234),
        ("$22,700.00", 22700),
        ("7 %", 7),
        ("1e3", 1000),
        ("0", 0),
    ],
)
def test_numbers_are_read_german_and_english(text, value):
    assert customfields.number(text) == value


@pytest.mark.parametrize(
    "text",
    ["1e400", "0x10", "1_000", "٣", "１２", "nan", "inf", "12.5.1", "1,2,3", "1,234,5", "five", "", "--5", "1e16"],
)
def test_what_only_looks_like_a_number_is_refused(text):
    with pytest.raises(NotConvertible):
        customfields.number(text)


@pytest.mark.parametrize(
    ("text", "value"), [("1.234", 1234), ("1,234", 1234), ("12,5", 13), ("12,4", 12), ("50.0", 50)]
)
def test_whole_numbers_have_groups_rather_than_decimals(text, value):
    assert customfields.number(text, is_whole=True) == value


@pytest.mark.parametrize(("decimal", "value"), [(",", 1234), (".", 1.234), ("", 1.234)])
def test_the_decimal_sign_of_the_column_decides(decimal, value):
    assert customfields.number("1.234", decimal=decimal) == value


@pytest.mark.parametrize(
    ("texts", "sign"),
    [(["12,5", "3"], ","), (["2.67", "3.0"], "."), (["1.234"], ""), (["1.234,5", "7"], ","), ([], "")],
)
def test_a_column_tells_its_decimal_sign(texts, sign):
    assert customfields.decimal_sign_of(texts) == sign


@pytest.mark.parametrize(
    ("texts", "day"),
    [
        (["2026-03-31"], "2026-03-31"),
        (["31.03.2026", "01.02.2026"], "2026-03-31"),
        (["03/31/2026", "01/02/2026"], "2026-03-31"),
        (["31/03/2026 14:05"], "2026-03-31"),
        (["15 Apr, 2021 00:03:00"], "2021-04-15"),
        (["2026-03-31T10:00:00Z"], "2026-03-31"),
        (["2026-03-31 10:00:00.123+02:00"], "2026-03-31"),
        (["20-10-16"], "2016-10-20"),
    ],
)
def test_a_column_of_dates_has_one_format(texts, day):
    known = customfields.date_format_of(texts)

    assert customfields.convert(texts[0], FieldType.DATE, date_format=known) == day


@pytest.mark.parametrize(
    "text", ["2026-02-30", "31.13.2026", "0026-01-01", "٢٠٢٦-٠١-٠١", "yesterday", "2026-01-01 25:00"]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(NotConvertible):
        customfields.convert(text, FieldType.DATE)


@pytest.mark.parametrize(
    "text", ["", " ", "Select", "-", "n/a", "N/A", "#N/A", "null", "(not set)", "NaN", "Bitte wählen"]
)
def test_words_for_nothing_are_blank(text):
    assert customfields.convert(text, FieldType.TEXT) is None
    assert customfields.convert(text, FieldType.NUMBER) is None


@pytest.mark.parametrize(("text", "value"), [("Yes", True), ("ja", True), ("1", True), ("No", False), ("Nein", False)])
def test_yes_and_no_are_read_in_both_languages(text, value):
    assert customfields.convert(text, FieldType.BOOLEAN) is value


def test_text_loses_what_cannot_be_stored_or_deceives():
    assert customfields.convert("a\x00b\u202ec ", FieldType.TEXT) == "abc"


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Größe der Firma", "groesse_der_firma"),
        ("% Rabatt", "rabatt"),
        ("2nd Stage", "field_2nd_stage"),
        ("日本", "field"),
    ],
)
def test_a_key_is_made_from_the_label(label, key):
    assert customfields.key_for(label) == key


@pytest.mark.django_db
def test_defining_a_field_twice_keeps_the_first():
    first = customfields.define(entity=Entity.CONTACT, key="budget", label="Budget", type=FieldType.NUMBER)

    second = customfields.define(entity=Entity.CONTACT, key="budget", label="Etat", type=FieldType.TEXT)

    assert second == first
    assert CustomField.objects.get().type == FieldType.NUMBER


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "Budget", "1st", "a-b", "x" * 61, "a.b", '"; --'])
def test_a_key_has_only_plain_letters(key):
    with pytest.raises(customfields.Refused):
        customfields.define(entity=Entity.CONTACT, key=key, label="x", type=FieldType.TEXT)
