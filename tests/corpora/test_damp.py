import numpy as np
import pytest
import soundfile
from replicas.damp import build

from speechbrain_singer.corpora.damp import LISTS, list_recordings
from speechbrain_singer.corpora.damp_files import draw_singers


@pytest.fixture
def replica(tmp_path):
    build(tmp_path)
    return tmp_path


def touch(folder, *names, table=()):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    if table:
        (folder / "perfs.csv").write_text("\n".join([*table, ""]))
    return folder


def labels(folder, **options):
    rows = list_recordings(folder, **options)
    return {row["path"].rsplit("/", 1)[1]: row for row in rows}


def test_the_miniature_is_read(replica):
    rows = list_recordings(replica)
    assert len(rows) == 12
    path = replica / ".converted/sing/audio/1157_26934227.m4a.flac"
    (row,) = [row for row in rows if row["path"] == str(path)]
    assert row == {
        "path": str(path),
        "singer": "1157",
        "song": "let_it_go",
        "sex": "male",
    }
    assert rows == list_recordings(replica)


def test_the_folder_may_be_relative(replica, monkeypatch):
    rows = list_recordings(replica)
    monkeypatch.chdir(replica)
    assert list_recordings(".") == rows


def test_an_m4a_is_converted_once(tmp_path, ffmpeg):
    soundfile.write(tmp_path / "1.wav", np.zeros(100), 8000)
    (tmp_path / "1.wav").rename(tmp_path / "360_1.m4a")
    (row,) = list_recordings(tmp_path)
    assert row["path"] == str(tmp_path / ".converted/360_1.m4a.flac")
    assert soundfile.read(row["path"])[1] == 8000
    assert list_recordings(tmp_path) == [row]


def test_a_broken_m4a_costs_itself(tmp_path, ffmpeg):
    touch(tmp_path, "broken/360_1.m4a", "360_2.wav")
    good, bad = list_recordings(tmp_path)
    assert good["path"] == str(tmp_path / "360_2.wav")
    assert bad["path"] == str(tmp_path / "broken/360_1.m4a")
    assert bad["reason"] == "not converted: ffmpeg: moov atom not found"


def test_what_was_converted_beside_is_taken(tmp_path):
    touch(tmp_path, "audio/360_1.m4a", "wav/360_1.wav", "wav/360_2.flac")
    rows = list_recordings(tmp_path)
    assert [row["path"] for row in rows] == [
        str(tmp_path / "wav/360_1.wav"),
        str(tmp_path / "wav/360_2.flac"),
    ]


def test_a_copy_is_named(tmp_path):
    touch(tmp_path, "a/360_1.wav", "b/360_1.wav", "c/360/1.wav")
    kept, *copies = list_recordings(tmp_path)
    assert kept["path"] == str(tmp_path / "a/360_1.wav")
    assert copies == [
        {
            "path": str(tmp_path / name),
            "reason": f"a copy: of {kept['path']}",
        }
        for name in ("b/360_1.wav", "c/360/1.wav")
    ]


def test_a_copy_of_an_m4a_is_named_too(replica):
    keys = {row["path"] for row in list_recordings(replica)}
    touch(replica, "twins/360_26934219.m4a")
    *rows, copy = list_recordings(replica)
    assert {row["path"] for row in rows} == keys
    assert copy["path"] == str(replica / "twins/360_26934219.m4a")


def test_damp_b_has_its_own_layout_and_columns(tmp_path, caplog):
    head = "singer_account_id,performance_id,song_title,singer_gender,"
    touch(
        tmp_path,
        "audio/92486317/92486317_39827905.wav",
        "audio/7/12.wav",
        "mfcc/7/12.csv",
    )
    (tmp_path / "DAMPBperfs.csv").write_text(
        f"{head}singer_birth_year,,Language\n"
        "92486317,92486317_39827905,_let_it_go,female,1990,,en\n"
        "7,12,_the_climb,,,,en\n"
    )
    rows = labels(tmp_path)
    assert rows["92486317_39827905.wav"]["song"] == "let_it_go"
    assert rows["92486317_39827905.wav"]["sex"] == "female"
    assert rows["12.wav"] == {
        "path": str(tmp_path / "audio/7/12.wav"),
        "singer": "7",
        "song": "the_climb",
        "sex": "",
        "language": "en",
    }
    assert "2 of 6903" in caplog.messages[-1]


