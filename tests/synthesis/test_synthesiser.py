"""The whole way: repeatable, and a signal such as a microphone gives."""

import pytest
import torch

from speechbrain_singer.synthesis import (
    SAMPLE_RATE,
    Take,
    draw_recording,
    draw_singer,
    draw_song,
    synthesise,
)

SECONDS = 2.5


def take(singer, song=0, recording=0, seed=1):
    return Take(
        draw_singer(seed, singer),
        draw_song(seed, song, 2 * SECONDS),
        draw_recording(seed, recording),
    )


@pytest.fixture(scope="module")
def waveforms():
    return synthesise([take(i, i % 3, i) for i in range(6)], SECONDS)


def test_same_seed_same_samples(waveforms):
    again = synthesise([take(i, i % 3, i) for i in range(6)], SECONDS)
    assert torch.equal(waveforms, again)


def test_a_take_does_not_depend_on_its_batch(waveforms):
    alone = synthesise([take(4, 1, 4)], SECONDS)
    pair = synthesise([take(5, 2, 5), take(1, 1, 1)], SECONDS)
    # But for rounding, which is 100 dB below full scale
    near = {"rtol": 0, "atol": 1e-5}
    torch.testing.assert_close(alone, waveforms[[4]], **near)
    torch.testing.assert_close(pair, waveforms[[5, 1]], **near)


@pytest.mark.parametrize(
    "other",
    [take(2), take(0, song=1), take(0, recording=1), take(0, seed=2)],
    ids=["singer", "song", "recording", "seed"],
)
def test_each_draw_is_heard(waveforms, other):
    (waveform,) = synthesise([other], SECONDS)
    agreement = torch.corrcoef(torch.stack([waveform, waveforms[0]]))[0, 1]
    assert abs(float(agreement)) < 0.9


def test_length_and_level(waveforms):
    assert waveforms.shape == (6, int(SECONDS * SAMPLE_RATE))
    assert waveforms.dtype == torch.float32
    peaks = waveforms.abs().amax(1)
    assert bool(torch.isfinite(waveforms).all())
    assert float(peaks.max()) < 10 ** (-1 / 20) + 1e-4
    assert float(peaks.min()) > 10 ** (-12 / 20) - 1e-4
    assert float(waveforms.mean(1).abs().max()) < 1e-3


def test_every_band_is_used_and_the_low_ones_most(waveforms):
    power = torch.fft.rfft(waveforms).abs().square().mean(0)
    hertz = torch.fft.rfftfreq(waveforms.shape[1], 1 / SAMPLE_RATE)

    def level(low, high):
        band = power[(hertz >= low) & (hertz < high)].sum()
        return 10 * float(torch.log10(band / power.sum()))

    assert level(80, 4000) > -1
    assert level(0, 40) < -40
    # Fricatives and breath: what 44.1 kHz has and 16 kHz has not
    assert -60 < level(10000, 16000) < -10
    assert level(16000, 22050) < level(10000, 16000)


def test_takes_of_unlike_rhythm_have_their_own_silences():
    performance = take(0).perform(SECONDS)
    (waveform,) = synthesise([take(0)], SECONDS)
    first = performance.notes[0][0]
    before = waveform[: int(0.05 * SAMPLE_RATE)].square().mean()
    start = int(first * SAMPLE_RATE)
    during = waveform[start : start + SAMPLE_RATE // 4].square().mean()
    assert float(before) < 0.003 * float(during)
