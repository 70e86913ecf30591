"""How much of an index a query reads, chosen by what is found then."""

from dataclasses import dataclass

import numpy as np
from speechbrain.utils.logger import get_logger

logger = get_logger(__name__)

NEIGHBOURS = 10
TARGET = 0.97  # recall: above the 0.95 that is promised, as queries vary
QUERIES = 500
_SHORTLISTS = (20, 50, 100, 200, 400, 800)
_EXACT = 512  # bytes that each vector of a short list costs, about


@dataclass(frozen=True)
class Probing:
    """How an index is searched.

    Arguments
    ---------
    probes : int
        Lists whose codes are compared, if ten neighbours are asked for.
    shortlist : int
        Of the nearest by their codes so many are compared exactly then.
    recall : float
        Of the ten nearest of all vectors the share that is found, as measured.
    """

    probes: int
    shortlist: int
    recall: float

    def of_neighbours(self, k):
        """Lists, and the length of the short list, for k neighbours.

        Example
        -------
        >>> Probing(probes=4, shortlist=50, recall=0.97).of_neighbours(30)
        (12, 150)
        """
        asked = max(k, NEIGHBOURS)
        return tuple(
            -(-own * asked // NEIGHBOURS)  # rounded up
            for own in (self.probes, self.shortlist)
        )


def choose_probing(vectors, queries, recipe, candidates):
    """The probing that reads fewest bytes among those that find enough.

    Arguments
    ---------
    vectors : StoredVectors
        All of them are compared with each query, to know what is right.
    queries : np.ndarray
        Numbers of the vectors that are queries, best such that the index was
        not trained on. None is its own neighbour.
    recipe : Recipe
    candidates : callable
        (queries [q, dim], length, probes) -> numbers [q, length], by which the
        index is searched.

    Returns
    -------
    probing : Probing
        If none finds enough, the one that finds most, and a warning.
    """
    asked = vectors.take(queries)
    truth = _others(vectors.nearest(asked, NEIGHBOURS + 1), queries)
    per_list = len(vectors) / recipe.lists * recipe.code_bytes
    tried, enough, least, probes = [], [], np.inf, 1
    while probes <= recipe.lists and probes * per_list < least:
        found = candidates(asked, _SHORTLISTS[-1], probes)
        for shortlist in _SHORTLISTS:
            recall = _recall(truth, found[:, :shortlist])
            cost = probes * per_list + shortlist * _EXACT
            tried.append((cost, Probing(probes, shortlist, recall)))
        enough = [own for own in tried if own[1].recall >= TARGET]
        least = min((cost for cost, _ in enough), default=np.inf)
        probes *= 2
    if enough:
        return min(enough, key=lambda own: own[0])[1]
    best = max((probing for _, probing in tried), key=lambda own: own.recall)
    logger.warning(
        "the index finds %.1f %% of the %d nearest, no more: the vectors are "
        "no clusters of singers, or too few for their number",
        *(100 * best.recall, NEIGHBOURS),
    )
    return best


def _others(numbers, own):
    """[q, k + 1] neighbours without the query, which is one of them: [q, k]."""
    other = numbers != own[:, None]
    # Among many that are alike, the query may not be among its nearest
    other[other.all(axis=1), -1] = False
    return numbers[other].reshape(len(own), -1)


def _recall(truth, found):
    """The share of what is right that was found.

    Example
    -------
    >>> _recall(np.array([[1, 2]]), np.array([[2, 3, 4]]))
    0.5
    """
    hits = truth[:, :, None] == found[:, None, :]
    return float(hits.any(axis=2).mean())