def test_one_song_under_two_abbreviations_is_one(tmp_path):
    touch(
        *(tmp_path, "1_1.wav", "2_2.wav"),
        table=(
            "perf_key,songid",
            "1_1,_hit_me_wth_your_best_sht",
            "2_2,_hit_me_with_your_best_sht",
        ),
    )
    songs = {row["song"] for row in list_recordings(tmp_path)}
    assert songs == {"hit_me_with_your_best_sht"}


def test_songs_that_no_table_has_are_counted(tmp_path, caplog):
    touch(tmp_path, "1_1.wav", "1_2.wav", table=("perf_key,songid", "1_1,_a"))
    rows = labels(tmp_path)
    assert (rows["1_1.wav"]["song"], rows["1_2.wav"]["song"]) == ("a", "")
    *_, unknown, missing = caplog.messages
    assert "1 of 2 recordings is not known" in unknown
    assert "perfs.csv does not have them" in unknown
    assert "2 of 34620" in missing


def test_without_a_table_it_is_said(tmp_path, caplog):
    touch(tmp_path, "1_1.wav")
    assert list_recordings(tmp_path)[0]["song"] == ""
    assert "there is no perfs.csv" in caplog.messages[0]


def test_foreign_files_are_counted(tmp_path, caplog):
    touch(tmp_path, "1_1.wav", "lessons/take.wav", "1_1_2.wav")
    assert len(list_recordings(tmp_path)) == 1
    assert "2 files" in caplog.messages[0]
    assert "'1_1_2.wav'" in caplog.messages[0]


def test_another_folder_is_an_error(tmp_path):
    touch(tmp_path, "take.wav")
    with pytest.raises(FileNotFoundError, match=r"ccrma\.stanford\.edu/damp"):
        list_recordings(tmp_path)


@pytest.fixture
def lists(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    np.save(folder / LISTS["train"], np.array(["360", "9"]))
    np.save(folder / LISTS["test"], np.array(["24310"]))
    return folder


def test_published_lists_are_the_split(replica, lists, caplog):
    rows = list_recordings(replica, singer_lists=lists)
    splits = {row["singer"]: row["split"] for row in rows}
    assert splits == {"360": "train", "24310": "test"}
    assert len(rows) == 6
    *_, left_out, absent = caplog.messages
    assert "6 recordings of singers who are not on it" in left_out
    assert "not here: 1 train singers" in absent


def test_lists_of_others_are_an_error(tmp_path, lists):
    touch(tmp_path, "1_1.wav")
    with pytest.raises(ValueError, match="none of its 3 singers"):
        list_recordings(tmp_path, singer_lists=lists)


def test_a_missing_list_says_where_it_is(replica, lists):
    (lists / LISTS["test"]).unlink()
    with pytest.raises(FileNotFoundError, match="mono2mixed-singer"):
        list_recordings(replica, singer_lists=lists)


def test_a_pickle_is_not_read(replica, lists):
    path = lists / LISTS["test"]
    np.save(path, np.array([{"a": 1}], dtype=object))
    with pytest.raises(ValueError, match=r"unseen_artist_300_2\.npy: no list"):
        list_recordings(replica, singer_lists=lists)


def test_a_singer_on_both_lists_is_an_error(replica, lists):
    np.save(lists / LISTS["test"], np.array(["360"]))
    with pytest.raises(ValueError, match="360 trains too"):
        list_recordings(replica, singer_lists=lists)


def test_women_and_men_are_drawn_evenly(replica):
    rows = list_recordings(replica, singers=2, seed=5)
    sexes = {row["singer"]: row["sex"] for row in rows}
    assert sorted(sexes.values()) == ["female", "male"]
    assert len(rows) == 6
    drawn = {
        frozenset(
            row["singer"]
            for row in list_recordings(replica, singers=2, seed=seed)
        )
        for seed in range(20)
    }
    assert len(drawn) == 4


def test_only_who_is_drawn_is_converted(tmp_path, ffmpeg):
    touch(tmp_path, "1_1.m4a", "2_1.m4a", "3_1.m4a")
    (row,) = list_recordings(tmp_path, singers=1)
    converted = list((tmp_path / ".converted").iterdir())
    assert [str(path) for path in converted] == [row["path"]]


def test_more_singers_than_there_are(replica):
    with pytest.raises(ValueError, match="singers is 5, but there are 4"):
        list_recordings(replica, singers=5)


def test_what_one_sex_lacks_is_made_up():
    sexes = {"1": "female", "2": "male", "3": "male", "4": "male", "5": ""}
    drawn = draw_singers(sexes, 4, seed=0)
    assert len(drawn) == 4 and "1" in drawn
    assert draw_singers(sexes, 9, seed=0) == set(sexes)
