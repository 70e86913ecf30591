"""When each note is sung, and how high: a song at one singer's pace and key."""

from dataclasses import dataclass

import numpy as np

from speechbrain_singer.synthesis.articulation import TimedNotes


@dataclass(frozen=True, eq=False)
class Timing:
    """A song at one pace and in one key.

    Arguments
    ---------
    pace : float
        How often faster than the song is written.
    transposition : int
        Semitones from the key that the song is written in.
    timed : TimedNotes
        The notes that start before the end of the recording.
    pitches : np.ndarray
        [notes], MIDI note numbers as sung.
    seconds : float
        Length of the recording, at which the last note is cut.
    """

    pace: float
    transposition: int
    timed: TimedNotes
    pitches: np.ndarray
    seconds: float

    @property
    def notes(self):
        """List of (onset in seconds, offset in seconds, MIDI pitch)."""
        stops = np.minimum(self.timed.stops, self.seconds)
        columns = self.timed.starts, stops, self.pitches.astype(float)
        return list(zip(*(x.tolist() for x in columns), strict=True))


def time_song(singer, song, seconds, rng):
    """Draws the pace, and moves the song into the singer's range.

    Arguments
    ---------
    singer : Singer
        Whose `centre` the mean of the melody comes near.
    song : Song
    seconds : float
        Length of the recording.
    rng : np.random.Generator

    Returns
    -------
    timing : Timing

    Example
    -------
    >>> from types import SimpleNamespace as Some
    >>> from speechbrain_singer.synthesis.song import draw_song
    >>> song, rng = draw_song(1, 0, 4.0), np.random.default_rng(0)
    >>> timing = time_song(Some(centre=50.0), song, 3.0, rng)
    >>> bool(abs(timing.pitches.mean() - 50) < 3)
    True
    >>> max(offset for _, offset, _ in timing.notes)
    3.0
    """
    pace = rng.uniform(0.9, 1.1)
    transposition = round(
        singer.centre - np.mean([n.pitch for n in song.notes])
    )
    notes = [note for note in song.notes if note.start / pace < seconds]
    timed = TimedNotes(
        notes,
        starts=np.array([note.start for note in notes]) / pace,
        stops=np.array([note.stop for note in notes]) / pace,
    )
    pitches = np.array([note.pitch for note in notes]) + transposition
    return Timing(pace, transposition, timed, pitches, seconds)
