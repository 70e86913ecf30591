"""Notes are in tune and die away in time; drums are where drums are."""

import numpy as np
import pytest

from speechbrain_singer.synthesis import SAMPLE_RATE
from speechbrain_singer.synthesis.drums import draw_kit
from speechbrain_singer.synthesis.instruments import (
    INSTRUMENTS,
    SHADES,
    String,
    play_note,
    pluck,
)


def fundamental(note, hertz):
    """Frequency of the peak near one, from the phases of two spectra."""
    window = np.hanning(16384)
    turns = np.exp(-2j * np.pi * hertz * np.arange(len(note)) / SAMPLE_RATE)
    early, late = (
        (note[k : k + 16384] * turns[k : k + 16384] * window).sum()
        for k in (4000, 8000)
    )
    drift = np.angle(late / early) / (2 * np.pi)
    return hertz + drift * SAMPLE_RATE / 4000


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_notes_are_in_tune(instrument):
    for pitch in (45, 57, 63):
        hertz = 440 * 2 ** ((pitch - 69) / 12)
        note = play_note(instrument, 1, pitch).astype(float)
        cents = 1200 * np.log2(fundamental(note, hertz) / hertz)
        assert abs(cents) < 2


@pytest.mark.parametrize("decay", [0.6, 1.3])
def test_a_string_dies_away_in_its_time(decay):
    note = pluck(220.0, String(decay, 0.0, 800.0, 0.2))
    levels = [
        20 * np.log10(np.abs(note[k : k + 2205]).max()) for k in (4410, 22050)
    ]
    assert levels[0] - levels[1] == pytest.approx(60 * 0.4 / decay, abs=1)


def test_a_string_is_the_recursion_of_karplus_and_strong():
    # A period of 200 samples, and no loss but the one that is asked for
    f0, string = SAMPLE_RATE / 200, String(1.0, 0.0, 1e9, 0.5)
    note = pluck(f0, string)
    fed_back = note[200:] - 10 ** (-3 / f0) * note[:-200]
    # The pluck itself is a period and half of one long
    assert np.abs(fed_back[:100]).max() > 0.1 * np.abs(note).max()
    assert np.abs(fed_back[100:]).max() < 1e-9


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_brighter_shades_are_brighter(instrument):
    spectra = [
        np.abs(np.fft.rfft(play_note(instrument, shade, 50)[:16384]))
        for shade in range(SHADES)
    ]
    hertz = np.fft.rfftfreq(16384, 1 / SAMPLE_RATE)
    centres = [(hertz * s**2).sum() / (s**2).sum() for s in spectra]
    assert centres == sorted(centres)
    assert centres[-1] > 1.2 * centres[0]


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_notes_start_and_end_without_a_click(instrument):
    note = np.abs(play_note(instrument, 2, 50))
    assert note[0] < 0.05 * note.max()
    assert note[-20:].max() < 0.01 * note.max()


def test_drums_lie_where_drums_lie():
    for seed in range(6):
        kit = draw_kit(seed)
        hertz = {
            name: spectral_median(getattr(kit, name))
            for name in ("kick", "snare", "hat")
        }
        assert 40 < hertz["kick"] < 130
        assert 150 < hertz["snare"] < 6000
        assert 6000 < hertz["hat"] < 14000


def spectral_median(sound):
    power = np.abs(np.fft.rfft(sound)) ** 2
    half = np.searchsorted(np.cumsum(power), power.sum() / 2)
    return half * SAMPLE_RATE / len(sound)
