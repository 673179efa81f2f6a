"""How sure a rate is that was seen in few or many cases. Pure arithmetic."""

import math

Z = 1.6448536269514722
"""90 % of a normal distribution lie within so many standard deviations of its middle."""


def interval(part, whole):
    """(low, high) of the 90 % score interval of the rate `part` of `whole`, between 0 and 1. `whole` is not 0.

    It stays within 0 and 1, and its coverage is near 90 % even for few. E. B. Wilson, Probable Inference, the Law of Succession,
    and Statistical Inference, Journal of the American Statistical Association 22 (1927), 209-212: those rates p for which the
    observed one lies within Z standard deviations, |part/whole - p| <= Z √(p (1 - p) / whole).
    """
    share, weight = part / whole, Z * Z / whole
    centre = (share + weight / 2) / (1 + weight)
    half = Z / (1 + weight) * math.sqrt(share * (1 - share) / whole + weight / (4 * whole))
    return max(0.0, centre - half), min(1.0, centre + half)
