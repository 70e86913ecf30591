"""How well singers are named of whom only a few clips are known."""

from dataclasses import dataclass

import numpy as np
import torch

from speechbrain_singer.checks import check_whole
from speechbrain_singer.evaluation.predictions import spread
from speechbrain_singer.evaluation.probes import PROBES
from speechbrain_singer.evaluation.threads import map_in_threads


@dataclass(frozen=True)
class FewShot:
    """Accuracy of probes that know so many clips of each singer.

    In each draw and fold the clips are drawn from the other folds, and all of
    the fold is tested. The larger numbers of clips contain the smaller ones.
    The probes take their defaults, C = 1 and one neighbour: one clip of each
    singer leaves nothing to choose by.

    Arguments
    ---------
    shots : sequence of int
        Clips of each singer. Numbers are left out that a singer does not have
        in each training side.
    draws : int
        Of the clips, two at least.
    seed : int

    Raises
    ------
    ValueError
        If there are fewer draws, which would have no spread, or a setting is
        not as said.

    Example
    -------
    >>> embeddings, labels = torch.eye(2).repeat(4, 1), np.arange(8) % 2
    >>> folds = np.repeat([0, 1], 4)
    >>> curves = FewShot(shots=[1, 2, 5]).run(embeddings, labels, folds)
    >>> {n: figures["mean"] for n, figures in curves["centroid"].items()}
    {1: 100.0, 2: 100.0}
    """

    shots: tuple = (1, 2, 5, 10)
    draws: int = 5
    seed: int = 0

    def __post_init__(self):
        if not isinstance(self.shots, list | tuple):
            raise ValueError(
                f"shots: {self.shots!r}: must be a list of numbers of clips, "
                "[] for no curves"
            )
        for shots in self.shots:
            check_whole("shots", shots, least=1)
        check_whole("draws", self.draws, least=2)
        check_whole("seed", self.seed, least=0)

    def run(self, embeddings, labels, folds, progressbar=True):
        """Draws the clips, and trains and tests the probes.

        Arguments
        ---------
        embeddings : torch.Tensor
            [rows, dim]
        labels : np.ndarray
            [rows], the singer of each, from 0 on.
        folds : np.ndarray
            [rows], the fold in which each is tested.
        progressbar : bool

        Returns
        -------
        curves : dict of str to dict of int to dict
            By probe and number of clips, the accuracy over all rows in
            percent, as mean and spread over the draws; see `spread`.
        """
        numbers = np.unique(folds)
        fewest = min(np.bincount(labels[folds != n]).min() for n in numbers)
        shots = [n for n in self.shots if n <= fewest]

        def right(draw):
            """How many each probe names right, by the number of clips."""
            counts = {name: dict.fromkeys(shots, 0) for name in PROBES}
            for number in numbers:
                test = np.flatnonzero(folds == number)
                rng = np.random.default_rng((self.seed, draw, number))
                for n, drawn in draw_clips(labels, folds != number, shots, rng):
                    known = torch.from_numpy(labels[drawn])
                    for name, make in PROBES.items():
                        probe = make().fit(embeddings[drawn], known)
                        best = probe.scores(embeddings[test]).argmax(dim=1)
                        counts[name][n] += (best.numpy() == labels[test]).sum()
            return counts

        counts = map_in_threads(
            right, range(self.draws), "Few clips", progressbar
        )
        return {
            name: {
                n: spread([100 * c[name][n] / len(labels) for c in counts])
                for n in shots
            }
            for name in PROBES
        }


def draw_clips(labels, known, shots, rng):
    """Draws clips of each class; more of them contain the fewer.

    Arguments
    ---------
    labels : np.ndarray
        [rows]
    known : np.ndarray
        [rows], bool: which may be drawn.
    shots : sequence of int
        How many of each class.
    rng : np.random.Generator

    Yields
    ------
    n : int
        One of `shots`.
    drawn : np.ndarray
        [classes * n], row numbers.
    """
    rows = rng.permutation(np.flatnonzero(known))
    of_class = [rows[labels[rows] == c] for c in np.unique(labels)]
    for n in shots:
        yield n, np.concatenate([own[:n] for own in of_class])
