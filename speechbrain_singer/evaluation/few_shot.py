"""How well singers are named of whom only a few clips are known."""

import numpy as np
import torch

from speechbrain_singer.evaluation.cores import one_a_core
from speechbrain_singer.evaluation.cross_validation import spread
from speechbrain_singer.evaluation.probes import PROBES


def few_shot_curves(
    embeddings,
    labels,
    folds,
    shots=(1, 2, 5, 10),
    draws=5,
    seed=0,
    progressbar=True,
):
    """Accuracy of probes that know so many clips of each singer.

    In each draw and fold the clips are drawn from the other folds, more of
    them with those of fewer among them, and all of the fold is tested. The
    probes take their defaults, C = 1 and one neighbour: a clip a singer
    leaves nothing to choose by.

    Arguments
    ---------
    embeddings : torch.Tensor
        [rows, dim]
    labels : np.ndarray
        [rows], the singer of each, from 0 on.
    folds : np.ndarray
        [rows], the fold in which each is tested.
    shots : sequence of int
        Clips a singer. Numbers that a singer does not have in each training
        side are left out.
    draws : int
        Two at least.
    seed : int
    progressbar : bool

    Returns
    -------
    curves : dict of str to dict of int to dict
        By probe and number of clips, the accuracy over all rows in percent,
        as mean and spread over the draws; see `spread`.

    Example
    -------
    >>> embeddings, labels = torch.eye(2).repeat(4, 1), np.arange(8) % 2
    >>> folds = np.repeat([0, 1], 4)
    >>> curves = few_shot_curves(embeddings, labels, folds, shots=[1, 2, 5])
    >>> {n: figures["mean"] for n, figures in curves["centroid"].items()}
    {1: 100.0, 2: 100.0}
    """
    numbers = np.unique(folds)
    fewest = min(np.bincount(labels[folds != n]).min() for n in numbers)
    shots = [n for n in shots if n <= fewest]

    def right(draw):
        """How many each probe names right, by the number of clips."""
        counts = {name: dict.fromkeys(shots, 0) for name in PROBES}
        for number in numbers:
            test = np.flatnonzero(folds == number)
            rng = np.random.default_rng((seed, draw, number))
            for n, drawn in draw_clips(labels, folds != number, shots, rng):
                known = torch.from_numpy(labels[drawn])
                for name, make in PROBES.items():
                    probe = make().fit(embeddings[drawn], known)
                    best = probe.scores(embeddings[test]).argmax(dim=1)
                    counts[name][n] += (best.numpy() == labels[test]).sum()
        return counts

    counts = one_a_core(right, range(draws), "Few clips", "draw", progressbar)
    return {
        name: {
            n: spread([100 * count[name][n] / len(labels) for count in counts])
            for n in shots
        }
        for name in PROBES
    }


def draw_clips(labels, known, shots, rng):
    """Draws rows of each class, more of them with the fewer among them.

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

    Example
    -------
    >>> labels = np.array([0, 1, 0, 1])
    >>> known = np.array([True, True, False, False])
    >>> rng = np.random.default_rng(0)
    >>> ((n, drawn),) = draw_clips(labels, known, [1], rng)
    >>> n, sorted(drawn.tolist())
    (1, [0, 1])
    """
    rows = rng.permutation(np.flatnonzero(known))
    of_class = [rows[labels[rows] == c] for c in np.unique(labels)]
    for n in shots:
        yield n, np.concatenate([own[:n] for own in of_class])
