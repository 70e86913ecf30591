"""The laws of the channels that are drawn for mel spectrograms."""

import numpy as np
import pytest
import torch
from scipy import stats

from speechbrain_singer.augment.spectral_channel import (
    FLOOR_DB,
    SpectralChannel,
    over_bands,
    power_sum,
)
from speechbrain_singer.augment.streams import Streams

BANDS, FRAMES = 80, 20
# Nothing but what a test turns on
OFF = {
    "flutter_db": 0.0,
    "equaliser_db": 0.0,
    "noise_probability": 0.0,
    "band_probability": 0.0,
    "cut_probability": 0.0,
    "mask_probability": 0.0,
}


def spectrograms(count, seed=0):
    generator = torch.Generator().manual_seed(seed)
    decibels = -70 * torch.rand(count, BANDS, FRAMES, generator=generator)
    return decibels - decibels.amax(dim=(1, 2), keepdim=True)


def changed_by(channel, decibels, seeds):
    return channel(decibels, Streams(seeds), Streams(seeds))


def drawn(channel, count=2000):
    decibels = torch.zeros(count, BANDS, FRAMES)
    return channel.draw(decibels, Streams(range(count)), Streams(range(count)))


def test_with_nothing_on_nothing_happens():
    decibels = spectrograms(4)
    changed = changed_by(SpectralChannel(**OFF), decibels, range(4))
    assert torch.allclose(changed, decibels, atol=1e-5)


def test_a_view_does_not_depend_on_the_batch():
    decibels, channel = spectrograms(8), SpectralChannel()
    seeds = np.arange(31, 39)
    together = changed_by(channel, decibels, seeds)
    for rows in ([3], [5, 1, 3], [3, 3, 0]):
        others = changed_by(channel, decibels[rows], seeds[rows])
        torch.testing.assert_close(others, together[rows])
    others = changed_by(channel, decibels, seeds + 1)
    assert not torch.allclose(others, together)


def test_no_two_examples_share_a_draw():
    decibels = spectrograms(1).expand(6, -1, -1)
    changed = changed_by(SpectralChannel(), decibels, range(6))
    alike = (changed[:, None] == changed).all(dim=3).all(dim=2)
    assert alike.sum() == 6


def test_one_channel_is_not_one_recording():
    decibels = torch.zeros(40, BANDS, FRAMES)
    channel = SpectralChannel(noise_probability=1.0)
    drawn = channel.draw(decibels, Streams([7] * 40), Streams(range(40)))
    for name in ("equaliser", "limit", "cut"):
        assert (drawn[name] == drawn[name][:1]).all(), name
    floors = drawn["noise"].mean(dim=2)
    assert (floors - floors[:1]).abs().max() < 5 * 3 / FRAMES**0.5
    for name in ("flutter", "noise", "start", "length"):
        assert not torch.equal(drawn[name][0], drawn[name][1]), name


def test_flutter_has_its_strength():
    flutter = drawn(SpectralChannel(**(OFF | {"flutter_db": 5.0})))["flutter"]
    # In the lowest band, where a region has its point, and a bin its own draw;
    # a uniform strength has a mean square of a third
    expected = 25 / 3 * (0.8**2 + 0.8**2)
    assert flutter[:, 0].var().item() == pytest.approx(expected, rel=0.1)
    frames = flutter - flutter.mean(dim=2, keepdim=True)
    steps = (frames[:, 0, 1:] * frames[:, 0, :-1]).mean() / frames.var()
    assert abs(steps) < 0.1
    near = (flutter[:, 0] * flutter[:, 1]).mean() / flutter.var()
    assert near > 0.2


def test_the_equaliser_is_a_curve_of_that_strength():
    channel = SpectralChannel(**(OFF | {"equaliser_db": 6.0}))
    curves = drawn(channel)["equaliser"]
    # At its end it is one point of each curve, times a uniform strength
    variance = 36 / 3 * (0.7**2 + 0.4**2)
    assert curves[:, 0].var().item() == pytest.approx(variance, rel=0.1)
    assert abs(curves.mean()) < 0.3
    # Straight between its points, of which there are 4 and 9
    bends = curves.diff(n=2, dim=1).abs() > 1e-4
    assert bends.sum(dim=1).max() <= 2 * (2 + 7)
    decibels = spectrograms(2000)
    changed = channel.apply(decibels, {**drawn(SpectralChannel(**OFF))})
    assert torch.allclose(changed, decibels, atol=1e-5)
    parameters = drawn(channel)
    changed = channel.apply(decibels, parameters)
    # Relative to the loudest bin, the same for all frames
    shift = changed - decibels - parameters["equaliser"].unsqueeze(2)
    assert (shift.amax(dim=(1, 2)) - shift.amin(dim=(1, 2))).max() < 1e-3
    assert changed.amax(dim=(1, 2)).abs().max() < 1e-4


