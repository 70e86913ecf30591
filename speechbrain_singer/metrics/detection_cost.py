"""Detection cost: what errors cost when the two kinds weigh differently."""

import numpy as np

from speechbrain_singer.metrics.operating_points import operating_points
from speechbrain_singer.metrics.verification import validate


def min_dcf(scores, labels, c_miss=1.0, c_fa=1.0, p_target=0.01):
    """Least detection cost of any threshold, in O(N log N).

    The minimum of c_miss P_miss p_target + c_fa P_fa (1 - p_target), as in
    `speechbrain.utils.metric_stats.minDCF`, which needs O(N^2) memory. Like
    there, it is not normalised: NIST and VoxSRC divide it by
    min(c_miss p_target, c_fa (1 - p_target)). And like there every score is
    tried as the threshold, so rejecting all is, and accepting all is not.

    Arguments
    ---------
    scores : array_like
        [trials]
    labels : array_like
        [trials], 0 or 1.
    c_miss, c_fa : float
        Costs of a rejected same-singer trial and of another accepted.
    p_target : float
        Prior probability of a same-singer trial.

    Returns
    -------
    cost : float
    threshold : float

    Raises
    ------
    ValueError
        As `validate` does.

    Example
    -------
    >>> min_dcf([0.9, 0.3, 0.4, 0.2], [1, 1, 0, 0])
    (0.005, 0.4)
    """
    points = operating_points(*validate(scores, labels))
    return min_cost(points, c_miss, c_fa, p_target)


def min_cost(points, c_miss=1.0, c_fa=1.0, p_target=0.01):
    """Least detection cost and its threshold, of `OperatingPoints`."""
    cost = c_miss * p_target * points.false_rejection[1:]
    cost += c_fa * (1 - p_target) * points.false_acceptance[1:]
    best = np.argmin(cost)
    return float(cost[best]), float(points.thresholds[1:][best])
