"""Calibration of scores: they become log-likelihood ratios."""

import numpy as np
from scipy.special import logit
from sklearn.linear_model import LogisticRegression

from speechbrain_singer.metrics.detection import validate


class Calibration:
    """Log-likelihood ratio = slope * score + offset, by logistic regression.

    Brümmer and du Preez, "Application-independent evaluation of speaker
    detection", Computer Speech and Language 2006. Both kinds of trials weigh
    as the prior says, whatever their numbers are. As in Platt's
    "Probabilistic outputs for support vector machines" (1999) one trial more
    of each kind is taken to have come out either way: the slope stays finite
    where the scores of both kinds do not overlap, and no ratio claims more
    than the number of trials supports.

    Arguments
    ---------
    slope, offset : float, optional
        What was fitted before.

    Attributes
    ----------
    slope, offset : float or None

    Example
    -------
    >>> calibration = Calibration().fit([0.9, 0.7, 0.3, 0.5], [1, 1, 0, 0])
    >>> float(calibration.log_likelihood_ratios([0.6]).round(6)[0])
    0.0
    >>> round(calibration.threshold(), 6)
    0.6
    """

    def __init__(self, slope=None, offset=None):
        self.slope = slope
        self.offset = offset

    def fit(self, scores, labels, prior=0.5):
        """Finds slope and offset.

        Arguments
        ---------
        scores : array_like
            [trials], higher = more alike. Of other singers than those that
            the ratios are for, and than those that the back end was fitted
            on: both look better than they are.
        labels : array_like
            [trials], 1 for the same singer and 0 for another.
        prior : float
            Probability of the same singer where the ratios matter most.

        Returns
        -------
        self : Calibration

        Raises
        ------
        ValueError
            If scores and labels are not as `validate` takes them, all scores
            are the same, or higher scores go with different singers.
        """
        _check_prior(prior)
        positive, negative = validate(scores, labels)
        centre = (positive.mean() + negative.mean()) / 2
        spread = np.concatenate([positive, negative]).std()
        if not spread > 1e-12 * abs(centre):
            raise ValueError(
                f"all {positive.size + negative.size} scores are the same: "
                "they say nothing about the singer"
            )
        slope, offset = _regression(
            (positive - centre) / spread, (negative - centre) / spread, prior
        )
        if slope <= 0:
            raise ValueError(
                f"the slope is {slope / spread:.3g}: higher scores go with "
                "different singers; are the labels swapped, or the scores "
                "distances?"
            )
        self.slope = float(slope / spread)
        self.offset = float(offset - slope * centre / spread)
        return self

    def log_likelihood_ratios(self, scores):
        """Natural logarithms of likelihood ratios of scores, [trials], float64.

        They are positive where the same singer is likelier.
        """
        self._check_fitted()
        return self.slope * np.asarray(scores, dtype=np.float64) + self.offset

    def threshold(self, prior=0.5, c_miss=1.0, c_fa=1.0):
        """The score above which accepting costs less than rejecting.

        Arguments
        ---------
        prior : float
            Probability that a trial is of the same singer.
        c_miss, c_fa : float
            Costs of a same-singer trial that is rejected, and of another that
            is accepted.

        Returns
        -------
        threshold : float
        """
        self._check_fitted()
        _check_prior(prior)
        if not (c_miss > 0 and c_fa > 0):
            raise ValueError(
                f"costs are positive; got c_miss {c_miss} and c_fa {c_fa}"
            )
        ratio = np.log(c_fa / c_miss) - logit(prior)
        return float((ratio - self.offset) / self.slope)

    def _check_fitted(self):
        if self.slope is None or self.offset is None:
            raise ValueError("this calibration has no slope yet: call fit")


def _regression(positive, negative, prior):
    """Slope and offset of the log-likelihood ratio."""
    kinds = ((positive, 1, prior), (negative, 0, 1 - prior))
    scores, labels, weights = [], [], []
    for values, label, share in kinds:
        believed = (values.size + 1) / (values.size + 2)
        for outcome, trust in ((label, believed), (1 - label, 1 - believed)):
            scores.append(values)
            labels.append(np.full(values.size, outcome))
            weights.append(np.full(values.size, share * trust / values.size))
    # C: without a penalty. Newton's method is exact and fast for one feature
    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-9)
    model.fit(
        np.concatenate(scores)[:, None],
        np.concatenate(labels),
        sample_weight=np.concatenate(weights),
    )
    return model.coef_[0, 0], model.intercept_[0] - logit(prior)


def _check_prior(prior):
    if not 0 < prior < 1:
        raise ValueError(f"a prior is between 0 and 1; got {prior}")
