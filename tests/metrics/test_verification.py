import numpy as np
import pytest
import torch
from scipy.interpolate import interp1d
from scipy.optimize import brentq
from sklearn.metrics import roc_curve
from speechbrain.utils.metric_stats import EER

from speechbrain_singer.metrics.verification import (
    eer,
    error_rates,
    interpolated_eer,
    validate,
)


def draw(trials, decimals, seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, trials)
    # Few decimals make many ties
    scores = np.round(rng.normal(labels * 1.5, 1.0), decimals)
    return scores, labels


@pytest.mark.parametrize("decimals", [1, 8])
@pytest.mark.parametrize("trials", [5, 60, 1000])
def test_equals_speechbrain(trials, decimals):
    scores, labels = draw(trials, decimals)
    same = labels == 1
    expected = EER(torch.tensor(scores[same]), torch.tensor(scores[~same]))
    assert eer(scores, labels) == pytest.approx(expected, abs=1e-6)


def test_lies_on_the_roc_of_scikit_learn():
    scores, labels = draw(20000, 8)
    acceptance, detection, _ = roc_curve(labels, scores)
    nearest = np.argmin(np.abs(acceptance - (1 - detection)))
    rate, threshold = eer(scores, labels)
    assert rate == pytest.approx(acceptance[nearest], abs=2e-4)
    assert np.mean(scores[labels == 0] > threshold) == pytest.approx(
        rate, abs=1e-3
    )


@pytest.mark.parametrize(
    ("scores", "labels", "expected"),
    [
        ([3, 2, 1, 0], [1, 1, 0, 0], 0.0),
        ([3, 2, 1, 0], [0, 0, 1, 1], 1.0),
        ([1, 1, 1, 1], [1, 1, 0, 0], 0.5),
        ([0.9, 0.4, 0.6, 0.1], [1, 1, 0, 0], 0.5),
    ],
)
def test_known_values(scores, labels, expected):
    assert eer(scores, labels)[0] == expected


@pytest.mark.parametrize("decimals", [0, 1, 8])
@pytest.mark.parametrize("trials", [8, 60, 1000, 20000])
def test_interpolation_equals_the_published(trials, decimals):
    scores, labels = draw(trials, decimals, seed=1)
    acceptance, detection, _ = roc_curve(labels, scores)
    curve = interp1d(acceptance, detection)
    expected = brentq(lambda x: 1 - x - curve(x), 0, 1)
    assert interpolated_eer(scores, labels) == pytest.approx(expected, abs=1e-9)


def test_interpolation_by_hand():
    # Through (FAR, FRR) = (1/3, 0) and (0, 1/2): equal at 1/5
    scores, labels = [4, 2, 2, 1, 0], [1, 1, 0, 0, 0]
    assert interpolated_eer(scores, labels) == pytest.approx(1 / 5)


def test_error_rates_by_counting():
    scores, labels = draw(300, 1)
    thresholds = np.linspace(-3, 4, 29)
    rejection, acceptance = error_rates(*validate(scores, labels), thresholds)
    for i, threshold in enumerate(thresholds):
        same = labels == 1
        assert rejection[i] == np.mean(scores[same] <= threshold)
        expected = np.mean(scores[~same] > threshold)
        assert acceptance[i] == pytest.approx(expected)


def test_of_two_thresholds_as_near_the_lower_counts():
    # At 1 and at 2, FAR is 1/2, and FRR 1/3 and 2/3: as near, but for floats
    scores, labels = [0, 1, 2, 3, 5], np.array([0, 1, 1, 1, 0])
    assert eer(scores, labels) == (5 / 12, 1)
    assert eer(scores, 1 - labels) == (7 / 12, 1)


def test_swapping_the_labels_mirrors_the_rate():
    scores, labels = draw(500, 8, seed=3)
    mirrored = eer(scores, 1 - labels)[0]
    assert mirrored == pytest.approx(1 - eer(scores, labels)[0], abs=1e-9)


@pytest.mark.parametrize(
    ("scores", "labels", "message"),
    [
        ([0.1, np.nan], [1, 0], "1 of 2 scores are not finite"),
        ([0.1, 0.2], [1, 1], "0 other trials"),
        ([0.1, 0.2], [0, 0], "0 same-singer"),
        ([0.1, 0.2], [0, 2], "labels are 1"),
        ([0.1, 0.2], [0], "one label per score"),
    ],
)
def test_what_cannot_be_measured_is_refused(scores, labels, message):
    with pytest.raises(ValueError, match=message):
        eer(scores, labels)
