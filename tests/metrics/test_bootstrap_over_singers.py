import numpy as np
import pytest

from speechbrain_singer.metrics import bootstrap
from speechbrain_singer.metrics.bootstrap import (
    SingerBootstrap,
    draw_multiplicities,
)
from speechbrain_singer.metrics.detection import operating_points


def draw(trials, singers, decimals=8, seed=0):
    """Scores, labels and the singers of both sides, as numbers."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, trials)
    first = rng.integers(0, singers, trials)
    second = (first + rng.integers(1, singers, trials)) % singers
    second = np.where(labels == 1, first, second)
    easy = rng.normal(0, 0.5, singers)
    scores = rng.normal(1.5 * labels + easy[first] + easy[second], 1.0)
    return scores.round(decimals), labels, first, second


def interval(scores, labels, first, second, **settings):
    bootstrap = SingerBootstrap.draw(first, second, **settings)
    return bootstrap.eer_interval(scores, labels)


def resampled_eers(scores, labels, first, second, multiplicities):
    return SingerBootstrap(first, second, multiplicities).eers(scores, labels)


def naive_eer(scores, labels, first, second, multiplicity):
    """By rows that are really repeated, and all thresholds."""
    times = multiplicity[first] * np.where(labels == 1, 1, multiplicity[second])
    scores, labels = np.repeat(scores, times), np.repeat(labels, times)
    positive, negative = (
        np.sort(scores[labels == 1]),
        np.sort(scores[labels == 0]),
    )
    if positive.size == 0 or negative.size == 0:
        return np.nan
    thresholds = np.unique(scores)
    rejected = np.searchsorted(positive, thresholds, "right") * negative.size
    accepted = negative.size - np.searchsorted(negative, thresholds, "right")
    accepted = accepted * positive.size
    best = np.argmin(np.abs(accepted - rejected))
    return (accepted + rejected)[best] / (2 * positive.size * negative.size)


@pytest.mark.parametrize("decimals", [0, 1, 8])
@pytest.mark.parametrize(("trials", "singers"), [(30, 3), (300, 8), (3000, 40)])
def test_equals_repeating_the_rows(trials, singers, decimals):
    data = draw(trials, singers, decimals)
    rng = np.random.default_rng(1)
    chances = np.full(singers, 1 / singers)
    multiplicities = rng.multinomial(singers, chances, 50).T
    expected = [naive_eer(*data, column) for column in multiplicities.T]
    measured = resampled_eers(*data, multiplicities)
    np.testing.assert_allclose(measured, expected, atol=1e-12)


def test_long_lists_are_as_near_as_it_says():
    data = draw(40_000, 15)
    multiplicities = np.random.default_rng(1).multinomial(15, [1 / 15] * 15, 30)
    expected = [naive_eer(*data, column) for column in multiplicities]
    measured = resampled_eers(*data, multiplicities.T)
    # Half of what is between two of 2048 steps; a singer may weigh several
    # times what it did
    errors = np.abs(measured - expected)
    assert errors.max() < 4 * 0.5 / 2048
    assert errors.mean() < 0.5 / 2048


def test_blocks_change_nothing(monkeypatch):
    data = draw(2000, 30)
    multiplicities = draw_multiplicities(30, 20)
    whole = resampled_eers(*data, multiplicities)
    monkeypatch.setattr(bootstrap, "BLOCK", 20 * 7)
    in_blocks = resampled_eers(*data, multiplicities)
    np.testing.assert_allclose(in_blocks, whole, rtol=1e-12)


def test_interval_is_that_of_repeated_rows():
    scores, labels, first, second = draw(500, 9)
    names = np.array([f"singer {i}" for i in range(9)])
    rates = [
        naive_eer(scores, labels, first, second, column)
        for column in draw_multiplicities(9, 200, seed=3).T
    ]
    bootstrap = SingerBootstrap.draw(names[first], names[second], 200, seed=3)
    measured = bootstrap.eer_interval(scores, labels, confidence=0.8)
    assert measured == pytest.approx(np.quantile(rates, [0.1, 0.9]))


def test_scores_that_have_been_sorted_are_not_sorted_again(monkeypatch):
    scores, labels, first, second = draw(500, 9)
    points = operating_points(scores, labels)
    drawn = SingerBootstrap.draw(first, second)
    expected = drawn.eer_interval(scores, labels)
    monkeypatch.setattr(bootstrap, "operating_points", None)
    assert drawn.eer_interval(scores, labels, points) == expected


def test_singers_are_drawn_with_replacement():
    multiplicities = draw_multiplicities(50, 4000)
    assert (multiplicities.sum(axis=0) == 50).all()
    deviations = np.abs(multiplicities.mean(axis=1) - 1)
    assert deviations.max() < 5 * np.sqrt(1 / 4000)
    assert multiplicities.var() == pytest.approx(1 - 1 / 50, abs=0.02)


def test_sides_of_a_trial_may_be_swapped():
    scores, labels, first, second = draw(400, 6)
    swap = np.arange(400) % 3 == 0
    swapped = np.where(swap, second, first), np.where(swap, first, second)
    expected = interval(scores, labels, first, second)
    assert interval(scores, labels, *swapped) == expected


def test_replicates_without_both_kinds_are_left_out():
    scores, labels = [3.0, 1.0, 2.0, 0.0], [1, 1, 0, 0]
    first, second = np.array([0, 1, 0, 0]), np.array([0, 1, 1, 1])
    # Of two singers the draws are (2, 0), (1, 1) and (0, 2)
    rates = resampled_eers(
        scores, labels, first, second, np.array([[2, 1, 0], [0, 1, 2]])
    )
    np.testing.assert_array_equal(rates, [np.nan, 0.5, np.nan])
    assert interval(scores, labels, first, second) == (0.5, 0.5)


def test_no_usable_replicate_is_refused():
    one_sided = next(
        seed
        for seed in range(100)
        if draw_multiplicities(2, 1, seed).max() == 2
    )
    with pytest.raises(ValueError, match="none of 1 replicates of 2 singers"):
        interval(
            [1.0, 0.0], [1, 0], [0, 0], [0, 1], replicates=1, seed=one_sided
        )


def test_labels_that_contradict_the_singers_are_refused():
    with pytest.raises(ValueError, match="labels and singers"):
        interval([1.0, 0.0], [1, 0], ["a", "a"], ["b", "c"])


def test_a_singer_short_is_refused():
    with pytest.raises(ValueError, match="two singers per trial"):
        interval([1.0, 0.0], [1, 0], ["a"], ["a"])


def test_not_finite_scores_are_refused():
    with pytest.raises(ValueError, match="1 of 2 scores are not finite"):
        interval([np.inf, 0.0], [1, 0], ["a", "a"], ["a", "b"])
