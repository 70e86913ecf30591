"""What a technique does in time: trills, lips that flutter, tuned vowels.

A gesture takes a performance, its song and a generator, and gives the
performance with the gesture in it.
"""

from dataclasses import replace

import numpy as np

from speechbrain_singer.synthesis.articulation import HEAD_ROOM
from speechbrain_singer.synthesis.performance import HOP, SAMPLE_RATE
from speechbrain_singer.synthesis.song import SCALES

_TRILL_RATE = (5.0, 7.0)  # Hz, both notes together
_TRILL_EDGE = 3.0  # how square the way between the notes is
_TRILL_FADE = 0.05  # seconds before the note's end in which it comes to rest
_FLUTTER_RATE = (21.0, 29.0)  # Hz, of lips
_WIDEST_BELT = 1.5  # of F1 of the vowel: above, it would be another one
_BELOW_F2 = 0.85


def trill(performance, song, rng):
    """Alternates between each note and the next one above in the scale.

    Arguments
    ---------
    performance : Performance
    song : Song
        Whose scale is kept to.
    rng : np.random.Generator

    Returns
    -------
    performance : Performance
    """
    times = _times(performance)
    phase = _wobbling(rng.uniform(*_TRILL_RATE), times, rng)
    raised = np.zeros_like(times)
    # A song is longer than its recording
    sung = zip(performance.notes, song.notes, strict=False)
    for (start, stop, _), note in sung:
        during = (times >= start) & (times < stop)
        since = phase[during] - np.interp(start, times, phase)
        square = np.tanh(_TRILL_EDGE * np.cos(2 * np.pi * since))
        square = 0.5 - 0.5 * square / np.tanh(_TRILL_EDGE)
        rest = np.clip((stop - times[during]) / _TRILL_FADE, 0, 1)
        raised[during] = interval_above(note.pitch, song) * square * rest
    f0 = performance.f0 * 2 ** (raised / 12)
    formants = performance.formants.copy()
    formants[:, 0] = np.maximum(formants[:, 0], HEAD_ROOM * f0)
    return replace(performance, f0=f0, formants=formants)


def interval_above(pitch, song):
    """Semitones from a note to the next one of the scale.

    Example
    -------
    >>> from types import SimpleNamespace as Some
    >>> interval_above(64, Some(mode="major", tonic=60))  # mi fa
    1
    >>> interval_above(71, Some(mode="major", tonic=60))  # ti do
    1
    """
    step = (pitch - song.tonic) % 12
    return min((degree - step - 1) % 12 + 1 for degree in SCALES[song.mode])


def flutter_lips(performance, song, rng):
    """Lets closed lips flutter in the stream of air.

    Arguments are those of `trill`. What passes the lips when is for
    `lip_opening`.
    """
    times = _times(performance)
    lips = _wobbling(rng.uniform(*_FLUTTER_RATE), times, rng)
    return replace(performance, lips=lips)


def lip_opening(phase):
    """How much sound passes fluttering lips: almost none half of the time.

    Arguments
    ---------
    phase : torch.Tensor
        [time], periods of the lips.

    Returns
    -------
    gain : torch.Tensor
        [time]

    Example
    -------
    >>> import torch
    >>> [round(g, 2) for g in lip_opening(torch.tensor([0.0, 0.5])).tolist()]
    [1.0, 0.05]
    """
    open_share = (0.5 + 0.5 * (2 * np.pi * phase).cos()).square()
    return 0.05 + 0.95 * open_share


def tune_first_formant(performance, song, rng):
    """Opens the mouth until F1 lies on the second harmonic, as belters do.

    Arguments are those of `trill`. Below F1 of the vowel nothing is changed,
    and far above it F1 goes as far as the vowel stays itself.
    """
    formants = performance.formants.copy()
    vowel = formants[:, 0]
    widest = np.minimum(_WIDEST_BELT * vowel, _BELOW_F2 * formants[:, 1])
    tuned = np.clip(2 * performance.f0, vowel, np.maximum(widest, vowel))
    formants[:, 0] = np.maximum(tuned, HEAD_ROOM * performance.f0)
    return replace(performance, formants=formants)


def _times(performance):
    return np.arange(len(performance.f0)) * HOP / SAMPLE_RATE


def _wobbling(rate, times, rng):
    """Periods of something that repeats about so often a second."""
    slow = 2 * np.pi * rng.uniform(0.3, 0.7) * times
    return rate * times + 0.05 * np.sin(slow + rng.uniform(0, 2 * np.pi))
