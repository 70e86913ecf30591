"""Leave-one-out: is each embedding named by the others around it?

Conventions: neighbours are near by the Euclidean distance; an embedding is
never its own neighbour; the class that most of the k nearest have is the one
that is named, and of classes with equally many the one whose member is
nearest. Rates are in percent.
"""

import numpy as np
from sklearn.neighbors import NearestNeighbors

from speechbrain_singer.checks import check_whole
from speechbrain_singer.numbering import numbered


def leave_one_out(embeddings, labels, ks):
    """How many embeddings their k nearest neighbours name right.

    What is alone in its class cannot be named by others. It is not asked for,
    but stays a neighbour.

    Arguments
    ---------
    embeddings : array_like
        [n, dim]. scikit-learn compares them block by block, in double
        precision: memory does not grow with the square of n.
    labels : sequence
        [n], names or numbers of classes.
    ks : sequence of int
        Each from 1 to n - 1.

    Returns
    -------
    accuracies : dict of int to float
        In percent, by k.

    Raises
    ------
    ValueError
        If there is not one label for each embedding, a value is not finite,
        no class has two members, or there are not so many neighbours.

    Example
    -------
    >>> leave_one_out([[0.0], [1.0], [5.0], [7.0]], list("aabb"), [1, 3])
    {1: 100.0, 3: 0.0}
    """
    labels = numbered(labels)
    asked = has_another(labels)
    if not asked.any():
        raise ValueError(
            f"none of {len(labels)} embeddings has another one of its class"
        )
    for k in ks:
        check_whole("k, the neighbours", k, least=1, most=len(labels) - 1)
    neighbours = NearestNeighbors(n_neighbors=max(ks), algorithm="brute")
    order = neighbours.fit(np.asarray(embeddings)).kneighbors(
        return_distance=False
    )
    if len(order) != len(labels):
        raise ValueError(f"{len(order)} embeddings, {len(labels)} labels")
    votes = labels[order]
    right = {k: most_frequent(votes[:, :k]) == labels for k in ks}
    return {k: 100 * float(right[k][asked].mean()) for k in ks}


def has_another(labels):
    """Which members of classes are not alone in them.

    Arguments
    ---------
    labels : np.ndarray
        [n], int, from 0 on.

    Returns
    -------
    several : np.ndarray
        [n], bool

    Example
    -------
    >>> has_another(np.array([0, 1, 0])).tolist()
    [True, False, True]
    """
    return np.bincount(labels)[labels] > 1


def most_frequent(votes):
    """The most frequent number of each line; of several the one seen first.

    Arguments
    ---------
    votes : np.ndarray
        [n, k], int

    Returns
    -------
    winners : np.ndarray
        [n]

    Example
    -------
    >>> most_frequent(np.array([[1, 2, 2], [3, 1, 2]])).tolist()
    [2, 3]
    """
    counts = np.stack(
        [(votes == column[:, None]).sum(axis=1) for column in votes.T], axis=1
    )
    first = counts.argmax(axis=1)
    return np.take_along_axis(votes, first[:, None], axis=1)[:, 0]
