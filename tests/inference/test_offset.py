"""Offset and hum do not move an embedding, nor do they make one of a rest."""

import pytest
import torch

from speechbrain_singer.dataio.audio import AudioError

RATE = 44100


@pytest.fixture(scope="module")
def song(noise):
    """Singing (here noise without its lowest part), and a rest as long."""
    spectrum = torch.fft.rfft(noise(3.0))
    spectrum[:600] = 0
    sung = torch.fft.irfft(spectrum)
    return torch.cat([sung, 2e-5 * noise(3.0, seed=1)])


def disturbances(samples):
    time = torch.arange(samples, dtype=torch.float64) / RATE
    waves = [torch.sin(2 * torch.pi * 50 * k * time + k) / k for k in (1, 2, 3)]
    hum = torch.stack(waves).sum(dim=0)
    hum *= 10 ** (-45 / 20) / hum.square().mean().sqrt()
    return {"0.002": 0.002, "0.1": 0.1, "hum": hum.float()}


@pytest.mark.parametrize(
    ("name", "least"), [("0.002", 0.999), ("0.1", 0.99), ("hum", 0.5)]
)
def test_rests_stay_rests(song, encoder, name, least):
    clean = encoder.encode_waveform(song, RATE)
    disturbed = encoder.encode_waveform(
        song + disturbances(len(song))[name], RATE
    )
    assert torch.dot(clean, disturbed) > least
    # Hum is heard where somebody sings, as it always was
    sung = encoder.encode_waveform(
        song[: 3 * RATE] + disturbances(3 * RATE)["hum"], RATE
    )
    if name == "hum":
        assert torch.dot(sung, disturbed) > 0.98


@pytest.mark.parametrize("name", ["0.002", "0.1", "hum"])
def test_silence_stays_silence(song, encoder, name):
    rest = song[3 * RATE :] + disturbances(3 * RATE)[name]
    what = "only hum and rumble" if name == "hum" else "silent throughout"
    with pytest.raises(AudioError, match=what):
        encoder.encode_waveform(rest, RATE)
