"""Voices after a shift as Praat hears them, and beside its Change gender."""

import numpy as np
import pytest
import torch

from speechbrain_singer.augment.formant_shift import FormantShift
from speechbrain_singer.augment.pitch_shift import PitchShift
from speechbrain_singer.synthesis import (
    HOP,
    Take,
    draw_recording,
    draw_singer,
    draw_song,
    synthesise,
)

parselmouth = pytest.importorskip("parselmouth")
praat = pytest.importorskip("parselmouth.praat")

RATE = 44100
SECONDS = 2.0
TIMES = np.arange(0.03, SECONDS - 0.03, 0.01)
RATIOS = [0.5, 1 / 1.3, 1.3, 2.0]


def sound(wav):
    return parselmouth.Sound(wav.double().numpy(), RATE)


def median_f0(wav, ratio=1.0):
    """F0 in Hz, 0 where there is no voice, and its median where there is.

    The range of the search is shifted along.
    """
    pitch = sound(wav).to_pitch(0.01, 75 * ratio, 600 * ratio)
    f0 = [pitch.get_value_at_time(time) for time in TIMES]
    return np.nan_to_num(f0), np.nanmedian(f0)


@pytest.fixture(scope="module")
def takes():
    return [
        Take(draw_singer(3, i), draw_song(3, i, 4), draw_recording(3, i))
        for i in range(40)
    ]


@pytest.fixture(scope="module")
def many_voices(takes):
    wavs = synthesise(takes, SECONDS)
    return wavs / wavs.abs().amax(1, keepdim=True)


@pytest.fixture(scope="module")
def sung(takes):
    """F0 in Hz and voicing of each take, every 10 ms."""
    found = []
    for take in takes:
        performed = take.perform(SECONDS)
        moments = np.arange(len(performed.f0)) * HOP / RATE
        of_both = performed.f0, performed.voicing
        found.append([np.interp(TIMES, moments, values) for values in of_both])
    return found


@pytest.fixture(scope="module")
def voices(many_voices):
    return many_voices[:12]


@pytest.fixture(scope="module")
def low_voices(voices):
    """Linear prediction takes the harmonics of higher ones for formants."""
    low = [wav for wav in voices if median_f0(wav)[1] < 200]
    assert len(low) >= 4
    return torch.stack(low)


@pytest.fixture(scope="module")
def heard_before(low_voices):
    """F0, its median and formants of the low voices."""
    return [(*median_f0(wav), formants(wav)) for wav in low_voices]


@pytest.fixture(scope="module")
def envelopes(voices):
    return [envelope(wav) for wav in voices]


def shift(wavs, ratio):
    same = torch.ones(len(wavs), 1)
    return PitchShift().apply(
        wavs, {"ratio": ratio * same, "range_ratio": same}
    )


def praat_shift(wav, ratio):
    pitch = sound(wav).to_pitch(0.8 / 75, 75, 600)
    median = praat.call(pitch, "Get quantile", 0, 0, 0.5, "Hertz")
    changed = praat.call(
        (sound(wav), pitch), "Change gender", 1, ratio * median, 1, 1
    )
    return torch.from_numpy(changed.values[0]).float()


def formants(wav, ceiling=5250.0):
    """F1 to F3 in Hz every 10 ms."""
    found = sound(wav).to_formant_burg(0.01, 5, ceiling)
    return np.array(
        [[found.get_value_at_time(k, t) for t in TIMES] for k in (1, 2, 3)]
    )


def envelope(wav):
    """12 cepstral coefficients every 10 ms: what is left without harmonics."""
    cepstrum = sound(wav / wav.std()).to_mfcc(12, 0.025, 0.01, 100, 100)
    return cepstrum.to_array()[1:]


@pytest.mark.parametrize("ratio", RATIOS)
def test_f0_is_the_wanted_one(sung, many_voices, ratio):
    """As Praat hears it, beside what the synthesiser sang."""
    cents = []
    shifted = shift(many_voices, ratio)
    for (f0, voicing), after in zip(sung, shifted, strict=True):
        wanted = ratio * f0
        heard, _ = median_f0(after, ratio)
        both = (voicing > 0.5) & (heard > 0)
        cents.append(np.median(1200 * np.log2(heard[both] / wanted[both])))
    # Praat itself hears one of the unshifted voices an octave too low
    assert np.mean(np.abs(cents) < 20) >= 0.95, np.round(cents)
    assert abs(np.median(cents)) < 2


@pytest.mark.parametrize("ratio", RATIOS)
def test_formants_stay(low_voices, heard_before, ratio):
    moved = []
    shifted = shift(low_voices, ratio)
    for (f0, _, before), after in zip(heard_before, shifted, strict=True):
        voiced = f0 > 0
        ratios = formants(after)[:, voiced] / before[:, voiced]
        moved.append(np.nanmedian(ratios, axis=1))
    moved = np.median(moved, axis=0)
    assert moved == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("ratio", RATIOS)
def test_envelope_and_peaks_are_no_worse_than_praats(voices, envelopes, ratio):
    distances, crests = [], []
    shifted = shift(voices, ratio)
    for wav, before, after in zip(voices, envelopes, shifted, strict=True):
        other = praat_shift(wav, ratio)
        distances.append(
            [np.abs(envelope(x) - before).mean() for x in (after, other)]
        )
        crests.append(
            [(x.abs().max() / x.std()).item() for x in (after, other)]
        )
    ours, praats = np.mean(distances, axis=0)
    assert ours < 1.2 * praats
    ours, praats = np.median(crests, axis=0)
    assert ours < 1.1 * praats


@pytest.mark.parametrize("ratio", [1 / 1.25, 1.25])
def test_a_formant_shift_moves_formants_and_not_f0(
    low_voices, heard_before, ratio
):
    wavs = low_voices
    shifted = FormantShift().apply(
        wavs, {"ratio": torch.full((len(wavs), 1), ratio)}
    )
    moved, cents = [], []
    for (f0, median, before), after in zip(heard_before, shifted, strict=True):
        cents.append(1200 * np.log2(median_f0(after)[1] / median))
        ratios = formants(after, 5250 * ratio) / before
        moved.append(np.nanmedian(ratios[:, f0 > 0], axis=1))
    assert np.median(np.abs(cents)) < 10
    assert np.median(moved, axis=0) == pytest.approx(ratio, rel=0.06)
