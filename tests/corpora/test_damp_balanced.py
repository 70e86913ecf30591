import pytest
from replicas.damp_balanced import build

from speechbrain_singer.corpora.damp_balanced import (
    SONGS,
    check_table,
    list_recordings,
    singers_of,
    songs_of_parts,
)


@pytest.fixture
def replica(tmp_path):
    build(tmp_path)
    return tmp_path


def make(folder, sung, sexes=None, names=SONGS, audio=True):
    """A table of who sang which songs; what is sung twice gets a new key."""
    lines = ["perf_key,plyrid,songid"]
    for singer, songs in sung.items():
        for take, song in enumerate(songs):
            key = f"{singer}_{100 + take}"
            lines.append(f"{key},{singer},{names[song - 1]}")
            if audio:
                (folder / f"{key}.wav").touch()
    (folder / "perfs.csv").write_text("\n".join([*lines, ""]))
    if sexes:
        lines = ["plyrid,gender", *map(",".join, sexes.items()), ""]
        (folder / "players.csv").write_text("\n".join(lines))
    return folder


WHOLE = {"1": range(1, 7), "2": range(7, 11), "3": range(11, 15)}


def splits_of(rows):
    return {(row["singer"], row["split"]) for row in rows}


def test_the_miniature_is_split_by_songs(replica, caplog):
    rows = list_recordings(replica)
    assert splits_of(rows) == {
        *(("501", "train"), ("502", "train")),
        *(("503", "valid"), ("504", "valid")),
        *(("505", "test"), ("506", "test")),
    }
    assert len(rows) == 2 * 6 + 2 * 4 + 2 * 4
    path = str(replica / ".converted/audio/503_1008.m4a.flac")
    assert [row for row in rows if row["path"] == path] == [
        {"path": path, "singer": "503", "song": "lost_boy", "split": "valid"}
    ]
    assert "2 recordings that are in no part" in caplog.messages[-1]


def test_other_songs_can_train(tmp_path):
    sung = WHOLE | {"1": range(5, 11), "2": range(1, 5), "9": range(1, 7)}
    make(tmp_path, sung)
    rows = list_recordings(tmp_path, train_songs=[10, 9, 8, 7, 6, 5])
    assert splits_of(rows) == {
        *(("1", "train"), ("2", "valid"), ("3", "test"), ("9", "valid")),
    }
    assert songs_of_parts((10, 9, 8, 7, 6, 5))["valid"] == (1, 2, 3, 4)


