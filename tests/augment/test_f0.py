import numpy as np
import pytest
import torch

from speechbrain_singer.augment.f0 import F0Tracker
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


@pytest.mark.parametrize("rate", [16000, 44100, 48000])
def test_steady_tones_have_their_pitch(rate):
    truth = torch.tensor([80.0, 110.0, 196.0, 277.0, 440.0, 587.0])
    wavs = torch.stack([buzz(f0.item(), rate=rate) for f0 in truth])
    f0, voiced = F0Tracker(sample_rate=rate)(wavs)
    cents = 1200 * (f0[:, 4:-5] / truth[:, None]).log2()
    assert cents.abs().max() < 25
    assert voiced[:, 4:-5].all()


def test_a_pure_tone_has_its_pitch_and_a_weak_fundamental_too():
    time = torch.arange(RATE // 2) / RATE
    pure = 0.3 * torch.sin(2 * torch.pi * 300 * time)
    weak = buzz(150.0) - 0.19 * torch.sin(2 * torch.pi * 150 * time)
    f0, _ = F0Tracker()(torch.stack([pure, weak]))
    assert f0[0, 20].item() == pytest.approx(300, rel=0.01)
    assert f0[1, 20].item() == pytest.approx(150, rel=0.01)


def test_noise_and_silence_have_no_voice(generator):
    wavs = 0.1 * torch.randn(4, RATE, generator=generator())
    wavs[0] = 0
    _, voiced = F0Tracker()(wavs)
    assert not voiced[0].any()
    assert voiced.float().mean() < 0.05


def test_pauses_are_filled():
    gap = torch.zeros(RATE // 2)
    wavs = torch.cat([gap, buzz(200.0), gap, buzz(300.0), gap])[None]
    f0, voiced = F0Tracker()(wavs)
    frame = RATE / F0Tracker().hop
    moments = [round(x * frame) for x in (0.1, 0.75, 1.25, 1.75, 2.4)]
    assert voiced[0, moments].tolist() == [False, True, False, True, False]
    around = f0[0, moments].tolist()
    assert around == pytest.approx([200, 200, 200, 300, 300], rel=0.03)


def test_singing_is_followed():
    takes = [
        Take(draw_singer(5, i), draw_song(5, i, 4), draw_recording(5, i))
        for i in range(6)
    ]
    tracker = F0Tracker()
    f0, voiced = tracker(synthesise(takes, 2.0))
    times = np.arange(f0.shape[1]) * tracker.hop
    cents, heard_voiced = [], []
    for take, heard, sounds in zip(takes, f0, voiced, strict=True):
        tracks = take.perform(2.0)
        moments = np.arange(len(tracks.f0)) * 512
        truth = np.interp(times, moments, tracks.f0)
        loud = np.interp(times, moments, tracks.voicing) > 0.5
        known = loud & (truth < 590)
        cents.append(1200 * np.log2(heard.numpy() / truth)[known])
        heard_voiced.append(sounds.numpy()[known])
    cents = np.abs(np.concatenate(cents))
    assert len(cents) > 400
    assert np.median(cents) < 10
    assert np.mean(cents > 300) < 0.03
    assert np.concatenate(heard_voiced).mean() > 0.98
