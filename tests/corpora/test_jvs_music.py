from collections import Counter

import pytest
from replicas import jvs_music

from speechbrain_singer.corpora.jvs_music import list_recordings

EVERY = ("raw", "modified", "modified_grouped")


@pytest.fixture(autouse=True)
def only_warnings(caplog):
    """The files of other kinds are counted in the log, too."""
    caplog.set_level("WARNING")


@pytest.fixture
def miniature(tmp_path):
    jvs_music.build(tmp_path)
    return tmp_path


def touch(folder, singer, *paths):
    for path in paths:
        path = folder / singer / f"{path}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_a_singer_has_the_common_song_and_one_of_the_table(miniature, caplog):
    rows = list_recordings(miniature)
    assert len(rows) == 8
    folder = miniature / "jvs002"
    assert rows[2:4] == [
        {
            "path": str(folder / "song_common" / "wav" / "raw.wav"),
            "singer": "jvs002",
            "sex": "female",
            "song": "katatsumuri",
            "version": "raw",
        },
        {
            "path": str(folder / "song_unique" / "wav" / "raw.wav"),
            "singer": "jvs002",
            "sex": "female",
            "song": "もみじ",
            "version": "raw",
        },
    ]
    # Who sings the same song, sings the same song
    assert rows[5]["song"] == "もみじ"
    ignored, missing = caplog.messages
    assert "4 files of the version modified (" in ignored
    assert "4 files of the version modified_grouped (" in ignored
    assert "8 of 200 recordings are there" in missing


def test_other_versions_are_listed_on_demand(miniature):
    rows = list_recordings(miniature, versions=EVERY)
    assert Counter(row["version"] for row in rows) == {
        "raw": 8,
        "modified": 4,
        "modified_grouped": 4,
    }
    rows = list_recordings(miniature, versions=["modified"])
    assert {row["version"] for row in rows} == {"modified"}
    assert {row["song"] for row in rows} == {"katatsumuri"}


@pytest.mark.parametrize("versions", [["raw", "grouped"], "raw"])
def test_unknown_versions_are_refused(miniature, versions):
    with pytest.raises(ValueError, match="must be a list of raw, modified"):
        list_recordings(miniature, versions=versions)


def test_a_whole_archive_is_not_mentioned(tmp_path, caplog):
    table = []
    for number in range(1, 101):
        singer = f"jvs{number:03d}"
        touch(tmp_path, singer, *(f"song_common/wav/{v}" for v in EVERY))
        touch(tmp_path, singer, "song_unique/wav/raw")
        table.append(f"{singer} {'mf'[number % 2]} mid 92 7 song")
    (tmp_path / "singer_info.txt").write_text("\n".join(table))
    assert len(list_recordings(tmp_path, versions=EVERY)) == 400
    assert caplog.messages == []


def test_without_the_table_nobody_shares_a_song(miniature, caplog):
    (miniature / "singer_info.txt").unlink()
    rows = list_recordings(miniature)
    assert {row["sex"] for row in rows} == {""}
    assert rows[1]["song"] == "jvs001_unique"
    assert rows[0]["song"] == rows[2]["song"] == "katatsumuri"
    assert "says nothing of 4 singers, such as jvs001" in caplog.messages[-1]


def test_lines_of_the_table_that_are_broken_are_told(miniature, caplog):
    text = "jvs001 m mid 92 7 はと ぽっぽ\njvs002 f\njvs003 x low 92 5 うみ\n"
    (miniature / "singer_info.txt").write_text(text, encoding="utf-8")
    rows = list_recordings(miniature)
    assert [row["sex"] for row in rows[::2]] == ["male", "", "", ""]
    assert rows[1]["song"] == "はと ぽっぽ"
    assert "says nothing of 3 singers" in caplog.messages[-1]


def test_what_is_not_of_it_is_left_out(miniature, caplog):
    touch(miniature, "jvs001", "parallel100/wav/raw", "song_common/wav/f0")
    touch(miniature, "jvs1", "song_common/wav/raw")
    touch(miniature, "jvs001", "song_common/raw")
    assert len(list_recordings(miniature)) == 8
    assert "4 files not named as those of JVS-MuSiC" in caplog.messages[0]


def test_another_corpus_is_an_error(tmp_path):
    touch(tmp_path, "jvs001", "parallel100/wav24kHz16bit/VOICEACTRESS100_001")
    with pytest.raises(FileNotFoundError, match=r"jvs_music_ver1\.zip"):
        list_recordings(tmp_path)
