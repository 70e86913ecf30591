"""Which of two is preferred: shares, intervals and tests.

Conventions: who sees no difference prefers neither, and is in none of the
figures; shares are in percent.
"""

from math import sqrt

import numpy as np
from scipy.stats import binomtest, norm

from speechbrain_singer.checks import check_whole


def preference(first, second):
    """How often the first of two is preferred, of the times that one is.

    Arguments
    ---------
    first, second : int
        How often each is preferred.

    Returns
    -------
    figures : dict
        `share` in percent, `interval`, its 95 % interval after Wilson, and
        `p` of the exact, two-sided sign test: how likely shares so far from
        50 are if both are liked equally. None of them can be told, and each
        is None, if nothing is ever preferred.

    Raises
    ------
    ValueError
        If a number is negative.

    Example
    -------
    >>> figures = preference(8, 2)
    >>> figures["share"], [round(end, 1) for end in figures["interval"]]
    (80.0, [49.0, 94.3])
    >>> figures["p"]
    0.109375
    """
    for count in (first, second):
        check_whole("times that one is preferred", count, least=0)
    if first + second == 0:
        return {"share": None, "interval": None, "p": None}
    test = binomtest(first, first + second)
    low, high = test.proportion_ci(0.95, method="wilson")
    return {
        "share": 100 * first / (first + second),
        "interval": [100 * float(low), 100 * float(high)],
        "p": float(test.pvalue),
    }


def crossed_preference(first, second):
    """As `preference`, of listeners who answer the same questions.

    Answers of one listener, or to one question, are alike. The variance of
    the share is that over listeners, plus that over questions, less that over
    single answers (Cameron, Gelbach and Miller 2011, eq. 2.11), and no less
    than the larger of the two. Wilson's interval and the score test take as
    many answers as would vary so if they were independent.

    Arguments
    ---------
    first, second : array_like
        [listeners, questions], how often each is preferred.

    Returns
    -------
    figures : dict
        `share`, `interval` and `p`, and `independent`, how many independent
        answers these are worth. They speak of other listeners and other
        questions; of a single listener, or question, only of the other.

    Raises
    ------
    ValueError
        If the shapes differ, or a number is negative.

    Example
    -------
    >>> figures = crossed_preference([[1, 1, 0]] * 9, [[0, 0, 1]] * 9)
    >>> round(figures["share"], 1), round(figures["independent"], 1)
    (66.7, 2.0)
    >>> [round(end) for end in figures["interval"]]  # not 48 to 81
    [16, 95]
    """
    first, second = np.asarray(first), np.asarray(second)
    votes = first + second if first.shape == second.shape else None
    if votes is None or votes.ndim != 2 or min(first.min(), second.min()) < 0:
        raise ValueError(
            "times that one is preferred: two tables of [listeners, questions]"
            f", 0 or more, needed, not {first.tolist()}, {second.tolist()}"
        )
    if votes.sum() == 0:
        return {"share": None, "interval": None, "p": None, "independent": 0}
    share = float(first.sum() / votes.sum())
    number = _independent(votes, first - share * votes, share)
    z = norm.ppf(0.975)
    middle = (share + z**2 / (2 * number)) / (1 + z**2 / number)
    half = z * sqrt(share * (1 - share) / number + (z / number) ** 2 / 4)
    half /= 1 + z**2 / number
    return {
        "share": 100 * share,
        "interval": [100 * (middle - half), 100 * (middle + half)],
        "p": float(2 * norm.sf(abs(2 * share - 1) * sqrt(number))),
        "independent": number,
    }


def _independent(votes, residuals, share):
    """How many independent votes have as much variance."""
    total = int(votes.sum())
    variances, alike = [], 1
    for axis in (0, 1):
        groups = np.count_nonzero(votes.sum(axis))
        if groups > 1:
            sums = residuals.sum(axis)
            variances.append(groups / (groups - 1) * (sums**2).sum())
            alike += total / groups - 1
    if 0 < share < 1 and variances:
        both = sum(variances) - (residuals**2).sum()
        alone = share * (1 - share) * total  # the variance of independent ones
        variance = max(alone, *variances, both if len(variances) == 2 else 0)
        return float(alone * total / variance)
    # Unanimous ones do not tell how alike they are: as if entirely
    return total / alike


def majorities(votes):
    """How many groups of votes have a majority for the first, the second.

    Arguments
    ---------
    votes : iterable of (int, int)
        For the first and for the second, in each group.

    Returns
    -------
    counts : tuple of int
        For the first, for the second, and for neither.

    Example
    -------
    >>> majorities([(5, 1), (2, 2), (1, 3), (4, 0)])
    (2, 1, 1)
    """
    signs = [(a > b) - (a < b) for a, b in votes]
    return signs.count(1), signs.count(-1), signs.count(0)
