"""The ROC and DET curves, and what is read off them."""

import numpy as np
from scipy.special import ndtr

from speechbrain_singer.metrics.operating_points import operating_points
from speechbrain_singer.metrics.verification import validate


def roc_auc(scores, labels):
    """Area under the ROC: how often a same-singer trial scores higher.

    Arguments
    ---------
    scores : array_like
        [trials]
    labels : array_like
        [trials], 0 or 1.

    Returns
    -------
    area : float
        In [0, 1]. Of equal scores half count as higher.

    Raises
    ------
    ValueError
        As `validate` does.

    Example
    -------
    >>> roc_auc([3, 2, 2, 1], [1, 1, 0, 0])
    0.875
    """
    return area(operating_points(*validate(scores, labels)))


def area(points):
    """Area under the ROC, of `OperatingPoints`."""
    positives, negatives = points.positives, points.negatives
    # The trapezium rule, in whole numbers
    heights = 2 * positives - points.rejected[1:] - points.rejected[:-1]
    doubled = np.sum(np.diff(points.kept_out) * heights)
    return float(doubled / (2 * positives * negatives))


def tpr_at_fpr(scores, labels, fpr=0.01):
    """Rate of accepted same-singer trials that a false positive rate allows.

    The largest that a threshold reaches whose own false positive rate is not
    above `fpr`: a point of the ROC, not one interpolated between two.

    Arguments
    ---------
    scores : array_like
        [trials]
    labels : array_like
        [trials], 0 or 1.
    fpr : float
        In [0, 1].

    Returns
    -------
    tpr : float
        In [0, 1].

    Raises
    ------
    ValueError
        As `validate` does, or if `fpr` is not in [0, 1].

    Example
    -------
    >>> tpr_at_fpr([4, 3, 2, 1], [1, 0, 1, 0], fpr=0.01)
    0.5
    """
    return detection_at(operating_points(*validate(scores, labels)), fpr)


def detection_at(points, fpr=0.01):
    """True positive rate at a false positive rate, of `OperatingPoints`."""
    if not 0 <= fpr <= 1:
        raise ValueError(f"a false positive rate is in [0, 1], not {fpr}")
    lowest = np.argmax(points.false_acceptance <= fpr)
    accepted = points.positives - points.rejected[lowest]
    return float(accepted / points.positives)


def det_curve(scores, labels, max_points=1000):
    """Both error rates as the threshold rises, for a plot.

    Arguments
    ---------
    scores : array_like
        [trials]
    labels : array_like
        [trials], 0 or 1.
    max_points : int
        If there are more, some are kept that lie evenly along both axes of
        a DET plot, which are normal deviates of the rates.

    Returns
    -------
    false_rejection, false_acceptance : np.ndarray
        [points], rising from 0 to 1 and falling from 1 to 0.
    thresholds : np.ndarray
        [points], ascending; the first is minus infinity.

    Raises
    ------
    ValueError
        As `validate` does.

    Example
    -------
    >>> rejection, acceptance, thresholds = det_curve([1, 0], [1, 0])
    >>> rejection, acceptance, thresholds
    (array([0., 0., 1.]), array([1., 0., 0.]), array([-inf,   0.,   1.]))
    """
    return thinned(operating_points(*validate(scores, labels)), max_points)


def thinned(points, max_points=1000):
    """DET curve of a bounded number of points, of `OperatingPoints`."""
    rejection, acceptance = points.false_rejection, points.false_acceptance
    thresholds = points.thresholds
    if len(thresholds) > max_points:
        # 6 deviates: beyond one error in 10^9
        rates = ndtr(np.linspace(-6, 6, (max_points - 2) // 2))
        last = len(thresholds) - 1
        kept = np.unique(
            np.concatenate(
                [
                    np.searchsorted(rejection, rates),
                    last - np.searchsorted(acceptance[::-1], rates),
                    [0, last],
                ]
            )
        )
        rejection, acceptance = rejection[kept], acceptance[kept]
        thresholds = thresholds[kept]
    return rejection, acceptance, thresholds
