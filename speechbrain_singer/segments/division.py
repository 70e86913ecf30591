"""A recording's pieces divided among singers, and among how many."""

import math
from typing import NamedTuple

import numpy as np

from speechbrain_singer.segments.grouping import (
    group_means,
    initial_groups,
    regroup,
)

_SHORT = 30.0  # s


class Division(NamedTuple):
    """Pieces divided among singers.

    Arguments
    ---------
    labels : np.ndarray
        [pieces], the number of each one's singer, from 0.
    scatter : float
        Squared distances of pieces from their singer's mean, summed over
        time, in seconds.
    """

    labels: np.ndarray
    scatter: float

    @property
    def singers(self):
        """How many they are."""
        return int(self.labels.max()) + 1


def divide(pieces, counts):
    """Divides a recording among several numbers of singers.

    Arguments
    ---------
    pieces : Pieces
    counts : iterable of int
        Numbers of singers; there are fewer where so many are not found.

    Returns
    -------
    divisions : list of Division
        For each count.
    """
    seconds, vectors = pieces.seconds, pieces.vectors
    divisions = []
    for means in initial_groups(pieces, counts):
        labels = regroup(pieces, means)
        off = vectors - group_means(vectors, labels, seconds)[labels]
        scatter = float(seconds @ np.einsum("ij,ij->i", off, off))
        divisions.append(Division(labels, scatter))
    return divisions


def choose(divisions, penalty, seconds):
    """The division whose scatter and singers together cost least.

    As in DP-means (Kulis and Jordan, ICML 2012), a singer costs something. In
    recordings longer than 30 s it is more, by the root of their length: what
    one voice varies adds up too.

    Arguments
    ---------
    divisions : list of Division
    penalty : float
        What a singer costs in 30 s, in seconds of scatter.
    seconds : float
        How long somebody sings.

    Returns
    -------
    division : Division

    Example
    -------
    >>> one = Division(np.array([0, 0]), scatter=2.0)
    >>> two = Division(np.array([0, 1]), scatter=1.0)
    >>> [choose([one, two], own, 30).singers for own in (0.9, 1.1)]
    [2, 1]
    >>> [choose([one, two], 0.9, own).singers for own in (10, 60)]
    [2, 1]
    """
    cost = penalty * math.sqrt(max(1.0, seconds / _SHORT))
    return min(divisions, key=lambda own: own.scatter + cost * own.singers)
