from itertools import product

import pytest

from speechbrain_singer.corpora.ravdess_song import list_recordings


@pytest.fixture
def tree(tmp_path):
    """The archive as its authors pack it, two actors of it."""
    for actor in ("01", "02"):
        folder = tmp_path / f"Actor_{actor}"
        folder.mkdir()
        for emotion in ("01", "02", "03", "04", "05", "06"):
            for intensity in ("01",) if emotion == "01" else ("01", "02"):
                for statement in ("01", "02"):
                    for take in ("01", "02"):
                        fields = (emotion, intensity, statement, take, actor)
                        name = "-".join(("03", "02", *fields))
                        (folder / f"{name}.wav").touch()
    return tmp_path


def test_an_actor_has_44_songs(tree, caplog):
    rows = list_recordings(tree)
    assert [row["singer"] for row in rows].count("01") == 44
    assert len(rows) == 88
    (warning,) = caplog.messages
    assert "88 of 1012" in warning and "21 of 23 singers" in warning


def test_a_whole_archive_is_not_mentioned(tmp_path, caplog):
    for actor, song, take in product(range(1, 25), range(1, 12), range(1, 5)):
        fields = (3, 2, 1 + song % 6, 1, song, take, actor)
        name = "-".join(f"{field:02d}" for field in fields)
        if actor != 18:
            (tmp_path / f"{name}.wav").touch()
    assert len(list_recordings(tmp_path)) == 1012
    assert caplog.messages == []


def test_a_name_says_what_is_sung(tree):
    rows = {row["path"]: row for row in list_recordings(tree)}
    path = str(tree / "Actor_02" / "03-02-06-02-01-02-02.wav")
    assert rows[path] == {
        "path": path,
        "singer": "02",
        "sex": "female",
        "song": "01",
        "emotion": "fearful",
        "intensity": "strong",
        "repetition": "02",
    }


def test_the_ending_is_free(tmp_path):
    (tmp_path / "03-02-01-01-02-01-23.flac").touch()
    (row,) = list_recordings(tmp_path)
    assert (row["singer"], row["sex"], row["song"]) == ("23", "male", "02")


def test_speech_and_foreign_files_are_left_out_with_one_warning(tree, caplog):
    speech = ["03-01-01-01-01-01-01", "03-01-07-01-01-01-02"]
    foreign = ["take one", "03-02-09-01-01-01-01", "03-02-01-01-01-01"]
    for name in speech + foreign:
        (tree / "Actor_01" / f"{name}.wav").touch()
    assert len(list_recordings(tree)) == 88
    warning, _ = caplog.messages
    assert "2 files of speech and 3 files" in warning
    assert "03-02-01-01-01-01.wav" in warning


def test_speech_alone_is_an_error(tmp_path):
    (tmp_path / "03-01-01-01-01-01-01.wav").touch()
    with pytest.raises(FileNotFoundError, match="Audio_Song_Actors_01-24"):
        list_recordings(tmp_path)
