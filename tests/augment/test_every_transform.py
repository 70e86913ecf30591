"""What holds for every transform, and the distributions that each draws."""

from copy import deepcopy

import numpy as np
import pytest
import torch
from scipy import stats
from speechbrain.augment.time_domain import DoClip
from torch._subclasses.fake_tensor import FakeTensorMode
from voices import sing

from speechbrain_singer.augment.background import Background
from speechbrain_singer.augment.band_limit import BandLimit
from speechbrain_singer.augment.clipping import Clipping
from speechbrain_singer.augment.coloured_noise import ColouredNoise
from speechbrain_singer.augment.equaliser import Equaliser
from speechbrain_singer.augment.external import External
from speechbrain_singer.augment.formant_shift import FormantShift
from speechbrain_singer.augment.gain import Gain
from speechbrain_singer.augment.mp3 import MP3
from speechbrain_singer.augment.noise import GaussianNoise
from speechbrain_singer.augment.pitch_shift import PitchShift
from speechbrain_singer.augment.recorded_reverb import RecordedReverb
from speechbrain_singer.augment.reverb import Reverb

# The voice's pulses are found without a gradient
SMOOTH = [
    *("white", "gain", "mask", "noise", "equaliser", "band", "telephone"),
    *("soft", "room", "hall"),
]
ON_DEVICE = [*SMOOTH, "clipping", "pitch", "formants"]
KINDS = [*ON_DEVICE, "mp3", "background", "external"]
INFINITE = float("inf")


@pytest.fixture(params=KINDS)
def transform(transforms, request):
    return transforms[request.param]


def test_all_of_them_are_tested(transforms):
    assert set(KINDS) == set(transforms)


def test_silence_stays_silence_and_clips_their_shape(transform, streams):
    wavs = sing(4)
    wavs[1] = 0
    before = wavs.clone()
    changed = transform.apply(wavs, transform.draw(wavs, streams(wavs)))
    assert torch.equal(wavs, before)
    assert changed.shape == wavs.shape
    assert changed.dtype == wavs.dtype
    # What is made of silence is the other library's affair
    sounding = [0, 2, 3] if isinstance(transform, External) else [0, 1, 2, 3]
    assert changed[sounding].isfinite().all()
    if 1 in sounding and not isinstance(transform, GaussianNoise):
        assert changed[1].abs().max() < 1e-6
    assert (changed - wavs)[0].abs().max() > 1e-3


def test_the_seeds_decide(transform, streams):
    wavs = sing(4)

    def augmented(seed):
        return transform.apply(wavs, transform.draw(wavs, streams(wavs, seed)))

    assert torch.equal(augmented(1), augmented(1))
    assert not torch.equal(augmented(1), augmented(2))


def test_no_two_examples_share_a_draw(transform, streams):
    wavs = sing(1).expand(8, -1)
    changed = transform.apply(wavs, transform.draw(wavs, streams(wavs)))
    alike = (changed[:, None] == changed).all(dim=2).sum()
    # 2 responses and 10 bit rates, for 8 clips
    if isinstance(transform, (RecordedReverb, MP3)):
        assert 8 <= alike < 64
    else:
        assert alike == 8


@pytest.mark.parametrize("kind", SMOOTH)
def test_gradients_are_those_of_finite_differences(transforms, kind, streams):
    transform = transforms[kind]
    if kind == "hall":
        transform = deepcopy(transform).double()
    wavs = sing(2)[:, :40].double().requires_grad_()
    parameters = transform.draw(wavs, streams(wavs))
    assert torch.autograd.gradcheck(
        lambda wavs: transform.apply(wavs, parameters), wavs
    )


@pytest.mark.parametrize("kind", ON_DEVICE)
def test_gradients_are_finite_at_silence(transforms, kind, streams):
    transform = transforms[kind]
    wavs = torch.zeros(2, 400, requires_grad=True)
    changed = transform.apply(wavs, transform.draw(wavs, streams(wavs)))
    changed.sum().backward()
    assert wavs.grad.isfinite().all()


