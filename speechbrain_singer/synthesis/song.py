"""Draws songs: what is sung, whoever sings it."""

from dataclasses import dataclass

import numpy as np

from speechbrain_singer.synthesis.language import EMBEDDED, Language

SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
_FIRST_ONSET = 0.35  # seconds before the first note: silence, and a breath
# How many degrees of the scale a melody moves at once, and how often
_STEPS = {-3: 0.07, -2: 0.13, -1: 0.28, 0: 0.12, 1: 0.26, 2: 0.09, 4: 0.05}


@dataclass(frozen=True)
class Note:
    """A note of a song with its syllable.

    Arguments
    ---------
    start : float
        When the vowel starts, in seconds.
    stop : float
        When it stops, in seconds.
    pitch : int
        MIDI note number, in the key the song is written in.
    onset : str
        The consonant before the vowel; "" where there is none.
    vowel : str
        A vowel of the language.
    loudness : float
        dB around mezzo-forte.
    first : bool
        Whether it starts a phrase, after a breath.
    last : bool
        Whether it ends a phrase.
    ending : str
        The vowel that a diphthong goes towards; "" where the vowel stays.
    """

    start: float
    stop: float
    pitch: int
    onset: str
    vowel: str
    loudness: float
    first: bool
    last: bool
    ending: str = ""


@dataclass(frozen=True)
class Song:
    """Melody, words, tempo and dynamics.

    Arguments
    ---------
    name : str
    mode : str
        "major" or "minor".
    tonic : int
        MIDI note number.
    tempo : float
        Beats a minute.
    notes : tuple of Note
    """

    name: str
    mode: str
    tonic: int
    tempo: float
    notes: tuple


def hertz(midi):
    """Frequency of MIDI note numbers.

    Example
    -------
    >>> hertz([57, 69]).tolist()
    [220.0, 440.0]
    """
    return 440.0 * 2 ** ((np.asarray(midi) - 69) / 12)


def draw_song(seed, index, seconds, language=EMBEDDED, effort=0.0):
    """Draws the song of a number.

    Arguments
    ---------
    seed : int
        Names the repertoire.
    index : int
        Names the song in it.
    seconds : float
        Its length at least: phrases, each with a breath after it, are added
        until they fill it. A longer drawing starts with the shorter one.
    language : Language
        Whose syllables are sung.
    effort : float
        dB that all of it is louder.

    Returns
    -------
    song : Song

    Example
    -------
    >>> short, long = draw_song(1, 0, 4.0), draw_song(1, 0, 9.0)
    >>> short.notes == long.notes[: len(short.notes)]
    True
    """
    rng = np.random.default_rng([seed, 1, index])
    mode = str(rng.choice(list(SCALES)))
    tonic = int(rng.integers(55, 67))
    tempo = rng.uniform(*language.tempo)
    style = _Style(
        tempo,
        language,
        onsets=rng.dirichlet(np.full(len(language.onsets), 1.5)),
        vowels=rng.dirichlet(np.full(len(language.vowels), 3.0)),
        loudness=rng.normal(0, 2.0) + effort,
    )
    notes, time, degree = [], _FIRST_ONSET, int(rng.integers(0, 5))
    while time < seconds:
        degrees = _draw_line(rng, degree)
        degree = degrees[-1]
        pitches = [tonic + _semitones(step, mode) for step in degrees]
        notes += _draw_phrase(rng, time, pitches, style)
        time = notes[-1].stop + rng.uniform(0.3, 0.6)
    return Song(f"song{index:03d}", mode, tonic, tempo, tuple(notes))


@dataclass(frozen=True, eq=False)
class _Style:
    """What the phrases of a song have in common."""

    tempo: float  # beats a minute
    language: Language
    onsets: np.ndarray  # [onsets], how often each is sung
    vowels: np.ndarray  # [vowels], likewise
    loudness: float  # dB around mezzo-forte


def _draw_line(rng, degree):
    """Scale degrees of a phrase: mostly steps, some leaps, in a tenth."""
    degrees = []
    for _ in range(rng.integers(4, 9)):
        step = rng.choice(list(_STEPS), p=list(_STEPS.values()))
        # A line that would leave the range turns round
        if not -3 <= degree + step <= 6:
            step = -step
        degree = int(degree + step)
        degrees.append(degree)
    return degrees


def _semitones(degree, mode):
    octave, step = divmod(degree, 7)
    return 12 * octave + SCALES[mode][step]


def _draw_endings(rng, count, language):
    """What each vowel goes towards: "" for those that stay."""
    if not language.diphthongs:
        return [""] * count
    glide = rng.random(count) < language.diphthongs
    endings = rng.choice(language.vowels, size=count)
    return [str(e) if g else "" for g, e in zip(glide, endings, strict=True)]


def _draw_phrase(rng, time, pitches, style):
    """Notes of one phrase from `time` on: rhythm, syllables and dynamics."""
    count = len(pitches)
    beats = rng.choice([0.5, 1.0, 1.5, 2.0], size=count, p=[0.3, 0.4, 0.1, 0.2])
    beats[-1] = rng.choice([2.0, 3.0])
    stops = time + np.cumsum(beats) * 60 / style.tempo
    starts = np.concatenate([[time], stops[:-1]])
    # A phrase swells to its middle and comes back
    arc = 4 * np.sin(np.pi * (np.arange(count) + 0.5) / count) - 2.5
    levels = style.loudness + arc + rng.normal(0, 1.0, count)
    onsets = rng.choice(style.language.onsets, size=count, p=style.onsets)
    vowels = rng.choice(style.language.vowels, size=count, p=style.vowels)
    endings = _draw_endings(rng, count, style.language)
    return [
        Note(
            start=float(starts[i]),
            stop=float(stops[i]),
            pitch=pitches[i],
            onset=str(onsets[i]),
            vowel=str(vowels[i]),
            loudness=float(levels[i]),
            first=i == 0,
            last=i == count - 1,
            ending=endings[i],
        )
        for i in range(count)
    ]
