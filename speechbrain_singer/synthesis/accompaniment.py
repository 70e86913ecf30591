"""A band plays to one recording: its strokes become a waveform."""

import numpy as np

from speechbrain_singer.synthesis.band import arrange
from speechbrain_singer.synthesis.drums import draw_kit
from speechbrain_singer.synthesis.instruments import play_note
from speechbrain_singer.synthesis.performance import SAMPLE_RATE

_LOWEST = {"chords": 52, "bass": 31}  # MIDI note numbers: an octave from here
# Notes have an RMS of 1, drums a peak of 1
_GAINS = {"chords": 0.6, "bass": 1.0, "kick": 4.0, "snare": 2.5, "hat": 1.0}
_BUS = {"chords": 0, "bass": 1, "kick": 2, "snare": 2, "hat": 2}
_RELEASE = 2646  # samples in which a note that is stopped dies away
_DAMPING = np.cos(np.linspace(0, np.pi / 2, _RELEASE, dtype=np.float32)) ** 2
_LATE, _LATEST = 0.004, 0.01  # seconds beside the beat, deviation and most
_UNEVEN = 0.08  # of strokes, relative


def accompany(song, band, timing, rng):
    """Plays a band to a song at the pace and in the key it is sung in.

    Arguments
    ---------
    song : Song
    band : Band
    timing : Timing
        Of the singing.
    rng : np.random.Generator
        For what differs from one time to the next.

    Returns
    -------
    waveform : np.ndarray
        float32, [time] at 44.1 kHz; of no level in particular.

    Example
    -------
    >>> from speechbrain_singer.synthesis import *
    >>> from speechbrain_singer.synthesis.band import draw_band
    >>> song = draw_song(1, 0, 3.0)
    >>> timing = Take(draw_singer(1, 0), song, draw_recording(1, 0)).time(2.0)
    >>> rng = np.random.default_rng(0)
    >>> accompany(song, draw_band(1, 0), timing, rng).shape
    (88200,)
    """
    arrangement = arrange(song, band)
    strokes = arrangement.strokes
    edges = np.array([(s.start, s.stop) for s in strokes])
    edges = arrangement.beats.time(edges) / timing.pace
    late = np.clip(rng.normal(0, _LATE, len(strokes)), -_LATEST, _LATEST)
    starts, stops = (edges.T + late) * SAMPLE_RATE
    levels = np.array(band.levels) + rng.normal(0, 0.7, 3)
    uneven = 1 + _UNEVEN * rng.standard_normal(len(strokes))
    time = int(timing.seconds * SAMPLE_RATE)
    waveform = np.zeros(time, dtype=np.float32)
    for k, stroke in enumerate(strokes):
        start = max(round(starts[k]), 0)
        if start < time:
            sound = _sound(stroke, band, timing.transposition)
            gain = stroke.strength * uneven[k] * _GAINS[stroke.part]
            gain *= 10 ** (levels[_BUS[stroke.part]] / 20)
            if stroke.pitch_class is not None:
                sound = _stopped(sound, int(stops[k]) - start)
            end = min(start + len(sound), time)
            waveform[start:end] += np.float32(gain) * sound[: end - start]
    return waveform


def _sound(stroke, band, transposition):
    if stroke.pitch_class is None:
        return getattr(draw_kit(band.seed), stroke.part)
    lowest = _LOWEST[stroke.part]
    pitch = lowest + (stroke.pitch_class + transposition - lowest) % 12
    if stroke.part == "bass":
        return play_note("bass", band.shades[1], pitch)
    return play_note(band.chords, band.shades[0], pitch)


def _stopped(sound, length):
    """A note that is damped after so many samples."""
    if length + _RELEASE >= len(sound):
        return sound
    sound = sound[: length + _RELEASE].copy()
    sound[length:] *= _DAMPING
    return sound
