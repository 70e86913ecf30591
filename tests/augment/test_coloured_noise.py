import numpy as np
import pytest
import torch
from scipy import signal

from speechbrain_singer.augment.coloured_noise import ColouredNoise


def added(transform, streams, wavs):
    parameters = transform.draw(wavs, streams(wavs))
    noise = transform.apply(wavs, parameters) - wavs
    return noise.double().numpy(), parameters


def test_the_ratio_is_the_one_drawn(generator, streams):
    level = torch.tensor([[0.001], [0.1], [1.0], [0.3]])
    wavs = level * torch.randn(4, 44100, generator=generator(1))
    noise, parameters = added(ColouredNoise(), streams, wavs)
    powers = wavs.double().square().mean(dim=1).numpy()
    measured = 10 * np.log10(powers / np.square(noise).mean(axis=1))
    expected = parameters["snr_db"].flatten().numpy()
    np.testing.assert_allclose(measured, expected, atol=0.01)


@pytest.mark.parametrize("exponent", [-1.0, 0.0, 1.0, 2.0])
def test_the_spectrum_falls_with_the_exponent(exponent, streams):
    transform = ColouredNoise(-20.0, -20.0, exponent, exponent)
    noise, _ = added(transform, streams, torch.ones(4, 100003))
    hertz, density = signal.welch(noise, 44100, nperseg=4096)
    kept = (hertz > 100) & (hertz < 20000)
    octaves = np.log2(hertz[kept])
    decibels = 10 * np.log10(density.mean(axis=0)[kept])
    slope = np.polyfit(octaves, decibels, 1)[0]
    assert slope == pytest.approx(-3.0103 * exponent, abs=0.1)


def test_nothing_lies_below_20_hertz(streams):
    transform = ColouredNoise(-20.0, -20.0, 2.0, 2.0)
    noise, _ = added(transform, streams, torch.ones(1, 176400))
    spectrum = np.abs(np.fft.rfft(noise[0] * np.hanning(176400))) ** 2
    hertz = np.fft.rfftfreq(176400, 1 / 44100)
    assert spectrum[hertz < 18].sum() < 1e-4 * spectrum.sum()
    assert spectrum[(hertz > 20) & (hertz < 40)].sum() > 0.3 * spectrum.sum()


def test_it_is_gaussian(streams):
    transform = ColouredNoise(-20.0, -20.0, 0.0, 0.0)
    noise, _ = added(transform, streams, torch.ones(1, 88200))
    standard = (noise[0] / noise[0].std())[:, None]
    shares = (np.abs(standard) < [1.0, 2.0, 3.0]).mean(axis=0)
    np.testing.assert_allclose(shares, [0.6827, 0.9545, 0.9973], atol=0.006)
