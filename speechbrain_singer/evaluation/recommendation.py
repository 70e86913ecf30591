"""Recommendation by query: the recording whose voice is nearest to it."""

import numpy as np

from speechbrain_singer.dataio.manifest import recording_of
from speechbrain_singer.numbering import numbered
from speechbrain_singer.scoring.vectors import as_vectors, normalise


class Recommender:
    """Recommends for a recording another one, by an encoder's embeddings.

    Never one of the same recording or, where songs are known, of the same
    song: it would be found by its tune, or be the same take.

    Arguments
    ---------
    embeddings : torch.Tensor or np.ndarray
        [recordings, dim]
    rows : list of dict
        [recordings], of a manifest.
    by_distance : bool
        Whether the nearest is so by Euclidean distance, not by cosine.
    other_singers : bool
        Whether the query's own singer is not recommended.

    Raises
    ------
    ValueError
        If there is not one embedding for each row, or one is not finite, or
        is zero where cosines are taken.

    Example
    -------
    >>> names = [("ann", "1"), ("ann", "2"), ("bob", "1"), ("bob", "3")]
    >>> rows = [{"ID": s + t, "singer": s, "song": t} for s, t in names]
    >>> embeddings = np.array([[4.0, 0], [3, 1], [4, 0], [0, 1]])
    >>> Recommender(embeddings, rows).best(0)
    1
    >>> Recommender(embeddings, rows, other_singers=True).best(0)
    3
    """

    def __init__(
        self, embeddings, rows, by_distance=False, other_singers=False
    ):
        self.vectors = as_vectors(embeddings, directions=not by_distance)
        if len(self.vectors) != len(rows):
            raise ValueError(
                f"{len(self.vectors)} embeddings and {len(rows)} rows: one of "
                "each for each recording is needed"
            )
        self.by_distance = by_distance
        if not by_distance:
            normalise(self.vectors)
        # Rows that agree in one of these are not recommended for each other
        self._apart = [numbered(recording_of(row) for row in rows)]
        self._apart.append(
            numbered(
                (row["song"], None if row["song"] else number)
                for number, row in enumerate(rows)
            )
        )
        if other_singers:
            self._apart.append(numbered(row["singer"] for row in rows))

    def best(self, query):
        """What is recommended for a query.

        Arguments
        ---------
        query : int
            Its row.

        Returns
        -------
        row : int or None
            The nearest that may be recommended, of equally near ones the
            first; None if there is none.
        """
        allowed = np.ones(len(self.vectors), bool)
        for column in self._apart:
            allowed &= column != column[query]
        if not allowed.any():
            return None
        nearness = self._nearness(query)
        nearness[~allowed] = -np.inf
        return int(nearness.argmax())

    def _nearness(self, query):
        if not self.by_distance:
            return self.vectors @ self.vectors[query]
        difference = self.vectors - self.vectors[query]
        return -np.einsum("rd,rd->r", difference, difference)


def query_order(rows, generator):
    """The order in which recordings are tried as queries.

    Every singer comes once before any comes twice: a test of few questions
    has many voices in it.

    Arguments
    ---------
    rows : list of dict
        Of a manifest.
    generator : np.random.Generator

    Returns
    -------
    order : list of int
        All rows.

    Example
    -------
    >>> rows = [{"singer": name} for name in "aaab"]
    >>> order = query_order(rows, np.random.default_rng(0))
    >>> sorted(order), sorted(rows[row]["singer"] for row in order[:2])
    ([0, 1, 2, 3], ['a', 'b'])
    """
    order = generator.permutation(len(rows)).tolist()
    counts = {}
    turns = {}
    for row in order:
        singer = rows[row]["singer"]
        turns[row] = counts[singer] = counts.get(singer, 0) + 1
    return sorted(order, key=turns.get)
