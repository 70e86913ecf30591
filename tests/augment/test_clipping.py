import numpy as np
import torch

from speechbrain_singer.augment.clipping import Clipping


def clipped(transform, generator):
    level = torch.tensor([[0.01], [0.5], [3.0]])
    wavs = level * torch.randn(3, 1000, generator=generator(1))
    parameters = transform.draw(wavs, generator())
    changed = transform.apply(wavs, parameters).double().numpy()
    wavs = wavs.double().numpy()
    limit = np.abs(wavs).max(axis=1, keepdims=True)
    limit *= parameters["share"].double().numpy()
    return wavs, changed, limit


def test_it_cuts_at_its_share_of_the_peak(generator):
    wavs, changed, limit = clipped(Clipping(), generator)
    expected = np.clip(wavs, -limit, limit)
    np.testing.assert_allclose(changed, expected, rtol=1e-6)
    assert (changed != wavs).any(axis=1).all()


def test_it_saturates(generator):
    wavs, changed, limit = clipped(Clipping(soft=True), generator)
    np.testing.assert_allclose(
        changed, limit * np.tanh(wavs / limit), rtol=1e-5, atol=1e-8
    )


def test_a_share_of_one_leaves_the_clip(generator):
    wavs, changed, _ = clipped(Clipping(1.0, 1.0), generator)
    np.testing.assert_array_equal(changed, wavs)
