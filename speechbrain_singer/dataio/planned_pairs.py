"""Pairs of clips of recordings that stream by, before anything is decoded.

The rows of a shard say where its recordings sound. So which clips are taken is
a matter of rows and seeds alone, and a run that goes on within an epoch gets
there without decoding.
"""

from typing import NamedTuple

import numpy as np

from speechbrain_singer.dataio.clips import MOST_POSITIONS, is_kept
from speechbrain_singer.dataio.manifest import WEIGHT


class PlannedPair(NamedTuple):
    """Two clips to be cut.

    Arguments
    ---------
    first, second : (ShardRecording, int)
        Of each its recording and its first frame.
    seeds : tuple of int
        Of their augmentation.
    """

    first: tuple
    second: tuple
    seeds: tuple


def plan_pairs(recordings, seconds, generator):
    """The pairs that recordings give as they go by.

    Each gives one for every two lengths of a clip that it has, on average, as
    far as `is_kept` keeps them. So clips fall in proportion to singing time, as
    those of `ClipPairs` do, and a pass hears a second of singing once; or as
    often as the `weight` of its row says, where it has one.

    Arguments
    ---------
    recordings : list of ShardRecording
        One, or several of a singer: then the two clips come from two of them,
        the second from the longer ones the likelier.
    seconds : float
        Length of a clip.
    generator : np.random.Generator

    Returns
    -------
    pairs : list of PlannedPair

    Example
    -------
    >>> from speechbrain_singer.dataio.shard_rows import ShardRecording, pack
    >>> row = {"stop": 80000, "sample_rate": 8000, "sounding": pack([1] * 430)}
    >>> recordings = [ShardRecording(row, b"")]
    >>> pairs = plan_pairs(recordings, 1.0, np.random.default_rng(0))
    >>> len(pairs), pairs[0].first[1], pairs[0].second[1]
    (5, 36802, 19424)
    """
    pairs = []
    for recording in recordings:
        others = [r for r in recordings if r is not recording] or [recording]
        weight = recording.row.get(WEIGHT, 1.0)
        expected = weight * recording.seconds / (2 * seconds)
        for _ in range(int(expected + generator.random())):
            first = _draw_start(recording, seconds, generator)
            if first is None:
                continue
            second = _draw_second(others, seconds, generator)
            if second is not None:
                seeds = tuple(generator.integers(2**63, size=2).tolist())
                pairs.append(PlannedPair((recording, first), second, seeds))
    return pairs


def _draw_start(recording, seconds, generator):
    """The first frame of a clip, drawn as `draw_clip` does, or None."""
    length = min(round(seconds * recording.rate), recording.frames)
    start = int(generator.integers(recording.frames - length + 1))
    sounding = recording.sounding(start, length)
    return start if is_kept(sounding, generator) else None


def _draw_second(others, seconds, generator):
    ends = np.cumsum([other.seconds for other in others])
    for _ in range(MOST_POSITIONS):
        place = generator.random() * ends[-1]
        other = others[int(np.searchsorted(ends, place, side="right"))]
        start = _draw_start(other, seconds, generator)
        if start is not None:
            return other, start
    return None
