"""Pieces of one singer together: Ward's clustering, of centred embeddings."""

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

_MOST = 4000  # pieces that are clustered, over an hour: memory is their square


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
    >>> vectors = np.array([[1, 0], [0, 1], [1, 0.1], [0.1, 1]])
    >>> [(means,)] = [initial_groups(Pieces(np.ones(4), vectors), [2])]
    >>> sorted(means.tolist())
    [[0.05, 1.0], [1.0, 0.05]]
    """
    seconds, vectors = pieces
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
