"""Shares, intervals and the sign test, by their formulas."""

from math import comb, sqrt

import pytest
from scipy.stats import norm

from speechbrain_singer.metrics.preferences import majorities, preference


@pytest.mark.parametrize(
    ("first", "second"), [(0, 5), (3, 3), (17, 4), (60, 41), (1, 0)]
)
def test_formulas(first, second):
    n, share = first + second, first / (first + second)
    z = norm.ppf(0.975)
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    root = sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    half = z * root / (1 + z**2 / n)
    tail = sum(comb(n, k) for k in range(max(first, second), n + 1)) / 2**n
    figures = preference(first, second)
    assert figures["share"] == pytest.approx(100 * share)
    expected = [100 * (middle - half), 100 * (middle + half)]
    assert figures["interval"] == pytest.approx(expected, abs=1e-9)
    assert figures["p"] == pytest.approx(min(1, 2 * tail))


def test_nobody_prefers_anything():
    assert preference(0, 0) == {"share": None, "interval": None, "p": None}


def test_no_negative_numbers():
    with pytest.raises(ValueError, match="-1"):
        preference(3, -1)


def test_majorities():
    assert majorities([(1, 0), (0, 0), (2, 3), (9, 1)]) == (2, 1, 1)
    assert majorities([]) == (0, 0, 0)
