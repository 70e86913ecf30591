"""Formants sit where they were put."""

import numpy as np
import pytest
import scipy.signal
import torch

from speechbrain_singer.synthesis import (
    HOP,
    SAMPLE_RATE,
    draw_singer,
    sing,
)
from speechbrain_singer.synthesis.performance import Performance
from speechbrain_singer.synthesis.singer import VOWELS
from speechbrain_singer.synthesis.vocal_tract import (
    FFT_SIZE,
    all_pole_response,
    filter_frames,
    resonators,
)

FORMANTS = np.array([310.0, 870.0, 2300.0, 3400.0, 4600.0, 7000.0])
BANDWIDTHS = np.array([60.0, 80.0, 120.0, 130.0, 150.0, 150.0])


def sections():
    return resonators(torch.tensor(FORMANTS), torch.tensor(BANDWIDTHS))


@pytest.mark.parametrize("scale", [1.0, 0.25])
def test_response_equals_scipys(scale):
    """Of a dark vowel too, whose polynomial cancels 13 digits at 0 Hz."""
    formants, bandwidths = scale * FORMANTS, scale * BANDWIDTHS
    moved = resonators(torch.tensor(formants), torch.tensor(bandwidths))
    ours = all_pole_response(moved[None])[0].numpy()
    poles = np.exp(np.pi * (-bandwidths + 2j * formants) / SAMPLE_RATE)
    sos = [
        [np.abs(1 - p) ** 2, 0, 0, *np.poly([p, p.conjugate()]).real]
        for p in poles
    ]
    frequencies = np.arange(FFT_SIZE // 2 + 1) * 2 * np.pi / FFT_SIZE
    _, expected = scipy.signal.sosfreqz(sos, frequencies)
    assert np.abs(ours / expected - 1).max() < 1e-5


def test_impulse_response_peaks_at_the_formants():
    time = 8 * HOP
    source = torch.zeros(1, time)
    source[0, 2 * HOP] = 1
    tracks = sections()[None, None].expand(1, 9, -1, -1)
    flat = torch.ones(1, FFT_SIZE // 2 + 1)
    output = filter_frames(source, tracks, flat)[0].numpy()
    spectrum = 20 * np.log10(np.abs(np.fft.rfft(output, 2**16)))
    peaks, _ = scipy.signal.find_peaks(spectrum, prominence=1, height=-100)
    hertz = peaks * SAMPLE_RATE / 2**16
    assert len(hertz) == len(FORMANTS)
    assert np.abs(hertz / FORMANTS - 1).max() < 0.02


def test_filtering_equals_the_recursion():
    source = torch.randn(1, 6 * HOP, generator=torch.manual_seed(0))
    tracks = sections()[None, None].expand(1, 7, -1, -1)
    flat = torch.ones(1, FFT_SIZE // 2 + 1)
    output = filter_frames(source, tracks, flat)[0].numpy()
    expected = source[0].double().numpy()
    for section in sections().numpy():
        expected = scipy.signal.lfilter([section.sum()], section, expected)
    error = np.abs(output - expected)[: 6 * HOP]
    assert error.max() < 1e-3 * np.abs(expected).max()


def static_vowel(singer, vowel, f0=85.0):
    """A second of one vowel on one pitch."""
    frames = -(-SAMPLE_RATE // HOP) + 1
    performance = Performance(
        seconds=1.0,
        f0=np.full(frames, f0),
        voicing=np.ones(frames),
        aspiration=np.ones(frames),
        loudness=np.zeros(frames),
        formants=np.tile(singer.formants[vowel], (frames, 1)),
        notes=[],
        bursts=[],
    )
    return sing([singer], [performance], [0])[0].double().numpy()


@pytest.mark.parametrize("vowel", VOWELS)
def test_praat_finds_the_formants_of_sung_vowels(vowel):
    parselmouth = pytest.importorskip("parselmouth")
    for index in (1, 3, 5):
        singer = draw_singer(1, index)
        sound = parselmouth.Sound(static_vowel(singer, vowel), SAMPLE_RATE)
        put = singer.formants[vowel]
        ceiling = 0.5 * (put[4] + singer.upper_formants[0])
        burg = sound.to_formant_burg(
            max_number_of_formants=5.5,
            maximum_formant=ceiling,
            pre_emphasis_from=50,
        )
        times = np.arange(0.3, 0.7, 0.02)
        for k in (1, 2, 3):
            found = np.median([burg.get_value_at_time(k, t) for t in times])
            # An analysis sees harmonics 85 Hz apart, no poles
            tolerance = max(45.0, 0.06 * put[k - 1])
            assert abs(found - put[k - 1]) < tolerance, (singer.name, k)
