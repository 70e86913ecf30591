"""Notes of a guitar, an organ, an electric piano and a bass, made once each."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from speechbrain_singer.synthesis.performance import SAMPLE_RATE
from speechbrain_singer.synthesis.song import hertz

SHADES = 3  # of each instrument, from dark to bright
_STRING = 65536  # samples; a string has died away before it wraps round
_KEY = 2 * SAMPLE_RATE
_FADE = 2205  # samples before the end
_LOUD = int(0.3 * SAMPLE_RATE)  # samples whose RMS is 1


@lru_cache(maxsize=256)
def play_note(instrument, shade, pitch):
    """One note at full length.

    Arguments
    ---------
    instrument : str
        A key of `INSTRUMENTS`.
    shade : int
        0, the darkest, to `SHADES` - 1.
    pitch : int
        MIDI note number.

    Returns
    -------
    note : np.ndarray
        float32, [time]; it fades out at its end. Not to be written to.

    Example
    -------
    >>> note = play_note("guitar", 1, 57)
    >>> float(abs(note[-1])) < 1e-3 < float(abs(note[:4410]).max())
    True
    """
    note = INSTRUMENTS[instrument](float(hertz(pitch)), shade)
    note /= np.sqrt(np.mean(note[:_LOUD] ** 2))
    note[-_FADE:] *= np.linspace(1, 0, _FADE)
    note = note.astype(np.float32)
    note.setflags(write=False)
    return note


@dataclass(frozen=True)
class String:
    """A string and how it is plucked.

    Arguments
    ---------
    decay : float
        Seconds in which it falls by 60 dB, at most 1.4.
    dullness : float
        By how much faster the treble dies away.
    softness : float
        Hz above which a pluck has less of everything.
    place : float
        Where it is plucked, as a share of its length.
    """

    decay: float
    dullness: float
    softness: float
    place: float


def pluck(f0, string):
    """A plucked string (Karplus and Strong, 1983), as a transfer function.

    Noise runs round a loop one period long, H = 1 / (1 - g z^-P). In the
    frequency domain the period P may have a fraction, so that it is in tune.

    Arguments
    ---------
    f0 : float
        Hz.
    string : String

    Returns
    -------
    note : np.ndarray
        [65536]

    Example
    -------
    >>> pluck(110.0, String(1.0, 3.0, 1500.0, 0.2)).shape
    (65536,)
    """
    hertz = np.fft.rfftfreq(_STRING, 1 / SAMPLE_RATE)
    period = 2j * np.pi * hertz / f0
    # Of noise only the phases: no harmonic is weak by chance
    white = np.random.default_rng(round(f0)).standard_normal(
        int(SAMPLE_RATE / f0)
    )
    white = np.fft.rfft(white)
    burst = np.fft.irfft(white / np.abs(white), int(SAMPLE_RATE / f0))
    plucked = np.fft.rfft(burst, _STRING) * (1 - np.exp(-string.place * period))
    plucked /= 1 + (hertz / string.softness) ** 2
    loss = np.cos(np.pi * hertz / SAMPLE_RATE) ** string.dullness
    loss *= 10 ** (-3 / (f0 * string.decay))
    return np.fft.irfft(plucked / (1 - loss * np.exp(-period)), _STRING)


_GUITARS = (
    String(1.3, 6.0, 700.0, 0.35),
    String(1.3, 3.0, 1200.0, 0.22),
    String(1.3, 1.0, 2500.0, 0.13),
)
_BASSES = (
    String(1.4, 12.0, 150.0, 0.45),
    String(1.4, 6.0, 300.0, 0.33),
    String(1.4, 3.0, 600.0, 0.2),
)


def _guitar(f0, shade):
    return _raised(pluck(f0, _GUITARS[shade]), 0.002)


def _bass(f0, shade):
    return _raised(pluck(f0, _BASSES[shade]), 0.004)


def _organ(f0, shade):
    """Drawbars: 8', 4', 2 2/3', 2', 1 1/3' and 1'."""
    level = (0.25, 0.5, 0.9)[shade]
    note = _sum_of_sines(f0, (1, 2, 3, 4, 6, 8), level, np.zeros(6))
    return _raised(note, 0.015)


def _piano(f0, shade):
    """A tine, struck: harmonics that die away, the high ones first."""
    partials = (1, 2, 3, 4, 5, 7, 10)
    note = _sum_of_sines(
        f0, partials, (0.4, 0.55, 0.7)[shade], 1.2 + 1.5 * np.arange(7)
    )
    return _raised(note, 0.004)


def _sum_of_sines(f0, partials, level, falls):
    """Each partial is `level` times the one before, and falls (1/s)."""
    seconds = np.arange(_KEY) / SAMPLE_RATE
    note = np.zeros(_KEY)
    for k, (partial, fall) in enumerate(zip(partials, falls, strict=True)):
        phase = 2 * np.pi * f0 * partial * seconds + 0.7 * k * k
        note += level**k * np.exp(-fall * seconds) * np.sin(phase)
    return note


def _raised(note, seconds):
    """Without a click where it starts."""
    ramp = np.arange(len(note)) / (seconds * SAMPLE_RATE)
    return note * np.minimum(ramp, 1)


INSTRUMENTS = {
    "guitar": _guitar,
    "organ": _organ,
    "piano": _piano,
    "bass": _bass,
}
