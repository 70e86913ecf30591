import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.special import expit, logit
from scipy.stats import norm

from speechbrain_singer.scoring.calibration import Calibration


def gaussian_scores(separation, positives, negatives, seed=0):
    """Scores whose log-likelihood ratio is `separation` times the score."""
    rng = np.random.default_rng(seed)
    scores = rng.standard_normal(positives + negatives)
    labels = np.repeat([1, 0], [positives, negatives])
    return scores + separation * (labels - 0.5), labels


def cllr(ratios, labels):
    """In bits."""
    signs = np.where(labels == 1, -1, 1)
    costs = np.logaddexp(0, signs * ratios) / np.log(2)
    return (costs[labels == 1].mean() + costs[labels == 0].mean()) / 2


def objective(scores, labels, prior):
    """Platt's smoothed cross-entropy, both kinds weighing as the prior says."""
    counts = np.where(labels == 1, (labels == 1).sum(), (labels == 0).sum())
    believed = (counts + 1) / (counts + 2)
    target = np.where(labels == 1, believed, 1 - believed)
    weight = np.where(labels == 1, prior, 1 - prior) / counts

    def cost(parameters):
        odds = parameters[0] * scores + parameters[1] + logit(prior)
        losses = target * np.logaddexp(0, -odds)
        losses += (1 - target) * np.logaddexp(0, odds)
        return (weight * losses).sum()

    return cost


@pytest.mark.parametrize("prior", [0.5, 0.01, 0.9])
@pytest.mark.parametrize("numbers", [(300, 300), (20, 2000), (2, 1)])
def test_equals_the_minimum_of_the_objective(prior, numbers):
    scores, labels = gaussian_scores(2.0, *numbers)
    calibration = Calibration().fit(scores, labels, prior)
    found = minimize(
        objective(scores, labels, prior),
        [1.0, 0.0],
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-15, "maxiter": 10_000},
    )
    assert calibration.slope == pytest.approx(found.x[0], abs=1e-5)
    assert calibration.offset == pytest.approx(found.x[1], abs=1e-5)


@pytest.mark.parametrize("numbers", [(100_000, 100_000), (3000, 200_000)])
def test_gaussian_scores_come_to_the_optimum(numbers):
    separation = 2.5
    scores, labels = gaussian_scores(separation, *numbers)
    calibration = Calibration().fit(3 + 0.1 * scores, labels)
    fresh, labels = gaussian_scores(separation, 100_000, 100_000, seed=1)
    ratios = calibration.log_likelihood_ratios(3 + 0.1 * fresh)
    # Of which the ratio is N(separation^2 / 2, separation^2) for positives,
    # and the negatives mirror them
    optimum, _ = quad(
        lambda r: (
            norm.pdf(r, separation**2 / 2, separation)
            * np.logaddexp(0, -r)
            / np.log(2)
        ),
        -30,
        40,
    )
    assert cllr(ratios, labels) == pytest.approx(optimum, abs=0.003)
    assert calibration.slope == pytest.approx(10 * separation, rel=0.05)
    uncalibrated = cllr(3 + 0.1 * fresh, labels)
    assert uncalibrated > 2 * optimum


@pytest.mark.parametrize("count", [1, 10, 1000])
def test_separable_scores_claim_no_more_than_they_support(count):
    scores = np.r_[np.linspace(0.8, 0.9, count), np.linspace(0, 0.1, count)]
    labels = np.repeat([1, 0], count)
    calibration = Calibration().fit(scores, labels)
    ratios = calibration.log_likelihood_ratios(scores)
    assert (ratios[:count] > 0).all() and (ratios[count:] < 0).all()
    # On average each kind is believed (count + 1) / (count + 2)
    believed = expit(ratios[:count]).mean()
    assert believed == pytest.approx((count + 1) / (count + 2), abs=0.01)


@pytest.mark.parametrize(
    ("prior", "c_miss", "c_fa"), [(0.5, 1, 1), (0.01, 1, 1), (0.2, 10, 3)]
)
def test_the_threshold_is_where_the_cheaper_decision_flips(prior, c_miss, c_fa):
    scores, labels = gaussian_scores(2.0, 500, 700)
    calibration = Calibration().fit(scores, labels)
    threshold = calibration.threshold(prior, c_miss, c_fa)
    for score, accept in ((threshold + 1e-6, True), (threshold - 1e-6, False)):
        odds = calibration.log_likelihood_ratios(score) + logit(prior)
        same = expit(odds)
        assert (c_miss * same > c_fa * (1 - same)) == accept


def test_scaling_and_shifting_scores_changes_no_ratio():
    scores, labels = gaussian_scores(1.0, 300, 900)
    here = Calibration().fit(scores, labels).log_likelihood_ratios(scores)
    moved = 1e-4 * scores + 0.999
    there = Calibration().fit(moved, labels).log_likelihood_ratios(moved)
    assert there == pytest.approx(here, rel=1e-6, abs=1e-6)


def test_scores_the_wrong_way_round_are_refused():
    scores, labels = gaussian_scores(2.0, 100, 100)
    with pytest.raises(ValueError, match=r"slope is -.*swapped.*distances"):
        Calibration().fit(-scores, labels)


def test_constant_scores_are_refused():
    with pytest.raises(ValueError, match="all 4 scores are the same"):
        Calibration().fit([0.1] * 4, [1, 1, 0, 0])


@pytest.mark.parametrize(
    ("scores", "labels", "message"),
    [
        ([0.1, 0.2], [1, 1], "both kinds"),
        ([0.1, np.nan], [1, 0], "not finite"),
    ],
)
def test_what_cannot_be_calibrated_is_named(scores, labels, message):
    with pytest.raises(ValueError, match=message):
        Calibration().fit(scores, labels)


def test_priors_and_costs_are_checked():
    with pytest.raises(ValueError, match="between 0 and 1; got 1"):
        Calibration().fit([0.1, 0.2], [0, 1], prior=1)
    fitted = Calibration(slope=1.0, offset=0.0)
    with pytest.raises(ValueError, match="between 0 and 1; got 0"):
        fitted.threshold(prior=0)
    with pytest.raises(ValueError, match="c_fa -1"):
        fitted.threshold(c_fa=-1)


def test_an_unfitted_calibration_says_so():
    for use in (
        Calibration().threshold,
        lambda: Calibration().log_likelihood_ratios([0.1]),
    ):
        with pytest.raises(ValueError, match="call fit"):
            use()
