"""Draws persons: a voice, and how it differs from recording to recording.

Nobody's voice stays the same, and no two are alike in how much it changes. A
half of all are plain: singers of the embedded corpus but for that. The others
are lifelike. An encoder that hears both does better than one that hears either.
"""

from dataclasses import dataclass, replace

import numpy as np

from speechbrain_singer.synthesis.drift import NARROW, WIDE, Drift
from speechbrain_singer.synthesis.language import ALL_VOWELS
from speechbrain_singer.synthesis.singer import (
    BANDWIDTHS,
    REFERENCE_LENGTH,
    Singer,
    draw_fricatives,
    draw_glottis,
    draw_register,
    draw_upper_formants,
    draw_voice,
    sex_of,
    with_singers_formant,
)

_WIDE_SHARE = 2 / 3  # of all persons
_PLAIN_SHARE = 1 / 2
_KINSHIP = 0.6  # octaves over which vowels are sung in the same way


@dataclass(frozen=True, eq=False)
class Person:
    """Somebody who belongs to nobody.

    Arguments
    ---------
    singer : Singer
        The voice at its centre.
    drift : Drift
        How far it goes.
    wander : float
        Octaves by which a formant differs from syllable to syllable.
    sessions : bool
        Whether two recordings each were made on one day, with one drift.
    vocalises : float
        Share of exercises among the songs.
    compressed : float
        Share of recordings that go through a compressor.
    polyglot : bool
        Whether songs are in languages of all kinds.
    """

    singer: Singer
    drift: Drift
    wander: float
    sessions: bool
    vocalises: float = 0.15
    compressed: float = 0.4
    polyglot: bool = True


def draw_person(seed, index):
    """Draws the person of a number: a woman for even ones, a man for odd ones.

    Arguments
    ---------
    seed : int
        Names the population.
    index : int
        Names the person in it.

    Returns
    -------
    person : Person

    Example
    -------
    >>> draw_person(1, 0).singer.sex, draw_person(1, 1).singer.sex
    ('female', 'male')
    """
    rng = np.random.default_rng([seed, 5, index])
    drift = WIDE if rng.random() < _WIDE_SHARE else NARROW
    identity = f"person{index:06d}", sex_of(index)
    plain = np.random.default_rng([seed, 8, index])
    if plain.random() < _PLAIN_SHARE:
        return _plain_person(draw_voice(plain, *identity), drift)
    return Person(
        singer=_draw_lifelike_voice(rng, *identity),
        drift=replace(drift, effort=drift.effort * rng.uniform(0, 1.5)),
        # A third of all keep their vowels
        wander=max(0.0, rng.uniform(-0.03, 0.06)),
        sessions=bool(rng.random() < 0.5),
    )


def _plain_person(singer, drift):
    """A singer of the embedded corpus, but for the drift."""
    return Person(
        singer=singer,
        drift=replace(drift, effort=0.0),
        wander=0.0,
        sessions=False,
        vocalises=0.0,
        compressed=0.0,
        polyglot=False,
    )


def _draw_lifelike_voice(rng, name, sex):
    register, length, middle = draw_register(rng, sex)
    upper = draw_upper_formants(rng, length)
    return Singer(
        name=name,
        sex=sex,
        register=register,
        centre=rng.normal(middle, 2),
        tract_length=length,
        formants=_draw_formants(rng, length),
        bandwidths=np.array(BANDWIDTHS) * rng.uniform(0.8, 1.4, 5),
        upper_formants=upper,
        upper_bandwidths=0.06 * upper * rng.uniform(0.6, 1.6, len(upper)),
        fricatives=draw_fricatives(rng, length),
        **draw_glottis(rng),
        vibrato_rate=5.7,
        vibrato_depth=0.4,
        vibrato_delay=0.3,
        glide=0.1,
        scoop=1.0,
        antiformants=_draw_side_cavities(rng, length),
        # None of it in a part of the persons
        larynx=max(0.0, rng.uniform(-0.04, 0.1)),
        opening=max(0.0, rng.uniform(-0.05, 0.16)),
        passaggio=rng.normal(64, 2),
        head=max(0.0, rng.uniform(-0.5, 1)),
    )


def _draw_formants(rng, length):
    """Vowel -> F1 to F5 in Hz."""
    scale = REFERENCE_LENGTH / length * 2 ** rng.normal(0, 0.05, 5)
    cluster = rng.uniform(0, 0.6)
    habits = 0.05 * _draw_habits(rng)
    return {
        vowel: with_singers_formant(np.array(neutral) * scale * 2**own, cluster)
        for own, (vowel, neutral) in zip(
            habits, ALL_VOWELS.items(), strict=True
        )
    }


def _draw_habits(rng):
    """How each formant of each vowel is sung, with deviation 1.

    Neighbouring vowels share more or less of it: [vowels, 5].
    """
    first_two = np.array([formants[:2] for formants in ALL_VOWELS.values()])
    places = np.log2(first_two) / _KINSHIP
    squares = np.square(places[:, None] - places).sum(-1)
    shared = rng.uniform(0, 1)
    covariance = shared * np.exp(-squares) + (1 - shared) * np.eye(len(places))
    root = np.linalg.cholesky(covariance + 1e-9 * np.eye(len(places)))
    return root @ rng.standard_normal((len(places), 5))


def _draw_side_cavities(rng, length):
    """Piriform fossae (Dang and Honda, 1997) and one more above, or nothing."""
    if rng.random() < 0.5:
        return ()
    scale = REFERENCE_LENGTH / length
    centres = rng.normal([4400, 5200, 9000], [300, 400, 1500]) * scale
    widths = centres * rng.uniform(0.02, 0.08, 3)
    return tuple(zip(centres.tolist(), widths.tolist(), strict=True))
