"""Detection: how well scores tell same-singer trials from the others.

Conventions: a higher score means more alike; a trial is accepted if its score
is above the threshold; labels are 1 for the same singer and 0 for another.
Rates are in [0, 1]. Scores are sorted once, in O(N log N); every figure is
read off the `OperatingPoints` that come of it:

    rate, threshold = operating_points(scores, labels).equal_error()

EER and minDCF are those of `speechbrain.utils.metric_stats`, which take O(N^2).
"""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr


def validate(scores, labels):
    """Checks scores and labels and splits them.

    Arguments
    ---------
    scores : array_like
        [trials]
    labels : array_like
        [trials], 0 or 1.

    Returns
    -------
    positive, negative : np.ndarray
        The scores of the same-singer trials and of the others, float64.

    Raises
    ------
    ValueError
        If the shapes differ, a label is neither 0 nor 1, a score is not
        finite, or there are no trials of one of the two kinds.
    """
    scores = np.asarray(scores, dtype=np.float64)
    labels = np.asarray(labels)
    if scores.ndim != 1 or scores.shape != labels.shape:
        raise ValueError(
            f"one label per score is needed, got scores {scores.shape} and "
            f"labels {labels.shape}"
        )
    if not ((labels == 0) | (labels == 1)).all():
        raise ValueError("labels are 1 (same singer) or 0 (another singer)")
    if not np.isfinite(scores).all():
        count = int((~np.isfinite(scores)).sum())
        raise ValueError(f"{count} of {scores.size} scores are not finite")
    same = labels.astype(bool)
    positive, negative = scores[same], scores[~same]
    if positive.size == 0 or negative.size == 0:
        raise ValueError(
            f"{positive.size} same-singer and {negative.size} other trials: "
            "both kinds are needed"
        )
    return positive, negative


