"""A singer sings a song: the score becomes tracks that move like a voice.

A track has one value a frame; frame k is at sample k * HOP. Between two frames
every track is read as a straight line.
"""

import math
from dataclasses import dataclass

import numpy as np

from speechbrain_singer.synthesis.articulation import (
    aspiration_track,
    draw_noises,
    formant_tracks,
    voicing_track,
)
from speechbrain_singer.synthesis.song import hertz
from speechbrain_singer.synthesis.timing import time_song

SAMPLE_RATE = 44100
HOP = 512


@dataclass(frozen=True, eq=False)
class Performance:
    """What the synthesiser makes sound, and what tests compare it with.

    Arguments
    ---------
    seconds : float
    f0 : np.ndarray
        [frames], Hz, never 0: silence is in `voicing`.
    voicing : np.ndarray
        [frames], amplitude of the voice.
    aspiration : np.ndarray
        [frames], amplitude of the breath noise, in units of the singer's.
    loudness : np.ndarray
        [frames], dB around mezzo-forte.
    formants : np.ndarray
        [frames, 5], Hz.
    notes : list of tuple
        (start in seconds, stop in seconds, nominal Hz) of each note.
    bursts : list of Burst
    lips : np.ndarray, optional
        [frames], periods of lips that flutter before the voice.
    head : np.ndarray or float
        [frames], share of the head voice, from 0 to 1.
    """

    seconds: float
    f0: np.ndarray
    voicing: np.ndarray
    aspiration: np.ndarray
    loudness: np.ndarray
    formants: np.ndarray
    notes: list
    bursts: list
    lips: np.ndarray | None = None
    head: np.ndarray | float = 0.0


def perform(singer, song, seconds, rng):
    """Lets a singer sing the start of a song in a key that suits the voice.

    Arguments
    ---------
    singer : Singer
    song : Song
        Drawn for 1.2 times the seconds or more: a brisk singer needs a tenth
        more of it, and where it ends there is silence.
    seconds : float
        Length of the recording.
    rng : np.random.Generator
        For what differs from one time to the next: tempo, drift of the pitch,
        which notes are scooped.

    Returns
    -------
    performance : Performance

    Example
    -------
    >>> from speechbrain_singer.synthesis.singer import draw_singer
    >>> from speechbrain_singer.synthesis.song import draw_song
    >>> singer, song = draw_singer(1, 0), draw_song(1, 0, 4.0)
    >>> tracks = perform(singer, song, 4.0, np.random.default_rng(0))
    >>> tracks.f0.shape == tracks.voicing.shape
    True
    >>> tracks.formants.shape[1]
    5
    """
    frames = math.ceil(int(seconds * SAMPLE_RATE) / HOP) + 1
    times = np.arange(frames) * HOP / SAMPLE_RATE
    timing = time_song(singer, song, seconds, rng)
    timed, pitches = timing.timed, timing.pitches
    f0 = hertz(_pitch_track(singer, timed, pitches, times, rng))
    loudness = [note.loudness for note in timed.notes]
    return Performance(
        seconds=seconds,
        f0=f0,
        voicing=voicing_track(timed, times),
        aspiration=aspiration_track(timed, times),
        loudness=np.interp(times, timed.starts, loudness),
        formants=formant_tracks(singer, timed, times, f0),
        notes=[(*when, float(hertz(pitch))) for *when, pitch in timing.notes],
        bursts=draw_noises(timed, rng),
    )


def _pitch_track(singer, timed, pitches, times, rng):
    """MIDI note numbers: steps that glide, scoops, vibrato, drift."""
    notes = len(timed.notes)
    since = times - timed.starts[:, None]  # [notes, frames]
    steps = np.diff(pitches, prepend=pitches[0])
    progress = np.clip(since / singer.glide + 0.5, 0, 1)
    glide = progress * progress * (3 - 2 * progress)
    track = pitches[0] + steps @ glide

    # A quarter of the notes inside a phrase are scooped too, by half
    depth = [
        1.0 if note.first else 0.5 * (rng.random() < 0.25)
        for note in timed.notes
    ]
    from_onset = np.maximum(since + 0.08, 0)
    scoop = np.where(since > -0.08, np.exp(-from_onset / 0.05), 0)
    track -= singer.scoop * (np.array(depth) @ scoop)

    swell = np.clip((since - singer.vibrato_delay) / 0.25, 0, 1)
    swell *= np.clip((timed.stops[:, None] - times) / 0.05, 0, 1)
    depths = singer.vibrato_depth * rng.uniform(0.7, 1.2, notes)
    wobble = 0.3 * np.sin(2 * np.pi * rng.uniform(0.3, 0.7) * times)
    phase = 2 * np.pi * singer.vibrato_rate * times + wobble
    track += (depths @ swell) * np.sin(phase + rng.uniform(0, 2 * np.pi))

    rates = rng.uniform(0.3, 3.0, (4, 1))
    phases = rng.uniform(0, 2 * np.pi, (4, 1))
    return track + 0.04 * np.sin(2 * np.pi * rates * times + phases).sum(0)
