"""Which group each window belongs to: the best path through the groups."""

import numpy as np
import torch

from speechbrain_singer.dsp.viterbi import best_path
from speechbrain_singer.segments.grouping import group_means, unit

_SWITCH = 0.6  # what a change of singers costs, in cosines of centred windows
_ROUNDS = 3  # more change nothing


def assign(vectors, means):
    """Gives each window to a group, and groups their new means, by turns.

    The score of a window in a group is their cosine, once the mean of all
    groups is taken out, so that singers count alike however long they sing.

    Arguments
    ---------
    vectors : np.ndarray
        [windows, dim], in order of time.
    means : np.ndarray
        [groups, dim]

    Returns
    -------
    labels : np.ndarray
        [windows], numbers of groups; those without a window are no more.

    Example
    -------
    >>> means = np.eye(2)
    >>> assign(np.repeat(means, 4, axis=0), means).tolist()
    [0, 0, 0, 0, 1, 1, 1, 1]
    """
    labels = np.zeros(len(vectors), int)
    for _ in range(_ROUNDS):
        if len(means) == 1:
            return np.zeros(len(vectors), int)
        centre = means.mean(axis=0)
        path = _path(unit(vectors - centre) @ unit(means - centre).T)
        labels = np.unique(path, return_inverse=True)[1]
        means = group_means(vectors, labels, np.ones(len(labels)))
    return labels


def _path(scores):
    """The best path, [windows], of scores [windows, groups]."""
    windows, groups = scores.shape
    switch = torch.full((groups, groups), -_SWITCH).fill_diagonal_(0)
    switch = switch[..., None, None].expand(-1, -1, windows - 1, 1)
    scores = torch.from_numpy(scores.T.copy()).float()[..., None]
    return best_path(switch, scores)[:, 0].numpy()
