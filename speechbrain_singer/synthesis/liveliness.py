"""What a living voice does to the formants and registers of a performance."""

from dataclasses import replace

import numpy as np

from speechbrain_singer.synthesis.articulation import HEAD_ROOM
from speechbrain_singer.synthesis.performance import HOP, SAMPLE_RATE

_TOKENS = 4.0  # a second, about as many as there are syllables
_PASSAGE = 0.7  # semitones over which one register goes over into the other
_HEAD_BREATH = 4.0  # dB


def enliven(performance, singer, wander, rng):
    """Lets formants follow pitch and effort, and syllables differ.

    The larynx rises with the pitch, and all formants with it. The mouth opens
    with loudness: F1 rises (Lienard and Di Benedetto, 1999). Above the
    passaggio a voice goes over into the head voice. And no vowel is the same
    twice.

    Arguments
    ---------
    performance : Performance
    singer : Singer
    wander : float
        Octaves by which a formant differs from syllable to syllable, standard
        deviation.
    rng : np.random.Generator

    Returns
    -------
    performance : Performance

    Example
    -------
    >>> from speechbrain_singer.synthesis.performance import perform
    >>> from speechbrain_singer.synthesis import draw_singer, draw_song
    >>> singer, rng = draw_singer(1, 0), np.random.default_rng(0)
    >>> plain = perform(singer, draw_song(1, 0, 1.2), 1.0, rng)
    >>> still = enliven(plain, singer, wander=0.0, rng=rng)
    >>> bool(np.allclose(still.formants, plain.formants))
    True
    """
    midi = 69 + 12 * np.log2(performance.f0 / 440)
    octaves = wander * _tokens(performance.formants.shape, rng)
    octaves += singer.larynx * (midi - singer.centre)[:, None] / 12
    octaves[:, 0] += singer.opening * performance.loudness / 10
    formants = performance.formants * 2**octaves
    formants[:, 0] = np.maximum(formants[:, 0], HEAD_ROOM * performance.f0)
    head = singer.head / (1 + np.exp((singer.passaggio - midi) / _PASSAGE))
    return replace(
        performance,
        # None overtakes the next
        formants=np.maximum.accumulate(formants, axis=1),
        head=head,
        aspiration=performance.aspiration * 10 ** (_HEAD_BREATH * head / 20),
    )


def _tokens(shape, rng):
    """Straight lines between normal draws, one after another: [frames, n]."""
    frames, formants = shape
    count = max(2, round(frames * HOP / SAMPLE_RATE * _TOKENS))
    knots = np.linspace(0, frames - 1, count)
    drawn = rng.standard_normal((formants, count))
    lines = [np.interp(np.arange(frames), knots, values) for values in drawn]
    return np.stack(lines, axis=1)
