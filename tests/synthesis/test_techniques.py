"""Each technique sounds as it is called, beside the same song sung plainly.

One song of two long notes, do and mi, in the singer's own key.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
from singing_measures import (
    envelope,
    f0_track,
    harmonicity,
    level,
    modulation,
)

from speechbrain_singer.synthesis import (
    HOP,
    SAMPLE_RATE,
    TECHNIQUES,
    Take,
    draw_recording,
    draw_singer,
    synthesise,
)
from speechbrain_singer.synthesis.song import Note, Song

pytest.importorskip("parselmouth")
SECONDS = 3.4
SINGERS = range(4)  # two women, two men
NOTES = (
    Note(0.35, 1.85, 60, "m", "a", 0.0, first=True, last=False),
    Note(1.85, 3.4, 64, "n", "e", 0.0, first=False, last=True),
)
SONG = Song("two notes", "major", 60, 60.0, NOTES)


@cache
def held(technique, index, higher=0.0, vowels="ae"):
    """Both notes without their ends: waveform and frequency of each."""
    singer = draw_singer(3, index)
    singer = replace(singer, centre=singer.centre + higher)
    notes = map(lambda n, v: replace(n, vowel=v), NOTES, vowels)
    song = replace(SONG, notes=tuple(notes))
    take = Take(singer, song, draw_recording(3, index), technique)
    (waveform,) = synthesise([take], SECONDS)
    waveform = waveform.double().numpy()
    return [
        (
            waveform[
                int((a + 0.35) * SAMPLE_RATE) : int((b - 0.25) * SAMPLE_RATE)
            ],
            hz,
        )
        for a, b, hz in take.perform(SECONDS).notes
    ]


def semitones(waveform, hz):
    """The F0 that Praat finds, relative to the note."""
    return 12 * np.log2(f0_track(waveform, 0.7 * hz, 1.5 * hz) / hz)


def each(technique, measure, **options):
    """[singers * notes] of `measure(waveform, hz)`."""
    return np.array(
        [
            measure(*note)
            for index in SINGERS
            for note in held(technique, index, **options)
        ]
    )


def vibrato(waveform, hz):
    return modulation(semitones(waveform, hz), 0.005, 4, 9)


def treble(waveform, hz):
    return level(waveform, 2000, 8000) - level(waveform, 50, 2000)


def second_harmonic(waveform, hz):
    """In dB above the first."""
    return level(waveform, 1.6 * hz, 2.4 * hz) - level(
        waveform, 0.6 * hz, 1.4 * hz
    )


def brightness(waveform, hz):
    """Harmonics three to twelve, in dB above the first."""
    return level(waveform, 2.6 * hz, 12.4 * hz) - level(
        waveform, 0.6 * hz, 1.4 * hz
    )


def test_straight_is_steady_and_vibrato_is_not():
    own = [draw_singer(3, i) for i in SINGERS for _ in NOTES]
    steady, waving, plain = (
        each(name, vibrato) for name in ("straight", "vibrato", "")
    )
    assert steady[:, 1].max() < 0.08
    # Pitch swings by a quarter tone to a tone, at the singer's own rate
    assert 0.45 < waving[:, 1].min() and waving[:, 1].max() < 1.2
    rates = np.array([singer.vibrato_rate for singer in own])
    assert np.abs(waving[:, 0] - rates).max() < 0.6
    assert np.all(waving[:, 1] > 1.2 * plain[:, 1])


def test_a_trill_goes_to_the_next_note_of_the_scale_and_back():
    notes = [note for i in SINGERS for note in held("trill", i)]
    # do re and mi fa
    for (waveform, hz), interval in zip(notes, [2, 1] * 4, strict=True):
        track = semitones(waveform, hz)
        on_either = np.minimum(np.abs(track), np.abs(track - interval)) < 0.25
        assert on_either.mean() > 0.6 + 0.1 * (interval == 1)
        assert 0.25 < (track > interval / 2).mean() < 0.75
        rate, _ = modulation(track, 0.005, 2, 12)
        assert 4.5 < rate < 7.5


def test_a_breathy_voice_has_more_noise_and_less_of_the_harmonics():
    def noise(waveform, hz):
        return -harmonicity(waveform, 0.7 * hz)

    more = each("breathy", noise) - each("straight", noise)
    assert more.min() > 2.5 and np.median(more) > 5
    # The open glottis: the first harmonic sticks out (Klatt and Klatt, 1990)
    first = each("", second_harmonic) - each("breathy", second_harmonic)
    assert first.min() > 1.5 and np.median(first) > 4


def test_vocal_fry_is_slow_pulses_that_die_away_one_by_one():
    for index in SINGERS:
        for (waveform, pulses), (plain, _) in zip(
            held("vocal_fry", index), held("", index), strict=True
        ):
            amplitude = envelope(waveform)
            rate, _ = modulation(amplitude, 1 / 1050, 20, 90)
            assert rate == pytest.approx(pulses, rel=0.05)
            assert pulses < 70
            quiet, loud = np.percentile(amplitude, [10, 95])
            assert loud > 4 * quiet
            quiet, loud = np.percentile(envelope(plain), [10, 95])
            assert loud < 2 * quiet


def test_pulses_of_vocal_fry_are_irregular():
    for index in SINGERS:
        (waveform, pulses), _ = held("vocal_fry", index)
        amplitude = envelope(waveform, 200.0, 4410)
        peaks, _ = scipy.signal.find_peaks(
            amplitude, distance=0.6 * 4410 / pulses
        )
        periods, heights = np.diff(peaks), amplitude[peaks]
        assert 0.02 < periods.std() / periods.mean() < 0.12
        assert 0.08 < heights.std() / heights.mean() < 0.4


def test_a_belted_note_has_a_strong_second_harmonic_and_bright_ones():
    # In the key of the belted one, which is higher
    plain, belted = (
        each("", second_harmonic, higher=4.0),
        each("belt", second_harmonic),
    )
    assert np.all(belted > 6) and np.median(belted - plain) > 5
    pitches = [each(n, lambda _, hz: hz) for n in ("", "belt")]
    assert np.allclose(pitches[1] / pitches[0], 2 ** (4 / 12))

    brighter = each("belt", brightness) - each("", brightness, higher=4.0)
    assert brighter.min() > 0 and np.median(brighter) > 5


def test_lips_flutter_and_keep_the_treble_in():
    for index in SINGERS:
        for (waveform, _), (plain, _) in zip(
            held("lip_trill", index), held("", index), strict=True
        ):
            rate, depth = modulation(envelope(waveform), 1 / 1050, 15, 60)
            assert 20 < rate < 30
            assert depth > 0.6 * envelope(waveform).mean()
            _, depth = modulation(envelope(plain), 1 / 1050, 15, 60)
            assert depth < 0.15 * envelope(plain).mean()
    # More than a mouth that says u
    muffled = each("", treble, vowels="uu") - each("lip_trill", treble)
    assert muffled.min() > 6


def test_all_that_is_said_to_be_measured_is_there():
    assert list(TECHNIQUES) == [
        *("straight", "vibrato", "breathy", "vocal_fry", "belt"),
        *("trill", "lip_trill"),
    ]


@pytest.mark.parametrize("technique", ["", *TECHNIQUES])
def test_a_technique_is_timed_as_it_is_performed(technique):
    take = Take(draw_singer(3, 1), SONG, draw_recording(3, 1), technique)
    timed, performed = take.time(2.5).notes, take.perform(2.5).notes
    assert len(timed) == 2 and timed[1][1] == 2.5
    for (*when, pitch), (*sung, hz) in zip(timed, performed, strict=True):
        assert when == sung
        assert 440 * 2 ** ((pitch - 69) / 12) == pytest.approx(hz)


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_no_click_stands_at_any_place_of_a_hop(technique):
    for waveform, _ in held(technique, 1):
        bends = np.diff(waveform, 2) ** 2
        by_place = bends[: len(bends) // HOP * HOP].reshape(-1, HOP)
        typical = np.median(by_place, axis=0)
        # A click would be at one place or two, and not around it
        ratio = typical / scipy.ndimage.median_filter(typical, 31, mode="wrap")
        assert ratio.max() < 6
