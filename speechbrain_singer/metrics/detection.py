"""All figures of a verification experiment from one sort of its scores."""

from speechbrain_singer.metrics.calibration import cllr
from speechbrain_singer.metrics.detection_cost import min_cost
from speechbrain_singer.metrics.operating_points import operating_points
from speechbrain_singer.metrics.roc import area, detection_at
from speechbrain_singer.metrics.verification import (
    equal_error,
    equal_error_between,
    validate,
)


def detection_metrics(scores, labels, log_likelihood_ratios=False):
    """EER, minDCF, ROC AUC, TPR at 1 % FPR, and Cllr of what is calibrated.

    Arguments
    ---------
    scores : array_like
        [trials]
    labels : array_like
        [trials], 0 or 1.
    log_likelihood_ratios : bool
        Whether the scores are that, in natural logarithms. Of other scores
        there is no Cllr.

    Returns
    -------
    metrics : dict of str to float
        EER and EER_threshold, interpolated_EER, minDCF (for a prior of 0.01
        and equal costs, not normalised) and minDCF_threshold, AUC,
        TPR_at_FPR_0.01, and perhaps Cllr (bits). Rates are in [0, 1].

    Raises
    ------
    ValueError
        As `validate` does.

    Example
    -------
    >>> metrics = detection_metrics([3.0, 2.0, 2.0, 1.0], [1, 1, 0, 0])
    >>> metrics["interpolated_EER"], metrics["AUC"]
    (0.25, 0.875)
    """
    metrics = detection_figures(operating_points(*validate(scores, labels)))
    if log_likelihood_ratios:
        metrics["Cllr"] = cllr(scores, labels)
    return metrics


def detection_figures(points):
    """As `detection_metrics`, of `OperatingPoints`, and so without Cllr."""
    rate, threshold = equal_error(points)
    cost, cost_threshold = min_cost(points)
    return {
        "EER": rate,
        "EER_threshold": threshold,
        "interpolated_EER": equal_error_between(points),
        "minDCF": cost,
        "minDCF_threshold": cost_threshold,
        "AUC": area(points),
        "TPR_at_FPR_0.01": detection_at(points, 0.01),
    }
