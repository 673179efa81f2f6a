"""The interval of a rate, against its definition."""

import math

import pytest

from scoring import wilson


@pytest.mark.parametrize(("part", "whole"), [(1, 2), (3, 10), (0, 7), (7, 7), (180, 1_000), (999_999, 1_000_000)])
def test_at_its_ends_the_observed_rate_is_just_as_far_as_chance_goes(part, whole):
    for end in wilson.interval(part, whole):
        far = wilson.Z * math.sqrt(end * (1 - end) / whole)

        assert abs(part / whole - end) == pytest.approx(far, abs=1e-12)


def test_nine_tenths_of_chance_lie_within_z():
    assert math.erf(wilson.Z / math.sqrt(2)) == pytest.approx(0.9, abs=1e-12)


@pytest.mark.parametrize(("part", "whole"), [(0, 1), (1, 1), (0, 500), (500, 500)])
def test_it_stays_within_none_and_all(part, whole):
    low, high = wilson.interval(part, whole)

    assert 0 <= low < high <= 1


def test_more_cases_make_it_narrower():
    widths = [high - low for low, high in (wilson.interval(3 * n, 10 * n) for n in (1, 10, 100))]

    assert widths == sorted(widths, reverse=True)
