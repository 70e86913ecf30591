import pytest
from replicas.artist20 import ALBUMS, build

from speechbrain_singer.corpora.artist20 import ARTISTS, list_recordings
from speechbrain_singer.dataio.folds import Folds, FoldSplit


@pytest.fixture
def tree(tmp_path):
    """The archive, two artists of it, two songs of each album."""
    for artist in ("queen", "u2"):
        for album in ("B", "A", "a_1", "C", "D_", "Live"):
            for track in ("01-First", "12-86"):
                touch(tmp_path / f"mp3s-32k/{artist}/{album}/{track}.mp3")
    return tmp_path


def touch(*paths):
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def warning_with(caplog, text):
    (warning,) = [line for line in caplog.messages if text in line]
    return warning


def test_the_miniature_is_read(tmp_path, caplog):
    build(tmp_path)
    rows = list_recordings(tmp_path)
    assert len(rows) == 24
    assert {row["singer"] for row in rows} == set(ALBUMS)
    path = "artist20/mp3s-32k/beatles/Abbey_Road/02-Something.mp3"
    assert [row for row in rows if row["song"] == "Something"] == [
        {
            "path": str(tmp_path / path),
            "singer": "beatles",
            "album": "Abbey_Road",
            "song": "Something",
            "split": "train",
            "fold": "4",
        }
    ]
    titles = {row["song"] for row in rows}
    assert {"86", "_I_ll_Never_Be_Your_Maggie_May", "Birth-day"} <= titles
    missing = warning_with(caplog, "not the whole corpus")
    assert "24 of 1413" in missing and "16 of 20 singers" in missing


def test_albums_by_name_are_the_split(tree):
    splits = {row["album"]: row["split"] for row in list_recordings(tree)}
    # Sorted as folders are: capital letters come first
    assert splits == {
        "A": "train",
        "B": "train",
        "C": "train",
        "D_": "train",
        "Live": "valid",
        "a_1": "test",
    }


def test_fold_0_of_the_albums_is_the_split(tree):
    rows = list_recordings(tree)
    folds = Folds(count=6, published="fold", by="album")
    parts = FoldSplit(folds, fold=0).parts(rows)
    for part, its_rows in parts.items():
        assert {row["split"] for row in its_rows} == {part}


def test_another_number_of_albums_is_told(tree, caplog):
    for track in ("01-First", "12-86"):
        (tree / f"mp3s-32k/u2/B/{track}.mp3").unlink()
    list_recordings(tree)
    assert warning_with(caplog, "albums instead").startswith("u2: 5 albums")


def test_vocals_beside_the_songs_are_listed(tree):
    album = tree / "mp3s-32k/queen/A"
    touch(album / "01-First_vocal.wav", album / "12-86-vocals.flac")
    touch(album / "01-First_no_vocals.wav")
    first, second = list_recordings(tree)
    assert first == {
        "path": str(album / "01-First_vocal.wav"),
        "singer": "queen",
        "album": "A",
        "song": "First",
        "split": "train",
        "fold": "5",
        "mixture": str(album / "01-First.mp3"),
        "accompaniment": str(album / "01-First_no_vocals.wav"),
    }
    assert second["path"] == str(album / "12-86-vocals.flac")
    assert second["mixture"] == str(album / "12-86.mp3")
    assert second["accompaniment"] == ""


def test_vocals_in_a_tree_of_their_own_are_listed(tree, caplog):
    path = tree / "artist20_open_unmix_vocal/u2/Live/01-First.wav"
    touch(path)
    (row,) = list_recordings(tree)
    assert row["path"] == str(path)
    assert row["mixture"] == str(tree / "mp3s-32k/u2/Live/01-First.mp3")
    # By all albums, not by those that have vocals
    assert row["split"] == "valid"
    assert "23 files" in warning_with(caplog, "without separated vocals")


def test_mixtures_can_be_asked_for(tree, caplog):
    touch(tree / "mp3s-32k/queen/A/01-First_vocal.wav")
    rows = list_recordings(tree, mixtures=True)
    assert len(rows) == 24
    assert all(row["path"].endswith(".mp3") for row in rows)
    assert all("mixture" not in row for row in rows)
    assert not [text for text in caplog.messages if "left out" in text]


def test_vocals_alone_have_no_mixture(tmp_path):
    touch(tmp_path / "u2/War/02-Seconds_vocal.wav")
    (row,) = list_recordings(tmp_path)
    assert row["song"] == "Seconds" and "mixture" not in row


def test_songs_that_are_asked_for_must_be_there(tmp_path):
    touch(tmp_path / "u2/War/02-Seconds_vocal.wav")
    with pytest.raises(FileNotFoundError, match="none of them is a song it"):
        list_recordings(tmp_path, mixtures=True)


def test_a_folder_may_be_named_from_elsewhere(tree, monkeypatch):
    (tree / "vocals").mkdir()
    monkeypatch.chdir(tree / "vocals")
    rows = list_recordings("../mp3s-32k")
    assert rows == list_recordings(tree / "mp3s-32k")


def test_a_copy_and_foreign_files_are_left_out(tree, caplog):
    touch(tree / "mp3s-32k/queen/A/01-First.wav")
    touch(tree / "mp3s-32k/abba/A/01-First.wav", tree / "queen/take.wav")
    rows = list_recordings(tree)
    assert len(rows) == 24
    assert not [row for row in rows if row["path"].endswith(".wav")]
    assert "'01-First.wav'" in warning_with(caplog, "1 files, copies")
    assert "2 files" in warning_with(caplog, "not named as those of Artist20")


def test_an_artists_own_folder_will_do(tree):
    rows = list_recordings(tree / "mp3s-32k" / "u2")
    assert {row["singer"] for row in rows} == {"u2"}
    assert len(rows) == 12


def test_a_whole_archive_is_not_mentioned(tmp_path, caplog):
    for number in range(1413):
        artist, album = ARTISTS[number % 20], f"{number // 20 % 6}"
        touch(tmp_path / artist / album / f"{number // 120:02d}-Song.mp3")
    assert len(list_recordings(tmp_path)) == 1413
    assert caplog.messages == []


def test_another_folder_is_an_error(tmp_path):
    touch(tmp_path / "abba" / "Arrival" / "01-When_I_Kissed.mp3")
    with pytest.raises(FileNotFoundError, match=r"artist20-mp3s-32k\.tgz"):
        list_recordings(tmp_path)
