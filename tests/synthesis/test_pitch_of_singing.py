"""F0 follows the score, as Praat's pitch tracker hears it."""

import numpy as np
import pytest

from speechbrain_singer.synthesis import (
    SAMPLE_RATE,
    Take,
    draw_recording,
    draw_singer,
    draw_song,
    synthesise,
)

parselmouth = pytest.importorskip("parselmouth")
SECONDS = 5.0
SINGERS = range(6)  # three women, three men


def takes():
    return [
        Take(
            draw_singer(3, i),
            draw_song(3, i, 2 * SECONDS),
            draw_recording(3, i),
        )
        for i in SINGERS
    ]


def cents_off(waveform, notes):
    """Praat's F0 against the score, in the middle of each sustained note."""
    sound = parselmouth.Sound(waveform.numpy().astype(float), SAMPLE_RATE)
    hertz = [note[2] for note in notes]
    pitch = sound.to_pitch(
        time_step=0.01,
        pitch_floor=0.6 * min(hertz),
        pitch_ceiling=1.7 * max(hertz),
    )
    f0, times = pitch.selected_array["frequency"], pitch.xs()
    errors = []
    for start, stop, nominal in notes:
        if stop - start < 0.4 or stop > SECONDS:
            continue
        # The voice leaves a note for the next consonant 0.15 s before its end
        middle = (times > start + 0.15) & (times < stop - 0.15) & (f0 > 0)
        # The median: Praat takes an octave for a frame or two
        errors.append(np.median(1200 * np.log2(f0[middle] / nominal)))
    return errors


def test_sustained_notes_are_on_pitch():
    errors = []
    for take, waveform in zip(
        takes(), synthesise(takes(), SECONDS), strict=True
    ):
        off = cents_off(waveform, take.perform(SECONDS).notes)
        assert len(off) >= 2, take.singer.name
        errors += off
    errors = np.sort(np.abs(errors))
    assert len(errors) > 20
    assert errors[-1] < 50, errors
    assert np.median(errors) < 15


def test_songs_are_moved_into_the_singers_range():
    for take in takes():
        notes = np.array([n[2] for n in take.perform(SECONDS).notes])
        midi = 69 + 12 * np.log2(notes / 440)
        assert np.allclose(midi, midi.round())  # in tune with a = 440 Hz
        assert np.all(np.abs(midi - take.singer.centre) < 14)
        low, high = (150, 900) if take.singer.sex == "female" else (60, 500)
        assert low < notes.min() and notes.max() < high


def test_vibrato_has_the_singers_rate():
    # One long steady note: the track minus its mean is the vibrato
    for take in takes():
        performance = take.perform(SECONDS)
        start, stop, nominal = max(performance.notes, key=lambda n: n[1] - n[0])
        times = np.arange(len(performance.f0)) * 512 / SAMPLE_RATE
        held = (times > start + 0.6) & (times < stop - 0.3)
        wave = 12 * np.log2(performance.f0[held] / nominal)
        if held.sum() < 60 or take.singer.vibrato_depth < 0.2:
            continue
        spectrum = np.abs(np.fft.rfft(wave - wave.mean(), 8192))
        rate = spectrum.argmax() / 8192 * SAMPLE_RATE / 512
        assert rate == pytest.approx(take.singer.vibrato_rate, abs=0.7)
