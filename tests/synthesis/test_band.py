"""A band plays in the key, at the pace and in time with the singer."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import scipy.signal

from speechbrain_singer.synthesis import (
    SAMPLE_RATE,
    Take,
    draw_recording,
    draw_singer,
    draw_song,
)
from speechbrain_singer.synthesis.accompaniment import accompany
from speechbrain_singer.synthesis.band import arrange, draw_band
from speechbrain_singer.synthesis.beats import lay_beats
from speechbrain_singer.synthesis.harmony import harmonise
from speechbrain_singer.synthesis.song import SCALES

SECONDS, SONGS = 9.0, range(8)
WRITTEN = [draw_song(5, k, 30.0) for k in range(20)]


@pytest.fixture(scope="module")
def played():
    """Songs, how they are timed, and what the bands make of it."""
    rows = []
    for k in SONGS:
        song = draw_song(3, k, 1.2 * SECONDS)
        take = Take(draw_singer(3, k), song, draw_recording(3, k))
        timing = take.time(SECONDS)
        rng = np.random.default_rng(k)
        waveform = accompany(song, draw_band(3, k), timing, rng)
        rows.append((song, timing, waveform.astype(float)))
    return rows


def test_beats_lie_under_the_notes():
    for song in WRITTEN:
        beats = lay_beats(song)
        at = beats.beat([note.start for note in song.notes])
        assert np.abs(2 * at - np.round(2 * at)).max() < 1e-6
        firsts = [b for b, n in zip(at, song.notes, strict=True) if n.first]
        assert firsts == [first for first, _ in beats.phrases]
        for (_, after), (first, _) in pairwise(beats.phrases):
            assert after == first


def test_only_last_notes_bend_the_tempo():
    for song in WRITTEN:
        beats = lay_beats(song)
        lengths = np.diff(beats.time(np.arange(beats.phrases[-1][1] + 1)))
        lengths *= song.tempo / 60
        lasts = [note.start for note in song.notes if note.last]
        bent = np.concatenate(
            [
                np.arange(int(beats.beat(start)), after)
                for start, (_, after) in zip(lasts, beats.phrases, strict=True)
            ]
        )
        straight = np.setdiff1d(np.arange(len(lengths)), bent)
        assert np.abs(lengths[straight] - 1).max() < 1e-6
        assert 0.7 < lengths.min() and lengths.max() < 1.4


def test_chords_are_triads_that_the_melody_belongs_to():
    thirds = {"major": {(0, 4, 7), (0, 3, 7)}, "minor": {(0, 3, 7), (0, 4, 7)}}
    for k, song in enumerate(WRITTEN):
        beats = lay_beats(song)
        rng = np.random.default_rng(k)
        chords = harmonise(song, beats, 2, rng)
        assert [c.start for c in chords[1:]] == [c.stop for c in chords[:-1]]
        scale = {(song.tonic + step) % 12 for step in SCALES[song.mode]}
        for chord in chords:
            assert set(chord.classes) <= scale
            shape = tuple((c - chord.classes[0]) % 12 for c in chord.classes)
            assert shape in thirds[song.mode]
        times = np.arange(0.0, chords[-1].stop, 0.1)
        sung, sounding = melody(song, beats, times), at_beats(chords, times)
        belongs = np.mean([s in c for s, c in zip(sung, sounding, strict=True)])
        # Of seven notes three belong to any chord
        assert belongs > 0.65 > 3 / 7


def melody(song, beats, times):
    """Pitch class at each beat; the last one holds through a breath."""
    starts = beats.beat([note.start for note in song.notes])
    places = np.searchsorted(starts, times, side="right") - 1
    return [song.notes[max(place, 0)].pitch % 12 for place in places]


def at_beats(chords, times):
    stops = [chord.stop for chord in chords]
    places = np.searchsorted(stops, times, side="right")
    return [chords[place].classes for place in places]


def chroma(waveform):
    """Shares of the pitch classes in what sounds from 100 to 1000 Hz."""
    hertz, power = scipy.signal.welch(waveform, SAMPLE_RATE, nperseg=16384)
    tonal = (hertz > 100) & (hertz < 1000)
    midi = np.round(69 + 12 * np.log2(hertz[tonal] / 440)).astype(int)
    return np.bincount(midi % 12, power[tonal], 12) / power[tonal].sum()


def test_bands_play_in_the_key_that_is_sung(played):
    for song, timing, waveform in played:
        shares = chroma(waveform)
        tonic = song.tonic + timing.transposition
        steps = np.array(SCALES[song.mode])
        in_key = [shares[(tonic + k + steps) % 12].sum() for k in range(12)]
        # The seven of twelve; the rest are drums and fifth harmonics
        assert in_key[0] > 0.72
        # No other key fits clearly better, and its neighbour a semitone off not
        assert in_key[0] > max(in_key) - 0.1
        assert max(in_key[1], in_key[11]) < 0.65


def test_bands_keep_the_tempo_of_the_singing(played):
    for song, timing, waveform in played:
        _, _, spectra = scipy.signal.stft(
            waveform, SAMPLE_RATE, nperseg=1024, noverlap=1024 - 441
        )
        rise = np.diff(np.log1p(1000 * np.abs(spectra)), axis=1)
        onsets = np.maximum(rise, 0).sum(0)
        onsets -= onsets.mean()
        repeats = scipy.signal.correlate(onsets, onsets)[len(onsets) - 1 :]
        beat = 100 * 60 / song.tempo / timing.pace  # in frames of 10 ms
        lags = np.arange(round(0.7 * beat), round(1.4 * beat))
        found = lags[repeats[lags].argmax()]
        assert found == pytest.approx(beat, rel=0.03)
        assert repeats[found] > 0.25 * repeats[0]


def test_strokes_sound_on_their_beats(played):
    for _, timing, waveform in played:
        start = timing.notes[0][0]
        # Silence until the first beat, which is with the first note
        sounding = np.argmax(np.abs(waveform) > 0.05 * np.abs(waveform).max())
        assert sounding / SAMPLE_RATE == pytest.approx(start, abs=0.02)
        assert np.all(waveform[: int((start - 0.011) * SAMPLE_RATE)] == 0)


def test_no_click_stands_at_any_place_of_a_hop(played):
    for _, _, waveform in played:
        bends = np.diff(waveform, 2) ** 2
        by_place = bends[: len(bends) // 512 * 512].reshape(-1, 512)
        # The median over hops: strokes of a drum fall anywhere
        typical = np.median(by_place, axis=0)
        assert typical.max() < 4 * np.median(typical)


def test_notes_are_stopped_without_a_click():
    song = draw_song(3, 5, 1.2 * SECONDS)
    # A note every other eighth, and silence between them
    band = replace(draw_band(3, 5), chords="organ", comping="off-beats")
    band = replace(band, drums=((0,) * 8,) * 3, levels=(0.0, -60.0, 0.0))
    take = Take(draw_singer(3, 5), song, draw_recording(3, 5))
    rng = np.random.default_rng(0)
    waveform = accompany(song, band, take.time(SECONDS), rng)
    bends = np.abs(np.diff(waveform.astype(float), 2))
    assert bends.max() < 3 * np.percentile(bends, 98)


def test_another_time_is_a_little_different(played):
    song, timing, waveform = played[0]
    again, other = (
        accompany(song, draw_band(3, 0), timing, np.random.default_rng(seed))
        for seed in (0, 1)
    )
    assert np.array_equal(waveform, again)
    spectra = [np.log(chroma(x) + 1e-3) for x in (waveform, other)]
    assert np.corrcoef(spectra)[0, 1] > 0.9
    assert abs(np.corrcoef(waveform, other)[0, 1]) < 0.9


def test_a_semitone_up_is_a_semitone_up(played):
    song, timing, waveform = played[5]
    raised = replace(timing, transposition=timing.transposition + 1)
    rng = np.random.default_rng(5)
    shares = chroma(accompany(song, draw_band(3, 5), raised, rng))
    near = np.corrcoef(shares, np.roll(chroma(waveform), 1))[0, 1]
    assert near > 0.9
    assert near > np.corrcoef(shares, chroma(waveform))[0, 1] + 0.5


def test_bands_differ_from_song_to_song():
    bands = [draw_band(1, k) for k in range(40)]
    assert len(set(bands)) == 40
    assert {band.chords for band in bands} == {"guitar", "organ", "piano"}
    looks = {(b.chords, b.comping, b.bass_line, b.drums) for b in bands}
    assert len(looks) > 30


def test_every_band_can_play_every_song():
    for k, song in enumerate(WRITTEN):
        for other in range(15):
            arrangement = arrange(song, draw_band(k, other))
            strokes = arrangement.strokes
            assert {stroke.part for stroke in strokes} == {
                *("chords", "bass", "kick", "snare", "hat")
            }
            assert all(stroke.start < stroke.stop for stroke in strokes)
