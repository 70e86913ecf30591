from dataclasses import replace

import numpy as np
import pytest

from speechbrain_singer.synthesis import draw_singer, draw_song
from speechbrain_singer.synthesis.liveliness import enliven
from speechbrain_singer.synthesis.performance import perform

SECONDS = 3.0
SINGER = draw_singer(2, 1)


@pytest.fixture
def plain():
    song = draw_song(2, 3, 1.2 * SECONDS)
    return perform(SINGER, song, SECONDS, np.random.default_rng(1))


def lively(plain, wander=0.0, **changes):
    rng = np.random.default_rng(2)
    return enliven(plain, replace(SINGER, **changes), wander, rng)


def test_the_larynx_rises_with_the_pitch(plain):
    moved = lively(plain, larynx=0.12)
    above = 12 * np.log2(plain.f0 / 440) + 69 - SINGER.centre
    ratio = moved.formants[:, 2] / plain.formants[:, 2]
    np.testing.assert_allclose(ratio, 2 ** (0.01 * above))
    np.testing.assert_array_equal(moved.f0, plain.f0)


def test_the_mouth_opens_with_loudness(plain):
    moved = lively(plain, opening=0.2)
    expected = plain.formants[:, 0] * 2 ** (0.02 * plain.loudness)
    expected = np.maximum(expected, 1.05 * plain.f0)
    np.testing.assert_allclose(moved.formants[:, 0], expected)
    np.testing.assert_allclose(moved.formants[:, 1:], plain.formants[:, 1:])


def test_above_the_passaggio_is_the_head_voice(plain):
    low = replace(plain, f0=np.full_like(plain.f0, 110.0))
    high = replace(plain, f0=np.full_like(plain.f0, 880.0))
    assert lively(low, head=0.8).head.max() < 1e-6
    assert lively(high, head=0.8).head.min() == pytest.approx(0.8)
    at = replace(plain, f0=np.full_like(plain.f0, 440.0))
    half = lively(at, head=0.8, passaggio=69.0)
    np.testing.assert_allclose(half.head, 0.4)
    np.testing.assert_allclose(
        half.aspiration, plain.aspiration * 10 ** (1.6 / 20)
    )


def test_tokens_differ_by_so_much(plain):
    moved = lively(plain, wander=0.05)
    octaves = np.log2(moved.formants[:, 3] / plain.formants[:, 3])
    assert 0.02 < octaves.std() < 0.08
    assert (np.diff(moved.formants, axis=1) >= 0).all()
    assert (moved.formants[:, 0] >= 1.05 * plain.f0 - 1e-9).all()
