"""From frames that sound to stretches of audio."""

import numpy as np


def stretches(sounds, rest=1, least=1):
    """Where it sounds without a rest.

    Arguments
    ---------
    sounds : np.ndarray
        [frames], bool.
    rest : int
        Frames of silence that part two stretches; fewer are no rest.
    least : int
        Frames of the shortest stretch that counts, such rests with it.

    Returns
    -------
    stretches : np.ndarray
        [stretches, 2], int: the first frame, and the one after the last.

    Example
    -------
    >>> sounds = np.array([0, 1, 1, 0, 1, 0, 0, 1], bool)
    >>> stretches(sounds).tolist()
    [[1, 3], [4, 5], [7, 8]]
    >>> stretches(sounds, rest=2, least=2).tolist()
    [[1, 5]]
    """
    edges = np.diff(np.concatenate([[0], sounds.astype(np.int8), [0]]))
    starts, stops = np.flatnonzero(edges > 0), np.flatnonzero(edges < 0)
    parted = starts[1:] - stops[:-1] >= rest
    there = len(starts) > 0
    found = np.stack(
        [
            starts[np.concatenate([[there], parted]).nonzero()[0]],
            stops[np.concatenate([parted, [there]]).nonzero()[0]],
        ],
        axis=1,
    )
    return found[found[:, 1] - found[:, 0] >= least]
