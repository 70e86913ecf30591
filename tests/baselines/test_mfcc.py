import numpy as np
import pytest
import torch
from scipy.fft import dct
from scipy.signal import stft

from speechbrain_singer.baselines.mfcc import MFCC, MFCCStatistics


def singing(seconds=0.5):
    """A random walk, which has more bass than treble, that swells by 30 dB."""
    noise = np.random.default_rng(0).standard_normal(int(44100 * seconds))
    swell = np.logspace(-1.5, 0, len(noise))
    return 0.1 * swell * np.cumsum(noise - noise.mean())


def decibels(mel):
    """Relative to the maximum, cut 80 dB below it."""
    return np.maximum(10 * np.log10(mel / mel.max()), -80.0)


def test_equals_librosas_bands_and_scipy():
    """Spectrogram and cosine transform again, by SciPy."""
    filters = pytest.importorskip("librosa.filters")
    wav = singing()
    padded = np.pad(wav, 1024, mode="reflect")
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(2048) / 2048)
    _, _, spectrum = stft(
        padded,
        window=window,
        nperseg=2048,
        noverlap=1536,
        boundary=None,
        padded=False,
    )
    mel = filters.mel(sr=44100, n_fft=2048) @ np.abs(spectrum) ** 2
    mfcc = dct(decibels(mel), axis=0, norm="ortho")[:20]
    measured = MFCC()(torch.tensor(wav[None]).float())[0].numpy()
    assert np.abs(measured - mfcc).max() < 0.01
    expected = np.concatenate([mfcc.mean(axis=1), mfcc.std(axis=1)])
    statistics = MFCCStatistics().encode_batch(torch.tensor(wav[None]))[0, 0]
    assert np.abs(statistics.numpy() - expected).max() < 0.01


def test_the_level_does_not_matter():
    wav = torch.tensor(singing()[None])
    loud = MFCCStatistics().encode_batch(wav)
    quiet = MFCCStatistics().encode_batch(0.01 * wav)
    assert torch.allclose(loud, quiet, atol=1e-2)


def test_padding_and_batch_do_not_matter():
    wavs = torch.randn(3, 30000)
    wavs[1, 15000:] = 0
    baseline = MFCCStatistics()
    batch = baseline.encode_batch(wavs, torch.tensor([1.0, 0.5, 1.0]))
    for row, length in enumerate((30000, 15000, 30000)):
        alone = baseline.encode_batch(wavs[row, None, :length])
        assert torch.allclose(batch[row], alone[0], atol=1e-4)
