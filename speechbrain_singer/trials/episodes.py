"""Episodes: some singers, with two tracks of each that have to be matched."""

from dataclasses import dataclass

import numpy as np

from speechbrain_singer.dataio.singer_draws import Tracks, draw_singers
from speechbrain_singer.numbering import numbered


@dataclass(frozen=True)
class Episodes:
    """Draws singers as `draw_singers` does, and two tracks of each.

    All pairs of a singer's tracks with two different songs are as likely.
    Never are two clips of one track compared, as in the published code, which
    draws two slices.

    Arguments
    ---------
    clips : np.ndarray
        [singers], of those who have such pairs.
    pairs : list of np.ndarray
        [2, pairs] of each of them, numbers of tracks.
    alone : int
        How many singers have none, and cannot be drawn.

    Example
    -------
    >>> rows = [{"singer": s, "recording": s + k} for s in "ab" for k in "12"]
    >>> episodes = Episodes.of(rows)
    >>> tracks = episodes.draw(2, np.random.default_rng(0))
    >>> sorted(map(sorted, tracks.T.tolist()))
    [[0, 1], [2, 3]]
    """

    clips: np.ndarray
    pairs: list
    alone: int

    @classmethod
    def of(cls, rows):
        """Those of the rows of a manifest, a row a clip.

        Tracks whose song is not known are songs of their own.
        """
        tracks = Tracks.of(rows)
        singers = tracks.singer[tracks.first]
        # Of an unknown song no other track is
        songs = numbered(
            rows[clip].get("song") or int(clip) for clip in tracks.first
        )
        pairs = [
            _pairs(np.flatnonzero(singers == number), songs)
            for number in range(len(tracks.names))
        ]
        known = [number for number, own in enumerate(pairs) if own.size]
        return cls(
            tracks.clips_of_singers[known],
            [pairs[number] for number in known],
            len(pairs) - len(known),
        )

    def draw(self, singers, rng):
        """Draws an episode.

        Arguments
        ---------
        singers : int
            All are drawn if there are not more.
        rng : np.random.Generator

        Returns
        -------
        tracks : np.ndarray
            [2, singers], numbers of tracks in the order of the rows, each
            column of one singer. The singers are in random order, so that
            neighbours have nothing in common but by chance.
        """
        drawn = draw_singers(self.clips, singers, rng)
        chosen = [
            self.pairs[number][:, rng.integers(self.pairs[number].shape[1])]
            for number in drawn
        ]
        # Neither track of a pair is the query more often than the other
        tracks = rng.permuted(np.stack(chosen, axis=1), axis=0)
        # By their names, women and men may alternate: the published EER would
        # compare all queries with the other sex, or none
        return rng.permutation(tracks, axis=1)


def _pairs(tracks, songs):
    """[2, pairs] of tracks with different songs."""
    first, second = np.triu_indices(len(tracks), 1)
    pairs = np.stack([tracks[first], tracks[second]])
    return pairs[:, songs[pairs[0]] != songs[pairs[1]]]
