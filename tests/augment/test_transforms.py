import math

import numpy as np
import pytest
import torch
from scipy import stats

from speechbrain_singer.augment.chain import Chain
from speechbrain_singer.augment.gain import Gain
from speechbrain_singer.augment.noise import GaussianNoise
from speechbrain_singer.augment.time_mask import TimeMask

TRANSFORMS = [GaussianNoise(), Gain(), TimeMask()]


@pytest.mark.parametrize(
    ("transform", "name", "low", "high"),
    [
        (GaussianNoise(0.001, 0.05), "amplitude", 0.001, 0.05),
        (Gain(-6.0, 0.0), "gain_db", -6.0, 0.0),
        (TimeMask(0.125), "length", 0.0, 0.125),
    ],
)
def test_draws_are_uniform_and_each_examples_own(
    transform, name, low, high, streams
):
    wavs = torch.zeros(2000, 4)
    draws = transform.draw(wavs, streams(wavs))[name].flatten().numpy()
    uniform = stats.uniform(low, high - low)
    assert stats.kstest(draws, uniform.cdf).pvalue > 0.01
    assert len(np.unique(draws)) > 1990


@pytest.mark.parametrize(
    "transform", TRANSFORMS, ids=lambda t: type(t).__name__
)
def test_silence_stays_finite_and_the_input_untouched(transform, streams):
    wavs = torch.zeros(3, 1000)
    parameters = transform.draw(wavs, streams(wavs))
    assert transform.apply(wavs, parameters).isfinite().all()
    assert (wavs == 0).all()


@pytest.mark.parametrize(
    "transform", TRANSFORMS, ids=lambda t: type(t).__name__
)
def test_gradients_flow(transform, streams):
    wavs = torch.randn(3, 1000, requires_grad=True)
    transform.apply(wavs, transform.draw(wavs, streams(wavs))).sum().backward()
    assert wavs.grad.abs().sum() > 0


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


def test_chain_applies_each_transform_with_its_probability(streams):
    chain = Chain([Gain(-6.0, -6.0), TimeMask(0.125)], probability=0.5)
    wavs = torch.ones(4000, 400)
    wavs = chain(wavs, streams(wavs))
    quieter = (wavs.amax(dim=1) < 0.9).numpy()
    masked = (wavs.amin(dim=1) == 0).numpy()
    # 4 standard deviations of a binomial share; a few masks are empty
    assert abs(quieter.mean() - 0.5) < 4 * 0.5 / math.sqrt(4000)
    assert abs(masked.mean() - 0.5) < 4 * 0.5 / math.sqrt(4000) + 0.01
    assert abs(np.corrcoef(quieter, masked)[0, 1]) < 4 / math.sqrt(4000)


def test_chain_is_a_function_of_the_seeds(streams):
    chain, wavs = Chain(TRANSFORMS), torch.randn(8, 1000)
    first = chain(wavs, streams(wavs, 1))
    assert torch.equal(first, chain(wavs, streams(wavs, 1)))
    assert not torch.equal(first, chain(wavs, streams(wavs, 2)))


def test_chain_is_the_identity_in_evaluation(streams):
    chain, wavs = Chain(TRANSFORMS, probability=1.0).eval(), torch.randn(2, 99)
    assert torch.equal(chain(wavs, streams(wavs)), wavs)


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
