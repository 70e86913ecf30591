"""Which of two is preferred: shares, intervals and the sign test.

Conventions: who sees no difference prefers neither, and is in none of the
figures; shares are in percent.
"""

from scipy.stats import binomtest

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
