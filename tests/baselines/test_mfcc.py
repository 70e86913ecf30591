import numpy as np
import pytest
import torch
from scipy.fft import dct
from scipy.signal import stft

from speechbrain_singer.baselines.mfcc import MFCCStatistics


def test_equals_scipy():
    """Spectrogram and cosine transform again, by SciPy."""
    rng = np.random.default_rng(0)
    wav = rng.standard_normal(22050) * np.linspace(0.5, 1.0, 22050)
    baseline = MFCCStatistics()
    measured = baseline.encode_batch(torch.tensor(wav[None]).float())[0, 0]
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
    power = np.abs(spectrum * window.sum()) ** 2
    mel = baseline.features.filterbank.numpy().T @ power
    mfcc = dct(10 * np.log10(mel), axis=0, norm="ortho")[:20]
    expected = np.concatenate([mfcc.mean(axis=1), mfcc.std(axis=1)])
    assert np.abs(measured.numpy() - expected).max() < 0.05


def test_silence_at_the_ends_is_cut():
    wav = torch.randn(44100, generator=torch.Generator().manual_seed(0))
    rest = torch.zeros(20480)
    framed = torch.cat([rest, wav, rest])

    def change(baseline):
        before = baseline.encode_batch(wav[None])[0, 0]
        after = baseline.encode_batch(framed[None])[0, 0]
        return (after - before).abs().max() / before.abs().max()

    # What is left are the frames at both ends that reach into the silence
    untrimmed = MFCCStatistics(trim_db=1000.0)
    assert change(MFCCStatistics()) < 0.2 * change(untrimmed)


def test_padding_does_not_matter():
    wavs = torch.randn(2, 30000)
    wavs[1, 15000:] = 0
    baseline = MFCCStatistics()
    batch = baseline.encode_batch(wavs, torch.tensor([1.0, 0.5]))
    alone = baseline.encode_batch(wavs[1:, :15000])
    assert torch.allclose(batch[1], alone[0], atol=1e-4)


def test_silence_is_finite():
    assert MFCCStatistics().encode_batch(torch.zeros(1, 9000)).isfinite().all()


def test_lengths_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="2 relative lengths in"):
        MFCCStatistics().encode_batch(torch.zeros(2, 9000), [0.5, 9000])
