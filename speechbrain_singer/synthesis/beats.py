"""The beats of a song: where a band plays while somebody sings it.

A singer breathes after each phrase for as long as it takes. The band follows:
within a phrase its beats are the song's, the last note is stretched or cut to
whole beats, and the next phrase starts a bar.
"""

import math
from dataclasses import dataclass

import numpy as np

_BREATH = 0.45  # seconds after the last phrase


@dataclass(frozen=True, eq=False)
class Beats:
    """When each beat is, in the song as it is written.

    Arguments
    ---------
    phrases : tuple of (int, int)
        First beat of each phrase, and the beat after its last one.
    numbers, seconds : np.ndarray
        [points], beats at known times; between them time is a straight line.
    """

    phrases: tuple
    numbers: np.ndarray
    seconds: np.ndarray

    def time(self, beats):
        """Seconds of beats, which may be fractions."""
        return np.interp(beats, self.numbers, self.seconds)

    def beat(self, seconds):
        """Beats at seconds."""
        return np.interp(seconds, self.seconds, self.numbers)


def lay_beats(song):
    """Finds the beats under a song.

    Arguments
    ---------
    song : Song

    Returns
    -------
    beats : Beats

    Example
    -------
    >>> from speechbrain_singer.synthesis.song import draw_song
    >>> song = draw_song(1, 0, 8.0)
    >>> beats = lay_beats(song)
    >>> float(beats.time(0)) == song.notes[0].start
    True
    >>> round(float(beats.time(1) - beats.time(0)) * song.tempo, 6)
    60.0
    """
    starts = [k for k, note in enumerate(song.notes) if note.first]
    ends = [*starts[1:], len(song.notes)]
    phrases, points, first = [], [], 0
    for start, end in zip(starts, ends, strict=True):
        opening, last = song.notes[start], song.notes[end - 1]
        after = last.stop + _BREATH
        if end < len(song.notes):
            after = song.notes[end].start
        # In half beats, which is what songs are written in
        held = round(2 * (last.start - opening.start) * song.tempo / 60) / 2
        whole = round((after - opening.start) * song.tempo / 60)
        following = first + max(whole, math.floor(held) + 1)
        points += [(first, opening.start), (first + held, last.start)]
        phrases.append((first, following))
        first = following
    points.append((first, after))
    # A phrase of one note has its start twice
    numbers, seconds = np.array(sorted(set(points))).T
    return Beats(tuple(phrases), numbers, seconds)
