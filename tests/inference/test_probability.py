import numpy as np
import pytest
from scipy.special import expit, logit

from speechbrain_singer.inference.probability import (
    same_singer_probability,
    threshold_of_prior,
)
from speechbrain_singer.scoring.calibration import Calibration

CALIBRATION = {"threshold": 0.8, "slope": 54.0, "offset": -48.5}


@pytest.mark.parametrize("prior", [0.01, 0.5, 0.9])
def test_it_is_the_posterior_by_bayes_rule(prior):
    scores = np.linspace(-1, 1, 9)
    ratios = np.exp(54.0 * scores - 48.5)
    wanted = prior * ratios / (prior * ratios + 1 - prior)
    got = same_singer_probability(CALIBRATION, scores, prior)
    np.testing.assert_allclose(got, wanted, rtol=1e-12)
    one = same_singer_probability(CALIBRATION, scores[7], prior)
    assert type(one) is float and one == pytest.approx(wanted[7])


def test_of_calibrated_scores_it_is_how_often_they_are_right():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 40000)
    scores = rng.normal(0.3 * labels, 0.2)
    fitted = Calibration().fit(scores[:20000], labels[:20000])
    calibration = {"slope": fitted.slope, "offset": fitted.offset}
    chances = same_singer_probability(calibration, scores[20000:])
    for low in (0.1, 0.3, 0.5, 0.7):
        within = (chances > low) & (chances < low + 0.2)
        share = labels[20000:][within].mean()
        assert share == pytest.approx(chances[within].mean(), abs=0.03)


def test_no_score_is_too_far_away():
    steep = {"slope": 1e4, "offset": 0.0}
    with np.errstate(over="raise", invalid="raise"):
        got = same_singer_probability(steep, np.array([-1.0, 0.0, 1.0]))
    np.testing.assert_array_equal(got, [0.0, 0.5, 1.0])


def test_there_is_none_without_a_slope():
    assert same_singer_probability(None, 0.5) is None
    assert same_singer_probability({"threshold": 0.5}, 0.5) is None
    with pytest.raises(ValueError, match="no calibrated probability"):
        threshold_of_prior({"threshold": 0.5}, 0.5)


@pytest.mark.parametrize("prior", [0.001, 0.5, 0.99])
def test_at_the_threshold_of_a_prior_both_are_as_likely(prior):
    threshold = threshold_of_prior(CALIBRATION, prior)
    evidence = 54.0 * threshold - 48.5 + logit(prior)
    assert expit(evidence) == pytest.approx(0.5)


@pytest.mark.parametrize("prior", [0, 1, -0.1, 1.5, float("nan")])
def test_a_prior_is_a_probability(prior):
    with pytest.raises(ValueError, match="prior"):
        same_singer_probability(None, 0.5, prior)
