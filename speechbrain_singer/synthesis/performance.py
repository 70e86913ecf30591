"""A singer sings a song: the score becomes tracks that move like a voice.

A track has one value a frame; frame k is at sample k * HOP. Between two frames
every track is read as a straight line.
"""

import math
from dataclasses import dataclass

import numpy as np

from speechbrain_singer.synthesis.singer import REFERENCE_LENGTH

SAMPLE_RATE = 44100
HOP = 512

_ATTACK, _RELEASE, _TRANSITION = 0.04, 0.06, 0.05  # seconds
_HEAD_ROOM = 1.05  # F1 stays this far above F0: sopranos open the mouth


@dataclass(frozen=True)
class Consonant:
    """How a consonant is made.

    Arguments
    ---------
    duration : float
        Seconds before the vowel.
    voicing : float
        Amplitude of the voice during it, relative to the vowel.
    noise : str
        Kind of noise, a key of `Singer.fricatives`, or "".
    noise_share : float
        Last part of the consonant that the noise fills; before it is silence.
    aspiration : float
        Breath noise during it, relative to the vowel.
    locus : tuple
        F1 to F3 in Hz that the formants pass through, in a tract of 17.5 cm.
    """

    duration: float
    voicing: float
    noise: str
    noise_share: float
    aspiration: float
    locus: tuple


CONSONANTS = {
    "s": Consonant(0.13, 0.0, "s", 1.0, 0.0, (320, 1700, 2600)),
    "sh": Consonant(0.13, 0.0, "sh", 1.0, 0.0, (320, 1900, 2500)),
    "f": Consonant(0.11, 0.0, "f", 1.0, 0.0, (320, 1100, 2300)),
    "h": Consonant(0.08, 0.0, "", 1.0, 5.0, (500, 1500, 2500)),
    "t": Consonant(0.09, 0.0, "t", 0.35, 0.0, (320, 1750, 2650)),
    "k": Consonant(0.10, 0.0, "k", 0.4, 0.0, (320, 1900, 2300)),
    "p": Consonant(0.09, 0.0, "p", 0.25, 0.0, (320, 900, 2200)),
    "m": Consonant(0.08, 0.25, "", 1.0, 0.0, (270, 1000, 2200)),
    "n": Consonant(0.07, 0.3, "", 1.0, 0.0, (270, 1500, 2500)),
    "l": Consonant(0.07, 0.45, "", 1.0, 0.0, (340, 1100, 2700)),
}


