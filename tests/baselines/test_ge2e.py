import sys

import numpy as np
import pytest
import torch

from speechbrain_singer.baselines.ge2e import GE2E
from speechbrain_singer.dataio.audio import AudioError

RATE = 16000


def voice(seconds, pitch):
    """A harmonic tone whose pitch and level waver: voice to webrtcvad."""
    time = np.arange(int(RATE * seconds)) / RATE
    phase = 2 * np.pi * pitch * time + 2 * np.sin(2 * np.pi * 5 * time)
    tone = sum(np.sin(k * phase) / k for k in range(1, 20))
    return (0.1 * tone * (1.2 + np.sin(2 * np.pi * time))).astype(np.float32)


@pytest.fixture(scope="module")
def resemblyzer():
    return pytest.importorskip("resemblyzer")


@pytest.fixture(scope="module")
def encoder(resemblyzer):
    return GE2E()


def test_equals_the_package(resemblyzer, encoder):
    """Recordings of less than a window up to many, in one padded batch."""
    wavs = [
        voice(5.3, 220),
        voice(0.5, 330),
        # Quiet, and with a silence to be cut out
        0.01 * np.concatenate([voice(1, 150), np.zeros(RATE), voice(1.7, 150)]),
        voice(2.4, 440),
    ]
    lengths = [len(wav) for wav in wavs]
    padded = np.zeros((len(wavs), max(lengths)), dtype=np.float32)
    for row, wav in zip(padded, wavs, strict=True):
        row[: len(wav)] = wav
    wav_lens = torch.tensor(lengths) / max(lengths)
    measured = encoder.encode_batch(torch.from_numpy(padded), wav_lens)
    assert measured.shape == (4, 1, 256)
    reference = resemblyzer.VoiceEncoder("cpu", verbose=False)
    for embedding, wav in zip(measured[:, 0], wavs, strict=True):
        processed = resemblyzer.preprocess_wav(wav.astype(np.float32))
        expected = reference.embed_utterance(processed)
        assert np.abs(embedding.numpy() - expected).max() < 1e-5


def test_recordings_without_a_voice_are_refused(encoder):
    with pytest.raises(AudioError, match="row 1 of the batch: silent"):
        encoder.encode_batch(np.stack([voice(1, 220), np.zeros(RATE)]))
    hum = 0.3 * np.sin(2 * np.pi * 20 * np.arange(RATE) / RATE)
    with pytest.raises(AudioError, match="row 1 of the batch: webrtcvad"):
        encoder.encode_batch(np.stack([voice(1, 220), hum]))


def test_short_recordings_are_refused(encoder):
    with pytest.raises(AudioError, match="too short, 1000 samples"):
        encoder.encode_batch(voice(1, 220)[None, :1000])


def test_nothing_is_trained(encoder):
    assert not encoder.training
    assert not any(p.requires_grad for p in encoder.parameters())


def test_a_missing_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "resemblyzer", None)
    with pytest.raises(ImportError, match=r"pip install .*\[ge2e\]"):
        GE2E()
