"""What a verification system does at every threshold, from one sort."""

from typing import NamedTuple

import numpy as np


class OperatingPoints(NamedTuple):
    """How many trials each threshold rejects.

    Arguments
    ---------
    thresholds : np.ndarray
        [points], ascending: minus infinity, that accepts all, and each
        distinct score.
    rejected : np.ndarray
        [points], same-singer trials with a score up to the threshold.
    kept_out : np.ndarray
        [points], other trials with a score up to the threshold.
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


def operating_points(positive, negative):
    """Sorts the scores and counts what each of them rejects as a threshold.

    Arguments
    ---------
    positive, negative : np.ndarray
        Scores, as `validate` splits them.

    Returns
    -------
    points : OperatingPoints

    Example
    -------
    >>> points = operating_points(np.array([2.0, 3.0]), np.array([1.0, 2.0]))
    >>> points.thresholds, points.rejected, points.kept_out
    (array([-inf,   1.,   2.,   3.]), array([0, 0, 1, 2]), array([0, 1, 2, 2]))
    """
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
