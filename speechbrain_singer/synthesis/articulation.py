"""How notes are articulated: consonants, breath, and the vowels between them.

What follows a singer through time is a track: one value a frame.
"""

from dataclasses import dataclass

import numpy as np

from speechbrain_singer.synthesis.singer import REFERENCE_LENGTH

_ATTACK, _RELEASE, _TRANSITION = 0.04, 0.06, 0.05  # seconds
HEAD_ROOM = 1.05  # F1 stays this far above F0: sopranos open the mouth


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
    "b": Consonant(0.08, 0.2, "p", 0.15, 0.0, (300, 900, 2200)),
    "d": Consonant(0.08, 0.2, "t", 0.2, 0.0, (300, 1750, 2650)),
    "g": Consonant(0.08, 0.2, "k", 0.25, 0.0, (300, 1900, 2300)),
    "v": Consonant(0.08, 0.35, "f", 1.0, 0.0, (320, 1100, 2300)),
    "z": Consonant(0.10, 0.3, "s", 1.0, 0.0, (320, 1700, 2600)),
    "ng": Consonant(0.08, 0.25, "", 1.0, 0.0, (270, 2000, 2500)),
    "r": Consonant(0.07, 0.5, "", 1.0, 0.0, (400, 1200, 1650)),
    "w": Consonant(0.08, 0.5, "", 1.0, 0.0, (300, 700, 2200)),
    "y": Consonant(0.07, 0.5, "", 1.0, 0.0, (280, 2200, 2950)),
}


@dataclass(frozen=True)
class Burst:
    """A stretch of noise: a fricative, the burst of a stop, or a breath.

    Arguments
    ---------
    kind : str
        A key of `Singer.fricatives`.
    start, duration : float
        Seconds.
    loudness : float
        dB around the singer's own level for the kind.
    """

    kind: str
    start: float
    duration: float
    loudness: float


@dataclass(frozen=True, eq=False)
class TimedNotes:
    """Notes at the pace of one performance.

    Arguments
    ---------
    notes : list of Note
    starts, stops : np.ndarray
        [notes], when each vowel starts and ends, in seconds.
    """

    notes: list
    starts: np.ndarray
    stops: np.ndarray

    def __iter__(self):
        """Note, start, stop and seconds of its consonant, one after another."""
        return zip(
            self.notes, self.starts, self.stops, self.onsets, strict=True
        )

    @property
    def onsets(self):
        """Seconds of each consonant; a short note before it shortens it."""
        before = np.concatenate([[np.inf], (self.stops - self.starts)[:-1]])
        return np.array(
            [
                min(CONSONANTS[note.onset].duration, 0.35 * room)
                if note.onset
                else 0.0
                for note, room in zip(self.notes, before, strict=True)
            ]
        )


def voicing_track(timed, times):
    """Amplitude of the voice: consonants damp it, breaths interrupt it.

    Arguments
    ---------
    timed : TimedNotes
    times : np.ndarray
        [frames], seconds.

    Returns
    -------
    voicing : np.ndarray
        [frames], 1 for a vowel at mezzo-forte.
    """
    points = [(0.0, 0.0)]
    for note, start, stop, onset in timed:
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


def aspiration_track(timed, times):
    """Breath noise: with the voice, stronger in h and where phrases end.

    Arguments and shapes are those of `voicing_track`.
    """
    points = [(0.0, 0.0)]
    for note, start, stop, onset in timed:
        if note.first:
            points += [(start - onset - 0.01, 0.0)]
        if note.onset:
            during = CONSONANTS[note.onset].aspiration
            points += [(start - 0.6 * onset, during), (start, during)]
        points += [(start + _ATTACK, 1.0), (stop - 0.2, 1.0)]
        if note.last:
            points += [(stop - 0.03, 1.6), (stop + 0.03, 0.0)]
    return _interpolate(times, points)


def formant_tracks(singer, timed, times, f0):
    """Formants: vowels are held, and consonants passed through.

    Arguments
    ---------
    singer : Singer
    timed : TimedNotes
    times, f0 : np.ndarray
        [frames], seconds and Hz.

    Returns
    -------
    formants : np.ndarray
        [frames, 5], F1 to F5 in Hz.
    """
    shift = REFERENCE_LENGTH / singer.tract_length
    vowel_ends = [*(timed.starts - timed.onsets - 0.02)[1:], None]
    moments, targets = [], []
    for (note, start, stop, onset), end in zip(timed, vowel_ends, strict=True):
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
        if note.ending:
            moments += [0.4 * start + 0.6 * stop]
            targets += [vowel]
            vowel = 0.5 * (vowel + singer.formants[note.ending])
        if end is not None or note.ending:
            moments += [stop if end is None else end]
            targets += [vowel]
    moments = np.maximum.accumulate(moments)
    targets = np.array(targets)
    tracks = np.stack(
        [np.interp(times, moments, targets[:, k]) for k in range(5)], axis=1
    )
    tracks[:, 0] = np.maximum(tracks[:, 0], HEAD_ROOM * f0)
    return tracks


def draw_noises(timed, rng):
    """Fricatives, stops, and the breath before each phrase.

    Arguments
    ---------
    timed : TimedNotes
    rng : np.random.Generator

    Returns
    -------
    bursts : list of Burst
    """
    bursts = []
    for note, start, _, onset in timed:
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
