from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from speechbrain_singer.synthesis import draw_singer
from speechbrain_singer.synthesis.drift import WIDE, Drift, drifted

SINGER = replace(draw_singer(1, 0), antiformants=((4000.0, 200.0),))


def many(drift, count=1500):
    rng = np.random.default_rng(5)
    return [drifted(SINGER, drift, rng) for _ in range(count)]


def agree(values, mean, deviation):
    law = stats.norm(mean, deviation)
    return stats.kstest(values, law.cdf).pvalue > 1e-3


def test_without_drift_the_voice_stays():
    (same,) = many(Drift(), 1)
    for name in ("centre", "open_quotient", "tilt_cutoff", "breath", "jitter"):
        assert getattr(same, name) == pytest.approx(getattr(SINGER, name))
    for vowel, hertz in SINGER.formants.items():
        np.testing.assert_allclose(same.formants[vowel], hertz)
    np.testing.assert_allclose(same.upper_formants, SINGER.upper_formants)
    assert same.antiformants == SINGER.antiformants


def test_drifts_have_their_laws():
    drift = Drift(centre=3.0, tilt=0.5, breath=5.0, irregularity=0.4)
    voices = many(drift)
    assert agree([v.centre for v in voices], SINGER.centre, 3.0)
    assert agree([v.breath for v in voices], SINGER.breath, 5.0)
    tilts = np.log2([v.tilt_cutoff for v in voices])
    assert agree(tilts, np.log2(SINGER.tilt_cutoff), 0.5)
    jitters = np.log2([v.jitter for v in voices])
    assert agree(jitters, np.log2(SINGER.jitter), 0.4)


def test_formants_move_together_and_each():
    voices = many(Drift(formants=0.02))
    first = np.array([v.formants["a"][0] for v in voices])
    assert agree(first / SINGER.formants["a"][0], 1.0, 0.02)
    for voice in voices[:50]:
        scale = voice.formants["a"][0] / SINGER.formants["a"][0]
        expected = SINGER.formants["i"] * scale
        np.testing.assert_allclose(voice.formants["i"], expected)
        ((hertz, _),) = voice.antiformants
        assert hertz == pytest.approx(4000 * scale)
    voices = many(Drift(each=0.03))
    first, other = (
        np.array([v.formants[vowel][0] for v in voices]) for vowel in "ai"
    )
    assert agree(first / SINGER.formants["a"][0], 1.0, 0.03)
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.1


def test_a_wide_voice_reaches_far_and_stays_a_voice():
    voices = many(WIDE)
    centres = np.array([v.centre for v in voices]) - SINGER.centre
    assert stats.kstest(centres, stats.uniform(-8, 16).cdf).pvalue > 1e-3
    quotients = np.array([v.open_quotient for v in voices])
    assert quotients.min() >= 0.3
    assert quotients.max() <= 0.95
    for voice in voices[:100]:
        for hertz in voice.formants.values():
            assert (np.diff(hertz) >= 0).all()
        assert voice.vibrato_depth >= 0
