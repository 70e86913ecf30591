"""Verification: how well scores tell same-singer trials from the others.

Conventions: a higher score means more alike; a trial is accepted if its score
is above the threshold; labels are 1 for the same singer and 0 for another.
"""

import numpy as np

from speechbrain_singer.metrics.operating_points import operating_points


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
    positive : np.ndarray
        The scores of the same-singer trials, float64.
    negative : np.ndarray
        The scores of the others, float64.

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


def error_rates(positive, negative, thresholds):
    """Rates of rejected positives and of accepted negatives.

    Arguments
    ---------
    positive, negative : np.ndarray
        Scores, as `validate` splits them.
    thresholds : np.ndarray
        [n]

    Returns
    -------
    false_rejection, false_acceptance : np.ndarray
        [n] each, in [0, 1].

    Example
    -------
    >>> error_rates(np.array([1.0, 3.0]), np.array([0.0, 2.0]), np.array([1.5]))
    (array([0.5]), array([0.5]))
    """
    rejected = np.searchsorted(np.sort(positive), thresholds, side="right")
    kept_out = np.searchsorted(np.sort(negative), thresholds, side="right")
    return rejected / positive.size, 1 - kept_out / negative.size


def eer(scores, labels):
    """Equal error rate and its threshold, in O(N log N).

    The mean of both error rates at the score that, as a threshold, brings
    them nearest to each other: the definition of
    `speechbrain.utils.metric_stats.EER`, which needs O(N^2). Rates are
    compared exactly; of two thresholds that are equally near the lower one
    counts. So swapping the labels gives 1 - EER. (There SpeechBrain goes by
    how float32 rounds, and may take the other one: half a step of a rate.)

    Arguments
    ---------
    scores : array_like
        [trials]
    labels : array_like
        [trials], 0 or 1.

    Returns
    -------
    rate : float
        In [0, 1].
    threshold : float

    Raises
    ------
    ValueError
        As `validate` does.

    Example
    -------
    >>> eer([0.9, 0.8, 0.3, 0.2], [1, 1, 0, 0])
    (0.0, 0.3)
    """
    return equal_error(operating_points(*validate(scores, labels)))


def equal_error(points):
    """Equal error rate and its threshold, of `OperatingPoints`."""
    # As whole numbers, and without the point that accepts all
    positives, negatives = points.positives, points.negatives
    rejection = points.rejected[1:] * negatives
    acceptance = (negatives - points.kept_out[1:]) * positives
    best = np.argmin(np.abs(acceptance - rejection))
    rate = (acceptance[best] + rejection[best]) / (2 * positives * negatives)
    return float(rate), float(points.thresholds[1:][best])


def interpolated_eer(scores, labels):
    """Equal error rate where the ROC, with straight lines, crosses FAR = FRR.

    As Torres et al. (ISMIR 2023) publish it, and others who look for the
    root of an interpolated `sklearn.metrics.roc_curve`. It differs from
    `eer` by half a step of the rates at most.

    Arguments
    ---------
    scores : array_like
        [trials]
    labels : array_like
        [trials], 0 or 1.

    Returns
    -------
    rate : float
        In [0, 1].

    Raises
    ------
    ValueError
        As `validate` does.

    Example
    -------
    >>> round(interpolated_eer([3, 2, 2, 1], [1, 1, 0, 0]), 4)
    0.25
    """
    return equal_error_between(operating_points(*validate(scores, labels)))


def equal_error_between(points):
    """Interpolated equal error rate, of `OperatingPoints`."""
    acceptance = points.false_acceptance
    gap = acceptance - points.false_rejection  # falls from 1 to -1
    after = int(np.argmax(gap <= 0))
    before = after - 1
    share = gap[before] / (gap[before] - gap[after])
    step = acceptance[after] - acceptance[before]
    return float(acceptance[before] + share * step)
