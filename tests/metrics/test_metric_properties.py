"""What holds for all scores, whatever they are."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from speechbrain.utils.metric_stats import EER

from speechbrain_singer.metrics.bootstrap import eer_interval
from speechbrain_singer.metrics.calibration import cllr
from speechbrain_singer.metrics.detection import detection_metrics
from speechbrain_singer.metrics.detection_cost import min_dcf
from speechbrain_singer.metrics.roc import det_curve, roc_auc, tpr_at_fpr
from speechbrain_singer.metrics.verification import eer, interpolated_eer

examples = settings(deadline=None, max_examples=60, derandomize=True)

# Few levels make many ties; small whole numbers are exact under the maps
LEVELS = 12
levels = st.lists(st.integers(0, LEVELS - 1), min_size=1, max_size=25)
rising_maps = st.lists(
    st.floats(-1e6, 1e6), min_size=LEVELS, max_size=LEVELS, unique=True
).map(sorted)


def trials(positive, negative):
    """Scores and labels of both kinds."""
    labels = np.repeat([1, 0], [len(positive), len(negative)])
    return np.array([*positive, *negative], dtype=np.float64), labels


def error_rates_by_counting(positive, negative):
    """Exact (FRR, FAR) at each score as the threshold, by hand."""
    return {
        threshold: (
            Fraction(sum(x <= threshold for x in positive), len(positive)),
            Fraction(sum(x > threshold for x in negative), len(negative)),
        )
        for threshold in sorted({*positive, *negative})
    }


@examples
@given(levels, levels, rising_maps)
def test_rising_maps_change_no_metric(positive, negative, rising):
    scores, labels = trials(positive, negative)
    mapped = np.array([rising[int(x)] for x in scores])
    before = detection_metrics(scores, labels)
    after = detection_metrics(mapped, labels)
    for name in ("EER_threshold", "minDCF_threshold"):
        assert after.pop(name) == rising[int(before.pop(name))]
    assert after == before
    for old, new in zip(
        det_curve(scores, labels)[:2],
        det_curve(mapped, labels)[:2],
        strict=True,
    ):
        np.testing.assert_array_equal(old, new)


@examples
@given(levels, levels, st.integers(-1000, 1000), st.integers(1, 1000))
def test_shifting_and_rescaling_change_no_metric(
    positive, negative, shift, scale
):
    scores, labels = trials(positive, negative)
    before = detection_metrics(scores, labels)
    after = detection_metrics(scale * scores + shift, labels)
    for name in ("EER_threshold", "minDCF_threshold"):
        assert after.pop(name) == scale * before.pop(name) + shift
    assert after == before


@examples
@given(levels, levels, rising_maps)
def test_rising_maps_change_no_interval(positive, negative, rising):
    scores, labels = trials(positive, negative)
    mapped = np.array([rising[int(x)] for x in scores])
    first = np.arange(len(scores)) % 3
    second = np.where(labels == 1, first, (first + 1) % 3)
    before = eer_interval(scores, labels, first, second, replicates=20)
    after = eer_interval(mapped, labels, first, second, replicates=20)
    assert before == after


@examples
@given(levels, levels, st.integers(5, 50))
def test_shifting_changes_the_calibrated_metric(positive, negative, shift):
    # It is convex in the shift, and grows without bound to both sides
    scores, labels = trials(positive, negative)
    middle = 2 * cllr(scores, labels)
    assert cllr(scores - shift, labels) + cllr(scores + shift, labels) > middle
    assert cllr(scores + 1e6, labels) > 1e5
    assert cllr(scores - 1e6, labels) > 1e5


@examples
@given(levels, levels)
def test_swapping_the_labels_mirrors(positive, negative):
    scores, labels = trials(positive, negative)
    (rate, threshold), (mirrored, same) = (
        eer(scores, labels),
        eer(scores, 1 - labels),
    )
    assert mirrored == pytest.approx(1 - rate, abs=1e-12)
    assert threshold == same
    for metric in (interpolated_eer, roc_auc):
        expected = 1 - metric(scores, labels)
        assert metric(scores, 1 - labels) == pytest.approx(expected, abs=1e-12)


@examples
@given(levels, levels)
def test_looking_from_the_other_side_changes_nothing(positive, negative):
    # Scores of difference, labels of another singer. The rates at a score
    # count it differently then, so `eer` may move by a step
    scores, labels = trials(positive, negative)
    for metric in (interpolated_eer, roc_auc, cllr):
        expected = metric(scores, labels)
        assert metric(-scores, 1 - labels) == pytest.approx(expected)


@examples
@given(levels, levels)
def test_eer_is_what_its_definition_says(positive, negative):
    scores, labels = trials(positive, negative)
    rates = error_rates_by_counting(positive, negative)
    gaps = {x: abs(far - frr) for x, (frr, far) in rates.items()}
    nearest = [x for x in gaps if gaps[x] == min(gaps.values())]
    rate, threshold = eer(scores, labels)
    assert threshold == nearest[0]
    assert rate == pytest.approx(float(sum(rates[nearest[0]]) / 2), abs=1e-12)
    if len(nearest) == 1:
        expected, _ = EER(torch.tensor(positive), torch.tensor(negative))
        assert rate == pytest.approx(expected, abs=1e-6)


@examples
@given(levels, levels)
def test_both_eers_are_within_half_a_step(positive, negative):
    scores, labels = trials(positive, negative)
    rejection, acceptance, _ = det_curve(scores, labels)
    step = max(np.diff(rejection).max(), -np.diff(acceptance).min())
    distance = abs(eer(scores, labels)[0] - interpolated_eer(scores, labels))
    assert distance <= step / 2 + 1e-12


@examples
@given(levels, levels, st.floats(0.001, 0.999))
def test_least_cost_is_what_its_definition_says(positive, negative, prior):
    scores, labels = trials(positive, negative)
    expected = min(
        prior * float(frr) + (1 - prior) * float(far)
        for frr, far in error_rates_by_counting(positive, negative).values()
    )
    measured = min_dcf(scores, labels, p_target=prior)[0]
    assert measured == pytest.approx(expected)


@examples
@given(levels, levels)
def test_the_curve_goes_from_end_to_end(positive, negative):
    rejection, acceptance, thresholds = det_curve(*trials(positive, negative))
    assert (rejection[0], acceptance[0]) == (0, 1)
    assert (rejection[-1], acceptance[-1]) == (1, 0)
    assert (np.diff(rejection) >= 0).all()
    assert (np.diff(acceptance) <= 0).all()
    assert (np.diff(thresholds) > 0).all()


@examples
@given(levels, levels)
def test_perfect_and_reversed_scores(low, high):
    high = [x + LEVELS for x in high]
    perfect, reversed_ = trials(high, low), trials(low, high)
    assert [eer(*perfect)[0], eer(*reversed_)[0]] == [0, 1]
    assert [interpolated_eer(*perfect), interpolated_eer(*reversed_)] == [0, 1]
    assert [roc_auc(*perfect), roc_auc(*reversed_)] == [1, 0]
    assert [tpr_at_fpr(*perfect), tpr_at_fpr(*reversed_)] == [1, 0]
    # Rejecting all, at the prior of 0.01, is what is left to a reversed system
    assert [min_dcf(*perfect)[0], min_dcf(*reversed_)[0]] == [0, 0.01]


@examples
@given(st.integers(1, 9), st.integers(1, 9), st.floats(-1e6, 1e6))
def test_constant_scores_are_chance(positives, negatives, score):
    scores, labels = trials([score] * positives, [score] * negatives)
    metrics = detection_metrics(scores, labels)
    assert metrics == {
        "EER": 0.5,
        "EER_threshold": score,
        "interpolated_EER": 0.5,
        "minDCF": 0.01,
        "minDCF_threshold": score,
        "AUC": 0.5,
        "TPR_at_FPR_0.01": 0,
    }


@examples
@given(levels)
def test_scores_tied_across_the_kinds_are_chance(scores):
    scores, labels = trials(scores, scores)
    assert eer(scores, labels)[0] == pytest.approx(0.5)
    assert interpolated_eer(scores, labels) == pytest.approx(0.5)
    assert roc_auc(scores, labels) == 0.5
