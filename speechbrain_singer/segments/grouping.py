"""Pieces of one singer together: Ward's clustering, of centred embeddings."""

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

_MOST = 4000  # pieces that are clustered, over an hour: memory is their square
_ROUNDS = 3  # more change nothing


def initial_groups(pieces, counts):
    """Groups pieces by their voices, into several numbers of groups.

    What all pieces of a recording have in common, as room and microphone, is
    taken out: the mean is subtracted, and what is left brought to length 1.
    Of more than 4000 pieces as many are taken, evenly spread.

    Arguments
    ---------
    pieces : Pieces
    counts : iterable of int
        Numbers of groups; there are fewer where there are fewer pieces.

    Yields
    ------
    means : np.ndarray
        For each count [groups, dim]: the mean vector of each, not centred.

    Example
    -------
    >>> from speechbrain_singer.segments.changes import Pieces
    >>> spans = np.array([[0, 1], [1, 2], [2, 3], [3, 4]])
    >>> vectors = np.array([[1, 0], [0, 1], [1, 0.2], [0.2, 1]])
    >>> (means,) = initial_groups(Pieces(spans, vectors), [2])
    >>> sorted(means.tolist())
    [[0.1, 1.0], [1.0, 0.1]]
    """
    seconds, vectors = pieces.seconds, pieces.vectors
    if len(vectors) > _MOST:
        chosen = np.linspace(0, len(vectors) - 1, _MOST).astype(int)
        seconds, vectors = seconds[chosen], vectors[chosen]
    tree = None
    if len(vectors) > 1:
        centre = np.average(vectors, axis=0, weights=seconds)
        tree = linkage(unit(vectors - centre), "ward")
    for count in counts:
        labels = np.zeros(len(vectors), int)
        if tree is not None:
            labels = fcluster(tree, count, "maxclust")
        yield group_means(vectors, labels, seconds)


def regroup(pieces, means):
    """Gives each piece to the group nearest to it, and groups new means.

    Nearest by the cosine, once the mean of all groups is taken out: so singers
    count alike, however long they sing.

    Arguments
    ---------
    pieces : Pieces
    means : np.ndarray
        [groups, dim], of the groups there were.

    Returns
    -------
    labels : np.ndarray
        [pieces], numbers of groups; those without a piece are no more.

    Example
    -------
    >>> from speechbrain_singer.segments.changes import Pieces
    >>> spans = np.array([[0, 2], [2, 4], [5, 6]])
    >>> vectors = np.array([[1, 0], [0.1, 1], [0.3, 1]])
    >>> regroup(Pieces(spans, vectors), np.eye(2)).tolist()
    [0, 1, 1]
    """
    labels = np.zeros(len(pieces.vectors), int)
    for _ in range(_ROUNDS):
        centre = means.mean(axis=0)
        cosines = unit(pieces.vectors - centre) @ unit(means - centre).T
        labels = np.unique(cosines.argmax(axis=1), return_inverse=True)[1]
        means = group_means(pieces.vectors, labels, pieces.seconds)
    return labels


def group_means(vectors, labels, weights):
    """Mean vectors, [groups, dim], of the groups that [vectors] labels name."""
    means = []
    for label in np.unique(labels):
        own = labels == label
        means.append(np.average(vectors[own], axis=0, weights=weights[own]))
    return np.stack(means)


def unit(vectors):
    """Vectors of length 1; those of no length stay."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.maximum(lengths, 1e-30)