class OperatingPoints(NamedTuple):
    """How many trials each threshold rejects, and the figures that follow.

    Arguments
    ---------
    thresholds : np.ndarray
        [points], ascending: minus infinity, that accepts all, and each
        distinct score.
    rejected : np.ndarray
        [points], same-singer trials with a score up to the threshold.
    kept_out : np.ndarray
        [points], other trials with a score up to the threshold.

    Example
    -------
    >>> points = operating_points([3, 2, 2, 1], [1, 1, 0, 0])
    >>> points.equal_error(), points.min_cost()
    ((0.25, 1.0), (0.005, 2.0))
    >>> points.interpolated_equal_error(), points.auc(), points.detection_at()
    (0.25, 0.875, 0.5)
    """

    thresholds: np.ndarray
    rejected: np.ndarray
    kept_out: np.ndarray

    @property
    def positives(self):
        """Number of same-singer trials."""
        return int(self.rejected[-1])

    @property
    def negatives(self):
        """Number of other trials."""
        return int(self.kept_out[-1])

    @property
    def false_rejection(self):
        """Rate of rejected same-singer trials: [points], rising to 1."""
        return self.rejected / self.positives

    @property
    def false_acceptance(self):
        """Rate of accepted other trials: [points], falling to 0."""
        return (self.negatives - self.kept_out) / self.negatives

    def equal_error(self):
        """Equal error rate (EER) and its threshold.

        The mean of both error rates at the score that, as a threshold, brings
        them nearest to each other, as in SpeechBrain's `EER`. Rates are
        compared exactly, and of two thresholds that are equally near the
        lower one counts: swapping the labels gives 1 - EER. (SpeechBrain goes
        by how float32 rounds; its rate may differ by half a step.)
        """
        # As whole numbers, and without the point that accepts all
        positives, negatives = self.positives, self.negatives
        rejection = self.rejected[1:] * negatives
        acceptance = (negatives - self.kept_out[1:]) * positives
        best = np.argmin(np.abs(acceptance - rejection))
        errors = acceptance[best] + rejection[best]
        rate = float(errors / (2 * positives * negatives))
        return rate, float(self.thresholds[1:][best])

    def interpolated_equal_error(self):
        """EER where the ROC, with straight lines, crosses FAR = FRR.

        As Torres et al. (ISMIR 2023) publish it, and others who look for the
        root of an interpolated `sklearn.metrics.roc_curve`. It differs from
        `equal_error` by half a step of the rates at most.
        """
        acceptance = self.false_acceptance
        gap = acceptance - self.false_rejection  # falls from 1 to -1
        after = int(np.argmax(gap <= 0))
        before = after - 1
        share = gap[before] / (gap[before] - gap[after])
        step = acceptance[after] - acceptance[before]
        return float(acceptance[before] + share * step)

    def min_cost(self, c_miss=1.0, c_fa=1.0, p_target=0.01):
        """Least detection cost (minDCF) and its threshold.

        The minimum of c_miss P_miss p_target + c_fa P_fa (1 - p_target),
        not normalised (NIST and VoxSRC divide it by the smaller of c_miss
        p_target and c_fa (1 - p_target)). As in SpeechBrain's `minDCF` every
        score is tried as the threshold, so rejecting all is, accepting all
        is not.

        Arguments
        ---------
        c_miss, c_fa : float
            Costs of a rejected same-singer trial and of another accepted.
        p_target : float
            Prior probability of a same-singer trial.
        """
        cost = c_miss * p_target * self.false_rejection[1:]
        cost += c_fa * (1 - p_target) * self.false_acceptance[1:]
        best = np.argmin(cost)
        return float(cost[best]), float(self.thresholds[1:][best])

    def auc(self):
        """Area under the ROC: how often a same-singer trial scores higher.

        Of equal scores half count as higher.
        """
        positives, negatives = self.positives, self.negatives
        # The trapezium rule, in whole numbers
        heights = 2 * positives - self.rejected[1:] - self.rejected[:-1]
        doubled = np.sum(np.diff(self.kept_out) * heights)
        return float(doubled / (2 * positives * negatives))

    def detection_at(self, fpr=0.01):
        """Largest true positive rate that a false positive rate allows.

        Of a point of the ROC whose own false positive rate is not above
        `fpr`, in [0, 1]; not interpolated between two.
        """
        if not 0 <= fpr <= 1:
            raise ValueError(f"a false positive rate is in [0, 1], not {fpr}")
        lowest = np.argmax(self.false_acceptance <= fpr)
        return float((self.positives - self.rejected[lowest]) / self.positives)

    def rejected_at(self, threshold):
        """Numbers of trials of both kinds that any threshold rejects."""
        # The last score that is not above it rejects the same trials
        at = np.searchsorted(self.thresholds, threshold, side="right") - 1
        return int(self.rejected[at]), int(self.kept_out[at])

    def errors_at(self, threshold):
        """Rates of false rejection and false acceptance at any threshold."""
        rejected, kept_out = self.rejected_at(threshold)
        accepted = self.negatives - kept_out
        return rejected / self.positives, accepted / self.negatives

    def curve(self, max_points=1000):
        """Both error rates as the threshold rises, for a DET plot.

        Arguments
        ---------
        max_points : int
            If there are more, some are kept that lie evenly along both axes
            of a DET plot, which are normal deviates of the rates.

        Returns
        -------
        false_rejection, false_acceptance : np.ndarray
            [points], rising from 0 to 1 and falling from 1 to 0.
        thresholds : np.ndarray
            [points], ascending; the first is minus infinity.
        """
        curve = self.false_rejection, self.false_acceptance, self.thresholds
        if len(self.thresholds) <= max_points:
            return curve
        # 6 deviates: beyond one error in 10^9
        rates = ndtr(np.linspace(-6, 6, (max_points - 2) // 2))
        last = len(self.thresholds) - 1
        along_rejection = np.searchsorted(curve[0], rates)
        along_acceptance = last - np.searchsorted(curve[1][::-1], rates)
        kept = np.unique([0, *along_rejection, *along_acceptance, last])
        return tuple(values[kept] for values in curve)


def operating_points(scores, labels):
    """Sorts the scores and counts what each of them rejects as a threshold.

    Arguments
    ---------
    scores, labels : array_like
        [trials], as `validate` takes them; ValueError as of it.

    Returns
    -------
    points : OperatingPoints

    Example
    -------
    >>> points = operating_points([2, 3, 1, 2], [1, 1, 0, 0])
    >>> points.thresholds, points.rejected, points.kept_out
    (array([-inf,   1.,   2.,   3.]), array([0, 0, 1, 2]), array([0, 1, 2, 2]))
    """
    positive, negative = validate(scores, labels)
    scores = np.concatenate([positive, negative])
    order = np.argsort(scores)
    scores = scores[order]
    # Equal scores make one point: the last of them counts
    last = np.flatnonzero(np.append(scores[1:] != scores[:-1], True))
    rejected = np.cumsum(order < len(positive))[last]
    return OperatingPoints(
        thresholds=np.append(-np.inf, scores[last]),
        rejected=np.append(0, rejected),
        kept_out=np.append(0, last + 1 - rejected),
    )


def cllr(llrs, labels):
    """Cost of log-likelihood ratios over all decisions, in bits.

    Brümmer and du Preez (Computer Speech and Language, 2006): 0 at best, 1
    for a system that always says 0, more for one that misleads.

    Arguments
    ---------
    llrs, labels : array_like
        [trials], as `validate` takes them; natural logarithms.

    Returns
    -------
    cllr : float

    Example
    -------
    >>> cllr([0.0, 0.0], [1, 0])
    1.0
    """
    positive, negative = validate(llrs, labels)
    missed = np.logaddexp(0, -positive).mean()
    alarmed = np.logaddexp(0, negative).mean()
    return float((missed + alarmed) / (2 * np.log(2)))


def evaluate(points):
    """All figures of operating points.

    Arguments
    ---------
    points : OperatingPoints

    Returns
    -------
    figures : dict of str to float
        EER and EER_threshold, interpolated_EER, minDCF (for a prior of 0.01
        and equal costs) and minDCF_threshold, AUC, TPR_at_FPR_0.01.
    """
    rate, threshold = points.equal_error()
    cost, cost_threshold = points.min_cost()
    return {
        "EER": rate,
        "EER_threshold": threshold,
        "interpolated_EER": points.interpolated_equal_error(),
        "minDCF": cost,
        "minDCF_threshold": cost_threshold,
        "AUC": points.auc(),
        "TPR_at_FPR_0.01": points.detection_at(0.01),
    }
