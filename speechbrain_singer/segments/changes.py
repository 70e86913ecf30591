"""Where the voice changes: pieces of a recording that one singer may have."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy.signal import find_peaks

_SHARE = 4  # windows that lie half in a piece count 1/16 of those within


class Pieces(NamedTuple):
    """Pieces of a recording, by their starts.

    Arguments
    ---------
    spans : np.ndarray
        [pieces, 2], start and stop in seconds.
    vectors : np.ndarray
        [pieces, dim], the mean of its windows' embeddings.
    """

    spans: np.ndarray
    vectors: np.ndarray

    @property
    def seconds(self):
        """[pieces], how long each is."""
        return self.spans[:, 1] - self.spans[:, 0]


def cut_at_changes(windows, stretches, least=1.0):
    """Cuts stretches where the voice before is least like the one after.

    Before and after are the windows that end and begin there. Every such
    moment is taken, however small the change, and no two within a second:
    what belongs together is found when pieces are grouped.

    Arguments
    ---------
    windows : Windows
    stretches : np.ndarray
        [stretches, 2], in seconds.
    least : float
        Length of the shortest piece of a longer stretch, in seconds.

    Returns
    -------
    pieces : Pieces
        Without those of stretches in which there is no window.
    """
    spans, vectors = [], []
    for (start, stop), own in _of_stretches(windows, stretches):
        cuts = _changes(own, start + least, stop - least, least)
        for span in pairwise([start, *cuts, stop]):
            spans.append(span)
            vectors.append(_mean(*span, own))
    return Pieces(np.array(spans), np.stack(vectors))


def _of_stretches(windows, stretches):
    """(stretch, its Windows) of each that has some."""
    middles = windows.spans.mean(axis=1)
    edges = np.searchsorted(middles, stretches)
    for stretch, (first, last) in zip(stretches, edges, strict=True):
        if first < last:
            yield stretch, type(windows)(*(own[first:last] for own in windows))


def _changes(windows, first, last, least):
    """The moments from first to last at which the voice changes most."""
    starts, stops = windows.spans.T
    moments = starts[(first <= starts) & (starts <= last)]
    if len(moments) < 3 or len(starts) < 2:
        return []
    before = np.searchsorted(stops, moments - 1e-6).clip(max=len(stops) - 1)
    after = np.searchsorted(starts, moments - 1e-6)
    change = 1 - np.einsum(
        "ij,ij->i", windows.embeddings[before], windows.embeddings[after]
    )
    spacing = max(1, round(least / np.median(np.diff(moments))))
    return moments[find_peaks(change, distance=spacing)[0]].tolist()


def _mean(start, stop, windows):
    """The mean of a stretch's windows, by how much of each lies in a piece."""
    starts, stops = windows.spans.T
    shared = np.minimum(stops, stop) - np.maximum(starts, start)
    share = np.maximum(shared, 0) / (stops - starts)
    return share**_SHARE @ windows.embeddings / (share**_SHARE).sum()
