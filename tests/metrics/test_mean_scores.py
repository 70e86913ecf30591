from itertools import combinations

import numpy as np
import pytest

from speechbrain_singer.metrics import mean_scores
from speechbrain_singer.metrics.bootstrap import draw_multiplicities
from speechbrain_singer.metrics.mean_scores import mean_between, mean_within


def copies(counts):
    """Row numbers, each as often as it was drawn."""
    return np.repeat(np.arange(len(counts)), counts)


@pytest.fixture
def scores():
    return np.random.default_rng(0).uniform(-1, 1, (5, 4))


def test_between_two_sets(scores):
    figures = mean_between(scores, threshold=0.25)
    flat = scores.ravel().tolist()
    assert figures.pairs == 20
    assert figures.mean == pytest.approx(sum(flat) / 20)
    assert figures.accepted == sum(s > 0.25 for s in flat) / 20
    rows = draw_multiplicities(5, mean_scores.REPLICATES, 0).T
    columns = draw_multiplicities(4, mean_scores.REPLICATES, 1).T
    means = [
        scores[np.ix_(copies(row), copies(column))].mean()
        for row, column in zip(rows, columns, strict=True)
    ]
    wanted = np.percentile(means, [2.5, 97.5])
    assert figures.interval == pytest.approx(wanted)


def test_among_itself_each_pair_counts_once(scores):
    square = scores @ scores.T
    figures = mean_within(square, threshold=0.0)
    pairs = [square[i, j] for i, j in combinations(range(5), 2)]
    assert figures.pairs == 10
    assert figures.mean == pytest.approx(np.mean(pairs))
    assert figures.accepted == pytest.approx(np.mean(np.array(pairs) > 0))
    means = []
    for drawn in draw_multiplicities(5, mean_scores.REPLICATES, 0).T:
        chosen = [
            square[i, j]
            for i, j in combinations(copies(drawn), 2)
            if i != j  # a recording and its own copy
        ]
        means += [np.mean(chosen)] if chosen else []
    wanted = np.percentile(means, [2.5, 97.5])
    assert figures.interval == pytest.approx(wanted)


def test_the_interval_covers_the_truth_as_often_as_it_says(monkeypatch):
    monkeypatch.setattr(mean_scores, "REPLICATES", 200)
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(50):
        # Each recording has an offset of its own: scores are not independent
        rows, columns = rng.normal(0, 1, (30, 1)), rng.normal(0, 1, 20)
        low, high = mean_between(rows + columns).interval
        hits += low < 0 < high
    assert 42 <= hits <= 50


def test_of_too_few_there_is_no_interval(scores):
    assert mean_between(scores[:2]).interval is None
    assert mean_within(scores[:2, :2]).interval is None
    assert mean_between(scores[:3, :1]).interval is not None
    assert mean_between(scores).accepted is None
