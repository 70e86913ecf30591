import json

import pytest
from replicas import gtsinger

from speechbrain_singer.corpora.gtsinger import SINGERS, list_recordings


def touch(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def sung(folder, singer, group="Control_Group", words=()):
    path = folder / "Language" / singer / "Breathy" / "a song" / group
    touch(path / "0000.wav")
    (path / "0000.json").write_text(json.dumps(words))
    return path / "0000.wav"


@pytest.fixture(autouse=True)
def only_warnings(caplog):
    """The files of other kinds are counted in the log, too."""
    caplog.set_level("WARNING")


@pytest.fixture
def miniature(tmp_path):
    gtsinger.build(tmp_path)
    return tmp_path


def test_a_path_says_what_is_sung(miniature):
    rows = {row["path"]: row for row in list_recordings(miniature)}
    assert len(rows) == 16
    song = miniature / "English/EN-Alto-1/Mixed_Voice_and_Falsetto/my love"
    path = str(song / "Falsetto_Group" / "0000.wav")
    assert rows[path] == {
        "path": path,
        "singer": "EN-Alto-1",
        "sex": "female",
        "register": "alto",
        "language": "English",
        "song": "my love",
        "contrast": "mixed_voice_and_falsetto",
        "voice": "singing",
        "group": "technique",
        "technique": "falsetto",
        "notes": [(0.2, 0.5, 69), (0.5, 0.9, 71)],
    }
    control = rows[str(song / "Control_Group" / "0000.wav")]
    assert (control["group"], control["technique"]) == ("control", "control")


def test_speech_is_listed_on_demand(miniature, caplog):
    list_recordings(miniature)
    assert "8 files of speech" in caplog.messages[0]
    caplog.clear()
    rows = list_recordings(miniature, speech=True)
    spoken = [row for row in rows if row["voice"] == "speech"]
    assert (len(rows), len(spoken)) == (24, 8)
    assert {row["technique"] for row in spoken} == {""}
    assert {row["group"] for row in spoken} == {"speech"}
    assert all(row["notes"] == [] for row in spoken)
    # That speech has no notes is nothing to tell
    (warning,) = caplog.messages
    assert "16 of 20 singers are missing" in warning


def test_all_singers_are_known_by_their_registers(tmp_path, caplog):
    for singer in SINGERS:
        sung(tmp_path, singer)
    rows = list_recordings(tmp_path)
    sexes = {row["singer"]: row["sex"] for row in rows}
    assert len(sexes) == 20
    assert [sexes[f"{name}-1"] for name in ("IT-Bass", "RU-Alto")] == [
        "male",
        "female",
    ]
    assert [sexes[f"{name}-1"] for name in ("FR-Soprano", "JA-Tenor")] == [
        "female",
        "male",
    ]
    assert caplog.messages == []


def test_notes_that_cannot_be_read_are_told(tmp_path, caplog):
    path = sung(tmp_path, "ZH-Alto-1")
    broken = sung(tmp_path, "ZH-Tenor-1", words=[{"note": [60]}])
    path.with_suffix(".json").unlink()
    rows = list_recordings(tmp_path)
    assert [row["notes"] for row in rows] == [[], []]
    assert broken.with_suffix(".json").is_file()
    assert "no notes of 2 of 2 recordings" in caplog.messages[-1]


def test_rests_and_notes_without_length_are_left_out(tmp_path):
    words = [
        {"note": [0], "note_start": [0.0], "note_end": [1.0]},
        {"note": [60, 62], "note_start": [1.0, 2.0], "note_end": [2.0, 2.0]},
    ]
    sung(tmp_path, "ZH-Alto-1", words=words)
    (row,) = list_recordings(tmp_path)
    assert row["notes"] == [(1.0, 2.0, 60)]


def test_one_language_alone_is_a_corpus_too(miniature):
    folder = (miniature / "English").rename(miniature / "gtsinger_en")
    rows = list_recordings(folder)
    assert {row["language"] for row in rows} == {"English"}
    assert {row["singer"] for row in rows} == {"EN-Alto-1", "EN-Tenor-1"}


def test_what_is_not_named_so_is_left_out(miniature, caplog):
    song = miniature / "English" / "EN-Alto-1" / "Breathy" / "x"
    touch(song / "Control_Group" / "mix.wav")
    touch(song / "0001.wav")
    touch(miniature / "English" / "EN-Horn-1" / "Breathy" / "x" / "y" / "1.wav")
    assert len(list_recordings(miniature)) == 16
    assert "3 files not named as those of GTSinger" in caplog.messages[0]


def test_another_corpus_is_an_error(tmp_path):
    touch(tmp_path / "wavs" / "1.wav")
    with pytest.raises(FileNotFoundError, match=r"huggingface\.co/datasets/GT"):
        list_recordings(tmp_path)
