"""Intervals from the bootstrap over singers.

Trials that share a singer are not independent, so singers are drawn again,
not trials. A singer drawn m times counts m times: a same-singer trial weighs
its singer's m, another trial the product of both singers' m. No rows are
copied: counts of trials per group of equal weight and step of the threshold,
times weights, give all replicates.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from speechbrain_singer.metrics.detection import operating_points
from speechbrain_singer.numbering import sorted_numbers

STEPS = 2048  # at least so many of each error rate, if there are the trials
BLOCK = 2**22  # weights in memory at a time


@dataclass(frozen=True)
class SingerBootstrap:
    """The singers of trials, and how often each replicate has them.

    Arguments
    ---------
    first, second : np.ndarray
        [trials], row numbers of `multiplicities`: the singers of both sides.
    multiplicities : np.ndarray
        [singers, replicates]

    Example
    -------
    >>> scores, labels = [0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0]
    >>> first, second = ["a", "b", "a", "c"], ["a", "b", "b", "a"]
    >>> SingerBootstrap.draw(first, second).eer_interval(scores, labels)
    (0.0, 0.0)
    """

    first: np.ndarray
    second: np.ndarray
    multiplicities: np.ndarray

    @classmethod
    def draw(cls, first, second, replicates=1000, seed=0):
        """Draws replicates of the singers of trials.

        The singers of both sides, [trials], are names, or numbers (faster).
        """
        names, numbers = sorted_numbers(np.concatenate([first, second]))
        multiplicities = draw_multiplicities(len(names), replicates, seed)
        return cls(*np.split(numbers, [len(first)]), multiplicities)

    def eer_interval(self, scores, labels, points=None, confidence=0.95):
        """Confidence interval of the EER: percentiles of the replicates.

        It says how much other singers would change the EER. Replicates
        without trials of both kinds, frequent only with very few singers, are
        left out; a ValueError says so if all are.

        Arguments
        ---------
        scores, labels, points
            As `eers` takes them.
        confidence : float

        Returns
        -------
        low, high : float
            In [0, 1].
        """
        rates = self.eers(scores, labels, points)
        rates = rates[~np.isnan(rates)]
        if rates.size == 0:
            singers, replicates = self.multiplicities.shape
            raise ValueError(
                f"none of {replicates} replicates of {singers} singers has "
                "trials of both kinds: take more replicates"
            )
        tail = (1 - confidence) / 2
        low, high = np.quantile(rates, [tail, 1 - tail])
        return float(low), float(high)

    def eers(self, scores, labels, points=None):
        """EER of each replicate, as of a list with its trials repeated.

        Exact for lists of up to about 4000 different scores; beyond,
        thresholds lie so that about 1/2048 of each kind of trials is between
        two of them, and the error is half of what a replicate has between two
        at most.

        Arguments
        ---------
        scores : array_like
            [trials]
        labels : array_like
            [trials], 0 or 1.
        points : OperatingPoints, optional
            Of the scores and labels, where they have been sorted already.

        Returns
        -------
        rates : np.ndarray
            [replicates], in [0, 1]; NaN for those without trials of both
            kinds.

        Raises
        ------
        ValueError
            As `validate` does, or if labels and singers do not fit.
        """
        if points is None:
            points = operating_points(scores, labels)
        same = np.asarray(labels).astype(bool)
        self._check_singers(same)
        thresholds = _thresholds(points)
        # A score equal to a threshold is rejected by it
        steps = np.searchsorted(thresholds, scores)
        rejected = self._weights(steps, same, len(thresholds))
        kept_out = self._weights(steps, ~same, len(thresholds))
        return _equal_errors(rejected.cumsum(axis=0), kept_out.cumsum(axis=0))

    def _check_singers(self, same):
        if self.first.shape != same.shape or self.second.shape != same.shape:
            raise ValueError(
                f"two singers per trial are needed, got {self.first.shape} "
                f"and {self.second.shape} for {same.size} trials"
            )
        if ((self.first == self.second) != same).any():
            raise ValueError("labels and singers of the trials do not fit")

    def _weights(self, steps, chosen, n_steps):
        """Weight of trials of one kind per step: [steps, replicates]."""
        singers, replicates = self.multiplicities.shape
        first, second = self.first[chosen], self.second[chosen]
        keys = np.minimum(first, second) * singers + np.maximum(first, second)
        pairs, groups = np.unique(keys, return_inverse=True)
        # How many trials of each pair of singers are in each step
        counts = sparse.coo_matrix(
            (np.ones(len(groups)), (steps[chosen], groups)),
            (n_steps, len(pairs)),
        ).tocsc()
        first, second = np.divmod(pairs, singers)
        same = (first == second).all()
        total = np.zeros((n_steps, replicates))
        size = max(1, BLOCK // replicates)
        for start in range(0, len(pairs), size):
            block = slice(start, start + size)
            weights = self.multiplicities[first[block]]
            if not same:
                weights = weights * self.multiplicities[second[block]]
            total += counts[:, block] @ weights.astype(np.float64)
        return total


def draw_multiplicities(singers, replicates, seed=0):
    """How often each singer is drawn, as many as there are, with replacement.

    Returns
    -------
    multiplicities : np.ndarray
        [singers, replicates], each column sums up to `singers`.
    """
    rng = np.random.default_rng(seed)
    multiplicities = np.empty((singers, replicates), dtype=np.int32)
    for column in multiplicities.T:
        drawn = rng.integers(singers, size=singers)
        column[:] = np.bincount(drawn, minlength=singers)
    return multiplicities


def _thresholds(points):
    """All scores, or those that split both kinds of trials evenly."""
    thresholds = points.thresholds[1:]
    if len(thresholds) <= 2 * STEPS:
        return thresholds
    chosen = [len(thresholds) - 1]
    for count in (points.rejected[1:], points.kept_out[1:]):
        chosen.extend(
            np.searchsorted(count, np.arange(1, STEPS) * count[-1] / STEPS)
        )
    return thresholds[np.unique(chosen)]


def _equal_errors(rejected, kept_out):
    """EER of each column, as `OperatingPoints` defines it."""
    positives, negatives = rejected[-1], kept_out[-1]
    rejection = rejected * negatives
    acceptance = (negatives - kept_out) * positives
    best = np.abs(acceptance - rejection).argmin(axis=0)
    columns = np.arange(len(best))
    errors = rejection[best, columns] + acceptance[best, columns]
    with np.errstate(invalid="ignore"):  # 0 / 0, for want of one kind
        return errors / (2 * positives * negatives)
