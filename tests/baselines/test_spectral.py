import numpy as np
import pytest
import torch

from speechbrain_singer.baselines.chroma import chroma_filterbank
from speechbrain_singer.baselines.spectral import SpectralStatistics

RATE = 22050
CHROMA, MFCC, CENTROID, ROLL_OFF, FLUX = slice(12), slice(12, 32), 32, 33, 34


@pytest.fixture(scope="module")
def wav():
    """A harmonic tone that glides over an octave, in noise."""
    rng = np.random.default_rng(0)
    time = np.arange(RATE) / RATE
    phase = 2 * np.pi * 220 * (2**time - 1) / np.log(2)
    tone = sum(np.sin(k * phase) / k for k in range(1, 12))
    return (0.1 * tone + 0.01 * rng.standard_normal(RATE)).astype(np.float32)


@pytest.fixture(scope="module")
def measured(wav):
    return SpectralStatistics().features(torch.from_numpy(wav[None]))[0].numpy()


@pytest.fixture(scope="module")
def magnitude(wav):
    """[1025, frames], frame by frame."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(2048) / 2048)
    padded = np.pad(wav, 1024, mode="reflect")
    starts = range(0, len(wav) + 1, 512)
    frames = [window * padded[start : start + 2048] for start in starts]
    return np.abs(np.fft.rfft(frames)).T


def test_centroid_and_roll_off(measured, magnitude):
    hertz = np.arange(1025) * RATE / 2048
    centroid = (hertz @ magnitude) / magnitude.sum(axis=0)
    assert np.allclose(measured[CENTROID], centroid, rtol=1e-4)
    shares = magnitude.cumsum(axis=0) / magnitude.sum(axis=0)
    roll_off = [hertz[np.flatnonzero(share >= 0.85)[0]] for share in shares.T]
    assert np.allclose(measured[ROLL_OFF], roll_off)


def test_flux(measured, magnitude):
    spectra = magnitude / np.sqrt((magnitude**2).sum(axis=0))
    # Of vectors of length 1, by the angle between them
    cosines = (spectra[:, 1:] * spectra[:, :-1]).sum(axis=0)
    expected = np.sqrt(2 - 2 * cosines)
    assert measured[FLUX, 0] == 0
    assert np.allclose(measured[FLUX, 1:], expected, atol=1e-4)


def test_chroma_of_notes():
    """Every note from C3 to B5, whatever the octave, is its own class."""
    time = torch.arange(8192) / RATE
    hertz = 440 * 2 ** ((torch.arange(36) - 21) / 12)
    notes = torch.sin(2 * np.pi * hertz[:, None] * time)
    chroma = SpectralStatistics().features(notes)[:, CHROMA, 4:-4]
    strongest = chroma.argmax(dim=1)
    assert (strongest == torch.arange(36)[:, None] % 12).all()
    assert (chroma.amax(dim=1) == 1).all()


def test_equals_librosa(wav, measured):
    librosa = pytest.importorskip("librosa")
    of = {"y": wav, "sr": RATE, "pad_mode": "reflect"}
    chroma = librosa.feature.chroma_stft(**of, tuning=0.0)
    assert np.abs(measured[CHROMA] - chroma).max() < 1e-4
    centroid = librosa.feature.spectral_centroid(**of)[0]
    assert np.allclose(measured[CENTROID], centroid, rtol=1e-4)
    roll_off = librosa.feature.spectral_rolloff(**of)[0]
    assert np.allclose(measured[ROLL_OFF], roll_off)
    mel = librosa.feature.melspectrogram(**of)
    mfcc = librosa.feature.mfcc(
        S=librosa.power_to_db(mel, ref=np.max), n_mfcc=20
    )
    assert np.abs(measured[MFCC] - mfcc).max() < 0.02


@pytest.mark.parametrize(("rate", "n_fft"), [(22050, 2048), (44100, 4096)])
def test_chroma_filterbank_equals_librosas(rate, n_fft):
    librosa = pytest.importorskip("librosa")
    expected = librosa.filters.chroma(sr=rate, n_fft=n_fft, tuning=0.0)
    measured = chroma_filterbank(rate, n_fft).numpy()
    assert np.abs(measured - expected).max() < 1e-6


def test_statistics_are_of_the_features(wav, measured):
    encoded = SpectralStatistics().encode_batch(torch.from_numpy(wav[None]))
    expected = [*measured.mean(axis=1), *measured.std(axis=1)]
    assert np.allclose(encoded[0, 0].numpy(), expected, rtol=1e-3, atol=1e-3)


def test_the_level_does_not_matter(wav):
    baseline = SpectralStatistics()
    loud, quiet = baseline.encode_batch(np.stack([wav, 0.01 * wav]))
    assert torch.allclose(loud, quiet, rtol=1e-3, atol=1e-2)


def test_padding_does_not_matter(wav):
    wavs = torch.zeros(2, RATE)
    wavs[0], wavs[1, :9000] = (
        torch.from_numpy(wav),
        torch.from_numpy(wav)[:9000],
    )
    baseline = SpectralStatistics()
    batch = baseline.encode_batch(wavs, [1.0, 9000 / RATE])
    alone = baseline.encode_batch(wavs[1:, :9000])
    assert torch.allclose(batch[1], alone[0], rtol=1e-5, atol=1e-4)
