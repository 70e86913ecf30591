"""Inner products of millions of pairs, in bounded memory."""

import numpy as np

_ROWS = 512  # of a block of the matrix of all pairs
_PAIRS = 1024  # of a block of pairs that are computed one by one

# Picking both vectors of a pair takes as long as so many pairs of a product
# of matrices (measured for 100 to 1000 dimensions: 10 to 35)
_PICKING = 25


def inner_products(left, right, trials):
    """Inner product of both sides of each trial.

    Where trials are dense, as when all pairs are tried, whole blocks of the
    matrix of all pairs are computed, and where they are sparse, each by
    itself.

    Arguments
    ---------
    left, right : np.ndarray
        [recordings, dim] each: the vectors of the first recordings of trials
        and those of the second.
    trials : Trials

    Returns
    -------
    products : np.ndarray
        [trials]

    Example
    -------
    >>> from speechbrain_singer.trials import Trials
    >>> trials = Trials(np.array([0, 0]), np.array([0, 1]), np.array([1, 0]))
    >>> vectors = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> inner_products(vectors, vectors, trials)
    array([ 5., 11.])
    """
    products = np.empty(len(trials.first), np.result_type(left, right))
    order = np.argsort(trials.first, kind="stable")
    starts = np.arange(0, len(left), _ROWS)
    bounds = np.searchsorted(trials.first, [*starts, len(left)], sorter=order)
    for row, begin, end in zip(starts, bounds[:-1], bounds[1:], strict=True):
        chosen = order[begin:end]
        if not len(chosen):
            continue
        first, second = trials.first[chosen], trials.second[chosen]
        columns = slice(second.min(), second.max() + 1)
        block, others = left[row : row + _ROWS], right[columns]
        if len(chosen) * _PICKING < len(block) * len(others):
            products[chosen] = _one_by_one(left, right, first, second)
        else:
            matrix = block @ others.T
            products[chosen] = matrix[first - row, second - columns.start]
    return products


def _one_by_one(left, right, first, second):
    products = np.empty(len(first))
    for start in range(0, len(first), _PAIRS):
        part = slice(start, start + _PAIRS)
        products[part] = np.einsum(
            "td,td->t", left[first[part]], right[second[part]]
        )
    return products
