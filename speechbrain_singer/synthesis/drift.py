"""What a voice does not keep from one recording to the next.

A real singer is pitched higher today, or sings louder, with more breath and
the larynx elsewhere. An encoder that never hears that learns to recognise a
glottis that never changes.
"""

from dataclasses import dataclass, replace

import numpy as np

_OPEN_QUOTIENTS = (0.3, 0.95)  # of all voices


@dataclass(frozen=True)
class Drift:
    """How far a voice goes: standard deviations, unless said otherwise.

    Arguments
    ---------
    centre : float
        Semitones of the middle of the range.
    reach : float
        Semitones to either side, uniformly.
    formants : float
        Of all formants together, relative.
    each : float
        Of each formant of each vowel, relative.
    bandwidths : float
        Octaves.
    open_quotient : float
    tilt : float
        Octaves of the cutoff.
    breath : float
        dB.
    irregularity : float
        Octaves of jitter and of shimmer.
    effort : float
        dB of loudness. It makes a voice brighter, opens the mouth and goes
        with higher notes.
    register : float
        Semitones of the passaggio.
    """

    centre: float = 0.0
    reach: float = 0.0
    formants: float = 0.0
    each: float = 0.0
    bandwidths: float = 0.0
    open_quotient: float = 0.0
    tilt: float = 0.0
    breath: float = 0.0
    irregularity: float = 0.0
    effort: float = 0.0
    register: float = 0.0


NARROW = Drift(
    centre=3.0,
    formants=0.012,
    each=0.02,
    bandwidths=0.2,
    open_quotient=0.08,
    tilt=0.5,
    breath=5.0,
    irregularity=0.5,
    effort=2.0,
    register=1.0,
)
WIDE = Drift(
    reach=8.0,
    formants=0.02,
    each=0.04,
    bandwidths=0.25,
    open_quotient=0.12,
    tilt=0.5,
    breath=6.0,
    irregularity=0.5,
    effort=4.0,
    register=1.5,
)


def drifted(singer, drift, rng):
    """The singer as he or she sounds in one recording.

    Vibrato, glides and scoops are habits of a style, and drawn anew.

    Arguments
    ---------
    singer : Singer
    drift : Drift
        All of it but for the effort, which is the song's.
    rng : np.random.Generator

    Returns
    -------
    singer : Singer

    Example
    -------
    >>> from speechbrain_singer.synthesis.singer import draw_singer
    >>> singer, rng = draw_singer(1, 0), np.random.default_rng(0)
    >>> drifted(singer, Drift(breath=5.0), rng).breath == singer.breath
    False
    """
    scale = 1 + drift.formants * rng.standard_normal()
    upper = len(singer.upper_formants)
    each = 1 + 0.5 * drift.each * rng.standard_normal(upper)
    quotient = rng.normal(singer.open_quotient, drift.open_quotient)
    moved = rng.normal(0, drift.centre) + drift.reach * rng.uniform(-1, 1)
    octaves = drift.bandwidths * rng.standard_normal(5)
    return replace(
        singer,
        centre=singer.centre + moved,
        formants={
            vowel: _moved(hertz * scale, drift.each, rng)
            for vowel, hertz in singer.formants.items()
        },
        bandwidths=singer.bandwidths * 2**octaves,
        upper_formants=singer.upper_formants * scale * each,
        antiformants=tuple((h * scale, w) for h, w in singer.antiformants),
        open_quotient=float(np.clip(quotient, *_OPEN_QUOTIENTS)),
        tilt_cutoff=singer.tilt_cutoff * 2 ** rng.normal(0, drift.tilt),
        breath=rng.normal(singer.breath, drift.breath),
        jitter=singer.jitter * 2 ** rng.normal(0, drift.irregularity),
        shimmer=singer.shimmer * 2 ** rng.normal(0, drift.irregularity),
        vibrato_rate=rng.normal(5.7, 0.5),
        vibrato_depth=max(0.0, rng.uniform(-0.2, 0.7)),
        vibrato_delay=rng.uniform(0.1, 0.5),
        glide=rng.uniform(0.04, 0.16),
        scoop=rng.uniform(0.0, 2.0),
        passaggio=rng.normal(singer.passaggio, drift.register),
    )


def _moved(hertz, deviation, rng):
    return np.sort(hertz * (1 + deviation * rng.standard_normal(len(hertz))))
