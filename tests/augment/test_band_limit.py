import numpy as np
import pytest
import torch
from scipy import signal

from speechbrain_singer.augment.band_limit import BandLimit


def decibels(transform, parameters, hertz, time=44100):
    """Of an impulse's response, [batch, frequencies]."""
    wavs = torch.zeros(len(parameters["high_hz"]), time)
    wavs[:, time // 2] = 1.0
    response = transform.apply(wavs, parameters).double().numpy()
    turns = np.arange(time) / 44100 * np.asarray(hertz)[..., None]
    spectrum = (response[:, None] * np.exp(-2j * np.pi * turns)).sum(axis=-1)
    return 20 * np.log10(np.abs(spectrum))


@pytest.mark.parametrize("cut", [3400.0, 8000.0, 20000.0])
def test_its_amplitude_is_butterworths(cut, streams):
    transform = BandLimit(cut, cut, 300.0, 300.0)
    wavs = torch.zeros(1, 9)
    parameters = transform.draw(wavs, streams(wavs))
    hertz = np.array([100, 200, 290, 310, 1000, 0.8 * cut, cut, 1.05 * cut])
    _, low = signal.sosfreqz(
        signal.butter(16, cut, output="sos", fs=44100), hertz, fs=44100
    )
    _, high = signal.sosfreqz(
        signal.butter(6, 300, "highpass", output="sos", fs=44100),
        hertz,
        fs=44100,
    )
    expected = 20 * np.log10(np.abs(low * high))
    measured = decibels(transform, parameters, hertz)[0]
    np.testing.assert_allclose(measured, expected, atol=0.2)


def test_an_octave_off_nothing_is_left(streams):
    transform = BandLimit(3400.0, 10000.0, 200.0, 400.0)
    wavs = torch.zeros(8, 9)
    parameters = transform.draw(wavs, streams(wavs))
    high, low = (parameters[n].numpy() for n in ("high_hz", "low_hz"))
    assert decibels(transform, parameters, 2 * high).max() < -95
    assert decibels(transform, parameters, low / 2).max() < -35
    within = decibels(transform, parameters, np.array([[1000.0]]))
    assert np.abs(within).max() < 0.01


def test_nothing_is_delayed(streams):
    transform = BandLimit(3400.0, 3400.0)
    wavs = torch.zeros(1, 4410)
    wavs[0, 2000] = 1.0
    response = transform.apply(wavs, transform.draw(wavs, streams(wavs)))[0]
    assert response.argmax() == 2000
    torch.testing.assert_close(
        response[1900:2000], response[2001:2101].flip(0), atol=1e-6, rtol=0
    )


@pytest.mark.parametrize("place", [0, -1])
def test_one_end_does_not_ring_at_the_other(place, streams):
    transform = BandLimit(3400.0, 20000.0, 100.0, 400.0)
    wavs = torch.zeros(8, 4410)
    wavs[:, place] = 1.0
    response = transform.apply(wavs, transform.draw(wavs, streams(wavs)))
    other = response[:, -200:] if place == 0 else response[:, :200]
    assert other.abs().max() < 1e-5
