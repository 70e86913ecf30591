import math

import numpy as np
import pytest
import torch

from speechbrain_singer.augment.gain import Gain
from speechbrain_singer.augment.noise import GaussianNoise
from speechbrain_singer.augment.time_mask import TimeMask


def test_noise_has_its_amplitude(streams):
    wavs = torch.zeros(4, 50000)
    parameters = GaussianNoise().draw(wavs, streams(wavs))
    noise = GaussianNoise().apply(wavs, parameters)
    measured = noise.numpy().std(axis=1)
    expected = parameters["amplitude"].flatten().numpy()
    assert measured == pytest.approx(expected, rel=0.03)


def test_gain_is_in_decibels(streams):
    wavs = torch.full((50, 10), 0.5)
    parameters = Gain().draw(wavs, streams(wavs))
    ratios = Gain().apply(wavs, parameters)[:, 0] / 0.5
    decibels = [20 * math.log10(ratio) for ratio in ratios]
    expected = parameters["gain_db"].flatten().tolist()
    assert decibels == pytest.approx(expected, abs=1e-5)


def test_mask_is_one_stretch_of_its_length(streams):
    wavs = torch.ones(200, 1000)
    parameters = TimeMask().draw(wavs, streams(wavs))
    masked = TimeMask().apply(wavs, parameters) == 0
    lengths = masked.sum(dim=1).numpy()
    expected = 1000 * parameters["length"].flatten().numpy()
    assert np.abs(lengths - expected).max() <= 1
    borders = masked.int().diff(dim=1).abs().sum(dim=1)
    assert borders.max() <= 2


@pytest.mark.parametrize(
    ("transform", "settings", "named"),
    [
        (GaussianNoise, (0.1, 0.05), "noise amplitude: from 0.1 to 0.05"),
        (GaussianNoise, (-0.1, 0.05), "noise amplitude: from -0.1"),
        (Gain, (3.0, -3.0), "gain in dB: from 3.0 to -3.0"),
        (TimeMask, (1.5,), "masked share: from 0 to 1.5"),
    ],
)
def test_ranges_that_make_no_sense_are_refused(transform, settings, named):
    with pytest.raises(ValueError, match=named):
        transform(*settings)
