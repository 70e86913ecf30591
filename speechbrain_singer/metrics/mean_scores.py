"""The mean score of two sets of recordings, or of one among itself.

Scores that share a recording are not independent, so the bootstrap draws
recordings again, not scores. One that is drawn m times counts m times: the
score of two weighs the product of both. A recording is never compared with
its own copy.
"""

from typing import NamedTuple

import numpy as np

from speechbrain_singer.metrics.bootstrap import draw_multiplicities

REPLICATES = 1000
FEWEST = 3  # recordings that are drawn again; of fewer there is no interval


class MeanScore(NamedTuple):
    """How alike recordings are on average.

    Arguments
    ---------
    pairs : int
        How many scores it is the mean of.
    mean : float
    interval : list of float or None
        95 % of replicates lie between the two; None of too few recordings.
    accepted : float or None
        Share of the scores above the threshold, in [0, 1]; None without one.
    """

    pairs: int
    mean: float
    interval: list | None
    accepted: float | None


def mean_between(scores, threshold=None):
    """The mean score of the recordings of one set with those of another.

    Arguments
    ---------
    scores : np.ndarray
        [first, second]
    threshold : float, optional

    Returns
    -------
    figures : MeanScore
        The interval is over the recordings of both sets, where `first` has 3
        at least.

    Example
    -------
    >>> mean_between(np.array([[0.5, 1.0], [0.0, 0.5]]), threshold=0.4)
    MeanScore(pairs=4, mean=0.5, interval=None, accepted=0.75)
    """
    first, second = scores.shape
    interval = None
    if first >= FEWEST:
        rows = draw_multiplicities(first, REPLICATES, seed=0)
        columns = draw_multiplicities(second, REPLICATES, seed=1)
        sums = (rows * (scores @ columns)).sum(axis=0)
        interval = _percentiles(sums / scores.size)
    return _figures(scores.ravel(), interval, threshold)


def mean_within(scores, threshold=None):
    """The mean score of the recordings of a set with each other.

    Arguments
    ---------
    scores : np.ndarray
        [recordings, recordings], symmetric, of two recordings at least; each
        pair counts once.
    threshold : float, optional

    Returns
    -------
    figures : MeanScore

    Example
    -------
    >>> mean_within(np.array([[1.0, 0.25], [0.25, 1.0]]), threshold=0.4)
    MeanScore(pairs=1, mean=0.25, interval=None, accepted=0.0)
    """
    count = len(scores)
    upper = np.triu_indices(count, k=1)
    interval = None
    if count >= FEWEST:
        drawn = draw_multiplicities(count, REPLICATES, seed=0)
        weights = (count**2 - (drawn**2).sum(axis=0)) / 2
        sums = (drawn * (np.triu(scores, k=1) @ drawn)).sum(axis=0)
        # Of one recording alone, drawn again and again, there is no pair
        some = weights > 0
        interval = _percentiles(sums[some] / weights[some])
    return _figures(scores[upper], interval, threshold)


def _figures(scores, interval, threshold):
    accepted = None
    if threshold is not None:
        accepted = float((scores > threshold).mean())
    return MeanScore(scores.size, float(scores.mean()), interval, accepted)


def _percentiles(means):
    return np.quantile(means, [0.025, 0.975]).tolist()
