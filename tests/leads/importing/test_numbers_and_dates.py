"""Numbers, money and dates as real exports write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from leads.customfields import NotConvertible
from leads.importing import dates, numbers


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("$22,700.00", "", "22700"),
        ("$342.09K", "", "342090"),
        ("$1,117.10K", "", "1117100"),
        ("1.2M", "", "1200000"),
        ("12,5", "", "12.5"),
        ("1.234,56", ",", "1234.56"),
        ("1,234.56 EUR", ".", "1234.56"),
        ("EUR 1.234,56", ",", "1234.56"),
        ("3,5 Mio. €", "", "3500000"),
        ("3,5 Mio.", "", "3500000"),
        ("(1,200.00)", "", "-1200"),
        ("-$5.00", "", "-5"),
        ("0", "", "0"),
        ("a lot", "", None),
        ("1e400", "", None),
        ("1_000", "", None),
        ("K", "", None),
    ],
)
def test_money(text, decimal, value):
    if value is None:
        with pytest.raises(NotConvertible):
            numbers.money(text, decimal=decimal)
    else:
        assert numbers.money(text, decimal=decimal) == Decimal(value)


@pytest.mark.parametrize(
    ("texts", "style", "expected"),
    [
        (["15 Apr, 2021 00:03:00"], "", datetime(2021, 4, 14, 22, 3, tzinfo=UTC)),
        (["20-10-16", "01-03-17"], "", datetime(2016, 10, 19, 22, tzinfo=UTC)),
        (["4/15/2021 12:03 AM"], "", datetime(2021, 4, 14, 22, 3, tzinfo=UTC)),
        (["4/15/2021 12:03 PM"], "", datetime(2021, 4, 15, 10, 3, tzinfo=UTC)),
        (["03/04/2026", "05/04/2026"], "", datetime(2026, 4, 2, 22, tzinfo=UTC)),
        (["03/04/2026", "05/04/2026"], "month-first", datetime(2026, 3, 3, 23, tzinfo=UTC)),
        (["03/04/26", "03/25/26"], "", datetime(2026, 3, 3, 23, tzinfo=UTC)),
        (["46027.5"], "", datetime(2026, 1, 5, 11, tzinfo=UTC)),
        (["1767600000"], "", datetime(2026, 1, 5, 8, tzinfo=UTC)),
        (["1767600000000000"], "", datetime(2026, 1, 5, 8, tzinfo=UTC)),
        (["20260105"], "", datetime(2026, 1, 4, 23, tzinfo=UTC)),
        (["2026-01-05T09:00:00-0500"], "", datetime(2026, 1, 5, 14, tzinfo=UTC)),
        (["2026-01-05 09:00:00 UTC"], "", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        (["5 January 2026"], "", datetime(2026, 1, 4, 23, tzinfo=UTC)),
    ],
)
def test_moments(settings, texts, style, expected):
    settings.TIME_ZONE = "Europe/Berlin"
    known = dates.format_of(texts, style=style, with_numbers=True)

    assert dates.moment(texts[0], known=known).astimezone(UTC) == expected


def test_bare_numbers_are_dates_only_where_dates_are_expected():
    assert dates.format_of(["46027", "46028"]) == ""
    assert dates.format_of(["20260105"]) == ""


def test_a_column_with_a_slip_keeps_the_format_of_most():
    known = dates.format_of(["13/02/2026", "14/02/2026", "soon"], share=0.5)

    assert dates.day("01/02/2026", known=known) == date(2026, 2, 1)
    with pytest.raises(NotConvertible):
        dates.day("soon", known=known)


def test_what_lies_ahead_is_refused_where_the_past_is_told():
    now = datetime(2026, 1, 5, tzinfo=UTC)

    with pytest.raises(NotConvertible, match="future"):
        dates.moment("2026-01-07", now=now)