def test_levels_slopes_and_grain_of_the_noise():
    flat = {"noise_shape_db": 0.0, "noise_grain_db": 0.0}
    on = OFF | {"noise_probability": 1.0}
    noise = drawn(SpectralChannel(**on, **flat))["noise"]
    assert torch.equal(noise[..., 0], noise[..., 5])
    level, slope = noise[:, 0, 0], noise[:, -1, 0] - noise[:, 0, 0]
    for values, low, high in ((level, -90, -25), (slope, -20, 5)):
        law = stats.uniform(low, high - low)
        assert stats.kstest(values.numpy(), law.cdf).pvalue > 1e-3
    grained = drawn(SpectralChannel(**on, noise_shape_db=0.0), 50)["noise"]
    grain = grained - grained.mean(dim=2, keepdim=True)
    assert grain.std().item() == pytest.approx(3.0, rel=0.05)


def test_powers_of_noise_and_voice_add():
    channel = SpectralChannel(**(OFF | {"noise_probability": 1.0}))
    decibels = spectrograms(5)
    parameters = channel.draw(decibels, Streams(range(5)), Streams(range(5)))
    changed = channel.apply(decibels, parameters)
    powers = 10 ** (decibels / 10) + 10 ** (parameters["noise"] / 10)
    assert torch.allclose(changed, 10 * powers.log10(), atol=1e-3)


def test_probabilities_and_ranges():
    parameters = drawn(SpectralChannel(), 4000)
    chosen = {
        "noise": (parameters["noise"][:, 0, 0].isfinite(), 0.8),
        "limit": (parameters["limit"] < 1, 0.35),
        "cut": (parameters["cut"] > 0, 0.3),
        "length": (parameters["length"] > 0, 0.5),
    }
    for name, (mask, probability) in chosen.items():
        share = mask.float().mean().item()
        assert share == pytest.approx(probability, abs=0.03), name
    limits = parameters["limit"][parameters["limit"] < 1].numpy()
    assert stats.kstest(limits, stats.uniform(0.5625, 0.4375).cdf).pvalue > 1e-3
    ends = parameters["start"] + parameters["length"]
    assert parameters["length"].max() <= 0.3
    assert ends.max() <= 1


def test_limit_cut_and_mask_take_what_they_say():
    nothing = drawn(SpectralChannel(**OFF), 1)
    decibels = spectrograms(1)

    def changed(**parameters):
        parameters = {k: torch.tensor([[v]]) for k, v in parameters.items()}
        return SpectralChannel().apply(decibels, nothing | parameters)

    limited = changed(limit=0.75)
    assert (limited[:, 60:] == FLOOR_DB).all()
    assert torch.allclose(limited[:, :60], decibels[:, :60], atol=1e-5)
    cut = changed(cut=0.05)
    assert torch.allclose(cut[:, :4], decibels[:, :4] - 20, atol=1e-5)
    assert torch.allclose(cut[:, 4:], decibels[:, 4:], atol=1e-5)
    masked = changed(start=0.25, length=0.5)
    assert (masked[..., 5:15] == FLOOR_DB).all()
    kept = [*range(5), *range(15, 20)]
    assert torch.allclose(masked[..., kept], decibels[..., kept], atol=1e-5)


def test_lines_are_those_of_numpy():
    points = torch.randn(3, 5, dtype=torch.float64)
    expected = [
        np.interp(np.linspace(0, 4, 17), range(5), row) for row in points
    ]
    np.testing.assert_allclose(over_bands(points, 17), expected, atol=1e-12)


def test_power_sum_of_what_is_nothing():
    nothing = torch.tensor([-torch.inf])
    assert power_sum(torch.tensor([-40.0]), nothing).item() == pytest.approx(
        -40, abs=1e-5
    )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"noise_probability": 1.5}, "noise_probability"),
        ({"lowest_limit": -0.1}, "lowest_limit"),
        ({"equaliser_db": -1.0}, "equaliser_db"),
        ({"cut_db": -1.0}, "cut_db"),
        ({"noise_db": (0.0, -10.0)}, "noise_db"),
        ({"noise_slope_db": (0.0, -10.0)}, "noise_slope_db"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        SpectralChannel(**settings)
