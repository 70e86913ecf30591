from dataclasses import replace

import numpy as np
import pytest
import torch

from speechbrain_singer.dsp.f0 import F0Tracker
from speechbrain_singer.synthesis import (
    Take,
    draw_recording,
    draw_singer,
    draw_song,
    synthesise,
)

RATE = 44100


def buzz(f0, seconds=0.5, rate=RATE):
    """Harmonics that fall by 6 dB per octave."""
    time = torch.arange(int(seconds * rate), dtype=torch.float64) / rate
    count = int(0.45 * rate / f0)
    waves = [
        torch.sin(2 * torch.pi * k * f0 * time) / k for k in range(1, count)
    ]
    return (0.2 * sum(waves)).float()


def track(wavs, **settings):
    tracker = F0Tracker(**settings)
    return tracker.track(tracker.decimate(wavs))


@pytest.mark.parametrize("rate", [16000, 44100, 48000])
def test_steady_tones_have_their_pitch(rate):
    truth = torch.tensor([80.0, 110.0, 196.0, 277.0, 440.0, 587.0])
    wavs = torch.stack([buzz(f0.item(), rate=rate) for f0 in truth])
    f0, voiced = track(wavs, sample_rate=rate)
    cents = 1200 * (f0[:, 4:-5] / truth[:, None]).log2()
    assert cents.abs().max() < 25
    assert voiced[:, 4:-5].all()


@pytest.mark.parametrize("max_f0", [1200.0, 1800.0])
@pytest.mark.parametrize("rate", [16000, 22050, 44100, 48000])
def test_high_voices_have_their_pitch_where_it_is_searched(rate, max_f0):
    truth = torch.tensor([80.0, 650.0, 777.0, 850.0, 932.0, 988.0, 1100.0])
    wavs = torch.stack([buzz(f0.item(), rate=rate) for f0 in truth])
    f0, voiced = track(wavs, max_f0=max_f0, sample_rate=rate)
    cents = 1200 * (f0[:, 5:-5] / truth[:, None]).log2()
    assert cents.abs().max() < 10
    assert voiced[:, 5:-5].all()


@pytest.mark.parametrize(("rate", "most"), [(16000, 1800), (44100, 4800)])
def test_an_f0_that_cannot_be_tracked_is_refused(rate, most):
    F0Tracker(max_f0=most, sample_rate=rate)
    with pytest.raises(ValueError, match=f"no more than {most}"):
        F0Tracker(max_f0=most + 1, sample_rate=rate)


def test_a_pure_tone_has_its_pitch_and_a_weak_fundamental_too():
    time = torch.arange(RATE // 2) / RATE
    pure = 0.3 * torch.sin(2 * torch.pi * 300 * time)
    weak = buzz(150.0) - 0.19 * torch.sin(2 * torch.pi * 150 * time)
    f0, _ = track(torch.stack([pure, weak]))
    assert f0[0, 20].item() == pytest.approx(300, rel=0.01)
    assert f0[1, 20].item() == pytest.approx(150, rel=0.01)


def test_noise_and_silence_have_no_voice(generator):
    wavs = 0.1 * torch.randn(4, RATE, generator=generator())
    wavs[0] = 0
    _, voiced = track(wavs)
    assert not voiced[0].any()
    assert voiced.float().mean() < 0.05


def test_pauses_are_filled():
    gap = torch.zeros(RATE // 2)
    wavs = torch.cat([gap, buzz(200.0), gap, buzz(300.0), gap])[None]
    f0, voiced = track(wavs)
    frame = RATE / F0Tracker().hop
    moments = [round(x * frame) for x in (0.1, 0.75, 1.25, 1.75, 2.4)]
    assert voiced[0, moments].tolist() == [False, True, False, True, False]
    around = f0[0, moments].tolist()
    assert around == pytest.approx([200, 200, 200, 300, 300], rel=0.03)


def errors(takes, max_f0=600.0):
    """Of 2 s each, where there is a voice.

    Returns
    -------
    cents : np.ndarray
        How far F0 is from the truth.
    heard : float
        The share of it that is heard as voiced.
    """
    tracker = F0Tracker(max_f0=max_f0)
    f0, voiced = track(synthesise(takes, 2.0), max_f0=max_f0)
    times = np.arange(f0.shape[1]) * tracker.hop
    cents, heard = [], []
    for take, found, sounds in zip(takes, f0, voiced, strict=True):
        tracks = take.perform(2.0)
        moments = np.arange(len(tracks.f0)) * 512
        truth = np.interp(times, moments, tracks.f0)
        loud = np.interp(times, moments, tracks.voicing) > 0.5
        known = loud & (truth < 0.98 * max_f0)
        cents.append(1200 * np.log2(found.numpy() / truth)[known])
        heard.append(sounds.numpy()[known])
    cents = np.abs(np.concatenate(cents))
    assert len(cents) > 400
    return cents, np.concatenate(heard).mean()


def draw_takes(seed, number):
    return [
        Take(
            draw_singer(seed, i), draw_song(seed, i, 4), draw_recording(seed, i)
        )
        for i in range(number)
    ]


@pytest.mark.parametrize("max_f0", [600.0, 1200.0])
def test_singing_is_followed(max_f0):
    cents, heard = errors(draw_takes(5, 6), max_f0)
    assert np.median(cents) < 10
    assert np.mean(cents > 300) < 0.03
    assert heard > 0.98


def test_rough_voices_are_followed():
    """With Praat's costs of octaves 50 % are not, with no cost of jumps 47 %.

    And 9 % of the voice is lost if its on- and offsets cost nothing.
    """
    takes = [
        replace(take, singer=replace(take.singer, jitter=0.03, shimmer=0.25))
        for take in draw_takes(6, 8)
    ]
    cents, heard = errors(takes)
    assert np.mean(cents > 300) < 0.4
    assert heard > 0.94


def test_reverberant_voices_are_followed():
    """With Praat's costs of octaves 9 % are not, with no cost of jumps 7 %."""
    hall = {"reverb_time": 1.0, "direct_ratio": 3.0}
    takes = [
        replace(take, recording=replace(take.recording, **hall))
        for take in draw_takes(5, 8)
    ]
    cents, heard = errors(takes)
    assert np.mean(cents > 300) < 0.045
    assert heard > 0.98
