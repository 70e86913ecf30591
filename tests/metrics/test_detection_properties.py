"""What holds for all scores, whatever they are."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from speechbrain.utils.metric_stats import EER

from speechbrain_singer.metrics.bootstrap import SingerBootstrap
from speechbrain_singer.metrics.detection import (
    cllr,
    evaluate,
    operating_points,
)

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


def figures(scores, labels):
    return evaluate(operating_points(scores, labels))


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
    before = figures(scores, labels)
    after = figures(mapped, labels)
    for name in ("EER_threshold", "minDCF_threshold"):
        assert after.pop(name) == rising[int(before.pop(name))]
    assert after == before
    np.testing.assert_array_equal(
        operating_points(scores, labels).curve()[:2],
        operating_points(mapped, labels).curve()[:2],
    )


@examples
@given(levels, levels, st.integers(-1000, 1000), st.integers(1, 1000))
def test_shifting_and_rescaling_change_no_metric(
    positive, negative, shift, scale
):
    scores, labels = trials(positive, negative)
    before = figures(scores, labels)
    after = figures(scale * scores + shift, labels)
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
    bootstrap = SingerBootstrap.draw(first, second, replicates=20)
    before = bootstrap.eer_interval(scores, labels)
    assert bootstrap.eer_interval(mapped, labels) == before


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
    before, after = figures(scores, labels), figures(scores, 1 - labels)
    for name in ("EER", "interpolated_EER", "AUC"):
        assert after[name] == pytest.approx(1 - before[name], abs=1e-12)
    assert after["EER_threshold"] == before["EER_threshold"]


@examples
@given(levels, levels)
def test_looking_from_the_other_side_changes_nothing(positive, negative):
    # Scores of difference, labels of another singer. The rates at a score
    # count it differently then, so the EER may move by a step
    scores, labels = trials(positive, negative)
    before, after = figures(scores, labels), figures(-scores, 1 - labels)
    for name in ("interpolated_EER", "AUC"):
        assert after[name] == pytest.approx(before[name])
    assert cllr(-scores, 1 - labels) == pytest.approx(cllr(scores, labels))


@examples
@given(levels, levels)
def test_eer_is_what_its_definition_says(positive, negative):
    points = operating_points(*trials(positive, negative))
    rates = error_rates_by_counting(positive, negative)
    gaps = {x: abs(far - frr) for x, (frr, far) in rates.items()}
    nearest = [x for x in gaps if gaps[x] == min(gaps.values())]
    rate, threshold = points.equal_error()
    assert threshold == nearest[0]
    assert rate == pytest.approx(float(sum(rates[nearest[0]]) / 2), abs=1e-12)
    if len(nearest) == 1:
        expected, _ = EER(torch.tensor(positive), torch.tensor(negative))
        assert rate == pytest.approx(expected, abs=1e-6)


@examples
@given(levels, levels)
def test_both_eers_are_within_half_a_step(positive, negative):
    points = operating_points(*trials(positive, negative))
    rejection, acceptance, _ = points.curve()
    step = max(np.diff(rejection).max(), -np.diff(acceptance).min())
    distance = points.equal_error()[0] - points.interpolated_equal_error()
    assert abs(distance) <= step / 2 + 1e-12


@examples
@given(levels, levels, st.floats(0.001, 0.999))
def test_least_cost_is_what_its_definition_says(positive, negative, prior):
    points = operating_points(*trials(positive, negative))
    expected = min(
        prior * float(frr) + (1 - prior) * float(far)
        for frr, far in error_rates_by_counting(positive, negative).values()
    )
    assert points.min_cost(p_target=prior)[0] == pytest.approx(expected)


@examples
@given(levels, levels)
def test_the_curve_goes_from_end_to_end(positive, negative):
    points = operating_points(*trials(positive, negative))
    rejection, acceptance, thresholds = points.curve()
    assert (rejection[0], acceptance[0]) == (0, 1)
    assert (rejection[-1], acceptance[-1]) == (1, 0)
    assert (np.diff(rejection) >= 0).all()
    assert (np.diff(acceptance) <= 0).all()
    assert (np.diff(thresholds) > 0).all()


@examples
@given(levels, levels)
def test_perfect_and_reversed_scores(low, high):
    high = [x + LEVELS for x in high]
    perfect = figures(*trials(high, low))
    reversed_ = figures(*trials(low, high))
    # Rejecting all, at the prior of 0.01, is what is left to a reversed system
    for name, best, worst in (
        ("EER", 0, 1),
        ("interpolated_EER", 0, 1),
        ("AUC", 1, 0),
        ("TPR_at_FPR_0.01", 1, 0),
        ("minDCF", 0, 0.01),
    ):
        assert [perfect[name], reversed_[name]] == [best, worst]


@examples
@given(st.integers(1, 9), st.integers(1, 9), st.floats(-1e6, 1e6))
def test_constant_scores_are_chance(positives, negatives, score):
    scores, labels = trials([score] * positives, [score] * negatives)
    assert figures(scores, labels) == {
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
    points = operating_points(*trials(scores, scores))
    assert points.equal_error()[0] == pytest.approx(0.5)
    assert points.interpolated_equal_error() == pytest.approx(0.5)
    assert points.auc() == 0.5
