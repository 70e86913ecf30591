import numpy as np
import pytest
import torch
from scipy.signal import get_window, stft

from speechbrain_singer.lobes.magnitude_mel import LogMagnitudeMel


def mel(hertz):
    return 2595 * np.log10(1 + hertz / 700)


def by_hand(wav):
    """SciPy's spectrogram, and triangles bin by bin on the mel scale."""
    wav = wav / np.sqrt(np.mean(wav**2) * 5 * 16000)
    window = get_window("hann", 400)
    _, _, spectrum = stft(
        wav, 16000, window, 400, 240, 1024, boundary=None, padded=False
    )
    magnitudes = np.abs(spectrum) * window.sum()  # SciPy divides by it
    edges = np.linspace(mel(60), mel(7800), 66)
    filters = np.zeros((64, 513))
    for band in range(64):
        low, centre, high = edges[band : band + 3]
        for number in range(1, 513):
            place = mel(number * 16000 / 1024)
            if low < place <= centre:
                filters[band, number] = (place - low) / (centre - low)
            elif centre < place < high:
                filters[band, number] = (high - place) / (high - centre)
    return np.log(np.clip(filters @ magnitudes, 1e-5, 1e8))


def test_equals_the_formula():
    wav = np.random.default_rng(0).standard_normal(16000)
    measured = LogMagnitudeMel()(torch.tensor(wav).float()[None])[0].numpy()
    expected = by_hand(wav)
    assert measured.shape == expected.shape == (64, 98)
    assert np.allclose(measured, expected, atol=1e-3)


def test_the_level_does_not_matter_and_silence_is_finite():
    features, wavs = LogMagnitudeMel(), torch.randn(2, 4000)
    assert torch.allclose(features(wavs), features(0.01 * wavs), atol=1e-4)
    silence = features(torch.zeros(1, 4000))
    assert silence.unique().tolist() == pytest.approx([np.log(1e-5)])


def test_the_shortest_clip_has_one_frame():
    features = LogMagnitudeMel()
    assert features(torch.randn(1, features.min_samples)).shape == (1, 64, 1)


def test_frequencies_that_cannot_be():
    with pytest.raises(ValueError, match="f_m"):
        LogMagnitudeMel(f_max=9000.0)
