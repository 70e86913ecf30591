import numpy as np
import pytest
import torch
from scipy import signal

from speechbrain_singer.augment.reverb import Reverb


def schroeder_rt60(response, rate=44100):
    """By ISO 3382's T30: the fit from -5 to -35 dB, times 2."""
    energy = np.cumsum(np.square(response)[::-1])[::-1]
    decibels = 10 * np.log10(energy / energy[0])
    fitted = np.flatnonzero((decibels < -5) & (decibels > -35))
    return -60 / np.polyfit(fitted / rate, decibels[fitted], 1)[0]


def drawn(transform, streams, batch=8, time=88200):
    wavs = torch.zeros(batch, time)
    parameters = transform.draw(wavs, streams(wavs))
    return {n: p.double().numpy() for n, p in parameters.items()}


@pytest.mark.parametrize(
    ("band", "ratio"),
    [
        ((100, 2000), lambda p: 1.0),
        ((8000, 20000), lambda p: p["high_ratio"][:, 0]),
    ],
)
def test_it_decays_within_its_reverberation_time(band, ratio, streams):
    parameters = drawn(Reverb(max_drr_db=0.0), streams)
    sections = signal.butter(4, band, "bandpass", output="sos", fs=44100)
    tails = signal.sosfilt(sections, parameters["response"][:, 1:])
    measured = [schroeder_rt60(tail) for tail in tails]
    expected = parameters["rt60"][:, 0] * ratio(parameters)
    np.testing.assert_allclose(measured, expected, rtol=0.12)


def test_the_ratio_of_direct_to_reverberant_energy(streams):
    parameters = drawn(Reverb(), streams)
    response = parameters["response"]
    energies = np.square(response[:, 1:]).sum(axis=1)
    measured = 10 * np.log10(np.square(response[:, 0]) / energies)
    expected = parameters["drr_db"][:, 0]
    np.testing.assert_allclose(measured, expected, atol=0.01)


def test_it_begins_after_the_pre_delay(streams):
    parameters = drawn(Reverb(min_pre_delay=0.001), streams)
    begins = np.argmax(parameters["response"][:, 1:] != 0, axis=1) + 1
    expected = np.ceil(44100 * parameters["pre_delay"][:, 0])
    np.testing.assert_array_equal(begins, expected)


def test_it_is_the_convolution_at_the_clips_level(generator, streams):
    wavs = torch.randn(4, 22050, generator=generator(1))
    wavs[:, -5000:] = 0.0
    transform = Reverb()
    parameters = transform.draw(wavs, streams(wavs))
    changed = transform.apply(wavs, parameters).double().numpy()
    wavs, responses = (
        x.double().numpy() for x in (wavs, parameters["response"])
    )
    expected = signal.fftconvolve(wavs, responses, axes=1)[:, : wavs.shape[1]]
    expected *= np.sqrt(
        np.square(wavs).sum(axis=1, keepdims=True)
        / np.square(expected).sum(axis=1, keepdims=True)
    )
    np.testing.assert_allclose(changed, expected, atol=2e-5)


@pytest.mark.parametrize("time", [1, 2, 100])
def test_clips_may_be_shorter_than_the_response(time, streams):
    wavs = torch.ones(3, time)
    transform = Reverb()
    changed = transform.apply(wavs, transform.draw(wavs, streams(wavs)))
    assert changed.shape == wavs.shape
    assert changed.isfinite().all()