@pytest.mark.parametrize("kind", ON_DEVICE)
def test_nothing_waits_for_values(transforms, kind, streams):
    wavs = sing(3)
    parameters = transforms[kind].draw(wavs, streams(wavs))
    # Fake tensors have none: asking for one raises. The responses are not fake
    with FakeTensorMode(allow_non_fake_inputs=True) as mode:
        fake = {name: mode.from_tensor(x) for name, x in parameters.items()}
        changed = transforms[kind].apply(mode.from_tensor(wavs), fake)
    assert changed.shape == wavs.shape


@pytest.mark.parametrize(
    ("kind", "name", "law", "low", "high"),
    [
        ("white", "amplitude", stats.uniform, 0.001, 0.05),
        ("gain", "gain_db", stats.uniform, -6, 0),
        ("mask", "length", stats.uniform, 0, 0.125),
        ("noise", "snr_db", stats.uniform, 5, 40),
        ("noise", "exponent", stats.uniform, 0, 2),
        ("equaliser", "centre_hz", stats.loguniform, 100, 10000),
        ("equaliser", "gain_db", stats.uniform, -6, 6),
        ("equaliser", "q", stats.loguniform, 0.5, 2),
        ("band", "high_hz", stats.loguniform, 3400, 20000),
        ("telephone", "low_hz", stats.loguniform, 250, 350),
        ("telephone", "high_hz", stats.loguniform, 3000, 3600),
        ("clipping", "share", stats.uniform, 0.2, 0.9),
        ("room", "rt60", stats.loguniform, 0.2, 1.2),
        ("room", "high_ratio", stats.uniform, 0.4, 1),
        ("room", "pre_delay", stats.uniform, 0, 0.02),
        ("room", "drr_db", stats.uniform, 0, 20),
        ("mp3", "kbps", stats.loguniform, 48, 256),
        ("background", "snr_db", stats.uniform, 0, 20),
        ("background", "seed", stats.uniform, 0, 2**63),
        ("external", "seed", stats.uniform, 0, 2**63),
    ],
)
def test_draws_are_distributed_as_stated(
    transforms, kind, name, law, low, high, streams
):
    wavs = torch.zeros(2000, 4)
    draws = transforms[kind].draw(wavs, streams(wavs))[name]
    if law is stats.uniform:
        high = high - low
    for column in draws.double().numpy().T:
        assert stats.kstest(column, law(low, high).cdf).pvalue > 0.001
        assert len(np.unique(column)) > 1990


def test_a_mask_may_start_wherever_it_has_room(transforms, streams):
    wavs = torch.zeros(2000, 4)
    draws = transforms["mask"].draw(wavs, streams(wavs))
    length, start = (draws[k].double().numpy() for k in ("length", "start"))
    place = (start / (1 - length))[:, 0]
    assert stats.kstest(place, "uniform").pvalue > 0.001
    assert abs(np.corrcoef(place, length[:, 0])[0, 1]) < 4 / np.sqrt(2000)


def test_formants_go_up_as_often_as_down(transforms, streams):
    wavs = torch.zeros(2000, 4)
    shift = transforms["formants"]
    ratio = shift.draw(wavs, streams(wavs))["ratio"].double().numpy()[:, 0]
    law = stats.uniform(shift.min_ratio, shift.max_ratio - shift.min_ratio)
    up = ratio > 1
    # 4 standard deviations of a binomial share
    assert abs(up.mean() - 0.5) < 2 / np.sqrt(2000)
    for upwards in (ratio[up], 1 / ratio[~up]):
        assert stats.kstest(upwards, law.cdf).pvalue > 0.001


