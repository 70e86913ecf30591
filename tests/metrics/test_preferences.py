"""Shares, intervals and the sign test, by their formulas."""

from math import comb, sqrt

import numpy as np
import pytest
from scipy.stats import binomtest, norm

from speechbrain_singer.metrics.preferences import (
    crossed_preference,
    majorities,
    preference,
)


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


def wilson(share, count):
    """The formula of above, of a count that need not be whole."""
    z = norm.ppf(0.975)
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    root = sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    half = z * root / (1 + z**2 / count)
    return [100 * (middle - half), 100 * (middle + half)]


def test_crossed_by_hand():
    # Shares of 4 / 6. Listeners differ from them by 1, -1 and 0, questions by
    # 2/3 and -2/3; all answers by 4 * 1/9 + 2 * 4/9
    first = [[1, 1], [1, 0], [1, 0]]
    second = [[0, 0], [0, 1], [0, 1]]
    listeners = 3 / 2 * ((2 / 3) ** 2 + 2 * (1 / 3) ** 2)
    questions = 2 / 1 * (1**2 + 1**2)
    variance = max(questions, listeners + questions - 12 / 9) / 6**2
    count = (4 / 6) * (2 / 6) / variance
    figures = crossed_preference(first, second)
    assert figures["independent"] == pytest.approx(count) == 2.0
    assert figures["interval"] == pytest.approx(wilson(4 / 6, 2.0))
    z = (4 / 6 - 1 / 2) / sqrt(0.25 / count)
    assert figures["p"] == pytest.approx(2 * (1 - norm.cdf(z)))
    turned = crossed_preference(np.transpose(second), np.transpose(first))
    assert turned["independent"] == pytest.approx(count)
    assert turned["p"] == pytest.approx(figures["p"])
    assert turned["share"] == pytest.approx(100 / 3)


def test_listeners_who_agree_are_worth_no_more_than_questions():
    one = np.array([[1, 1, 1, 0, 1, 0, 1, 1]])
    alone = crossed_preference(one, 1 - one)
    many = crossed_preference(one.repeat(30, 0), 1 - one.repeat(30, 0))
    assert many["independent"] == pytest.approx(alone["independent"]) == 7.0


@pytest.mark.parametrize(
    ("shape", "count"),
    [((4, 5), 20 / 8), ((1, 5), 5), ((5, 1), 5), ((1, 1), 1)],
)
def test_the_unanimous_are_as_if_entirely_alike(shape, count):
    figures = crossed_preference(np.ones(shape, int), np.zeros(shape, int))
    assert figures["independent"] == pytest.approx(count)
    assert figures["interval"] == pytest.approx(wilson(1, count))


def test_more_even_than_chance_is_worth_no_more_than_it_is():
    first = np.eye(2, dtype=int)
    figures = crossed_preference(first, 1 - first)
    assert (figures["independent"], figures["p"]) == (4, 1)


def test_the_interval_holds_what_it_says():
    """Where that of independent answers does not."""
    generator = np.random.default_rng(0)
    crossed = simple = 0
    for _ in range(300):
        tastes = generator.standard_normal((1, 20))
        tastes = tastes + 0.5 * generator.standard_normal((15, 1))
        first = (tastes + generator.standard_normal((15, 20)) > 0).astype(int)
        low, high = crossed_preference(first, 1 - first)["interval"]
        crossed += low <= 50 <= high
        found = binomtest(int(first.sum()), 300).proportion_ci(method="wilson")
        simple += found.low <= 0.5 <= found.high
    assert crossed / 300 > 0.9 and simple / 300 < 0.75


def test_nothing_is_crossed():
    figures = crossed_preference([[0, 0]], [[0, 0]])
    assert figures["share"] is figures["interval"] is figures["p"] is None
    for wrong in ([[1, 0]], [[1], [-1]]), ([1, 0], [0, 1]):
        with pytest.raises(ValueError, match=r"\[listeners, questions\]"):
            crossed_preference(*wrong)
