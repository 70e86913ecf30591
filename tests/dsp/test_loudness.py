"""Levels without offset and hum; and rests in recordings that have them."""

import math

import numpy as np
import pytest
import torch

from speechbrain_singer.dataio.audio import resampler
from speechbrain_singer.dataio.silence import is_silent
from speechbrain_singer.dsp.loudness import loudness, offset_of
from speechbrain_singer.inference.windows import split_windows
from speechbrain_singer.synthesis import (
    Take,
    draw_recording,
    draw_singer,
    draw_song,
    synthesise,
)

RATE = 44100
REGISTERS = ("bass", "tenor", "alto", "soprano")


def rms_db(signal):
    return 10 * math.log10(signal.double().square().mean() + 1e-20)


def noise(seconds, db, seed=0):
    generator = torch.Generator().manual_seed(seed)
    count = round(seconds * RATE)
    return 10 ** (db / 20) * torch.randn(count, generator=generator)


def hum(seconds, mains, harmonics, db=-45.0):
    """Harmonics that fall by 1/k, in odd phases."""
    time = torch.arange(round(seconds * RATE), dtype=torch.float64) / RATE
    waves = [
        torch.sin(2 * torch.pi * mains * k * time + k) / k
        for k in range(1, harmonics + 1)
    ]
    total = torch.stack(waves).sum(dim=0)
    return (total / total.square().mean().sqrt() * 10 ** (db / 20)).float()


@pytest.fixture(scope="module")
def singing():
    """(register, 12 s of a singer) of the four registers."""
    singers = [draw_singer(1, index) for index in range(12)]
    chosen = [
        next(i for i, s in enumerate(singers) if s.register == register)
        for register in REGISTERS
    ]
    takes = [
        Take(singers[i], draw_song(1, i, 15), draw_recording(1, i))
        for i in chosen
    ]
    return list(zip(REGISTERS, synthesise(takes, 12.0), strict=True))


@pytest.mark.parametrize("seconds", [0.1, 0.5, 1.0, 1.7, 4.0])
def test_noise_and_tones_have_their_level(seconds):
    white = noise(seconds, -20)
    # What lies below 200 Hz and on the mains' harmonics is missing
    assert -1 < loudness(white, RATE) - rms_db(white) < 0.5
    time = torch.arange(round(seconds * RATE)) / RATE
    tone = 0.1 * torch.sin(2 * torch.pi * 3210.0 * time)
    assert loudness(tone, RATE) == pytest.approx(rms_db(tone), abs=0.2)


def test_a_sound_at_an_end_is_heard():
    window = torch.zeros(4 * RATE)
    window[-RATE // 30 :] = noise(1 / 30, -20)
    assert loudness(window, RATE) > -60
    assert loudness(window.flip(0), RATE) > -60


def test_silence_has_no_level():
    assert loudness(torch.zeros(RATE), RATE) == -200
    assert loudness(torch.full((RATE,), 0.5), RATE) < -120


@pytest.mark.parametrize("mains", [49.8, 50.0, 50.2, 59.95, 60.0])
@pytest.mark.parametrize("harmonics", [1, 3, 10, 20])
@pytest.mark.parametrize("seconds", [1.0, 4.0])
def test_hum_hardly_counts(mains, harmonics, seconds):
    rest = hum(seconds, mains, harmonics) + noise(seconds, -94) + 0.002
    assert loudness(rest, RATE) < -84


@pytest.mark.parametrize("hertz", [60, 100, 150, 300, 1000])
def test_a_tone_as_loud_as_a_voice_counts_wherever_it_lies(hertz):
    time = torch.arange(2 * RATE) / RATE
    tone = 0.2 * torch.sin(2 * torch.pi * hertz * time)
    assert loudness(tone, RATE) == pytest.approx(rms_db(tone), abs=1)


def rests(audio, seconds, measure):
    length = round(seconds * RATE)
    windows = list(split_windows([audio], length, length // 2))
    levels = [measure(window) for window in windows]
    return [is_silent(level, max(levels)) for level in levels]


def with_rests(audio):
    hiss = noise(9, -94)
    return torch.cat([hiss[: 4 * RATE], audio, hiss])


@pytest.mark.parametrize("seconds", [1.0, 4.0])
def test_of_clean_singing_the_same_windows_count(singing, seconds):
    for register, audio in singing:
        audio = with_rests(audio)
        by_all = rests(audio, seconds, rms_db)
        by_voice = rests(audio, seconds, lambda w: loudness(w, RATE))
        assert by_voice == by_all, register
        assert 0 < sum(by_all) < len(by_all)


@pytest.mark.parametrize("seconds", [1.0, 4.0])
@pytest.mark.parametrize(
    "disturbance",
    [
        lambda n: torch.full((n,), 0.002),
        lambda n: torch.full((n,), -0.1),
        lambda n: hum(1, 50.0, 10).repeat(n // RATE),
        lambda n: hum(1, 60.0, 5).repeat(n // RATE) + 0.002,
    ],
    ids=["offset", "large offset", "50 Hz", "60 Hz and offset"],
)
def test_with_offset_and_hum_too(singing, seconds, disturbance):
    for register, audio in singing:
        audio = with_rests(audio)
        clean = rests(audio, seconds, lambda w: loudness(w, RATE))
        disturbed = audio + disturbance(len(audio))
        found = rests(disturbed, seconds, lambda w: loudness(w, RATE))
        assert found == clean, register


def test_a_low_voice_that_hums_is_no_hum():
    """Harmonics of 65 to 100 Hz that fall by 24 dB an octave, with vibrato."""
    time = np.arange(12 * RATE) / RATE
    for f0 in (65, 80, 100):
        pitch = f0 * (1 + 0.01 * np.sin(2 * np.pi * 5 * time))
        phase = 2 * np.pi * np.cumsum(pitch) / RATE
        voice = sum(np.sin(k * phase) / k**4 for k in range(1, 20))
        audio = torch.from_numpy(0.05 * voice).float()
        audio = torch.cat([audio, noise(8, -94)])
        silent = rests(audio, 4.0, lambda w: loudness(w, RATE))
        assert silent == [False] * 6 + [True] * 3


@pytest.mark.parametrize("seconds", [0.5, 1.0, 4.0])
def test_the_offset_is_that_and_no_part_of_a_period(singing, seconds):
    for _, audio in singing:
        for start in range(0, 8 * RATE, RATE):
            window = audio[start:][: round(seconds * RATE)]
            assert abs(offset_of(window)) < 1e-5
            assert offset_of(window + 0.1).item() == pytest.approx(0.1, 1e-4)


def test_gradients_flow_through_the_offset():
    window = torch.randn(100, requires_grad=True)
    offset_of(window).backward()
    assert window.grad.sum().item() == pytest.approx(1)


def test_gradients_flow_after_inference():
    size = 1234
    with torch.inference_mode():
        loudness(torch.randn(size), RATE)
        offset_of(torch.randn(size))
        resampler(31_000, RATE)
    wav = torch.randn(size, requires_grad=True)
    wav = resampler(31_000, RATE)(wav - offset_of(wav))
    wav.square().sum().backward()
    loudness(wav, RATE)
