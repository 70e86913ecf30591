"""Songs are songs: in a key, in a range, in time."""

import numpy as np

from speechbrain_singer.synthesis import draw_song
from speechbrain_singer.synthesis.language import ONSETS
from speechbrain_singer.synthesis.song import SCALES

SONGS = [draw_song(5, k, 20.0) for k in range(30)]


def test_notes_are_of_the_scale_and_within_a_tenth():
    for song in SONGS:
        steps = {(note.pitch - song.tonic) % 12 for note in song.notes}
        assert steps <= set(SCALES[song.mode])
        pitches = [note.pitch for note in song.notes]
        assert 4 <= max(pitches) - min(pitches) <= 16


def test_notes_follow_each_other_on_the_beat():
    for song in SONGS:
        assert song.notes[-1].stop > 20.0 - 0.6  # and a breath
        for before, note in zip(song.notes, song.notes[1:], strict=False):
            beats = (before.stop - before.start) * song.tempo / 60
            assert abs(2 * beats - round(2 * beats)) < 1e-6
            gap = note.start - before.stop
            assert gap > 0.25 if note.first else abs(gap) < 1e-9
            assert before.last == note.first


def test_songs_differ_and_use_all_that_there_is():
    assert len({song.notes for song in SONGS}) == len(SONGS)
    notes = [note for song in SONGS for note in song.notes]
    assert {note.onset for note in notes} == set(ONSETS)
    assert {note.vowel for note in notes} == set("aeiou")
    loudness = np.array([note.loudness for note in notes])
    assert 1 < loudness.std() < 5
