import pytest
from replicas import music4all as replica

from speechbrain_singer.corpora.music4all import list_recordings

FIRST = replica.id_of(0, 0)


@pytest.fixture
def tree(tmp_path, monkeypatch, caplog):
    caplog.set_level("WARNING")
    monkeypatch.setattr(replica, "sing", touch)
    replica.build(tmp_path)
    return tmp_path


def touch(path, **_):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def test_the_tables_label_the_clips(tree, caplog):
    rows = list_recordings(tree)
    assert len(rows) == 12
    assert rows[0] == {
        "path": str(tree / "audios" / "0009fFIM1eYThaPg.mp3"),
        "singer": "Cheryl",
        "song": "Song 0",
        "album": "Album 0",
        "language": "en",
    }
    assert [row["singer"] for row in rows[3::3]] == ['The "Who"', "Ann", "Zoë"]
    assert [row["album"] for row in rows[:3]] == 2 * ["Album 0"] + ["Album 1"]
    (warning,) = caplog.messages
    assert "12 files that are no track" in warning  # of open-unmix


def test_a_folder_more_does_no_harm(tree, tmp_path_factory):
    above = tmp_path_factory.mktemp("above")
    tree.rename(above / "music4all")
    assert len(list_recordings(above)) == 12


def test_a_stem_of_the_same_name_is_no_clip(tree, caplog):
    touch(tree / "accompaniment" / f"{FIRST}.wav")
    row = list_recordings(tree)[0]
    assert row["path"] == str(tree / "audios" / f"{FIRST}.mp3")
    assert "1 files of tracks that are there already" in caplog.messages[0]


def test_without_languages_they_are_unknown(tree):
    (tree / "id_lang.csv").unlink()
    assert {row["language"] for row in list_recordings(tree)} == {""}


def test_what_is_not_known_of_a_song_is_its_own(tree):
    table = tree / "id_information.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("Song 0\tAlbum 0", "\t", 1), encoding="utf-8")
    row = list_recordings(tree)[0]
    assert (row["song"], row["album"]) == (FIRST, FIRST)


def test_a_lone_quotation_mark_is_a_letter(tree):
    table = tree / "id_information.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("Song 1", '12" mix'), encoding="utf-8")
    assert list_recordings(tree)[1]["song"] == '12" mix'


def test_vocals_take_the_place_of_mixtures(tree, caplog):
    rows = list_recordings(tree, vocals_folder="umx")
    assert len(rows) == 12
    folder = tree / "umx" / "0009fFIM1eYThaPg_umxl"
    assert rows[0]["path"] == str(folder / "vocals.wav")
    assert rows[0]["mixture"] == str(tree / "audios" / f"{FIRST}.mp3")
    assert "accompaniment" not in rows[0]
    assert caplog.messages == []


def test_what_is_missing_and_what_is_foreign_is_told(tree, caplog):
    (tree / "audios" / f"{FIRST}.mp3").rename(tree / "audios" / "x.mp3")
    rows = list_recordings(tree, vocals_folder="umx")
    assert len(rows) == 11
    foreign, missing = caplog.messages
    assert "1 files that are no track" in foreign and "x.mp3" in foreign
    assert "11 of 12 recordings are there" in missing


def test_a_table_with_commas_is_an_error(tree):
    table = tree / "id_information.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("\t", ","))
    with pytest.raises(ValueError, match="no column id, artist, song"):
        list_recordings(tree)


def test_a_wrong_folder_is_an_error(tree, tmp_path_factory):
    empty = tmp_path_factory.mktemp("empty")
    with pytest.raises(FileNotFoundError, match="unpack Music4All there"):
        list_recordings(empty)
    replica.write_tables(empty)
    touch(empty / "song.mp3")
    with pytest.raises(FileNotFoundError, match="no track; 1 files that are"):
        list_recordings(empty)