def test_bands_are_drawn_independently(transforms, streams):
    wavs = torch.zeros(2000, 4)
    parameters = transforms["equaliser"].draw(wavs, streams(wavs))
    draws = torch.cat(list(parameters.values()), dim=1)
    correlations = np.corrcoef(draws.numpy().T) - np.eye(draws.shape[1])
    assert abs(correlations).max() < 4.5 / np.sqrt(2000)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ColouredNoise(min_snr_db=50.0), "SNR in dB: from 50"),
        (lambda: ColouredNoise(max_exponent=-1.0), "exponent: from 0"),
        (lambda: Equaliser(max_hz=23000.0), r"centre in Hz.*22050"),
        (lambda: Equaliser(min_hz=0.0), r"centre in Hz.*above 0"),
        (lambda: Equaliser(min_q=0.0), "Q: from 0"),
        (lambda: Equaliser(peaks=-1), "peaking bands"),
        (lambda: Equaliser(min_gain_db=7.0), "gain in dB"),
        (lambda: BandLimit(sample_rate=16000), r"upper cut-off.*8000"),
        (lambda: BandLimit(min_low_hz=300.0), "both min_low_hz and max_low_hz"),
        (
            lambda: BandLimit(min_low_hz=0.0, max_low_hz=300.0),
            r"lower cut-off.*above 0",
        ),
        (lambda: Clipping(max_share=1.1), r"share of the peak.*0 to 1"),
        (lambda: Clipping(min_share=float("nan")), "share of the peak"),
        (lambda: Reverb(min_rt60=0.0), "RT60 in s"),
        (lambda: Reverb(max_high_ratio=2.0), "ratio"),
        (lambda: Reverb(min_pre_delay=-0.1), "pre-delay"),
        (lambda: Reverb(min_drr_db=30.0), "direct-to-reverberant"),
        (lambda: RecordedReverb([]), "at least one file"),
        (lambda: MP3(max_kbps=500.0), r"kbit/s.*32 to 320"),
        (lambda: MP3(sample_rate=22050), "22050 Hz"),
        (lambda: Background("", 1.0, 3.0, 2.0), "SNR in dB: from 3"),
        (lambda: Background("", 1.0, 3.0, INFINITE), "SNR in dB.*finite"),
        (lambda: GaussianNoise(0.0, INFINITE), "amplitude.*finite"),
        (lambda: Gain(-INFINITE, 0.0), "gain in dB.*finite"),
        (lambda: Gain(INFINITE, INFINITE), "gain in dB.*finite"),
        (lambda: ColouredNoise(max_snr_db=INFINITE), "SNR in dB.*finite"),
        (lambda: Reverb(max_rt60=INFINITE), r"RT60 in s.*finite"),
        (lambda: PitchShift(max_range_ratio=INFINITE), "ranges.*finite"),
        (lambda: Equaliser(max_gain_db=INFINITE), "gain in dB.*finite"),
        (lambda: Equaliser(peaks=1.5), r"peaking bands: 1\.5.*whole"),
    ],
)
def test_wrong_settings_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("rate", [0, -44100, 44100.5, float("nan"), INFINITE])
@pytest.mark.parametrize(
    "transform",
    [
        *(BandLimit, ColouredNoise, Equaliser, FormantShift, MP3, PitchShift),
        *(Reverb, lambda sample_rate: External(DoClip(), sample_rate)),
    ],
)
def test_a_sample_rate_is_a_whole_number(transform, rate):
    with pytest.raises(ValueError, match=f"{rate}"):
        transform(sample_rate=rate)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("kind", ON_DEVICE)
def test_a_gpu_is_not_waited_for(transforms, kind, streams):
    transform = transforms[kind]
    if kind == "hall":
        transform = deepcopy(transform).cuda()
    wavs = sing(4).cuda()
    transform.apply(wavs, transform.draw(wavs, streams(wavs)))
    torch.cuda.set_sync_debug_mode("error")
    try:
        transform.apply(wavs, transform.draw(wavs, streams(wavs)))
    finally:
        torch.cuda.set_sync_debug_mode("default")
