"""Voice and band add up, at the balance asked for, below full scale."""

import numpy as np
import pytest
import torch

from speechbrain_singer.synthesis import (
    Take,
    draw_recording,
    draw_singer,
    draw_song,
    synthesise,
)
from speechbrain_singer.synthesis.band import draw_band
from speechbrain_singer.synthesis.mixture import mix, synthesise_mixture


def noise(seed, level):
    generator = torch.Generator().manual_seed(seed)
    return level * torch.randn(20000, generator=generator)


@pytest.mark.parametrize("balance", [-3.0, 0.0, 6.0])
def test_the_balance_is_the_one_asked_for(balance):
    stems = mix(noise(0, 0.05), noise(1, 3.0), balance)
    power = [
        np.mean(x / 2**15 * x) for x in (stems.vocals, stems.accompaniment)
    ]
    found = 10 * np.log10(power[0] / power[1])
    assert found == pytest.approx(balance, abs=0.01)


def test_a_quiet_voice_stays_as_it_is():
    voice = noise(0, 0.02)
    stems = mix(voice, noise(1, 1.0), 3.0)
    assert np.abs(stems.vocals / 2**15 - voice.numpy()).max() < 0.51 / 2**15


@pytest.mark.parametrize("level", [0.1, 0.9])
def test_nothing_clips_and_all_adds_up(level):
    voice, band = noise(0, 1.0), noise(1, 1.0)
    voice *= level / voice.abs().max()
    stems = mix(voice, band, -3.0)
    wide = stems.vocals.astype(int) + stems.accompaniment
    assert np.array_equal(wide, stems.mixture)
    for waveform in (stems.vocals, stems.accompaniment, stems.mixture):
        assert np.abs(waveform.astype(int)).max() <= 0.98 * 2**15 + 1
    # Scaled together: the voice is the same but for its level
    agreement = np.corrcoef(stems.vocals, voice.numpy())[0, 1]
    assert agreement > 0.999999


def test_the_voice_in_a_mixture_is_the_one_without():
    song = draw_song(1, 2, 3.0)
    take = Take(draw_singer(1, 3), song, draw_recording(1, 3, 2))
    stems = synthesise_mixture(take, draw_band(1, 2), 2.5)
    (alone,) = synthesise([take], 2.5)
    scale = (
        stems.vocals @ alone.double().numpy() / alone.double().square().sum()
    )
    error = np.abs(stems.vocals - float(scale) * alone.double().numpy())
    assert error.max() < 1
    again = synthesise_mixture(take, draw_band(1, 2), 2.5)
    assert np.array_equal(again.mixture, stems.mixture)
