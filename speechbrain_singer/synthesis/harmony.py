"""Chords under a melody: triads of its scale that its notes belong to."""

from dataclasses import dataclass

import numpy as np

from speechbrain_singer.synthesis.song import SCALES

# How gladly a degree is taken, in beats of melody that it may miss
_LIKED = (0.6, 0.2, 0.1, 0.4, 0.45, 0.35, 0.1)
_HOME = 0.5  # beats more for the tonic where phrases start and end
_DIMINISHED = 6  # semitones from root to fifth


@dataclass(frozen=True)
class Chord:
    """A triad and how long it sounds.

    Arguments
    ---------
    start, stop : int
        Beats.
    classes : tuple of int
        Pitch classes of root, third and fifth, in the key as it is written.
    """

    start: int
    stop: int
    classes: tuple


def triad(degree, song):
    """Pitch classes of the triad on a degree of the song's scale.

    Example
    -------
    >>> from types import SimpleNamespace as Some
    >>> triad(4, Some(mode="major", tonic=60))  # G B D
    (7, 11, 2)
    """
    scale = SCALES[song.mode]
    return tuple(
        (song.tonic + scale[(degree + step) % 7]) % 12 for step in (0, 2, 4)
    )


def harmonise(song, beats, pace, rng):
    """Chooses a chord for every so many beats, anew in each phrase.

    Arguments
    ---------
    song : Song
    beats : Beats
        Of the song.
    pace : int
        Beats from chord to chord.
    rng : np.random.Generator
        For which chords the song likes.

    Returns
    -------
    chords : list of Chord

    Example
    -------
    >>> from speechbrain_singer.synthesis.beats import lay_beats
    >>> from speechbrain_singer.synthesis.song import draw_song
    >>> song = draw_song(1, 0, 8.0)
    >>> rng = np.random.default_rng(0)
    >>> chords = harmonise(song, lay_beats(song), 2, rng)
    >>> [(chord.start, chord.stop) for chord in chords[:3]]
    [(0, 2), (2, 4), (4, 6)]
    """
    liked = np.array(_LIKED) + rng.normal(0, 0.15, 7)
    triads = [triad(degree, song) for degree in range(7)]
    pure = [(t[2] - t[0]) % 12 != _DIMINISHED for t in triads]
    starts = beats.beat([note.start for note in song.notes])
    stops = beats.beat([note.stop for note in song.notes])
    fits = np.array([[n.pitch % 12 in t for t in triads] for n in song.notes])
    chords = []
    for first, after in beats.phrases:
        for start in range(first, after, pace):
            stop = min(start + pace, after)
            sung = np.minimum(stops, stop) - np.maximum(starts, start)
            score = liked + np.maximum(sung, 0) @ fits
            score[0] += _HOME * (start == first or stop == after)
            best = np.where(pure, score, -np.inf).argmax()
            chords.append(Chord(start, stop, triads[best]))
    return chords