@pytest.mark.parametrize(
    "songs", [[1, 2, 3], [1, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]
)
def test_six_of_the_first_ten_train(tmp_path, songs):
    with pytest.raises(ValueError, match="six different numbers from 1 to 10"):
        list_recordings(make(tmp_path, WHOLE), train_songs=songs)


def test_one_performance_of_a_singer_and_song(tmp_path):
    make(tmp_path, WHOLE | {"1": [1, 2, 2, 3, 4, 5, 6, 6]})
    rows = list_recordings(tmp_path)
    names = [row["path"].rsplit("/", 1)[1] for row in rows]
    assert [name for name in names if name.startswith("1_")] == [
        *("1_100.wav", "1_101.wav", "1_103.wav"),
        *("1_104.wav", "1_105.wav", "1_106.wav"),
    ]


def test_a_singer_in_two_parts_is_told(tmp_path, caplog):
    make(tmp_path, WHOLE | {"4": range(1, 11)})
    rows = list_recordings(tmp_path)
    assert {("4", "train"), ("4", "valid")} <= splits_of(rows)
    (warning,) = [text for text in caplog.messages if "new voices" in text]
    assert "1 singers are in train and in valid" in warning
    assert "(such as 4)" in warning


def test_singers_of_one_part_are_not_mentioned(replica, caplog):
    list_recordings(replica)
    assert not [text for text in caplog.messages if "new voices" in text]


def test_as_many_women_as_men_are_drawn(tmp_path):
    sung = {str(singer): range(1, 7) for singer in range(10, 70)}
    sexes = {str(s): "F" if s < 34 else "M" for s in range(10, 70)}
    make(tmp_path, WHOLE | sung, sexes, audio=False)
    for singer in [*sung, "2", "3"]:
        for take in range(6):
            (tmp_path / f"{singer}_{100 + take}.wav").touch()
    rows = list_recordings(tmp_path)
    trained = {
        row["singer"]: row["sex"] for row in rows if row["split"] == "train"
    }
    counts = [list(trained.values()).count(s) for s in ("female", "male")]
    assert counts == [23, 23]
    again = list_recordings(tmp_path, seed=1)
    assert (
        splits_of(again)
        != splits_of(rows)
        == splits_of(list_recordings(tmp_path, seed=0))
    )
    everyone = splits_of(list_recordings(tmp_path, train_singers=None))
    assert len([s for s, part in everyone if part == "train"]) == 60


def test_what_the_audio_lacks_is_told(tmp_path, caplog):
    make(tmp_path, WHOLE)
    (tmp_path / "2_101.wav").unlink()
    list_recordings(tmp_path)
    assert "13 of 14 recordings" in caplog.messages[-1]


@pytest.mark.parametrize("prefix", ["", "_"])
def test_songs_that_are_called_otherwise_can_be_named(tmp_path, prefix):
    names = [f"{prefix}{number}_arr" for number in range(1, 15)]
    make(tmp_path, WHOLE, names=names)
    with pytest.raises(ValueError, match="name all 14 in song_ids"):
        list_recordings(tmp_path)
    rows = list_recordings(tmp_path, song_ids=names)
    assert [row["song"] for row in rows][:2] == ["1_arr", "2_arr"]
    with pytest.raises(ValueError, match="song_ids has 13 names"):
        list_recordings(tmp_path, song_ids=names[1:])


def test_what_stands_behind_a_title_is_free(tmp_path):
    names = [f"_{title.replace(' ', '_')}_v2" for title in SONGS]
    names[1] = "_say_you_won`t_let_go"
    assert len(list_recordings(make(tmp_path, WHOLE, names=names))) == 14


def test_a_song_of_another_data_set_is_in_no_part(tmp_path):
    names = [*SONGS, "let it go"]
    rows = list_recordings(
        make(tmp_path, WHOLE | {"1": [*range(1, 7), 15]}, names=names)
    )
    assert "let it go" not in {row["song"] for row in rows}
    assert len(rows) == 14


def test_without_a_table_there_is_no_split(tmp_path):
    (tmp_path / "1_1.wav").touch()
    with pytest.raises(FileNotFoundError, match=r"such as perfs\.csv"):
        list_recordings(tmp_path)


def test_without_audio_of_the_split_there_is_none(tmp_path):
    make(tmp_path, WHOLE, audio=False)
    (tmp_path / "1_1.wav").touch()
    with pytest.raises(FileNotFoundError, match="none of the 14 recordings"):
        list_recordings(tmp_path)


@pytest.fixture
def published(tmp_path):
    """A table with the published counts, and with who is not to be counted."""
    sung = {f"1{n:03d}": (4, 3, 2, 1) for n in range(459)}
    sung |= {f"2{n}": range(5, 11) for n in range(3)}
    # Of each query but one song; and one song many times
    sung |= {"31": (1, 2, 3, 11, 12, 13, 14), "32": (5, 6, 7, 8, 9)}
    sung |= {"33": (1, 1, 1, 1, 1), "34": (10, 10, 10, 10, 10, 10)}
    sung["1000"] = (1, 2, 3, 4, 4)
    return make(tmp_path, sung, audio=False)


def test_the_published_counts_are_found(published):
    assert check_table(published) == {
        (1, 2, 3, 4): (459, 1836),
        (5, 6, 7, 8, 9, 10): (3, 18),
    }


def test_another_count_is_an_error(replica):
    with pytest.raises(ValueError, match=r"2 singers .* 459 should"):
        check_table(replica)
    expected = {(1, 9): 1, (11, 12, 13, 14): 2}
    assert check_table(replica, expected=expected) == {
        (1, 9): (1, 2),
        (11, 12, 13, 14): (2, 8),
    }


def test_who_lacks_a_song_is_in_no_group():
    table = {
        f"{singer}_{number}": {"singer": singer, "number": number}
        for singer, number in [("1", 1), ("1", 2), ("2", 1)]
    }
    assert singers_of(table, (2, 1)) == {"1": ["1_2", "1_1"]}
