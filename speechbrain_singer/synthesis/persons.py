"""Recordings of persons: songs in many languages, on many days, in many rooms.

What an encoder is trained on that has to know real singers. Each person is
drawn from a seed and a number, and need never be heard twice.
"""

from dataclasses import replace

import numpy as np
import torch

from speechbrain_singer.synthesis.compressor import compress
from speechbrain_singer.synthesis.drift import Drift, drifted
from speechbrain_singer.synthesis.language import (
    EMBEDDED,
    draw_language,
    draw_vocalise,
)
from speechbrain_singer.synthesis.liveliness import enliven
from speechbrain_singer.synthesis.performance import perform
from speechbrain_singer.synthesis.person import draw_person
from speechbrain_singer.synthesis.recording import draw_recording, record
from speechbrain_singer.synthesis.song import draw_song
from speechbrain_singer.synthesis.synthesiser import sing

_WITH_EFFORT = 0.35  # semitones that melodies rise by with each dB
_WITHIN_SESSION = 2.0  # semitones from song to song of one day


def _voice(**changes):
    return lambda person: replace(
        person, singer=replace(person.singer, **changes)
    )


def _way(**changes):
    return lambda person: replace(person, **changes)


def _steady(person):
    # Vibrato, glides and scoops stay those of a style, and drawn anew
    drift = Drift(effort=person.drift.effort)
    return replace(person, drift=drift, sessions=False)


def _effortless(person):
    return replace(person, drift=replace(person.drift, effort=0.0))


# What makes a person lifelike, and how to do without
FACTORS = {
    "drift": _steady,
    "effort": _effortless,
    "languages": _way(polyglot=False),
    "vocalises": _way(vocalises=0.0),
    "sessions": _way(sessions=False),
    "tokens": _way(wander=0.0),
    "larynx": _voice(larynx=0.0),
    "opening": _voice(opening=0.0),
    "registers": _voice(head=0.0),
    "side_cavities": _voice(antiformants=()),
    "compressor": _way(compressed=0.0),
}


def record_person(seed, index, recordings, seconds, without=()):
    """Recordings of a person.

    Arguments
    ---------
    seed : int
        Names the population.
    index : int
        Names the person in it.
    recordings : int
    seconds : float
        Length of each.
    without : tuple of str
        Names in `FACTORS`, to hear what each of them brings.

    Returns
    -------
    waveforms : torch.Tensor
        float32, [recordings, time] at 44.1 kHz.

    Raises
    ------
    ValueError
        If there is no such factor.

    Example
    -------
    >>> record_person(1, 0, recordings=2, seconds=0.5).shape
    torch.Size([2, 22050])
    """
    check_factors(without)
    person = draw_person(seed, index)
    for name in without:
        person = FACTORS[name](person)
    numbers = range(recordings)
    rngs = [np.random.default_rng([seed, 6, index, k]) for k in numbers]
    voices = [
        _on_a_day(person, rng, _day(seed, index, k, person.sessions))
        for k, rng in enumerate(rngs)
    ]
    performances = [
        _perform(person, voice, seconds, rng)
        for voice, rng in zip(voices, rngs, strict=True)
    ]
    channels = [draw_recording(seed, index, k) for k in numbers]
    sung = sing(voices, performances, [c.seed for c in channels])
    sung = [
        _maybe_compress(voice, person.compressed, rng)
        for voice, rng in zip(sung, rngs, strict=True)
    ]
    return record(torch.stack(sung), channels)


def check_factors(names):
    """Refuses names of no factor.

    Arguments
    ---------
    names : sequence of str

    Raises
    ------
    ValueError
        If one is not in `FACTORS`.

    Example
    -------
    >>> check_factors(["larynx", "registers"])
    """
    for name in names:
        if name not in FACTORS:
            raise ValueError(
                f"there is no factor {name!r}; choose of {', '.join(FACTORS)}"
            )


def _day(seed, index, recording, sessions):
    """Draws of a day: of every recording, or of every two."""
    day = recording // 2 if sessions else recording
    return np.random.default_rng([seed, 7, index, day])


def _on_a_day(person, rng, day):
    voice = drifted(person.singer, person.drift, day)
    if not person.sessions:
        return voice
    return replace(voice, centre=rng.normal(voice.centre, _WITHIN_SESSION))


def _perform(person, voice, seconds, rng):
    effort = rng.normal(0, person.drift.effort)
    voice = replace(voice, centre=voice.centre + _WITH_EFFORT * effort)
    language = _draw_words(person, rng)
    number = int(rng.integers(2**31))
    song = draw_song(number, 0, 1.2 * seconds, language, effort)
    performance = perform(voice, song, seconds, rng)
    return enliven(performance, voice, person.wander, rng)


def _draw_words(person, rng):
    if rng.random() < person.vocalises:
        return draw_vocalise(rng)
    return draw_language(rng) if person.polyglot else EMBEDDED


def _maybe_compress(voice, share, rng):
    threshold, ratio = rng.uniform(-20, -6), rng.uniform(1.5, 6)
    if rng.random() >= share:
        return voice
    return compress(voice, threshold, ratio)
