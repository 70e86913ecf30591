import pytest
from replicas import fma as replica

from speechbrain_singer.corpora.fma import list_recordings


@pytest.fixture
def tree(tmp_path, monkeypatch, caplog):
    caplog.set_level("WARNING")
    monkeypatch.setattr(replica, "sing", touch)
    replica.build(tmp_path)
    return tmp_path


def touch(path, **_):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def test_the_table_labels_the_files(tree, caplog):
    rows = list_recordings(tree)
    assert len(rows) == 13
    assert rows[0] == {
        "path": str(tree / "fma_small" / "000" / "000002.mp3"),
        "singer": "1",
        "artist": "AWOL",
        "song": "Song 0",
        "album": "0",
        "genre": "Rock",
        "split": "train",
        "subset": "small",
    }
    parts = [(row["artist"], row["split"]) for row in rows[3::3]]
    assert parts == [
        ("Kurt Vile", "train"),
        ("Alec K.", "valid"),
        ("Café", "test"),
        ("Café", "test"),
    ]
    # The stems are no tracks; all of the small archive is there
    (warning,) = caplog.messages
    assert "16 files that are no track" in warning and ".wav" in warning


def test_a_track_on_no_album_is_its_own(tree):
    rows = list_recordings(tree)
    assert [row["album"] for row in rows[:4]] == ["0", "track 3", "2", "10"]


def test_a_track_without_a_title_is_told_apart(tree):
    touch(tree / "fma_large" / "155" / "155320.mp3")
    (row,) = [r for r in list_recordings(tree) if r["subset"] == "large"]
    assert row["song"] == "track 155320"


def test_what_an_archive_lacks_is_told(tree, caplog):
    (tree / "fma_small" / "000" / "000003.mp3").unlink()
    list_recordings(tree)
    assert "12 of 13 recordings are there" in caplog.messages[-1]
    # Of the large one there is a track, of 14
    touch(tree / "fma_large" / "155" / "155320.mp3")
    list_recordings(tree)
    assert "13 of 14 recordings are there" in caplog.messages[-1]


def test_a_track_is_taken_from_the_fullest_archive(tree, caplog):
    touch(tree / "fma_full" / "000" / "000002.mp3")
    rows = list_recordings(tree)
    paths = [row["path"] for row in rows if row["song"] == "Song 0"]
    assert paths[0] == str(tree / "fma_full" / "000" / "000002.mp3")
    assert len(rows) == 13
    assert "1 files of tracks that are there already" in caplog.messages[0]


def test_the_archive_may_be_named_itself(tree):
    rows = list_recordings(tree / "fma_small")
    assert len(rows) == 13


def test_what_is_no_track_is_left_out_with_one_warning(tree, caplog):
    touch(tree / "fma_small" / "000" / "000999.mp3")  # in no table
    touch(tree / "fma_small" / "001" / "000002.mp3")  # in the wrong folder
    assert len(list_recordings(tree, vocals_folder="stems/htdemucs")) == 13
    assert len(caplog.messages) == 1
    assert "2 files that are no track" in caplog.messages[0]


def test_splits_name_singers_and_parts(tree, caplog):
    rows = list_recordings(tree, splits="splits", vocals_folder="stems")[:3]
    # The third track was not separated
    assert [row.get("split") for row in rows] == [None, None, "train"]
    caplog.clear()
    rows = list_recordings(tree, splits="splits")
    assert [(row["singer"], row["split"]) for row in rows] == [
        ("1", "train"),
        ("1", "train"),
        ("1", "valid"),
        ("6", "train"),
        ("6", "train"),
        ("6", "valid"),
    ]
    assert "6 of 8 recordings are there" in caplog.messages[-1]


def test_a_single_file_of_the_splits_is_its_part(tree):
    rows = list_recordings(tree, splits="splits/FMA/fma_val_set.json")
    assert [row["singer"] for row in rows] == ["1", "6"]
    assert {row["split"] for row in rows} == {"valid"}


def test_vocals_take_the_place_of_mixtures(tree):
    rows = list_recordings(tree, vocals_folder="stems/htdemucs")
    usable = [row for row in rows if "reason" not in row]
    assert len(usable) == 8
    stems = tree / "stems" / "htdemucs" / "000002"
    assert usable[0]["path"] == str(stems / "vocals.wav")
    assert usable[0]["accompaniment"] == str(stems / "no_vocals.wav")
    mixture = tree / "fma_small" / "000" / "000002.mp3"
    assert usable[0]["mixture"] == str(mixture)


def test_a_biography_may_be_long(tree):
    table = tree / "fma_metadata" / "tracks.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("we sing", 200_000 * "x", 1))
    assert len(list_recordings(tree)) == 13


def test_another_table_is_an_error(tree):
    table = tree / "fma_metadata" / "tracks.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("genre_top", "genre"))
    with pytest.raises(ValueError, match="line 1: no column track/genre_top"):
        list_recordings(tree)
    table.write_text(text + "7,1\n")
    with pytest.raises(ValueError, match="2 fields, but there are 10 columns"):
        list_recordings(tree)


def test_a_wrong_folder_is_an_error(tree, tmp_path_factory):
    empty = tmp_path_factory.mktemp("empty")
    with pytest.raises(FileNotFoundError, match="unpack fma_metadata"):
        list_recordings(empty)
    replica.write_table(empty / "tracks.csv")
    touch(empty / "song.wav")
    with pytest.raises(FileNotFoundError, match=r"fma_full\.zip"):
        list_recordings(empty)
