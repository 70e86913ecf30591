"""How two embeddings are compared: the kinds of an encoder's score."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch.nn.functional as F

COSINE = "cosine"
SQUARED_DISTANCE = "squared_distance"


@dataclass(frozen=True)
class Score:
    """One way to compare embeddings; higher = more alike.

    Arguments
    ---------
    meaning : str
        What the score of two recordings is.
    lowest, highest : float
        Between which all scores lie.
    compare : callable
        From embeddings, two of [..., dim], to scores, [...].
    """

    meaning: str
    lowest: float
    highest: float
    compare: Callable

    def check(self, threshold):
        """Refuses, by a ValueError, what no score can lie beyond.

        Example
        -------
        >>> SCORES["squared_distance"].check(0.5)
        Traceback (most recent call last):
        ValueError: threshold: 0.5: the score is minus the squared Euclidean \
distance of two embeddings, no number above 0
        """
        within = self.lowest <= threshold <= self.highest
        if not (within and math.isfinite(threshold)):
            bounds = f"above {self.highest:g}"
            if self.lowest > -math.inf:
                bounds = f"but from {self.lowest:g} to {self.highest:g}"
            raise ValueError(
                f"threshold: {threshold}: the score is {self.meaning}, no "
                f"number {bounds}"
            )

    def clip(self, threshold):
        """The threshold, or the bound that no score lies beyond."""
        return min(self.highest, max(self.lowest, threshold))


def _minus_squared_distance(first, second):
    # Not -0.0 of what is the same
    return 0 - (first - second).square().sum(dim=-1)


def _cosine(first, second):
    return F.cosine_similarity(first, second, dim=-1)


SCORES = {
    COSINE: Score("the cosine of two embeddings", -1.0, 1.0, _cosine),
    SQUARED_DISTANCE: Score(
        "minus the squared Euclidean distance of two embeddings",
        -math.inf,
        0.0,
        _minus_squared_distance,
    ),
}


def check_score(name):
    """Refuses, by a ValueError, what is no name in `SCORES`.

    Example
    -------
    >>> check_score("euclid")
    Traceback (most recent call last):
    ValueError: no score 'euclid'; there are cosine, squared_distance
    """
    if not isinstance(name, str) or name not in SCORES:
        raise ValueError(f"no score {name!r}; there are {', '.join(SCORES)}")
