"""The questions of a listening test: a query, and what two models recommend."""

from dataclasses import dataclass

import numpy as np

from speechbrain_singer.checks import check_whole
from speechbrain_singer.evaluation.recommendation import query_order


@dataclass(frozen=True)
class Question:
    """Which of two recordings is more like the query?

    Arguments
    ---------
    query, left, right : int
        Rows of a manifest.
    left_model, right_model : str
        Who recommended which; the listener is not told.
    """

    query: int
    left: int
    right: int
    left_model: str
    right_model: str

    @property
    def rows(self):
        """The three recordings, as they stand on the page."""
        return self.query, self.left, self.right


class Questions:
    """Draws questions, as long as somebody asks for more.

    Every singer is a query once before any is twice. A query for which both
    models recommend the same recording is counted and makes no question. Of
    two questions in a row a model has the left side in one, drawn by the seed.

    Arguments
    ---------
    recommenders : dict of str to Recommender
        Two, by the names of the models.
    rows : list of dict
        What they recommend.
    seed : int

    Attributes
    ----------
    tried : int
        Queries for which both recommended something, so far.
    alike : int
        Those of them for which they recommended the same.

    Raises
    ------
    ValueError
        If these are not two models, or the seed is none.

    Example
    -------
    >>> from speechbrain_singer.evaluation.recommendation import Recommender
    >>> rows = [{"ID": n, "singer": n, "song": ""} for n in "abc"]
    >>> models = {
    ...     name: Recommender(np.array(points)[:, None], rows, by_distance=True)
    ...     for name, points in {"x": [0, 1, 3], "y": [0, 2, 3]}.items()
    ... }
    >>> questions = Questions(models, rows, seed=1)
    >>> [question.query for question in questions]
    [1]
    >>> questions.tried, questions.alike
    (3, 2)
    """

    def __init__(self, recommenders, rows, seed):
        check_models(list(recommenders))
        check_whole("seed", seed, least=0)
        self.recommenders = recommenders
        self.rows = rows
        self.seed = seed
        self.tried = self.alike = 0

    def __iter__(self):
        """Yields each `Question`."""
        generator = np.random.default_rng(self.seed)
        sides = _sides(list(self.recommenders), generator)
        for query in query_order(self.rows, generator):
            best = {
                name: recommender.best(query)
                for name, recommender in self.recommenders.items()
            }
            if None in best.values():
                continue
            self.tried += 1
            if len(set(best.values())) == 1:
                self.alike += 1
                continue
            left, right = next(sides)
            yield Question(query, best[left], best[right], left, right)


def _sides(names, generator):
    """Yields who stands left and who right; in pairs, each left once."""
    while True:
        first = names if generator.random() < 0.5 else names[::-1]
        yield first
        yield first[::-1]


def check_models(names):
    """Refuses what are not the names of two models.

    Arguments
    ---------
    names : sequence of str

    Raises
    ------
    ValueError
        If there are not two, or they are alike.

    Example
    -------
    >>> check_models(["ours", "ours"])
    Traceback (most recent call last):
    ValueError: a listening test compares two models of different names, not \
'ours', 'ours': give name_a or name_b
    """
    if len(set(names)) != 2 or len(names) != 2:
        raise ValueError(
            "a listening test compares two models of different names, not "
            f"{str(list(names))[1:-1]}: give name_a or name_b"
        )


def in_both(first, second):
    """What both of two encoders could encode.

    Arguments
    ---------
    first, second : (torch.Tensor, list of dict)
        Embeddings and rows, as `cached_embeddings` returns them.

    Returns
    -------
    embeddings : list of torch.Tensor
        Two, [recordings, dim] each.
    rows : list of dict

    Example
    -------
    >>> import torch
    >>> first = torch.tensor([[1.0], [2.0]]), [{"ID": "a"}, {"ID": "b"}]
    >>> second = torch.tensor([[3.0, 4.0]]), [{"ID": "b"}]
    >>> in_both(first, second)
    ([tensor([[2.]]), tensor([[3., 4.]])], [{'ID': 'b'}])
    """
    places = [
        {row["ID"]: place for place, row in enumerate(rows)}
        for _, rows in (first, second)
    ]
    rows = [row for row in first[1] if row["ID"] in places[1]]
    embeddings = [
        own[[place[row["ID"]] for row in rows]]
        for (own, _), place in zip((first, second), places, strict=True)
    ]
    return embeddings, rows
