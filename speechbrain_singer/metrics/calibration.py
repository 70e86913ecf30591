"""Calibration: do scores mean what they say as log-likelihood ratios?"""

import numpy as np

from speechbrain_singer.metrics.verification import validate


def cllr(llrs, labels):
    """Cost of log-likelihood ratios over all decisions, in bits.

    Brümmer and du Preez (Computer Speech and Language, 2006): 0 at best, 1
    for a system that always says 0, more for one that misleads.

    Arguments
    ---------
    llrs : array_like
        [trials], natural logarithms of likelihood ratios, as large as they
        may be.
    labels : array_like
        [trials], 0 or 1.

    Returns
    -------
    cllr : float

    Raises
    ------
    ValueError
        As `validate` does.

    Example
    -------
    >>> cllr([0.0, 0.0], [1, 0])
    1.0
    """
    positive, negative = validate(llrs, labels)
    missed = np.logaddexp(0, -positive).mean()
    alarmed = np.logaddexp(0, negative).mean()
    return float((missed + alarmed) / (2 * np.log(2)))
