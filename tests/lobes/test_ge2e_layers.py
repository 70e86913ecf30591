import sys

import numpy as np
import pytest
import torch

from speechbrain_singer.lobes import ge2e_layers
from speechbrain_singer.lobes.ge2e_layers import GE2ELayers

RATE = 16000


@pytest.fixture(scope="module")
def package():
    return pytest.importorskip("resemblyzer")


@pytest.fixture(scope="module")
def front_end(package):
    return GE2ELayers(frozen=True, pretrained=True)


def chirp(samples, level=0.1):
    time = torch.arange(samples) / RATE
    noise = torch.randn(samples, generator=torch.Generator().manual_seed(0))
    return level * (torch.sin(2000 * time * (1 + time)) + 0.1 * noise)


@pytest.mark.parametrize("samples", [160, 399, 400, 15999, 16000])
def test_the_mel_spectrogram_is_resemblyzer_s(package, front_end, samples):
    wav = chirp(samples)
    expected = package.wav_to_mel_spectrogram(wav.numpy())
    measured = front_end.mel(wav[None])[0].numpy()
    assert measured.shape == expected.shape == (1 + samples // 160, 40)
    np.testing.assert_allclose(
        measured, expected, rtol=1e-4, atol=1e-5 * expected.max()
    )


@pytest.mark.parametrize("level", [1e-4, 0.01, 0.5])
def test_quiet_clips_get_resemblyzer_s_level(package, front_end, level):
    wav = chirp(4000, level)
    expected = package.audio.normalize_volume(
        wav.numpy(), -30, increase_only=True
    )
    measured = front_end.normalised(wav[None])[0].numpy()
    np.testing.assert_allclose(measured, expected, rtol=1e-4, atol=1e-7)


def test_layers_are_the_states_of_resemblyzer_s_network(package, front_end):
    """All frames of the last LSTM, the last frame of each of the three."""
    wavs = torch.stack([chirp(8000), chirp(8000, 0.001).flip(0)])
    layers = front_end(wavs)
    assert layers.shape == (2, 51, front_end.layers, front_end.width)
    assert layers.shape[2:] == (3, 256)
    reference = package.VoiceEncoder("cpu", verbose=False)
    loud = [
        package.audio.normalize_volume(wav.numpy(), -30, increase_only=True)
        for wav in wavs
    ]
    mels = np.stack([package.wav_to_mel_spectrogram(wav) for wav in loud])
    with torch.no_grad():
        last, (states, _) = reference.lstm(torch.from_numpy(mels))
    torch.testing.assert_close(layers[:, :, 2], last, atol=1e-4, rtol=0)
    by_layer = states.transpose(0, 1)
    torch.testing.assert_close(layers[:, -1], by_layer, atol=1e-4, rtol=0)


def test_a_click_is_in_the_frame_of_its_time(front_end):
    wav = torch.zeros(1, 16000)
    wav[0, 8000] = 1
    loudest = front_end.mel(wav)[0].sum(dim=1).argmax()
    place = front_end.first_frame + loudest / front_end.frame_rate
    assert place == pytest.approx(0.5)


def test_silence_stays_silence(front_end):
    assert front_end.normalised(torch.zeros(1, 160)).abs().max() == 0
    assert front_end(torch.zeros(1, 160)).isfinite().all()


def test_frozen_and_trained(package):
    front_end = GE2ELayers(frozen=True, pretrained=True)
    assert not front_end.train().training
    assert not any(p.requires_grad for p in front_end.parameters())
    front_end.unfreeze()
    assert front_end.training and not front_end.frozen
    front_end(chirp(1600)[None]).sum().backward()
    assert all(p.grad.abs().max() > 0 for p in front_end.parameters())


def test_without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "resemblyzer", None)
    with pytest.raises(ImportError, match=r"pip install .*\[ge2e\]"):
        ge2e_layers.load_resemblyzer()
