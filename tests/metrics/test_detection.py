import numpy as np
import pytest
import sklearn.metrics
import torch
from scipy.interpolate import interp1d
from scipy.optimize import brentq
from speechbrain.utils.metric_stats import EER, minDCF

from speechbrain_singer.metrics.detection import (
    cllr,
    evaluate,
    operating_points,
)

COSTS = [(1.0, 1.0, 0.01), (10.0, 1.0, 0.05), (1.0, 1.0, 0.9)]


def draw(trials, decimals, seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, trials)
    # Few decimals make many ties
    scores = np.round(rng.normal(labels * 1.5, 1.0), decimals)
    return scores, labels


def sides(scores, labels):
    """Scores of both kinds, as SpeechBrain takes them."""
    scores, same = torch.tensor(scores), torch.tensor(labels == 1)
    return scores[same], scores[~same]


@pytest.mark.parametrize("decimals", [1, 8])
@pytest.mark.parametrize("trials", [5, 60, 1000])
def test_equals_speechbrain(trials, decimals):
    scores, labels = draw(trials, decimals)
    expected = EER(*sides(scores, labels))
    measured = operating_points(scores, labels).equal_error()
    assert measured == pytest.approx(expected, abs=1e-6)


def test_lies_on_the_roc_of_scikit_learn():
    scores, labels = draw(20000, 8)
    acceptance, detection, _ = sklearn.metrics.roc_curve(labels, scores)
    nearest = np.argmin(np.abs(acceptance - (1 - detection)))
    rate, threshold = operating_points(scores, labels).equal_error()
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
    assert operating_points(scores, labels).equal_error()[0] == expected


@pytest.mark.parametrize("decimals", [0, 1, 8])
@pytest.mark.parametrize("trials", [8, 60, 1000, 20000])
def test_interpolation_equals_the_published(trials, decimals):
    scores, labels = draw(trials, decimals, seed=1)
    acceptance, detection, _ = sklearn.metrics.roc_curve(labels, scores)
    curve = interp1d(acceptance, detection)
    expected = brentq(lambda x: 1 - x - curve(x), 0, 1)
    measured = operating_points(scores, labels).interpolated_equal_error()
    assert measured == pytest.approx(expected, abs=1e-9)


def test_interpolation_by_hand():
    # Through (FAR, FRR) = (1/3, 0) and (0, 1/2): equal at 1/5
    scores, labels = [4, 2, 2, 1, 0], [1, 1, 0, 0, 0]
    measured = operating_points(scores, labels).interpolated_equal_error()
    assert measured == pytest.approx(1 / 5)


def test_error_rates_by_counting():
    scores, labels = draw(300, 1)
    points, same = operating_points(scores, labels), labels == 1
    for threshold in np.linspace(-3, 4, 29):
        rejection, acceptance = points.errors_at(threshold)
        assert rejection == np.mean(scores[same] <= threshold)
        assert acceptance == np.mean(scores[~same] > threshold)


def test_of_two_thresholds_as_near_the_lower_counts():
    # At 1 and at 2, FAR is 1/2, and FRR 1/3 and 2/3: as near, but for floats
    scores, labels = [0, 1, 2, 3, 5], np.array([0, 1, 1, 1, 0])
    assert operating_points(scores, labels).equal_error() == (5 / 12, 1)
    assert operating_points(scores, 1 - labels).equal_error() == (7 / 12, 1)


def test_swapping_the_labels_mirrors_the_rate():
    scores, labels = draw(500, 8, seed=3)
    rate, _ = operating_points(scores, labels).equal_error()
    mirrored, _ = operating_points(scores, 1 - labels).equal_error()
    assert mirrored == pytest.approx(1 - rate, abs=1e-9)


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
        operating_points(scores, labels)


@pytest.mark.parametrize("costs", COSTS)
@pytest.mark.parametrize("decimals", [0, 1, 8])
@pytest.mark.parametrize("trials", [8, 60, 1000])
def test_cost_equals_speechbrain(trials, decimals, costs):
    scores, labels = draw(trials, decimals, seed=trials)
    expected, _ = minDCF(*sides(scores, labels), *costs)
    cost, threshold = operating_points(scores, labels).min_cost(*costs)
    assert cost == pytest.approx(expected, abs=1e-6)
    # Several thresholds may cost the same: ours costs what it says
    c_miss, c_fa, prior = costs
    p_miss = np.mean(scores[labels == 1] <= threshold)
    p_fa = np.mean(scores[labels == 0] > threshold)
    at_threshold = c_miss * p_miss * prior + c_fa * p_fa * (1 - prior)
    assert cost == pytest.approx(at_threshold)


def test_the_threshold_of_speechbrain_where_it_is_the_only_one():
    scores = np.array([4.0, 3.0, 2.0, 1.0, 0.0])
    labels = np.array([1, 1, 0, 1, 0])
    measured = operating_points(scores, labels).min_cost()
    assert measured == pytest.approx(minDCF(*sides(scores, labels)))


@pytest.mark.parametrize(
    ("scores", "expected"),
    [([3, 2, 1, 0], 0.0), ([0, 1, 2, 3], 0.01), ([1, 1, 1, 1], 0.01)],
    ids=["perfect", "reversed", "constant"],
)
def test_known_costs(scores, expected):
    assert operating_points(scores, [1, 1, 0, 0]).min_cost()[0] == expected


def test_all_figures_equal_those_of_others():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 2000)
    llrs = rng.normal(4 * labels - 2, 2.0)
    positive, negative = sides(llrs, labels)
    fpr, tpr, _ = sklearn.metrics.roc_curve(labels, llrs)
    rate, rate_threshold = EER(positive, negative)
    cost, cost_threshold = minDCF(positive, negative)
    expected = {
        "EER": rate,
        "EER_threshold": rate_threshold,
        "minDCF": cost,
        "minDCF_threshold": cost_threshold,
        "AUC": sklearn.metrics.auc(fpr, tpr),
        "TPR_at_FPR_0.01": tpr[fpr <= 0.01].max(),
    }
    measured = evaluate(operating_points(llrs, labels))
    interpolated = measured.pop("interpolated_EER")
    assert interpolated == pytest.approx(rate, abs=1e-3)
    assert measured == pytest.approx(expected, abs=1e-6)


def test_figures_are_plain_numbers():
    scores, labels = np.float32([1, 0]), [True, False]
    metrics = evaluate(operating_points(scores, labels))
    metrics["Cllr"] = cllr(scores, labels)
    assert {type(value) for value in metrics.values()} == {float}
