"""A small band, drawn for a song: who plays what, on which eighths."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from speechbrain_singer.synthesis.beats import Beats, lay_beats
from speechbrain_singer.synthesis.harmony import harmonise
from speechbrain_singer.synthesis.instruments import SHADES

# Strength of each eighth of a bar of four
COMPING = {
    "guitar": {
        "strum": (1, 0, 0.6, 0.7, 0.9, 0.5, 0.7, 0.5),
        "quarters": (1, 0, 0.7, 0, 0.9, 0, 0.7, 0),
        "arpeggio": (1, 0.7, 0.8, 0.7, 0.9, 0.7, 0.8, 0.7),
    },
    "organ": {
        "pad": (1, 0, 0, 0, 1, 0, 0, 0),
        "off-beats": (0, 1, 0, 1, 0, 1, 0, 1),
    },
    "piano": {
        "quarters": (1, 0, 0.8, 0, 0.9, 0, 0.8, 0),
        "arpeggio": (1, 0.6, 0.8, 0.6, 0.9, 0.6, 0.8, 0.6),
        "pushed": (1, 0, 0, 0.8, 0, 0, 0.8, 0),
    },
}
BASS = {
    "halves": (1, 0, 0, 0, 1, 0, 0, 0),
    "quarters": (1, 0, 0.8, 0, 0.9, 0, 0.8, 0),
    "eighths": (1, 0.7, 0.8, 0.7, 0.9, 0.7, 0.8, 0.7),
    "dotted": (1, 0, 0, 0.8, 0.9, 0, 0, 0.8),
}
KICK = ((1, 0, 0, 0, 1, 0, 0, 0), (1, 0, 0, 0.7, 1, 0, 0, 0))
SNARE = ((0, 0, 1, 0, 0, 0, 1, 0), (0, 0, 0, 0, 1, 0, 0, 0))
HAT = (
    (1, 0.6, 0.9, 0.6, 1, 0.6, 0.9, 0.6),
    (1, 0, 0.9, 0, 1, 0, 0.9, 0),
    (0.4, 1, 0.4, 1, 0.4, 1, 0.4, 1),
)


@dataclass(frozen=True)
class Band:
    """Who plays, and how.

    Arguments
    ---------
    seed : int
        Of the drums, and of which chords are liked.
    chords, comping, bass_line : str
        The instrument for chords, and patterns for it and for the bass.
    shades : tuple of int
        Of the instrument for chords and of the bass.
    drums : tuple
        Patterns of kick, snare and hi-hat.
    pace : int
        Beats from chord to chord.
    levels : tuple
        dB of chords, bass and drums.
    """

    seed: int
    chords: str
    comping: str
    bass_line: str
    shades: tuple
    drums: tuple
    pace: int
    levels: tuple


def draw_band(seed, index):
    """Draws the band for the song of a number.

    Arguments
    ---------
    seed : int
        Names the repertoire.
    index : int
        Names the song in it.

    Returns
    -------
    band : Band

    Example
    -------
    >>> draw_band(1, 5) == draw_band(1, 5), draw_band(1, 5) == draw_band(1, 6)
    (True, False)
    """
    rng = np.random.default_rng([seed, 4, index])
    chords = str(rng.choice(list(COMPING)))
    return Band(
        seed=int(rng.integers(2**31)),
        chords=chords,
        comping=str(rng.choice(list(COMPING[chords]))),
        bass_line=str(rng.choice(list(BASS))),
        shades=tuple(rng.integers(0, SHADES, 2).tolist()),
        drums=tuple(p[rng.integers(len(p))] for p in (KICK, SNARE, HAT)),
        pace=int(rng.choice([2, 4])),
        levels=tuple(rng.normal((0, 0, 0), 1.5).tolist()),
    )


@dataclass(frozen=True)
class Stroke:
    """One note of one part.

    Arguments
    ---------
    part : str
        "chords", "bass", "kick", "snare" or "hat".
    start, stop : float
        Beats.
    strength : float
    pitch_class : int, optional
        In the key as it is written.
    """

    part: str
    start: float
    stop: float
    strength: float
    pitch_class: int | None = None


@dataclass(frozen=True, eq=False)
class Arrangement:
    """What a band plays to a song, in beats, and when those are."""

    strokes: tuple
    beats: Beats


@lru_cache(maxsize=128)
def arrange(song, band):
    """Writes the parts of a band for a song.

    Arguments
    ---------
    song : Song
    band : Band

    Returns
    -------
    arrangement : Arrangement

    Example
    -------
    >>> from speechbrain_singer.synthesis.song import draw_song
    >>> arrangement = arrange(draw_song(1, 0, 4.0), draw_band(1, 0))
    >>> {stroke.part for stroke in arrangement.strokes} >= {"chords", "bass"}
    True
    """
    beats = lay_beats(song)
    rng = np.random.default_rng([band.seed, 1])
    chords = harmonise(song, beats, band.pace, rng)
    strokes = []
    for first, after in beats.phrases:
        its_chords = [c for c in chords if first <= c.start < after]
        strokes += _comp(band, its_chords, first)
        strokes += _bass(band, its_chords, first)
        strokes += _drum(band, first, after)
    return Arrangement(tuple(strokes), beats)


def _comp(band, chords, first):
    pattern = COMPING[band.chords][band.comping]
    for chord in chords:
        hits = _hits(pattern, chord.start, chord.stop, first)
        for number, (start, stop, strength) in enumerate(hits):
            if band.comping == "arpeggio":
                # Each note rings into the next ones
                stop = min(start + 1.5, chord.stop)
                played = [chord.classes[number % 3]]
            else:
                played = chord.classes
            for pitch_class in played:
                yield Stroke("chords", start, stop, strength, pitch_class)


def _bass(band, chords, first):
    for chord in chords:
        hits = _hits(BASS[band.bass_line], chord.start, chord.stop, first)
        for start, stop, strength in hits:
            # The fifth in the second half of a long chord
            third_beat = start - chord.start == 2 and band.pace == 4
            pitch_class = chord.classes[2 if third_beat else 0]
            yield Stroke("bass", start, stop, strength, pitch_class)


def _drum(band, first, after):
    for part, pattern in zip(("kick", "snare", "hat"), band.drums, strict=True):
        for start, stop, strength in _hits(pattern, first, after, first):
            yield Stroke(part, start, stop, strength)


def _hits(pattern, start, stop, first):
    """Start, stop and strength from beat to beat, in bars from `first` on."""
    eighths = range(2 * start, 2 * stop)
    hits = [k for k in eighths if pattern[(k - 2 * first) % 8]]
    return [
        (hit / 2, following / 2, pattern[(hit - 2 * first) % 8])
        for hit, following in pairwise([*hits, 2 * stop])
    ]
