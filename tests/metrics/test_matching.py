"""Ranks and errors of matches, by hand."""

import numpy as np
import pytest

from speechbrain_singer.metrics.matching import (
    equal_error,
    evaluate,
    mean_rank,
    published_equal_error,
)

SCORES = np.array(
    [
        [0.9, 0.2, 0.8, 0.1],
        [0.3, 0.4, 0.5, 0.6],
        [0.7, 0.1, 0.7, 0.2],
        [0.0, 0.3, 0.2, 0.1],
    ]
)


def test_ranks_by_hand():
    # 0; two above; one is equal; two above
    ranks = [0, 2, 0.5, 2]
    assert mean_rank(SCORES) == pytest.approx(np.mean(ranks) / 4)


def test_the_published_error_by_hand():
    """One other for each, two further on: 0.8, 0.6, 0.7, 0.3."""
    matches, others = [0.1, 0.4, 0.7, 0.9], [0.8, 0.7, 0.6, 0.3]
    assert np.sort(SCORES.diagonal()).tolist() == matches
    above = [m > o for m, o in zip(matches, others, strict=True)]
    assert above == [False, False, True, True]
    assert published_equal_error(SCORES) == 2 / 4


def test_of_an_odd_number_the_other_is_never_the_match():
    scores = np.eye(3)
    scores[0, 1] = 5.0  # 0 + 3 // 2
    assert published_equal_error(scores) == 1 / 3
    scores = np.eye(3)
    scores[0, 2] = 5.0
    assert published_equal_error(scores) == 0


def test_all_others_by_hand():
    """Up to 0.3 one of four matches is rejected, and 8 of 12 others are."""
    others = SCORES[~np.eye(4, dtype=bool)]
    errors = {
        at: (np.mean(SCORES.diagonal() <= at), np.mean(others > at))
        for at in (0.2, 0.3, 0.4)
    }
    assert errors == {
        0.2: (1 / 4, 1 / 2),
        0.3: (1 / 4, 1 / 3),
        0.4: (0.5, 1 / 3),
    }
    # At 0.3 they are nearest to each other
    assert equal_error(SCORES) == pytest.approx((1 / 4 + 1 / 3) / 2)


def test_the_best_the_worst_and_chance():
    best = evaluate(np.eye(6))
    assert set(best.values()) == {0.0}
    worst = evaluate(-np.eye(6))
    assert worst["MNR"] == 5 / 6
    assert (worst["EER"], worst["published_EER"]) == (1, 1)
    level = evaluate(np.zeros((6, 6)))
    assert level["MNR"] == pytest.approx(2.5 / 6)
    assert level["EER"] == 0.5


def test_random_scores_are_at_chance():
    rng = np.random.default_rng(0)
    figures = [evaluate(rng.standard_normal((50, 50))) for _ in range(200)]
    mean = {name: np.mean([f[name] for f in figures]) for name in figures[0]}
    assert mean["MNR"] == pytest.approx(49 / 100, abs=0.02)
    assert mean["EER"] == pytest.approx(0.5, abs=0.02)
    assert mean["published_EER"] == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        (np.zeros((2, 3)), r"\[2, 3\]"),
        (np.zeros((1, 1)), r"\[1, 1\]"),
        (np.full((2, 2), np.nan), "4 scores not finite"),
    ],
)
def test_what_is_no_matrix_of_scores_is_refused(scores, message):
    with pytest.raises(ValueError, match=message):
        evaluate(scores)
