import numpy as np
import pytest

from speechbrain_singer.synthesis.articulation import CONSONANTS
from speechbrain_singer.synthesis.language import (
    ALL_VOWELS,
    EMBEDDED,
    draw_language,
    draw_vocalise,
)
from speechbrain_singer.synthesis.song import draw_song


@pytest.mark.parametrize("draw", [draw_language, draw_vocalise])
def test_inventories_are_of_what_can_be_sung(draw):
    for seed in range(50):
        language = draw(np.random.default_rng(seed))
        assert set(language.vowels) <= set(ALL_VOWELS)
        assert len(set(language.vowels)) == len(language.vowels)
        assert set(language.onsets) - {""} <= set(CONSONANTS)


def test_languages_differ_in_size():
    drawn = [draw_language(np.random.default_rng(s)) for s in range(200)]
    assert {len(x.vowels) for x in drawn} == set(range(5, 13))
    assert {len(x.onsets) for x in drawn} == set(range(9, 17))
    assert min(x.diphthongs for x in drawn) == 0
    assert max(x.diphthongs for x in drawn) < 0.4


def test_formants_of_all_vowels_ascend():
    for formants in ALL_VOWELS.values():
        assert list(formants) == sorted(formants)


def test_a_song_has_the_syllables_of_its_language():
    language = draw_language(np.random.default_rng(3))
    notes = draw_song(1, 0, 200.0, language).notes
    assert {note.vowel for note in notes} == set(language.vowels)
    assert {note.onset for note in notes} == set(language.onsets)
    share = np.mean([note.ending != "" for note in notes])
    assert abs(share - language.diphthongs) < 0.1
    assert {n.ending for n in notes} - {""} <= set(language.vowels)


def test_effort_makes_all_notes_louder_and_nothing_else():
    plain = draw_song(1, 0, 9.0, EMBEDDED).notes
    louder = draw_song(1, 0, 9.0, EMBEDDED, effort=5.0).notes
    for note, loud in zip(plain, louder, strict=True):
        assert loud.loudness == pytest.approx(note.loudness + 5)
        assert (loud.start, loud.vowel) == (note.start, note.vowel)
