import math

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss

from speechbrain_singer.metrics.detection import cllr


def draw(trials=3000, seed=0):
    """Scores of two normal distributions that are log-likelihood ratios."""
    labels = np.random.default_rng(seed).integers(0, 2, trials)
    noise = np.random.default_rng(seed + 1).standard_normal(trials)
    return 2 * noise + np.where(labels == 1, 2, -2), labels


def test_equals_the_formula():
    llrs, labels = draw(200)
    missed = [math.log2(1 + math.exp(-x)) for x in llrs[labels == 1]]
    alarmed = [math.log2(1 + math.exp(x)) for x in llrs[labels == 0]]
    expected = (np.mean(missed) + np.mean(alarmed)) / 2
    assert cllr(llrs, labels) == pytest.approx(expected)


def test_equals_the_balanced_log_loss_of_scikit_learn():
    llrs, labels = draw()
    weights = np.where(labels == 1, 1 / labels.sum(), 1 / (labels == 0).sum())
    probabilities = 1 / (1 + np.exp(-llrs))
    loss = log_loss(labels, probabilities, sample_weight=weights)
    assert cllr(llrs, labels) == pytest.approx(loss / np.log(2))


@pytest.mark.parametrize("size", [1e3, 1e300])
def test_large_ratios_are_exact(size):
    assert cllr([size, -size], [1, 0]) == 0
    expected = size / math.log(2)
    assert cllr([-size, size], [1, 0]) == pytest.approx(expected)


def test_saying_nothing_costs_a_bit():
    assert cllr(np.zeros(5), [1, 0, 0, 0, 1]) == 1


@pytest.mark.parametrize(
    "miscalibrate", [lambda x: x + 1, lambda x: x - 1, lambda x: 2 * x, np.tanh]
)
def test_calibrated_ratios_cost_least(miscalibrate):
    llrs, labels = draw()
    assert cllr(miscalibrate(llrs), labels) > cllr(llrs, labels) + 0.01


def test_one_kind_of_trials_is_refused():
    with pytest.raises(ValueError, match="both kinds are needed"):
        cllr([1.0, 2.0], [1, 1])


def test_equals_softplus_of_torch():
    llrs, labels = draw(2000)
    softplus = torch.nn.functional.softplus
    missed = softplus(-torch.tensor(llrs[labels == 1])).mean()
    alarmed = softplus(torch.tensor(llrs[labels == 0])).mean()
    expected = (missed + alarmed).item() / 2 / np.log(2)
    assert cllr(llrs, labels) == pytest.approx(expected)
