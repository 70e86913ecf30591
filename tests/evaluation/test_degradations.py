import numpy as np
import pytest
import torch
from scipy.signal import welch

from speechbrain_singer.augment.streams import Streams
from speechbrain_singer.evaluation.degradations import (
    Band,
    Beginning,
    PinkNoise,
    Transposed,
)

RATE = 44100
FRAME = 1025  # samples of 1/43 s


def tone(hertz, seconds=1.0, amplitude=0.3):
    time = torch.arange(round(seconds * RATE)) / RATE
    return amplitude * torch.sin(2 * torch.pi * hertz * time)[None]


def degraded(degradation, wavs, seed=1):
    return degradation.apply(wavs, degradation.draw(wavs, Streams([seed])))


def test_a_band_of_16_khz_ends_at_8(generator):
    noise = 0.1 * torch.randn(1, RATE, generator=generator(1))
    heard = degraded(Band(16000), noise)
    assert heard.shape == noise.shape
    hertz, before = welch(noise[0].numpy(), RATE, nperseg=2048)
    _, after = welch(heard[0].numpy(), RATE, nperseg=2048)
    change = 10 * np.log10(after / before)
    assert np.abs(change[(hertz > 100) & (hertz < 7300)]).max() < 0.5
    assert change[hertz > 8000].max() < -40


def test_nothing_beyond_a_band_comes_back_below_it():
    """9 kHz would be 7 kHz."""
    heard = degraded(Band(16000), tone(9000, amplitude=1.0))
    # 50 dB below, a tenth of a second from both ends
    assert heard[:, RATE // 10 : -RATE // 10].abs().max() < 10 ** (-50 / 20)


@pytest.mark.parametrize("snr_db", [10.0, 20.0])
def test_the_ratio_of_noise_is_to_what_sounds(snr_db):
    voice = tone(220)
    rests = torch.zeros(1, 40 * FRAME)
    whole = torch.cat([rests, voice[:, : 40 * FRAME], rests], dim=1)
    noise = degraded(PinkNoise(snr_db), whole) - whole
    ratio = voice[:, : 40 * FRAME].square().mean() / noise.square().mean()
    assert 10 * ratio.log10() == pytest.approx(snr_db, abs=0.01)


def test_the_noise_is_pink_and_seeded():
    wavs = tone(30, seconds=8.0)
    noise = degraded(PinkNoise(0.0), wavs) - wavs
    hertz, power = welch(noise[0].numpy(), RATE, nperseg=4096)
    chosen = (hertz > 100) & (hertz < 15000)
    slope, _ = np.polyfit(np.log(hertz[chosen]), np.log(power[chosen]), 1)
    assert slope == pytest.approx(-1, abs=0.05)
    assert torch.equal(degraded(PinkNoise(0.0), wavs) - wavs, noise)
    other = degraded(PinkNoise(0.0), wavs, seed=2) - wavs
    assert not torch.allclose(other, noise)


def test_silence_stays_silent():
    silence = torch.zeros(1, RATE)
    for degradation in (PinkNoise(10.0), Beginning(1.0), Band()):
        assert torch.equal(degraded(degradation, silence), silence)


@pytest.mark.parametrize("semitones", [-4, -2, 2, 4])
def test_pitch_moves_and_the_envelope_stays(semitones):
    """Harmonics of 200 Hz under one formant at 1200 Hz."""
    time = torch.arange(RATE) / RATE
    voice = sum(
        np.exp(-(((200 * k - 1200) / 400) ** 2))
        * torch.sin(2 * torch.pi * 200 * k * time)
        for k in range(1, 20)
    )
    heard = degraded(Transposed(float(semitones)), 0.05 * voice[None])
    power = torch.fft.rfft(heard[0]).abs().square().double()
    hertz = torch.arange(len(power), dtype=torch.double)
    # The strongest is a harmonic of what was asked for, and of 200 Hz it is not
    number = int(power.argmax()) / (200 * 2 ** (semitones / 12))
    assert number == pytest.approx(round(number), abs=0.1)
    centre = (hertz * power).sum() / power.sum()
    assert centre == pytest.approx(1200, rel=0.04)


def test_a_beginning_has_so_many_seconds_that_sound():
    """Rests before are left out; those between stay, and are not counted."""
    rest, sung = torch.zeros(1, 20 * FRAME), tone(220)[:, : 30 * FRAME]
    wavs = torch.cat([rest, sung, rest, sung, rest], dim=1)
    seconds = 40 * FRAME / RATE
    heard = degraded(Beginning(seconds), wavs)
    assert torch.equal(heard, wavs[:, 20 * FRAME : 80 * FRAME])
    # All there is, but the rests around it
    heard = degraded(Beginning(9.0), wavs)
    assert torch.equal(heard, wavs[:, 20 * FRAME : 100 * FRAME])


def test_settings_are_checked():
    with pytest.raises(ValueError, match="rate of the band in Hz"):
        Band(0)
    with pytest.raises(ValueError, match="semitones"):
        Transposed(13.0)
    with pytest.raises(ValueError, match="seconds"):
        Beginning(0)
