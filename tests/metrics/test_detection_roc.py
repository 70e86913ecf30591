import numpy as np
import pytest
import sklearn.metrics
from scipy.special import ndtri
from scipy.stats import mannwhitneyu

from speechbrain_singer.metrics.detection import operating_points


def draw(trials, decimals, seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, trials)
    # Few decimals make many ties
    return np.round(rng.normal(labels * 1.5, 1.0), decimals), labels


@pytest.mark.parametrize("decimals", [0, 1, 8])
@pytest.mark.parametrize("trials", [8, 60, 5000])
def test_area_equals_scikit_learn_and_mann_whitney(trials, decimals):
    scores, labels = draw(trials, decimals)
    measured = operating_points(scores, labels).auc()
    expected = sklearn.metrics.roc_auc_score(labels, scores)
    assert measured == pytest.approx(expected, abs=1e-12)
    positive, negative = scores[labels == 1], scores[labels == 0]
    wins = mannwhitneyu(positive, negative).statistic
    assert measured == pytest.approx(wins / positive.size / negative.size)


@pytest.mark.parametrize("fpr", [0.0, 0.01, 0.05, 0.29, 0.5, 1.0])
@pytest.mark.parametrize("decimals", [0, 1, 8])
def test_detection_lies_on_the_roc_of_scikit_learn(decimals, fpr):
    scores, labels = draw(5000, decimals)
    acceptance, detection, _ = sklearn.metrics.roc_curve(
        labels, scores, drop_intermediate=False
    )
    expected = detection[acceptance <= fpr].max()
    detected = operating_points(scores, labels).detection_at(fpr)
    assert detected == pytest.approx(expected)


def test_a_rate_that_is_met_exactly_is_allowed():
    # 0.29 * 100 is less than 29 in floats
    scores = np.append(np.arange(100), 70.5)
    labels = np.append(np.zeros(100), 1)
    points = operating_points(scores, labels)
    assert points.detection_at(0.29) == 1
    assert points.detection_at(0.28) == 0


@pytest.mark.parametrize("fpr", [-0.1, 1.1, np.nan])
def test_a_rate_that_is_none_is_refused(fpr):
    with pytest.raises(ValueError, match="a false positive rate is in"):
        operating_points([1, 0], [1, 0]).detection_at(fpr)


@pytest.mark.parametrize("decimals", [1, 8])
def test_short_det_curve_equals_counting(decimals):
    scores, labels = draw(200, decimals)
    points = operating_points(scores, labels)
    rejection, acceptance, thresholds = points.curve()
    assert thresholds[0] == -np.inf
    assert thresholds[1:].tolist() == sorted(set(scores))
    same = labels == 1
    for i, threshold in enumerate(thresholds):
        assert rejection[i] == np.mean(scores[same] <= threshold)
        assert acceptance[i] == np.mean(scores[~same] > threshold)


def test_short_det_curve_equals_scikit_learn():
    scores, labels = draw(300, 8)
    rejection, acceptance, _ = operating_points(scores, labels).curve()
    fpr, fnr, _ = sklearn.metrics.det_curve(labels, scores)
    ours = set(zip(acceptance.round(9), rejection.round(9), strict=True))
    theirs = set(zip(fpr.round(9), fnr.round(9), strict=True))
    assert theirs <= ours


def test_long_det_curve_is_thinned_where_nobody_sees_it():
    scores, labels = draw(200_000, 12)
    points = operating_points(scores, labels)
    full = points.curve(max_points=10**6)
    thin = points.curve(max_points=500)
    assert len(full[0]) == 200_001
    assert 200 < len(thin[0]) <= 500
    # All points are points of the curve, in order, from end to end
    rows = np.searchsorted(full[2], thin[2])
    assert (np.diff(rows) > 0).all()
    assert rows[0] == 0 and rows[-1] == 200_000
    for whole, few in zip(full, thin, strict=True):
        np.testing.assert_array_equal(whole[rows], few)
    # Where at least 100 trials err, lines between them, on the plot's axes,
    # are as near as a line is wide
    inner = (full[0] > 1e-3) & (full[1] > 1e-3)
    drawn = (thin[0] > 0) & (thin[1] > 0) & (thin[0] < 1) & (thin[1] < 1)
    across, up = ndtri(thin[1][drawn]), ndtri(thin[0][drawn])
    between = np.interp(-ndtri(full[1][inner]), -across, up)
    assert np.abs(between - ndtri(full[0][inner])).max() < 0.02
