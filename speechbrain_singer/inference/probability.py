"""From the score of two recordings to the probability of one singer.

A fitted calibration has the log-likelihood ratio of a score, slope * score +
offset. By Bayes' rule its sum with the logarithm of the prior odds is that of
the posterior odds: how likely it was before one listened, and what the
recordings add (Brümmer and du Preez, Computer Speech and Language, 2006).
"""

import math

import numpy as np

from speechbrain_singer.checks import check_number

PRIOR = 0.5  # as often the same singer as another


def same_singer_probability(calibration, scores, prior=PRIOR):
    """How likely the same singer is, given the scores of recordings.

    Arguments
    ---------
    calibration : dict or None
        As `SingerEncoder.calibration` has it.
    scores : float or np.ndarray
        Of two recordings each, as the encoder compares them; of any shape.
    prior : float
        Probability of the same singer before one listens, between 0 and 1: one
        in a hundred pairs, 0.01.

    Returns
    -------
    probability : float or np.ndarray or None
        Of the shape of the scores. None if the encoder has no calibration, or
        one that is only a threshold.

    Raises
    ------
    ValueError
        If the prior is not between 0 and 1.

    Example
    -------
    >>> calibration = {"slope": 10.0, "offset": -5.0}
    >>> same_singer_probability(calibration, 0.5)
    0.5
    >>> round(same_singer_probability(calibration, 0.5, prior=0.01), 6)
    0.01
    """
    log_odds = _log_odds(prior)
    if not is_calibrated(calibration):
        return None
    slope, offset = calibration["slope"], calibration["offset"]
    evidence = slope * np.asarray(scores, dtype=np.float64) + offset + log_odds
    # Without an overflow, wherever the score lies
    probability = np.exp(-np.logaddexp(0, -evidence))
    return probability if probability.ndim else float(probability)


def threshold_of_prior(calibration, prior):
    """The score at which the same singer and another are equally likely.

    Arguments
    ---------
    calibration, prior
        As `same_singer_probability` takes them.

    Returns
    -------
    threshold : float
        Perhaps one that no score lies at.

    Raises
    ------
    ValueError
        If the prior is not between 0 and 1, or the calibration has no slope.

    Example
    -------
    >>> threshold_of_prior({"slope": 10.0, "offset": -5.0}, 0.5)
    0.5
    """
    log_odds = _log_odds(prior)
    if not is_calibrated(calibration):
        raise ValueError(
            "prior: this encoder has no calibrated probability: fit one with "
            "recipes/verification/evaluate.py --calibrate true, or decide by "
            "a threshold"
        )
    return (-log_odds - calibration["offset"]) / calibration["slope"]


def is_calibrated(calibration):
    """Whether scores have a log-likelihood ratio, and not a threshold alone.

    Example
    -------
    >>> is_calibrated({"threshold": 0.5})
    False
    """
    return calibration is not None and "slope" in calibration


def _log_odds(prior):
    check_number("prior", prior, least=0.0)
    if not 0 < prior < 1:
        raise ValueError(f"prior: {prior} must lie between 0 and 1")
    return math.log(prior / (1 - prior))
