from itertools import product

import pytest
from replicas import csd

from speechbrain_singer.corpora.csd import list_recordings


@pytest.fixture(autouse=True)
def only_warnings(caplog):
    """The files of other kinds are counted in the log, too."""
    caplog.set_level("WARNING")


@pytest.fixture
def miniature(tmp_path):
    csd.build(tmp_path)
    return tmp_path


def test_a_recording_has_its_song_its_key_and_its_notes(miniature, caplog):
    rows = list_recordings(miniature)
    assert len(rows) == 8
    assert rows[-1] == {
        "path": str(miniature / "korean" / "wav" / "kr002b.wav"),
        "singer": "csd",
        "sex": "female",
        "language": "Korean",
        "song": "kr002",
        "key": "b",
        "notes": [(0.1, 0.45, 60), (0.5, 0.95, 67)],
    }
    assert [row["language"] for row in rows[:4]] == ["English"] * 4
    (warning,) = caplog.messages
    assert "8 of 200 recordings are there" in warning


def test_a_whole_archive_is_not_mentioned(tmp_path, caplog):
    for language, prefix in csd.FOLDERS.items():
        for kind in ("wav", "csv"):
            (tmp_path / language / kind).mkdir(parents=True)
        for song, key in product(range(1, 51), "ab"):
            name = f"{prefix}{song:03d}{key}"
            (tmp_path / language / "wav" / f"{name}.wav").touch()
            path = tmp_path / language / "csv" / f"{name}.csv"
            path.write_text(csd.NOTES)
    assert len(list_recordings(tmp_path)) == 200
    assert caplog.messages == []


def test_missing_and_broken_tables_are_told(miniature, caplog):
    tables = miniature / "english" / "csv"
    (tables / "en001a.csv").unlink()
    (tables / "en001b.csv").write_text("start,end,note\n0,1,60\n")
    (tables / "en002a.csv").write_text("start,end,pitch\n0,1,C4\n")
    rows = list_recordings(miniature)
    assert [len(row["notes"]) for row in rows] == [0, 0, 0, 2, 2, 2, 2, 2]
    assert "no notes of 3 of 8 recordings" in caplog.messages[-1]
    assert "en001a.csv" in caplog.messages[-1]


def test_utterances_that_others_cut_are_left_out(miniature, caplog):
    folder = miniature / "utterances" / "en001a"
    folder.mkdir(parents=True)
    for name in ("en001a_0000", "en001", "jp001a"):
        (folder / f"{name}.wav").touch()
    assert len(list_recordings(miniature)) == 8
    assert "3 files not named as those of CSD" in caplog.messages[0]


def test_another_corpus_is_an_error(tmp_path):
    (tmp_path / "ann.wav").touch()
    with pytest.raises(FileNotFoundError, match=r"zenodo\.org/record/4785016"):
        list_recordings(tmp_path)
