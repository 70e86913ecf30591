import numpy as np
import pytest
import torch
from scipy import signal, stats
from torch._subclasses.fake_tensor import FakeTensorMode

from speechbrain_singer.augment.formant_shift import FormantShift
from speechbrain_singer.augment.pitch_shift import PitchShift
from speechbrain_singer.augment.streams import Streams

RATE = 44100
BOTH = [PitchShift(), FormantShift()]
EACH = pytest.mark.parametrize(
    "transform", BOTH, ids=lambda t: type(t).__name__
)


def shift(wavs, ratio, range_ratio=1.0):
    same = torch.ones(len(wavs), 1)
    return PitchShift().apply(
        wavs, {"ratio": ratio * same, "range_ratio": range_ratio * same}
    )


def buzz(f0, seconds=1.0):
    """[1, time], pulses that ring at 700 Hz."""
    since = (np.arange(int(seconds * RATE)) / RATE) % (1 / f0)
    wave = np.exp(-600 * since) * np.sin(2 * np.pi * 700 * since)
    return torch.from_numpy(0.3 * wave).float()[None]


def noise(seconds, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return 0.1 * torch.randn(1, int(seconds * RATE), generator=generator)


def pitch(wav, near):
    """Hz of the strongest line within 8 % of a frequency."""
    spectrum = np.abs(np.fft.rfft(wav * np.hanning(len(wav)), 2**19))
    hertz = np.fft.rfftfreq(2**19, 1 / RATE)
    spectrum[np.abs(hertz / near - 1) > 0.08] = 0
    return hertz[spectrum.argmax()]


def decibels(difference, signal):
    return 20 * np.log10(difference.norm() / signal.norm())


@pytest.mark.parametrize("ratio", [0.5, 0.7, 0.95, 1.2, 1.6, 2.0])
@pytest.mark.parametrize("f0", [90.0, 150.0, 220.0, 310.0, 500.0])
def test_steady_tones_are_shifted_by_their_ratio(f0, ratio):
    wanted = ratio * f0
    inner = slice(RATE // 10, -RATE // 10)
    shifted = shift(buzz(f0), ratio)[0, inner].numpy()
    cents = 1200 * np.log2(pitch(shifted, wanted) / wanted)
    assert abs(cents) < 5


def test_each_example_has_its_own_ratio():
    wavs = torch.cat([buzz(200.0), buzz(300.0), buzz(200.0)])
    ratio = torch.tensor([[0.8], [1.2], [1.5]])
    shifted = PitchShift().apply(
        wavs, {"ratio": ratio, "range_ratio": torch.ones(3, 1)}
    )
    for wav, wanted in zip(shifted.numpy(), (160, 360, 300), strict=True):
        assert pitch(wav, wanted) == pytest.approx(wanted, rel=0.003)


@pytest.mark.parametrize("f0", [650.0, 740.0, 850.0, 988.0, 1046.5, 1100.0])
def test_high_voices_leave_without_a_subharmonic(f0):
    """Tracked an octave low they have one, of -6 dB at worst."""
    time = torch.arange(RATE, dtype=torch.float64) / RATE
    waves = [(2 * np.pi * f0 * k * time).sin() / k for k in range(1, 17)]
    wavs = 0.2 * sum(waves).float()[None]
    ratio = torch.full((1, 1), 1.25)
    shifted = PitchShift(max_f0=1200.0).apply(
        wavs, {"ratio": ratio, "range_ratio": torch.ones(1, 1)}
    )
    inner = shifted[0, RATE // 5 : -RATE // 5].numpy()
    power = np.abs(np.fft.rfft(inner * np.blackman(len(inner))))
    hertz = np.fft.rfftfreq(len(inner), 1 / RATE)
    low, high = (
        power[np.abs(hertz / wanted - 1) < 0.03].max()
        for wanted in (1.25 * f0 / 2, 1.25 * f0)
    )
    assert 20 * np.log10(low / high) < -40


@pytest.mark.parametrize("ratio", [0.5, 1.3, 2.0])
def test_a_voice_sounds_to_its_very_ends(ratio):
    """What is read beyond an end is the last sample again: an offset."""
    time = np.arange(RATE // 2) / RATE
    cuts = np.arange(0, 12)[:, None] / 12 / 150
    since = (time + cuts) % (1 / 150)
    wavs = 0.3 * np.exp(-300 * since) * np.cos(2 * np.pi * 700 * since)
    shifted = shift(torch.from_numpy(wavs).float(), ratio)
    half = RATE // 150 // 2
    ends = torch.cat([shifted[:, :half], shifted[:, -half:]])
    assert ends.mean(1).abs().max() < 0.4 * shifted.std()


def test_a_formant_shift_doubles_no_pulse():
    """A grain read faster would take the next pulse along, at -7 dB."""
    since = (np.arange(RATE) / RATE) % (1 / 150)
    wave = 0.3 * np.exp(-6000 * since) * np.sin(2 * np.pi * 2500 * since)
    wavs = torch.from_numpy(wave).float()[None]
    shifted = FormantShift().apply(wavs, {"ratio": torch.full((1, 1), 1.6)})
    periods = shifted[0, RATE // 5 : -RATE // 5].unfold(0, 294, 294)
    power = periods.square().mean(0)
    power = power.roll(20 - power.argmax().item())
    assert 10 * (power[60:].sum() / power[:60].sum()).log10() < -30


@pytest.mark.parametrize("range_ratio", [1 / 1.5, 1.0, 1.5])
def test_the_range_is_widened_around_the_median(range_ratio):
    notes = (150.0, 200.0, 260.0)
    wavs = torch.cat([buzz(f0, 0.7) for f0 in notes], dim=1)
    shifted = shift(wavs, 1.1, range_ratio)[0].numpy()
    for k, f0 in enumerate(notes):
        wanted = 1.1 * (200 + range_ratio * (f0 - 200))
        middle = slice(int((0.7 * k + 0.1) * RATE), int((0.7 * k + 0.6) * RATE))
        cents = 1200 * np.log2(pitch(shifted[middle], wanted) / wanted)
        assert abs(cents) < 20


@pytest.mark.parametrize("ratio", [0.77, 1.3])
def test_a_clip_whose_lowest_note_would_be_negative_stays(ratio):
    # 500 + 1.5 (f - 500) is 0 at 167 Hz
    wavs = torch.cat([buzz(155.0, 0.4), buzz(500.0, 0.6)], dim=1)
    assert decibels(shift(wavs, ratio, 1.5) - wavs, wavs) < -60
    # It alone, and only with a range as wide
    both = torch.cat([wavs, torch.cat([buzz(180.0, 0.4), buzz(500.0, 0.6)], 1)])
    changed = shift(both, ratio, 1.5) - both
    assert decibels(changed[0], both[0]) < -60
    assert decibels(changed[1], both[1]) > -10
    assert decibels(shift(wavs, ratio, 1.0) - wavs, wavs) > -10


def test_a_wide_range_is_followed_far_down():
    wavs = torch.cat([buzz(180.0, 0.4), buzz(500.0, 0.6)], dim=1)
    shifted = shift(wavs, 1.0, 1.5)[0, int(0.05 * RATE) : int(0.35 * RATE)]
    # 500 + 1.5 (180 - 500) = 20 Hz: six pulses in 0.3 s, and silence between
    sounds = (shifted.unfold(0, 200, 100).abs().amax(1) > 0.02).int()
    assert 5 <= (sounds.diff() == 1).sum() <= 7


def test_a_range_that_is_too_wide_ends_at_twice_the_largest_f0():
    # 2 (120 + 5 (590 - 120)) is 4940 Hz
    wavs = torch.cat([buzz(120.0, 0.6), buzz(590.0, 0.4)], dim=1)
    shifted = shift(wavs, 2.0, 5.0)
    assert shifted.isfinite().all()
    assert shifted.abs().max() < 2 * wavs.abs().max()
    high = shifted[0, int(0.7 * RATE) : int(0.9 * RATE)].numpy()
    assert pitch(high, 1200.0) == pytest.approx(1200, rel=0.005)


def noise_between_harmonics(wav, f0):
    """In dB, of 0.3 to 5 kHz: power far from harmonics by that near them."""
    window = signal.windows.blackmanharris(len(wav))
    power = np.abs(np.fft.rfft(wav * window)) ** 2
    hertz = np.fft.rfftfreq(len(wav), 1 / RATE)
    inside = (hertz > 300) & (hertz < 5000)
    place = hertz / f0 - np.round(hertz / f0)
    far = power[inside & (np.abs(place) > 0.2)].sum() / 0.6
    return 10 * np.log10(far / power[inside & (np.abs(place) < 0.1)].sum())


@pytest.mark.parametrize("ratio", [1 / 1.3, 1.3])
@pytest.mark.parametrize("transform", BOTH, ids=["pitch", "formants"])
def test_high_voices_do_not_become_noisy(transform, ratio):
    """Grains come from fractions of samples: rounded ones give -27 dB."""
    noises = []
    for f0 in (403.7, 449.1, 498.2):
        wavs = buzz(f0, 1.5)
        parameters = transform.draw(wavs, Streams([0]))
        parameters = {name: torch.ones(1, 1) for name in parameters}
        parameters["ratio"] *= ratio
        shifted = transform.apply(wavs, parameters)[0, RATE // 4 : -RATE // 4]
        f0 = ratio * f0 if transform is BOTH[0] else f0
        f0 = pitch(shifted.double().numpy(), f0)
        noises.append(noise_between_harmonics(shifted.double().numpy(), f0))
    assert np.mean(noises) < -40


def test_ratio_1_is_the_input():
    wavs = buzz(180.0) + 0.1 * noise(1.0)
    assert decibels(shift(wavs, 1.0) - wavs, wavs) < -60


def test_what_has_no_voice_stays():
    hiss = noise(1.0)
    assert decibels(shift(hiss, 1.3, 1.5) - hiss, hiss) < -60
    wavs = torch.cat([noise(0.5), buzz(200.0)], dim=1)
    before = slice(0, int(0.35 * RATE))
    changed = shift(wavs, 1.3) - wavs
    assert decibels(changed[:, before], wavs[:, before]) < -60
    assert decibels(changed[:, RATE:], wavs[:, RATE:]) > -10


@pytest.mark.parametrize("ratio", [0.5, 0.77, 1.3, 2.0])
def test_level_and_length_stay_and_nothing_clicks(ratio):
    wavs = torch.cat([buzz(120.0), buzz(240.0)])
    shifted = shift(wavs, ratio)
    assert shifted.shape == wavs.shape
    power = shifted.square().mean(1) / wavs.square().mean(1)
    assert (10 * power.log10()).abs().max() < 0.5
    # Fewer pulses of the same power are higher: by 3 dB an octave
    peak = 20 * (shifted.abs().amax(1) / wavs.abs().amax(1)).log10()
    expected = max(-10 * np.log10(ratio), 0)
    assert peak.max() < expected + 1.5
    # A click is steep: no step is larger than those of the pulses
    steps = [x.diff(dim=1).abs().amax(1) for x in (wavs, shifted)]
    assert (20 * (steps[1] / steps[0]).log10()).max() < expected + 2


@EACH
@pytest.mark.parametrize("time", [1, 100, 512, 5000, RATE])
def test_silence_and_short_clips_stay_finite(
    transform, time, generator, streams
):
    wavs = 0.1 * torch.randn(3, time, generator=generator())
    wavs[1] = 0
    before = wavs.clone()
    shifted = transform.apply(wavs, transform.draw(wavs, streams(wavs)))
    assert shifted.shape == wavs.shape
    assert shifted.isfinite().all()
    assert (shifted[1] == 0).all()
    assert torch.equal(wavs, before)


@EACH
def test_an_example_does_not_know_of_the_others(transform, streams):
    wavs = torch.cat([buzz(200.0), noise(1.0), buzz(310.0)])
    parameters = transform.draw(wavs, streams(wavs))
    together = transform.apply(wavs, parameters)
    for k in range(3):
        own = {name: draws[k : k + 1] for name, draws in parameters.items()}
        alone = transform.apply(wavs[k : k + 1], own)
        torch.testing.assert_close(together[k : k + 1], alone)


@EACH
@pytest.mark.parametrize("place", [0, 20000])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e20])
def test_a_value_that_is_none_spoils_its_own_clip_only(
    transform, value, place, streams
):
    wavs = torch.cat([buzz(200.0), buzz(250.0), noise(1.0), buzz(310.0)])
    parameters = transform.draw(wavs, streams(wavs))
    expected = transform.apply(wavs, parameters)
    wavs[1, place] = value
    shifted = transform.apply(wavs, parameters)
    others = [0, 2, 3]
    assert torch.equal(shifted[others], expected[others])


@EACH
def test_nothing_waits_for_values(transform):
    names = transform.draw(torch.empty(1, 1), Streams([0]))
    # Fake tensors have none: asking for one raises
    with FakeTensorMode():
        wavs = torch.empty(3, RATE)
        parameters = {name: torch.empty(3, 1) for name in names}
        assert transform.apply(wavs, parameters).shape == wavs.shape


@EACH
def test_the_gradient_is_that_of_a_linear_map(transform, streams):
    """F0 and level are constants: with y = A x it is A' v, and x A' v = v y."""
    wavs = (buzz(200.0) + 0.1 * noise(1.0)).double().requires_grad_()
    shifted = transform.apply(wavs, transform.draw(wavs, streams(wavs)))
    weights = noise(1.0, seed=1).double()
    (shifted * weights).sum().backward()
    along = (wavs.grad * wavs).sum().item()
    assert along == pytest.approx((shifted * weights).sum().item(), rel=1e-9)
    assert wavs.grad.norm() > 0.3 * weights.norm()


def published_law(largest):
    """Cumulative distribution of U(1, largest), inverted half of the time."""

    def cumulative(ratio):
        below = (largest - 1 / np.minimum(ratio, 1)) / (largest - 1)
        above = (np.maximum(ratio, 1) - 1) / (largest - 1)
        return 0.5 * np.clip(below, 0, 1) + 0.5 * np.clip(above, 0, 1)

    return cumulative


def test_draws_are_distributed_as_published(streams):
    wavs = torch.zeros(2000, 4)
    draws = PitchShift().draw(wavs, streams(wavs))
    for name, largest in [("ratio", 1.3), ("range_ratio", 1.5)]:
        values = draws[name].double().flatten().numpy()
        law = published_law(largest)
        assert stats.kstest(values, law).pvalue > 0.01
        assert values.min() >= 1 / largest and values.max() <= largest
        assert len(np.unique(values)) > 1980
    both = torch.cat([draws["ratio"], draws["range_ratio"]], dim=1).log()
    assert abs(np.corrcoef(both.T.numpy())[0, 1]) < 4 / np.sqrt(2000)


def test_no_formant_shift_leaves_the_singer_the_same(streams):
    wavs = torch.zeros(2000, 4)
    ratio = FormantShift(1.2, 1.4).draw(wavs, streams(wavs))["ratio"]
    size = torch.maximum(ratio, 1 / ratio).flatten().numpy()
    assert stats.kstest(size, stats.uniform(1.2, 0.2).cdf).pvalue > 0.01
    assert 0.45 < (ratio < 1).float().mean() < 0.55
    default = FormantShift().draw(wavs, streams(wavs))["ratio"]
    assert torch.maximum(default, 1 / default).min() > 1.099


def test_the_seeds_decide(streams):
    wavs = torch.zeros(8, 4)
    first, again, other = (
        PitchShift().draw(wavs, streams(wavs, seed)) for seed in (1, 1, 2)
    )
    for name in first:
        assert torch.equal(first[name], again[name])
        assert not torch.equal(first[name], other[name])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"max_ratio": 0.9}, "ratio of the medians"),
        ({"max_ratio": 2.5}, r"medians.*1.0 to 2.0"),
        ({"max_range_ratio": 0.5}, "ratio of the ranges"),
        ({"min_f0": 700.0}, "F0 in Hz"),
        ({"max_f0": 5000.0}, "max_f0 is 5000.0.*no more than 4800"),
    ],
)
def test_wrong_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        PitchShift(**settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"min_ratio": 0.9}, r"formants.*1.0 to 2.0"),
        ({"min_ratio": 1.4}, "formants.*the first must not be the larger"),
        ({"max_ratio": 2.5}, r"formants.*1.0 to 2.0"),
        ({"max_f0": 5000.0}, "no more than 4800"),
    ],
)
def test_wrong_settings_of_formants_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        FormantShift(**settings)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@EACH
def test_a_gpu_is_not_waited_for(transform):
    def shifted(wavs):
        return transform.apply(wavs, transform.draw(wavs, Streams([1])))

    expected, wavs = shifted(buzz(200.0)), buzz(200.0).cuda()
    assert decibels(shifted(wavs).cpu() - expected, expected) < -30
    torch.cuda.set_sync_debug_mode("error")
    try:
        shifted(wavs)
    finally:
        torch.cuda.set_sync_debug_mode("default")
