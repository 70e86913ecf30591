import numpy as np
import pytest
import torch
from sklearn.metrics.pairwise import euclidean_distances

from speechbrain_singer.scoring import Distance, fitted_back_end
from speechbrain_singer.trials import Trials


def pairs(first, second):
    first, second = np.asarray(first), np.asarray(second)
    return Trials(first, second, np.zeros(len(first), dtype=np.int8))


@pytest.fixture
def embeddings():
    rng = np.random.default_rng(0)
    return rng.standard_normal((1300, 16))


@pytest.mark.parametrize("offset", [0.0, 1e5])
@pytest.mark.parametrize("count", [30, 500_000])
def test_equals_scikit_learn(embeddings, count, offset):
    rng = np.random.default_rng(1)
    trials = pairs(*rng.integers(0, len(embeddings), (2, count)))
    expected = -(euclidean_distances(embeddings) ** 2)
    scores = fitted_back_end("distance").score(embeddings + offset, trials)
    np.testing.assert_allclose(
        scores, expected[trials.first, trials.second], atol=1e-9
    )
    assert scores.dtype == np.float64
    assert scores.max() <= 0


def test_length_counts_and_zero_is_a_place():
    embeddings = torch.tensor([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]])
    trials = pairs([0, 0, 1, 1], [1, 2, 2, 1])
    scores = Distance().score(embeddings, trials)
    np.testing.assert_allclose(scores, [-25, -100, -25, 0], atol=1e-12)


def test_bad_input_is_named(embeddings):
    with pytest.raises(ValueError, match="row 1300"):
        Distance().score(embeddings, pairs([0], [1300]))
    embeddings[5, 2] = np.inf
    with pytest.raises(ValueError, match=r"row 5 .*not finite"):
        Distance().score(embeddings, pairs([0], [1]))
