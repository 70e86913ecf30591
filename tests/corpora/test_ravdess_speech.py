from itertools import product

import pytest

from speechbrain_singer.corpora import ravdess_song
from speechbrain_singer.corpora.ravdess_speech import list_recordings


def touch(root, *names):
    for name in names:
        path = root / f"{name}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def warnings_in(caplog):
    return [r.message for r in caplog.records if r.levelname == "WARNING"]


@pytest.fixture
def archive(tmp_path):
    """The whole of it: neutral is never strong."""
    for actor, emotion in product(range(1, 25), range(1, 9)):
        for intensity in (1,) if emotion == 1 else (1, 2):
            for statement, take in product((1, 2), (1, 2)):
                fields = (3, 1, emotion, intensity, statement, take, actor)
                name = "-".join(f"{field:02d}" for field in fields)
                touch(tmp_path, f"Actor_{actor:02d}/{name}")
    return tmp_path


def test_a_whole_archive_is_listed_and_not_mentioned(archive, caplog):
    rows = list_recordings(archive)
    assert len(rows) == 1440
    assert [row["singer"] for row in rows].count("18") == 60
    assert warnings_in(caplog) == []


def test_a_name_says_what_is_spoken(archive):
    rows = {row["path"]: row for row in list_recordings(archive)}
    path = str(archive / "Actor_12" / "03-01-07-02-02-01-12.wav")
    assert rows[path] == {
        "path": path,
        "singer": "12",
        "sex": "female",
        "song": "02",
        "emotion": "disgust",
        "intensity": "strong",
        "repetition": "01",
    }


def test_songs_and_foreign_files_are_left_out_with_one_warning(
    tmp_path, caplog
):
    touch(tmp_path, "03-01-08-01-01-01-01", "03-02-01-01-01-01-01")
    touch(tmp_path, "03-01-09-01-01-01-01", "take one")
    (row,) = list_recordings(tmp_path)
    assert row["emotion"] == "surprised"
    warning, missing = warnings_in(caplog)
    assert "1 files of song and 2 files" in warning
    assert "03-01-09-01-01-01-01.wav" in warning
    assert "1 of 1440" in missing and "23 of 24 singers" in missing


def test_the_folder_within_that_kaggle_adds_is_a_copy(tmp_path):
    name = "Actor_01/03-01-01-01-01-01-01"
    touch(tmp_path, name, f"AUDIO_speech/{name}")
    copy, row = list_recordings(tmp_path)
    assert row["path"] == str(tmp_path / f"{name}.wav")
    assert copy["reason"] == f"a copy: of {row['path']}"
    assert set(copy) == {"path", "reason"}


def test_copies_of_songs_are_left_out_too(tmp_path):
    name = "Actor_01/03-02-01-01-01-01-01"
    touch(tmp_path, name, f"again/{name}")
    rows = ravdess_song.list_recordings(tmp_path)
    assert ["reason" in row for row in rows] == [False, True]


def test_song_alone_is_an_error(tmp_path):
    touch(tmp_path, "03-02-01-01-01-01-01")
    with pytest.raises(FileNotFoundError, match="Audio_Speech_Actors_01-24"):
        list_recordings(tmp_path)
