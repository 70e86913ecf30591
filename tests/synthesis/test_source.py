"""Pulses fall where F0 says, with the jitter and shimmer asked for."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.signal
import torch

from speechbrain_singer.synthesis import HOP, SAMPLE_RATE, draw_singer
from speechbrain_singer.synthesis.performance import Performance
from speechbrain_singer.synthesis.source import (
    aspiration,
    draw_bursts,
    draw_pulses,
    glottal_sections,
    pulse_train,
)


def performance(f0, seconds, bursts=()):
    frames = -(-int(seconds * SAMPLE_RATE) // HOP) + 1
    ones = np.ones(frames)
    return Performance(
        seconds=seconds,
        f0=np.broadcast_to(np.asarray(f0, float), (frames,)).copy(),
        voicing=ones,
        aspiration=ones,
        loudness=0 * ones,
        formants=np.tile([500.0, 1500, 2500, 3500, 4500], (frames, 1)),
        notes=[],
        bursts=list(bursts),
    )


def test_pulses_follow_a_sweep():
    frames = SAMPLE_RATE * 2 // HOP + 2
    times = np.arange(frames) * HOP / SAMPLE_RATE
    calm = replace(draw_singer(1, 0), jitter=0.0, shimmer=0.0)
    sweep = performance(200 + 100 * times, 2.0)
    positions, _ = draw_pulses(calm, sweep, np.random.default_rng(0))
    seconds = positions / SAMPLE_RATE
    # The integral of 200 + 100 t, in periods
    periods = 200 * seconds + 50 * seconds**2
    assert np.abs(periods - periods.round()).max() < 1e-3
    assert np.all(np.diff(periods.round()) == 1)


def test_jitter_and_shimmer_have_their_size():
    singer = replace(draw_singer(1, 0), jitter=0.005, shimmer=0.05)
    positions, amplitudes = draw_pulses(
        singer, performance(200.0, 20.0), np.random.default_rng(0)
    )
    # A period ends at two pulses, each of them moved
    periods = np.diff(positions) / SAMPLE_RATE * 200
    assert periods.std() == pytest.approx(0.005 * np.sqrt(2), rel=0.1)
    assert amplitudes.std() / amplitudes.mean() == pytest.approx(0.05, rel=0.1)


def test_impulses_lie_between_samples():
    position = 100.37
    train = pulse_train(
        torch.tensor([position]).double(),
        torch.ones(1),
        torch.tensor([1]),
        (2, 256),
    )
    assert float(train[0].abs().max()) == 0
    spectrum = np.fft.rfft(train[1].numpy())
    hertz = np.fft.rfftfreq(256, 1 / SAMPLE_RATE)
    expected = np.exp(-2j * np.pi * hertz * position / SAMPLE_RATE)
    assert np.abs(spectrum - expected)[hertz < 18000].max() < 0.01


def test_louder_is_brighter():
    singer = draw_singer(1, 0)

    def treble(loudness):
        f0, level = torch.tensor([[200.0], [loudness]]).double()
        sos = glottal_sections(f0, level, singer)[0].numpy()
        gains = [
            np.abs(scipy.signal.freqz([s.sum()], s, [6000], fs=SAMPLE_RATE)[1])
            for s in sos
        ]
        return 20 * np.log10(np.prod(gains))

    assert treble(6.0) > treble(0.0) + 3 > treble(-6.0) + 6


def test_aspiration_comes_in_puffs_once_a_period():
    noise = torch.randn(1, SAMPLE_RATE, generator=torch.manual_seed(0))
    points = SAMPLE_RATE // 64 + 2
    phase = torch.arange(points)[None] * (100 * 64 / SAMPLE_RATE)
    flat = torch.tensor([1.0, 0, 0]).expand(1, 88, 3)
    puffs = aspiration(noise, phase, torch.ones(1, 88), flat)[0].square()
    spectrum = torch.fft.rfft(puffs - puffs.mean()).abs()
    assert int(spectrum[:1000].argmax()) == 100


def test_a_fricative_has_its_spectrum_and_place():
    from speechbrain_singer.synthesis.articulation import Burst

    singer = draw_singer(1, 0)
    burst = Burst("s", start=0.5, duration=0.3, loudness=0.0)
    signal = draw_bursts(
        singer, performance(200.0, 1.0, [burst]), np.random.default_rng(0)
    )
    begin, end = int(0.5 * SAMPLE_RATE), int(0.8 * SAMPLE_RATE)
    assert np.all(signal[:begin] == 0) and np.all(signal[end:] == 0)
    hertz, power = scipy.signal.welch(
        signal[begin:end], SAMPLE_RATE, nperseg=512
    )
    centre, width, _ = singer.fricatives["s"]
    assert abs(np.log2(hertz[power.argmax()] / centre)) < 0.5 * width