@dataclass(frozen=True)
class Burst:
    """A stretch of noise: a fricative, the burst of a stop, or a breath.

    Arguments
    ---------
    kind : str
        A key of `Singer.fricatives`.
    start : float
        Seconds.
    duration : float
        Seconds.
    loudness : float
        dB around the singer's own level for the kind.
    """

    kind: str
    start: float
    duration: float
    loudness: float


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
    """

    seconds: float
    f0: np.ndarray
    voicing: np.ndarray
    aspiration: np.ndarray
    loudness: np.ndarray
    formants: np.ndarray
    notes: list
    bursts: list


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
        For what differs from one time to the next: tempo, drift of the
        pitch, which notes are scooped.

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
    pace = rng.uniform(0.9, 1.1)
    transposition = round(
        singer.centre - np.mean([n.pitch for n in song.notes])
    )
    notes = [note for note in song.notes if note.start / pace < seconds]
    starts = np.array([note.start for note in notes]) / pace
    stops = np.array([note.stop for note in notes]) / pace
    pitches = np.array([note.pitch for note in notes]) + transposition
    onsets = _onset_durations(notes, starts, stops)
    semitones = _pitch_track(singer, notes, starts, stops, pitches, times, rng)
    f0 = _hertz(semitones)
    return Performance(
        seconds=seconds,
        f0=f0,
        voicing=_voicing_track(notes, starts, stops, onsets, times),
        aspiration=_aspiration_track(notes, starts, stops, onsets, times),
        loudness=np.interp(times, starts, [note.loudness for note in notes]),
        formants=_formant_tracks(singer, notes, starts, onsets, times, f0),
        notes=list(
            zip(
                starts.tolist(),
                np.minimum(stops, seconds).tolist(),
                _hertz(pitches).tolist(),
                strict=True,
            )
        ),
        bursts=_bursts(notes, starts, onsets, rng),
    )


def _hertz(midi):
    return 440.0 * 2 ** ((np.asarray(midi) - 69) / 12)


def _onset_durations(notes, starts, stops):
    """Seconds of each consonant; short notes before it shorten it."""
    before = np.concatenate([[np.inf], (stops - starts)[:-1]])
    return np.array(
        [
            min(CONSONANTS[note.onset].duration, 0.35 * room)
            if note.onset
            else 0.0
            for note, room in zip(notes, before, strict=True)
        ]
    )


def _pitch_track(singer, notes, starts, stops, pitches, times, rng):
    """MIDI note numbers: steps that glide, scoops, vibrato, drift."""
    since = times - starts[:, None]  # [notes, frames]
    steps = np.diff(pitches, prepend=pitches[0])
    progress = np.clip(since / singer.glide + 0.5, 0, 1)
    glide = progress * progress * (3 - 2 * progress)
    track = pitches[0] + steps @ glide

    # A quarter of the notes inside a phrase are scooped too, by half
    depth = [
        1.0 if note.first else 0.5 * (rng.random() < 0.25) for note in notes
    ]
    from_onset = np.maximum(since + 0.08, 0)
    scoop = np.where(since > -0.08, np.exp(-from_onset / 0.05), 0)
    track -= singer.scoop * (np.array(depth) @ scoop)

    swell = np.clip((since - singer.vibrato_delay) / 0.25, 0, 1)
    swell *= np.clip((stops[:, None] - times) / 0.05, 0, 1)
    depths = singer.vibrato_depth * rng.uniform(0.7, 1.2, len(notes))
    wobble = 0.3 * np.sin(2 * np.pi * rng.uniform(0.3, 0.7) * times)
    phase = 2 * np.pi * singer.vibrato_rate * times + wobble
    track += (depths @ swell) * np.sin(phase + rng.uniform(0, 2 * np.pi))

    rates = rng.uniform(0.3, 3.0, (4, 1))
    phases = rng.uniform(0, 2 * np.pi, (4, 1))
    return track + 0.04 * np.sin(2 * np.pi * rates * times + phases).sum(0)


def _voicing_track(notes, starts, stops, onsets, times):
    """Amplitude of the voice: consonants damp it, breaths interrupt it."""
    points = [(0.0, 0.0)]
    for note, start, stop, onset in zip(
        notes, starts, stops, onsets, strict=True
    ):
        level = 10 ** (note.loudness / 20)
        if note.first:
            points += [(start - onset - 0.01, 0.0)]
        if note.onset:
            damped = level * CONSONANTS[note.onset].voicing
            points += [(start - onset + 0.01, damped), (start, damped)]
        points += [(start + _ATTACK, level), (stop - 0.2, 0.95 * level)]
        if note.last:
            points += [(stop - _RELEASE, 0.8 * level), (stop, 0.0)]
    return _interpolate(times, points)


def _aspiration_track(notes, starts, stops, onsets, times):
    """Breath noise: as the voice sounds, stronger in h and at phrase ends."""
    points = [(0.0, 0.0)]
    for note, start, stop, onset in zip(
        notes, starts, stops, onsets, strict=True
    ):
        if note.first:
            points += [(start - onset - 0.01, 0.0)]
        if note.onset:
            during = CONSONANTS[note.onset].aspiration
            points += [(start - 0.6 * onset, during), (start, during)]
        points += [(start + _ATTACK, 1.0), (stop - 0.2, 1.0)]
        if note.last:
            points += [(stop - 0.03, 1.6), (stop + 0.03, 0.0)]
    return _interpolate(times, points)


def _formant_tracks(singer, notes, starts, onsets, times, f0):
    """F1 to F5 in Hz: vowels held, consonants passed through."""
    shift = REFERENCE_LENGTH / singer.tract_length
    moments, targets = [], []
    for i, (note, start, onset) in enumerate(
        zip(notes, starts, onsets, strict=True)
    ):
        vowel = singer.formants[note.vowel]
        if note.onset:
            locus = vowel.copy()
            passed = np.array(CONSONANTS[note.onset].locus) * shift
            # Halfway to the vowel already: the tongue anticipates it
            locus[:3] = 0.5 * (passed + vowel[:3])
            moments += [start - 0.8 * onset, start - 0.1 * onset]
            targets += [locus, locus]
        moments += [start + _TRANSITION]
        targets += [vowel]
        if i + 1 < len(notes):
            moments += [starts[i + 1] - onsets[i + 1] - 0.02]
            targets += [vowel]
    moments = np.maximum.accumulate(moments)
    targets = np.array(targets)
    tracks = np.stack(
        [np.interp(times, moments, targets[:, k]) for k in range(5)], axis=1
    )
    tracks[:, 0] = np.maximum(tracks[:, 0], _HEAD_ROOM * f0)
    return tracks


def _bursts(notes, starts, onsets, rng):
    """Fricatives, stops, and the breath before each phrase."""
    bursts = []
    for note, start, onset in zip(notes, starts, onsets, strict=True):
        if note.first:
            length = rng.uniform(0.18, 0.26)
            begin = max(start - onset - 0.03 - length, 0.0)
            bursts.append(Burst("breath", begin, length, rng.normal(0, 2)))
        kind = CONSONANTS[note.onset].noise if note.onset else ""
        if kind:
            length = onset * CONSONANTS[note.onset].noise_share
            level = note.loudness + rng.normal(0, 1)
            bursts.append(Burst(kind, start - length, length, level))
    return bursts


def _interpolate(times, points):
    moments, values = np.array(points).T
    # Where short notes crowd, the later moment holds
    return np.interp(times, np.maximum.accumulate(moments), values)
