import random

import numpy as np
import pytest
import torch
from speechbrain.augment.time_domain import (
    AddNoise,
    DoClip,
    DropChunk,
    SpeedPerturb,
)

from speechbrain_singer.augment.chain import Chain
from speechbrain_singer.augment.external import External


class Scale(torch.nn.Module):
    """Called as torch-audiomentations is, random in three libraries."""

    def __init__(self, output_type):
        super().__init__()
        self.output_type = output_type
        self.rates = []

    def forward(self, samples, sample_rate=None, targets=None):
        assert samples.ndim == 3
        self.rates.append(sample_rate)
        draws = torch.rand(len(samples), samples.shape[1], 1)
        samples = samples * (draws + random.random() + np.random.rand())
        return samples if self.output_type == "tensor" else Output(samples)


class Output(dict):
    """A dict whose entries are attributes too."""

    def __init__(self, samples):
        super().__init__(samples=samples)
        self.samples = samples


class InPlace(torch.nn.Module):
    def forward(self, waveforms):
        return waveforms.mul_(0.5)


MODULES = {
    "noise": lambda: AddNoise(snr_low=10, snr_high=10),
    "drop": lambda: DropChunk(drop_length_low=9, drop_length_high=99),
    "clip": lambda: DoClip(clip_low=0.1, clip_high=0.5),
    "tensor": lambda: Scale("tensor"),
    "dict": lambda: Scale("dict"),
}


@pytest.fixture(params=MODULES)
def external(request):
    return External(MODULES[request.param](), sample_rate=48000)


def seed_all(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def draw_all():
    return random.random(), np.random.rand(), torch.rand(1).item()


def test_the_seeds_decide_and_the_global_generators_go_on(
    external, generator, streams
):
    wavs = torch.randn(4, 1000, generator=generator(1))
    before = wavs.clone()

    def augmented(seed, elsewhere):
        seed_all(elsewhere)
        changed = external.apply(wavs, external.draw(wavs, streams(wavs, seed)))
        return changed, draw_all()

    first, after = augmented(1, 7)
    assert torch.equal(first, augmented(1, 8)[0])
    assert not torch.equal(first, augmented(2, 7)[0])
    assert torch.equal(wavs, before)
    seed_all(7)
    assert after == draw_all()


def test_examples_differ(external, generator, streams):
    wavs = torch.randn(1, 1000, generator=generator(1)).expand(4, -1)
    changed = external.apply(wavs, external.draw(wavs, streams(wavs)))
    assert (changed[:, None] == changed).all(dim=2).sum() == 4


def test_noise_of_speechbrain_has_its_ratio(generator, streams):
    wavs = torch.randn(4, 44100, generator=generator(1))
    external = External(AddNoise(snr_low=10, snr_high=10))
    noisy = external.apply(wavs, external.draw(wavs, streams(wavs)))
    # SpeechBrain turns the clip down for its noise
    gain = (noisy * wavs).mean(dim=1) / wavs.square().mean(dim=1)
    clean = gain[:, None] * wavs
    ratio = clean.var(dim=1) / (noisy - clean).var(dim=1)
    assert 10 * ratio.log10() == pytest.approx(10.0, abs=0.3)


def test_the_sample_rate_is_told(streams):
    module = Scale("tensor")
    chain = Chain([External(module, sample_rate=48000)], probability=1.0)
    wavs = torch.ones(2, 10)
    chain(wavs, streams(wavs))
    assert module.rates == [48000, 48000]


def test_what_works_in_place_spares_the_input(streams):
    wavs, external = torch.ones(2, 10), External(InPlace())
    changed = external.apply(wavs, external.draw(wavs, streams(wavs)))
    assert (wavs == 1).all()
    assert (changed == 0.5).all()


def test_evaluation_mode_reaches_the_module():
    chain = Chain([External(DropChunk())])
    assert not chain.eval().steps[0].transform.module.training


def test_a_change_of_length_is_refused(streams):
    wavs = torch.randn(2, 1000)
    external = External(SpeedPerturb(44100, speeds=[90]))
    with pytest.raises(ValueError, match=r"SpeedPerturb makes \[1, \d+\]"):
        external.apply(wavs, external.draw(wavs, streams(wavs)))
