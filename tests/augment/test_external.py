import random

import numpy as np
import pytest
import torch
from speechbrain.augment.time_domain import (
    AddNoise,
    DoClip,
    DropChunk,
    DropFreq,
    RandAmp,
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


class Double(torch.nn.Module):
    def forward(self, waveforms):
        return waveforms.double()


class InPlace(torch.nn.Module):
    def forward(self, waveforms):
        return waveforms.mul_(0.5)


MODULES = {
    "noise": lambda: AddNoise(snr_low=10, snr_high=10),
    "drop": lambda: DropChunk(drop_length_low=9, drop_length_high=99),
    "clip": lambda: DoClip(clip_low=0.1, clip_high=0.5),
    "bands": DropFreq,
    "amplitude": RandAmp,
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


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_precision_stays(dtype, streams):
    wavs, external = torch.ones(2, 10, dtype=dtype), External(Double())
    changed = external.apply(wavs, external.draw(wavs, streams(wavs)))
    assert changed.dtype == dtype
    assert (changed == 1).all()


@pytest.mark.parametrize("name", ["drop", "clip", "bands", "amplitude"])
def test_each_example_is_as_the_module_makes_it_alone(name, generator, streams):
    wavs = torch.randn(3, 1000, generator=generator(1))
    module = MODULES[name]()
    lengths = {"lengths": torch.ones(1)} if name == "drop" else {}
    parameters = External(module).draw(wavs, streams(wavs))
    expected = []
    for wav, seed in zip(wavs, parameters["seed"][:, 0], strict=True):
        seed_all(seed.item() % 2**32)
        torch.manual_seed(seed.item())
        expected.append(module(wav[None].clone(), **lengths))
    changed = External(module).apply(wavs, parameters)
    assert torch.equal(changed, torch.cat(expected))


@pytest.mark.parametrize("output_type", ["tensor", "dict"])
def test_torch_audiomentations(output_type, generator, streams):
    library = pytest.importorskip("torch_audiomentations")
    options = {"p": 1.0, "output_type": output_type}
    wavs = 0.1 * torch.randn(3, 44100, generator=generator(1))
    gain = External(library.Gain(-12.0, -6.0, **options))
    changed = gain.apply(wavs, gain.draw(wavs, streams(wavs)))
    ratios = (changed * wavs).mean(dim=1) / wavs.square().mean(dim=1)
    torch.testing.assert_close(changed, ratios[:, None] * wavs)
    assert 10 ** (-12 / 20) < ratios.min() <= ratios.max() < 10 ** (-6 / 20)
    assert len(ratios.unique()) == 3
    noise = External(library.AddColoredNoise(10.0, 10.01, **options))
    added = noise.apply(wavs, noise.draw(wavs, streams(wavs))) - wavs
    ratio = wavs.square().mean(dim=1) / added.square().mean(dim=1)
    assert 10 * ratio.log10() == pytest.approx(10.0, abs=0.1)


def test_evaluation_mode_reaches_the_module():
    chain = Chain([External(DropChunk())])
    assert not chain.eval().transforms[0].transform.module.training


def test_a_change_of_length_is_refused(streams):
    wavs = torch.randn(2, 1000)
    external = External(SpeedPerturb(44100, speeds=[90]))
    with pytest.raises(ValueError, match=r"SpeedPerturb makes \[1, \d+\]"):
        external.apply(wavs, external.draw(wavs, streams(wavs)))
