import math

import numpy as np
import pytest
import torch
from hyperpyyaml import load_hyperpyyaml
from speechbrain.augment.time_domain import DropChunk
from voices import sing

from speechbrain_singer.augment.chain import Chain, Sometimes
from speechbrain_singer.augment.clipping import Clipping
from speechbrain_singer.augment.coloured_noise import ColouredNoise
from speechbrain_singer.augment.equaliser import Equaliser
from speechbrain_singer.augment.gain import Gain
from speechbrain_singer.augment.streams import Streams

YAML = """
chain: !new:speechbrain_singer.augment.chain.Chain
    probability: 0.5
    transforms:
        - !new:speechbrain_singer.augment.gain.Gain
            min_db: -6.0
            max_db: -6.0
        - !new:speechbrain_singer.augment.chain.Sometimes
            probability: 0.1
            transform: !new:speechbrain_singer.augment.external.External
                module: !new:speechbrain.augment.time_domain.DropChunk
                    drop_length_low: 50
                    drop_length_high: 50
                    drop_count_low: 1
                    drop_count_high: 1
"""


def test_each_transform_has_its_probability(streams):
    chain = load_hyperpyyaml(YAML)["chain"]
    wavs = torch.ones(4000, 100)
    wavs = chain(wavs, streams(wavs))
    quieter = (wavs.amax(dim=1) < 0.9).double().mean().item()
    dropped = (wavs.amin(dim=1) == 0).double().mean().item()
    # 4 standard deviations of a binomial share
    assert abs(quieter - 0.5) < 4 * math.sqrt(0.25 / 4000)
    assert abs(dropped - 0.1) < 4 * math.sqrt(0.09 / 4000)


class Shift:
    """Adds a number, without a draw."""

    def draw(self, wavs, streams):
        return {}

    def apply(self, wavs, parameters):
        return wavs + 1


def test_the_order_is_that_of_the_list(streams):
    gain, shift = Gain(6.0206, 6.0206), Sometimes(Shift(), 1.0)
    wavs = torch.full((1, 1), 3.0)
    for transforms, expected in [([gain, shift], 7), ([shift, gain], 8)]:
        changed = Chain(transforms, probability=1.0)(wavs, streams(wavs))
        assert changed.item() == pytest.approx(expected, rel=1e-5)


def test_those_who_are_chosen_get_their_own_draws(generator, streams):
    """The rows that are picked out keep their parameters."""
    wavs = torch.randn(16, 2000, generator=generator(1))
    for transform in (Gain(), ColouredNoise(), Equaliser(), Clipping()):
        some = Sometimes(transform, 0.5)(wavs, streams(wavs))
        every = Sometimes(transform, 1.0)(wavs, streams(wavs))
        changed = (some != wavs).any(dim=1)
        assert 0 < changed.sum() < 16
        torch.testing.assert_close(some[changed], every[changed])


def test_nobody_may_be_chosen(streams):
    wavs = torch.randn(4, 100)
    chain = Chain([Gain(-6.0, -6.0)], probability=0.0)
    assert torch.equal(chain(wavs, streams(wavs)), wavs)


def test_gradients_reach_those_chosen_and_those_spared(streams):
    wavs = torch.ones(64, 10, requires_grad=True)
    Chain([Gain(-6.0206, -6.0206)])(wavs, streams(wavs)).sum().backward()
    values = wavs.grad[:, 0].unique().numpy()
    np.testing.assert_allclose(values, [0.5, 1.0], rtol=1e-4)


def test_it_is_the_identity_in_evaluation(streams):
    wavs = torch.randn(4, 100)
    chain = Chain([Sometimes(Gain(-6.0, -6.0), 1.0)]).eval()
    assert torch.equal(chain(wavs, streams(wavs)), wavs)


class Product:
    """A product of matrices, which autocast makes in half precision."""

    def draw(self, wavs, streams):
        return {}

    def apply(self, wavs, parameters):
        return wavs @ torch.eye(wavs.shape[1]).to(wavs)


def in_half_precision(transform, wavs, streams):
    with torch.autocast("cpu", torch.bfloat16):
        return transform(wavs, streams)


@pytest.mark.parametrize("make", [Chain, lambda steps: Sometimes(*steps, 0.5)])
def test_autocast_stays_outside(make, streams):
    wavs = sing(8)[:, :100]
    product = make([Product()])
    assert torch.equal(in_half_precision(product, wavs, streams(wavs)), wavs)
    assert torch.equal(
        in_half_precision(product, wavs.double(), streams(wavs)), wavs.double()
    )


def test_views_under_autocast_are_those_without(published, streams):
    wavs = sing(8)
    expected = published(wavs, streams(wavs))
    assert torch.equal(
        in_half_precision(published, wavs, streams(wavs)), expected
    )


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_rounded_once(published, dtype, streams):
    wavs = sing(8).to(dtype)
    changed = published(wavs, streams(wavs))
    assert changed.dtype == dtype
    expected = published(wavs.float(), streams(wavs))
    assert torch.equal(changed, expected.to(dtype))


def test_double_precision_stays(published, streams):
    wavs = sing(8).double()
    assert published(wavs, streams(wavs)).dtype == torch.float64


@pytest.mark.parametrize("steps", [[], [Gain()]])
@pytest.mark.parametrize(
    ("wavs", "streams", "error", "message"),
    [
        (torch.ones(3, 1, 9), Streams(range(3)), ValueError, r"\[3, 1, 9\]"),
        (torch.ones(9), Streams(range(9)), ValueError, r"\[9\].*batch, time"),
        (torch.ones(3, 9).int(), Streams(range(3)), TypeError, r"int32.*float"),
        (torch.ones(3, 9) * 1j, Streams(range(3)), TypeError, "complex64"),
        (np.ones((3, 9)), Streams(range(3)), TypeError, r"float64.*tensor"),
        (torch.ones(3, 9), Streams(range(2)), ValueError, "2 streams.* of 3"),
        (torch.ones(3, 9), Streams(range(4)), ValueError, "4 streams.* of 3"),
        (torch.ones(3, 9), range(3), TypeError, "streams are range"),
    ],
)
def test_what_is_no_batch_is_refused(steps, wavs, streams, error, message):
    with pytest.raises(error, match=message):
        Chain(steps)(wavs, streams)


@pytest.mark.parametrize("number", [2, 4])
def test_a_transform_by_itself_wants_as_many_streams(number):
    with pytest.raises(ValueError, match=f"{number} streams for a batch of 3"):
        Sometimes(Gain(), 1.0)(torch.ones(3, 9), Streams(range(number)))


def test_a_batch_may_be_empty(published):
    assert published(torch.ones(0, 100), Streams([])).shape == (0, 100)


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan")])
def test_a_probability_is_one(probability):
    with pytest.raises(ValueError, match="probability"):
        Chain([Gain()], probability)


def test_a_transform_of_others_is_pointed_to_its_wrapper():
    with pytest.raises(TypeError, match=r"DropChunk.*External"):
        Chain([DropChunk()])
