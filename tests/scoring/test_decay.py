"""Half-lives and rounding."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scoring import decay


def test_a_point_is_worth_half_after_its_half_life_and_a_quarter_after_two():
    points = np.array([10, 10, 10])

    left = decay.remaining(points, age_in_days=np.array([0, 30, 60]), half_life=30)

    assert left.tolist() == [10_000_000, 5_000_000, 2_500_000]


def test_without_a_half_life_nothing_fades():
    left = decay.remaining(np.array([10, -3]), age_in_days=np.array([0, 9_000]), half_life=None)

    assert left.tolist() == [10_000_000, -3_000_000]


def test_very_old_points_fade_to_nothing_and_stay_finite():
    left = decay.remaining(np.array([1_000_000]), age_in_days=np.array([40_000]), half_life=1)

    assert left.tolist() == [0]


def test_halves_move_away_from_zero():
    values = np.array([0.5, 1.5, 2.5, -0.5, -1.5, 0.49999999999999994, 4503599627370497.0])

    assert decay.half_away(values).tolist() == [1, 2, 3, -1, -2, 0, 4503599627370497]


@given(st.integers(-(10**15), 10**15))
def test_whole_points_are_exact(micro):
    exact = Fraction(abs(micro), decay.MICRO)
    nearest = int(exact + Fraction(1, 2)) * (1 if micro >= 0 else -1)

    assert decay.whole_points(np.array([micro]))[0] == nearest
