import numpy as np
import torch

from speechbrain_singer.augment.clipping import Clipping


def clipped(transform, streams):
    level = torch.tensor([[0.01], [0.5], [3.0]])
    generator = torch.Generator().manual_seed(1)
    wavs = level * torch.randn(3, 1000, generator=generator)
    parameters = transform.draw(wavs, streams(wavs))
    changed = transform.apply(wavs, parameters).double().numpy()
    wavs = wavs.double().numpy()
    limit = np.abs(wavs).max(axis=1, keepdims=True)
    limit *= parameters["share"].double().numpy()
    return wavs, changed, limit


def test_it_cuts_at_its_share_of_the_peak(streams):
    wavs, changed, limit = clipped(Clipping(), streams)
    expected = np.clip(wavs, -limit, limit)
    np.testing.assert_allclose(changed, expected, rtol=1e-6)
    assert (changed != wavs).any(axis=1).all()


def test_it_saturates(streams):
    wavs, changed, limit = clipped(Clipping(soft=True), streams)
    np.testing.assert_allclose(
        changed, limit * np.tanh(wavs / limit), rtol=1e-5, atol=1e-8
    )


def test_a_share_of_one_leaves_the_clip(streams):
    wavs, changed, _ = clipped(Clipping(1.0, 1.0), streams)
    np.testing.assert_array_equal(changed, wavs)
