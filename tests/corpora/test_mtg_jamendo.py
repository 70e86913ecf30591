import pytest
from replicas import mtg_jamendo as replica

from speechbrain_singer.corpora.mtg_jamendo import list_recordings


@pytest.fixture
def tree(tmp_path, monkeypatch, caplog):
    caplog.set_level("WARNING")
    monkeypatch.setattr(replica, "sing", touch)
    replica.build(tmp_path)
    return tmp_path


def touch(path, **_):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def by_track(rows):
    return {row["path"].rsplit("/", 1)[1].split(".")[0]: row for row in rows}


def test_the_tables_label_the_files(tree, caplog):
    rows = list_recordings(tree)
    assert len(rows) == 12
    assert by_track(rows)["215"] == {
        "path": str(tree / "raw_30s" / "audio" / "15" / "215.mp3"),
        "singer": "artist_000014",
        "artist": "Band 0",
        "song": "Song 1",
        "album": "album_000000",
        "tags": "genre---rock;instrument---voice",
    }
    assert by_track(rows)["214"]["song"] == '"Song 0'
    assert by_track(rows)["214"]["tags"] == "genre---rock"
    assert by_track(rows)["7400"]["singer"] == "artist_000020"
    assert caplog.messages == []
    assert rows == sorted(rows, key=lambda row: row["path"])


def test_the_better_of_two_files_is_taken(tree, caplog):
    audio = tree / "raw_30s" / "audio"
    low = by_track(list_recordings(tree))["382"]
    assert low["path"] == str(audio / "82" / "382.low.mp3")
    touch(tree / "audio" / "82" / "382.mp3")
    touch(tree / "audio" / "14" / "214.low.mp3")
    rows = by_track(list_recordings(tree))
    assert rows["382"]["path"] == str(tree / "audio" / "82" / "382.mp3")
    assert rows["214"]["path"] == str(audio / "14" / "214.mp3")
    (warning,) = caplog.messages
    assert "2 files of tracks that are there already" in warning


def test_titles_are_no_must(tree):
    (tree / "data" / "raw.meta.tsv").unlink()
    row = by_track(list_recordings(tree))["214"]
    assert (row["song"], row["artist"]) == ("track_0000214", "")


def test_a_link_and_a_larger_table_do_too(tree):
    base = tree / "data" / "raw_30s_cleantags_50artists.tsv"
    text = base.read_text()
    base.unlink()
    with pytest.raises(ValueError, match="line 1: 'raw_30s_cleantags_50artis"):
        list_recordings(tree)
    (tree / "data" / "autotagging.tsv").unlink()
    (tree / "data" / "raw_30s.tsv").write_text(text)
    assert len(list_recordings(tree)) == 12


def test_what_is_missing_and_what_is_no_track_is_told(tree, caplog):
    audio = tree / "raw_30s" / "audio"
    (audio / "14" / "214.mp3").unlink()
    touch(audio / "14" / "215.mp3")  # in the wrong folder
    touch(audio / "17" / "217.mp3")  # in no table
    rows = list_recordings(tree)
    assert len(rows) == 11
    assert "2 files that are no track of the table" in caplog.messages[0]
    assert "11 of 12 recordings are there" in caplog.messages[1]


def test_splits_name_singers_and_parts(tree, caplog):
    rows = by_track(list_recordings(tree, splits="splits"))
    found = {t: (row["singer"], row["split"]) for t, row in rows.items()}
    assert found == {
        "214": ("14", "train"),
        "215": ("14", "train"),
        "216": ("14", "valid"),
        "1009": ("72", "train"),
        "1010": ("72", "train"),
        "1011": ("72", "valid"),
        "64009": ("72", "test"),
    }
    assert "7 of 8 recordings are there" in caplog.messages[-1]


def test_vocals_take_the_place_of_mixtures(tree):
    stems = tree / "stems" / "htdemucs"
    touch(stems / "214" / "vocals.wav")
    touch(stems / "382.low" / "vocals.wav")
    rows = list_recordings(tree, vocals_folder="stems")
    usable = [row for row in rows if "reason" not in row]
    assert [row["path"] for row in usable] == [
        str(stems / "214" / "vocals.wav"),
        str(stems / "382.low" / "vocals.wav"),
    ]
    assert usable[1]["mixture"].endswith("82/382.low.mp3")
    assert len(rows) == 12


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"track_1\tartist_1\n", "line 14: .* no track"),
        (b"track_\xff\n", "line 14: not text in UTF-8"),
    ],
)
def test_a_broken_table_is_named(tree, line, said):
    base = tree / "data" / "raw_30s_cleantags_50artists.tsv"
    base.write_bytes(base.read_bytes() + line)
    with pytest.raises(ValueError, match=rf"50artists\.tsv, {said}"):
        list_recordings(tree)


def test_a_wrong_folder_is_an_error(tree, tmp_path_factory):
    empty = tmp_path_factory.mktemp("empty")
    with pytest.raises(FileNotFoundError, match="clone https"):
        list_recordings(empty)
    replica.write_tables(empty / "data")
    touch(empty / "song.mp3")
    with pytest.raises(FileNotFoundError, match="no track; 1 files that are"):
        list_recordings(empty)
