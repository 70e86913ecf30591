"""Room, equaliser, noise and level, measured on what comes out."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from speechbrain_singer.synthesis import SAMPLE_RATE, draw_recording, record
from speechbrain_singer.synthesis.recording import on_album

DRY = replace(
    draw_recording(1, 0),
    direct_ratio=120.0,
    bumps=(),
    low_cut=1.0,
    noise_level=-140.0,
    noise_slope=0.0,
    peak=-6.0,
)


def click(seconds=1.0):
    voice = torch.zeros(1, int(seconds * SAMPLE_RATE))
    voice[0, 1000] = 1.0
    return voice


def test_a_channel_without_anything_changes_the_level_only():
    voice = torch.randn(1, 20000, generator=torch.manual_seed(0))
    output = record(voice, [DRY])
    assert float(output.abs().max()) == pytest.approx(10 ** (-6 / 20), rel=1e-5)
    scale = output.abs().max() / voice.abs().max()
    assert float((output - voice * scale).abs().max()) < 1e-3


def test_the_room_dies_away_in_its_time():
    room = replace(DRY, reverb_time=0.4, direct_ratio=10.0)
    response = record(click(), [room])[0].double().numpy()[1000:]
    tail = response[100:] ** 2
    # Schroeder (1965): the energy still to come, from -5 to -25 dB
    decay = 10 * np.log10(np.cumsum(tail[::-1])[::-1] / tail.sum())
    first, last = np.argmax(decay < -5), np.argmax(decay < -25)
    time = 3 * (last - first) / SAMPLE_RATE
    assert time == pytest.approx(0.4, rel=0.15)
    ratio = 10 * np.log10(response[0] ** 2 / tail.sum())
    assert ratio == pytest.approx(10.0, abs=0.5)


def test_the_equaliser_raises_what_it_says():
    bumps = ((2000.0, 0.5, 9.0), (500.0, 0.5, -6.0))
    shaped = record(click(), [replace(DRY, bumps=bumps)])[0].double().numpy()
    gains = 20 * np.log10(np.abs(np.fft.rfft(shaped)))
    at = {hertz: gains[hertz] for hertz in (500, 2000, 10000)}  # 1 Hz a bin
    assert at[2000] - at[10000] == pytest.approx(9.0, abs=0.3)
    assert at[500] - at[10000] == pytest.approx(-6.0, abs=0.3)


def test_the_noise_floor_has_its_level():
    half = torch.zeros(1, 4 * SAMPLE_RATE)
    noise = torch.randn(2 * SAMPLE_RATE, generator=torch.manual_seed(0))
    half[0, : 2 * SAMPLE_RATE] = noise
    output = record(half, [replace(DRY, noise_level=-40.0)])[0]
    voice = output[: 2 * SAMPLE_RATE].square().mean()
    floor = output[2 * SAMPLE_RATE + 100 :].square().mean()
    # Relative to the whole recording, of which one half is silent
    level = 10 * float(torch.log10(floor / (voice / 2)))
    assert level == pytest.approx(-40.0, abs=0.3)


def test_silence_is_recorded_as_the_floor():
    output = record(torch.zeros(1, 5000), [draw_recording(1, 0)])
    assert bool(torch.isfinite(output).all())


def response(recording):
    """Of the channel to a click, its noise taken away."""
    (output,) = record(click(), [replace(recording, noise_level=-140.0)])
    return output / output.abs().max()


def test_recordings_of_an_album_have_one_channel_and_noises_of_their_own():
    album, other = draw_recording(1, 7), draw_recording(1, 8)
    first, second = (on_album(draw_recording(1, k), album) for k in (1, 2))
    stranger = on_album(draw_recording(1, 1), other)
    near = {"rtol": 0, "atol": 1e-5}
    torch.testing.assert_close(response(first), response(second), **near)
    torch.testing.assert_close(response(first), response(album), **near)
    assert float((response(first) - response(stranger)).abs().max()) > 0.01
    silence = torch.zeros(1, SAMPLE_RATE)
    noises = torch.cat([record(silence, [x]) for x in (first, second)])
    assert abs(float(torch.corrcoef(noises)[0, 1])) < 0.05
