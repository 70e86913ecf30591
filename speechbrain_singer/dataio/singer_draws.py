"""Draws singers by how much they sing, and cuts their tracks into parts."""

from typing import NamedTuple

import numpy as np

from speechbrain_singer.dataio.manifest import recording_of
from speechbrain_singer.numbering import numbered, sorted_numbers

TRAIN, VALID = 0.8, 0.1  # shares of the tracks; the last tenth is tested


def draw_singers(clips, count, rng):
    """Draws singers without replacement, those with many clips sooner.

    The chance to be drawn next is proportional to the number of clips.

    Arguments
    ---------
    clips : np.ndarray
        [singers], how many each has.
    count : int
        All are drawn if there are not more.
    rng : np.random.Generator

    Returns
    -------
    drawn : np.ndarray
        Numbers of singers, ascending.

    Example
    -------
    >>> draw_singers(np.array([1, 0, 1]), 2, np.random.default_rng(0)).tolist()
    [0, 2]
    """
    if count >= len(clips):
        return np.arange(len(clips))
    chances = clips / clips.sum()
    return np.sort(rng.choice(len(clips), count, replace=False, p=chances))


def cut_tracks(tracks, share, rng):
    """Parts of tracks in random order, the test being the last tenth.

    With n tracks the first 0.8 n train and the next 0.1 n validate. Of less
    data, a share p of it, these are the first 0.8 p n and the next 0.1 p n of
    the same order (Garoufis, Zlatintsi and Maragos, "CVSM", 2025).

    Arguments
    ---------
    tracks : int
        How many there are.
    share : float
        p, above 0 and up to 1.
    rng : np.random.Generator
        In the same state for all shares.

    Returns
    -------
    train, valid, test : np.ndarray
        Numbers of tracks.

    Example
    -------
    >>> parts = cut_tracks(20, 0.5, np.random.default_rng(0))
    >>> [len(part) for part in parts]
    [8, 1, 2]
    """
    order = rng.permutation(tracks)
    trained = round(TRAIN * share * tracks)
    known = round((TRAIN + VALID) * share * tracks)
    tested = round((TRAIN + VALID) * tracks)
    return order[:trained], order[trained:known], order[tested:]


class Tracks(NamedTuple):
    """Clips by the tracks and singers that they are of.

    Arguments
    ---------
    names : list of str
        Of the singers, sorted.
    singer : np.ndarray
        [clips], the number of each one's singer.
    track : np.ndarray
        [clips], the number of each one's track, in order of appearance.
    first : np.ndarray
        [tracks], a clip of each.
    """

    names: list
    singer: np.ndarray
    track: np.ndarray
    first: np.ndarray

    @classmethod
    def of(cls, rows):
        """Those of the rows of a manifest, a row a clip.

        Example
        -------
        >>> rows = [{"singer": "a", "recording": r} for r in "xxy"]
        >>> Tracks.of(rows).track.tolist()
        [0, 0, 1]
        """
        names, singer = sorted_numbers([row["singer"] for row in rows])
        track = numbered(map(recording_of, rows))
        _, first = np.unique(track, return_index=True)
        return cls(names, singer, track, first)

    @property
    def clips_of_singers(self):
        """[singers], how many clips each has."""
        return np.bincount(self.singer, minlength=len(self.names))
