import numpy as np
import pytest
import torch
from speechbrain.utils.metric_stats import minDCF

from speechbrain_singer.metrics.detection_cost import min_dcf

COSTS = [(1.0, 1.0, 0.01), (10.0, 1.0, 0.05), (1.0, 1.0, 0.9)]


@pytest.mark.parametrize("costs", COSTS)
@pytest.mark.parametrize("decimals", [0, 1, 8])
@pytest.mark.parametrize("trials", [8, 60, 1000])
def test_equals_speechbrain(trials, decimals, costs):
    rng = np.random.default_rng(trials)
    labels = rng.integers(0, 2, trials)
    scores = np.round(rng.normal(labels * 1.5, 1.0), decimals)
    same = labels == 1
    sides = torch.tensor(scores[same]), torch.tensor(scores[~same])
    expected, _ = minDCF(*sides, *costs)
    cost, threshold = min_dcf(scores, labels, *costs)
    assert cost == pytest.approx(expected, abs=1e-6)
    # Several thresholds may cost the same: ours costs what it says
    c_miss, c_fa, prior = costs
    p_miss = np.mean(scores[same] <= threshold)
    p_fa = np.mean(scores[~same] > threshold)
    at_threshold = c_miss * p_miss * prior + c_fa * p_fa * (1 - prior)
    assert cost == pytest.approx(at_threshold)


def test_the_threshold_of_speechbrain_where_it_is_the_only_one():
    scores, labels = [4.0, 3.0, 2.0, 1.0, 0.0], [1, 1, 0, 1, 0]
    positive, negative = torch.tensor([4.0, 3.0, 1.0]), torch.tensor([2.0, 0.0])
    assert min_dcf(scores, labels) == pytest.approx(minDCF(positive, negative))


@pytest.mark.parametrize(
    ("scores", "expected"),
    [([3, 2, 1, 0], 0.0), ([0, 1, 2, 3], 0.01), ([1, 1, 1, 1], 0.01)],
    ids=["perfect", "reversed", "constant"],
)
def test_known_values(scores, expected):
    assert min_dcf(scores, [1, 1, 0, 0])[0] == expected


def test_not_finite_scores_are_refused():
    with pytest.raises(ValueError, match="1 of 2 scores are not finite"):
        min_dcf([np.nan, 1.0], [1, 0])
