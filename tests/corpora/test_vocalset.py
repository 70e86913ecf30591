from pathlib import Path

import pytest
from replicas import vocalset

from speechbrain_singer.corpora.vocalset import (
    CLASSES,
    NAMELESS,
    SINGERS,
    TECHNIQUES,
    TEST_SINGERS,
    list_recordings,
)


def touch(root, *names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def warnings_in(caplog):
    return [r.message for r in caplog.records if r.levelname == "WARNING"]


def by_name(rows):
    return {Path(row["path"]).stem: row for row in rows}


@pytest.fixture(scope="module")
def replica(tmp_path_factory):
    folder = tmp_path_factory.mktemp("vocalset")
    vocalset.build(folder)
    return folder


@pytest.fixture
def rows(replica):
    return by_name(list_recordings(replica))


def test_each_file_is_taken_once_and_from_the_tree_by_singer(replica):
    rows = list_recordings(replica)
    assert len(rows) == len(vocalset.FILES) == 13
    assert all("data_by_singer" in row["path"] for row in rows)
    assert [row["path"] for row in rows] == sorted(row["path"] for row in rows)


def test_folders_and_name_say_what_is_sung(rows):
    row = rows["f1_arpeggios_belt_c_a"]
    assert row.pop("path").endswith("belt/f1_arpeggios_belt_c_a.wav")
    assert row == {
        "singer": "f1",
        "sex": "female",
        "technique": "belt",
        "context": "arpeggios",
        "song": "arpeggios",
        "vowel": "a",
        "split": "train",
    }


def test_an_excerpt_is_a_song_and_has_no_vowel(rows):
    row = rows["m10_dona_straight"]
    assert (row["song"], row["context"]) == ("dona", "excerpts")
    assert (row["vowel"], row["sex"], row["split"]) == ("", "male", "test")
    assert rows["m4_long_trillo_e"]["song"] == "long_tones"
    assert rows["m4_long_trillo_e"]["technique"] == "trillo"


def test_misspelt_names_are_read(rows):
    assert rows["f2_arpeggios_vibrato_a"]["technique"] == "vibrato"
    assert rows["m4_ row_spoken"]["song"] == "row"
    assert rows["m4_ row_spoken"]["singer"] == "m4"
    slow = rows["m8_scales_c_sow_forte_a"]
    assert (slow["technique"], slow["context"]) == ("slow_forte", "scales")


def test_the_folder_says_who_sings(rows):
    assert rows["m9_caro_vibrato"]["singer"] == "m8"
    assert rows["scales_f_fast_piano_o"]["singer"] == "m10"


def test_copies_and_what_marble_leaves_out_are_told(rows):
    reasons = {
        name: row["reason"] for name, row in rows.items() if "reason" in row
    }
    marble = "left out, as MARBLE does: its name lacks the singer"
    assert reasons == {
        "caro_vibrato": marble,
        "slow_vibrato_arps": marble,
        "f2_scales_straight_u(1)": "a copy: of f2_scales_straight_u",
    }


def test_a_copy_without_its_original_is_used(tmp_path):
    touch(tmp_path, "FULL/female2/scales/vibrato/f2_scales_vibrato_a(1).wav")
    (row,) = list_recordings(tmp_path)
    assert (row["singer"], row["vowel"]) == ("f2", "a")


def test_two_archives_give_each_file_once(tmp_path):
    name = "FULL/female2/scales/vibrato/f2_scales_vibrato_a.wav"
    touch(tmp_path, f"VocalSet/{name}", f"VocalSet11/{name}")
    row, copy = list_recordings(tmp_path)
    assert "VocalSet11" not in row["path"]
    assert copy["reason"] == f"a copy: of {row['path']}"


def test_the_tree_of_the_first_release_is_read(tmp_path):
    touch(
        tmp_path,
        "FULL/male1/scales/straight/m1_straight_tone_scales_u.wav",
        "data_by_singer/male1/scales/straight/m1_scales_straight_u.wav",
    )
    (row,) = list_recordings(tmp_path)
    assert Path(row["path"]).stem == "m1_straight_tone_scales_u"
    labels = row["technique"], row["context"], row["vowel"]
    assert labels == ("straight", "scales", "u")


def test_the_other_trees_do_alone(tmp_path):
    touch(
        tmp_path,
        "data_by_technique/vibrato/m5_scales_vibrato_e.wav",
        "data_by_technique/fast_piano/arps_c_fast_piano.wav",
    )
    rows = by_name(list_recordings(tmp_path))
    assert rows["m5_scales_vibrato_e"]["singer"] == "m5"
    nameless = rows["arps_c_fast_piano"]
    assert (nameless["singer"], nameless["context"]) == ("m3", "arpeggios")
    assert nameless["technique"] == "fast_piano"
    by_vowel = tmp_path / "data_by_vowel"
    touch(by_vowel, "e/m5_long_forte_e.wav", "e/m5_scales_c_slow_forte_e.wav")
    rows = by_name(list_recordings(by_vowel))
    assert rows["m5_long_forte_e"]["technique"] == "forte"
    assert rows["m5_scales_c_slow_forte_e"]["technique"] == "slow_forte"


def test_ten_techniques_are_told_apart_on_five_new_singers():
    left_out = {*TECHNIQUES} - {*CLASSES}
    assert left_out == {
        *("fast_forte", "fast_piano", "slow_forte", "slow_piano"),
        *("forte", "messa", "pp"),
    }
    assert len(CLASSES) == 10 and CLASSES == sorted(CLASSES)
    assert {*TEST_SINGERS} < {*SINGERS}
    assert len({*SINGERS} - {*TEST_SINGERS}) == 15


def test_28_names_lack_the_singer():
    assert len(NAMELESS) == 28
    assert NAMELESS["scales_straight_i"] == "f4"
    assert NAMELESS["row_straight"] == "m8"


def test_what_is_foreign_is_left_out_with_one_warning(tmp_path, caplog):
    touch(
        tmp_path,
        "FULL/female1/scales/belt/f1_scales_belt_a.wav",
        "FULL/female1/scales/belt/take one (home).wav",
        "FULL/female12/scales/belt/f12_scales_belt_a.wav",
        "my song.wav",
    )
    (row,) = list_recordings(tmp_path)
    assert row["singer"] == "f1"
    warning, _ = warnings_in(caplog)
    assert "3 files" in warning and "take one (home).wav" in warning


def test_what_is_missing_is_told(replica, caplog):
    list_recordings(replica)
    (warning,) = warnings_in(caplog)
    assert "10 of 3606 recordings" in warning
    assert "15 of 20 singers are missing" in warning


def test_nothing_of_it_is_an_error(tmp_path):
    touch(tmp_path, "album/song.wav")
    with pytest.raises(FileNotFoundError, match=r"VocalSet1-2\.zip"):
        list_recordings(tmp_path)
