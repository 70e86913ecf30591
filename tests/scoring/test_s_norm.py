import numpy as np
import pytest

from speechbrain_singer.scoring.s_norm import AdaptiveSNorm
from speechbrain_singer.trials import Trials


def cosine(x, y):
    return x @ y / np.sqrt((x @ x) * (y @ y))


def by_hand(embeddings, background, singers, top, first, second):
    """The formula of the paper, trial by trial."""
    cohort = []
    for singer in sorted(set(singers)):
        own = [
            x / np.sqrt(x @ x)
            for x, s in zip(background, singers, strict=True)
            if s == singer
        ]
        cohort.append(sum(own) / len(own))
    scores = []
    for i, j in zip(first, second, strict=True):
        x, y = embeddings[i], embeddings[j]
        normalised = []
        for side in (x, y):
            best = sorted((cosine(side, c) for c in cohort), reverse=True)[:top]
            mean = sum(best) / len(best)
            variance = sum((b - mean) ** 2 for b in best) / len(best)
            normalised.append((cosine(x, y) - mean) / variance**0.5)
        scores.append(sum(normalised) / 2)
    return np.array(scores)


@pytest.mark.parametrize("top", [2, 5, 12, 300])
def test_equals_the_formula_by_hand(top):
    rng = np.random.default_rng(0)
    singers = [f"s{i}" for i in rng.integers(0, 12, 60)]
    background = rng.standard_normal((60, 4)) + 1
    embeddings = rng.standard_normal((1500, 4)) + 1
    first, second = rng.integers(0, 1500, (2, 100))
    back_end = AdaptiveSNorm(top).fit(background, singers)
    scores = back_end.score(embeddings, Trials(first, second, first * 0))
    expected = by_hand(embeddings, background, singers, top, first, second)
    assert scores == pytest.approx(expected, rel=1e-9)


def test_it_is_symmetric():
    rng = np.random.default_rng(1)
    background, embeddings = rng.standard_normal((2, 20, 3))
    back_end = AdaptiveSNorm(3).fit(background, list("abcdefghij") * 2)
    first, second = np.triu_indices(20, k=1)
    there = back_end.score(embeddings, Trials(first, second, first * 0))
    back = back_end.score(embeddings, Trials(second, first, first * 0))
    assert there == pytest.approx(back, rel=1e-12)


def test_a_small_cohort_is_said(caplog):
    background = np.random.default_rng(2).standard_normal((6, 3))
    AdaptiveSNorm(3).fit(background, list("aabbcc"))
    assert not caplog.text
    AdaptiveSNorm(4).fit(background, list("aabbcc"))
    assert "3 singers, fewer than the 4" in caplog.text


def test_equal_cohort_scores_are_said_and_stay_finite(caplog):
    # Equally far from both cohort singers, which another is not
    background = np.array([[1.0, 1.0], [1.0, -1.0]])
    embeddings = np.array([[1.0, 0.0], [1.0, 2.0], [2.0, 0.0]])
    back_end = AdaptiveSNorm(2).fit(background, ["a", "b"])
    trials = Trials(np.array([0]), np.array([2]), np.array([1]))
    score = back_end.score(embeddings, trials)
    assert "2 of 3 recordings (the first is row 0)" in caplog.text
    # Row 1 has cosines of 3 and -1 over the square root of 10
    assert score == pytest.approx([(1 - 0.5**0.5) / (2 / 10**0.5)])


def test_a_cohort_of_copies_stays_finite(caplog):
    back_end = AdaptiveSNorm(2).fit(np.ones((4, 2)), list("aabb"))
    trials = Trials(np.array([0]), np.array([1]), np.array([1]))
    assert back_end.score(np.eye(2), trials) == pytest.approx([-(0.5**0.5)])
    assert "2 of 2 recordings" in caplog.text


def test_a_top_of_one_has_no_deviation():
    with pytest.raises(ValueError, match="top is 1"):
        AdaptiveSNorm(1)


def test_singers_whose_embeddings_cancel_are_refused():
    background = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0]])
    with pytest.raises(ValueError, match=r"row 0 of the means .* is zero"):
        AdaptiveSNorm(2).fit(background, list("aab"))
