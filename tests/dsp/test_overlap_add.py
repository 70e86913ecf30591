import numpy as np
import pytest
import torch

from speechbrain_singer.dsp.overlap_add import keep_level, overlap_add
from speechbrain_singer.dsp.pulses import Grains

RATE = 44100


def regular_grains(time, step, shift):
    """Grains that come from the same number of samples later."""
    place = torch.arange(0, time + step + 1, step, dtype=torch.float64)[None]
    whole = torch.full_like(place, torch.inf)
    return Grains(place, torch.full_like(place, shift), whole, whole)


@pytest.mark.parametrize("shift", [-3.1, -0.1, 0.1, 7.1])
def test_fractions_of_samples_are_read_at_12_khz(shift):
    """A slope between the two neighbours alone leaves -23 dB."""
    time = np.arange(4000) / RATE
    wavs = torch.from_numpy(np.sin(2 * np.pi * 12000 * time))[None]
    read = overlap_add(wavs, regular_grains(4000, 100, shift))[0].numpy()
    wanted = np.sin(2 * np.pi * 12000 * (time + shift / RATE))
    inner = slice(300, -300)
    error = np.std((read - wanted)[inner]) / np.std(wanted[inner])
    assert 20 * np.log10(error) < -26


@pytest.mark.parametrize("rate", [None, 0.8, 1.3])
def test_gradients_are_those_of_finite_differences(rate, generator):
    random = torch.randn(1, 60, generator=generator(), dtype=torch.float64)
    grains = regular_grains(60, 13, 2.3)
    rate = rate and torch.full((1, 1), rate, dtype=torch.float64)
    torch.autograd.gradcheck(
        lambda wavs: overlap_add(wavs, grains, rate), random.requires_grad_()
    )


@pytest.mark.parametrize(
    ("factor", "expected"), [(0.01, 0.02), (0.8, 1.0), (1.7, 1.0), (9.0, 4.5)]
)
def test_levels_are_kept_by_a_factor_of_two_at_most(
    factor, expected, generator
):
    wavs = torch.randn(2, 9000, generator=generator())
    kept = keep_level(factor * wavs, wavs, 512)
    torch.testing.assert_close(kept, expected * wavs)


def test_a_level_is_a_constant_to_the_gradient(generator):
    wavs = torch.randn(1, 9000, generator=generator()).requires_grad_()
    shifted = (0.7 * wavs.detach()).requires_grad_()
    keep_level(shifted, wavs, 512).sum().backward()
    gain = torch.full_like(shifted, 1 / 0.7)
    torch.testing.assert_close(shifted.grad, gain)
    assert wavs.grad is None
