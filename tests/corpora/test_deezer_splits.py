import json

import pytest

from speechbrain_singer.corpora.deezer_splits import read_splits


def write(folder, **parts):
    for part, singers in parts.items():
        (folder / f"mtg_{part}_set.json").write_text(json.dumps(singers))


def entry(track):
    return {"file_id": f"{track[-2:]}/{track}.mp3", "vocal_segs": [0, 6]}


def test_a_part_has_many_tracks_of_a_singer_or_one(tmp_path):
    train = {"artist_1": [entry("214"), entry("1000")]}
    write(tmp_path, train=train, val={"artist_1": entry("7")}, test={})
    assert read_splits(tmp_path, ".", "mtg") == {
        "214": ("artist_1", "train"),
        "1000": ("artist_1", "train"),
        "7": ("artist_1", "valid"),
    }


def test_all_three_parts_are_needed(tmp_path):
    write(tmp_path, train={}, val={})
    with pytest.raises(FileNotFoundError, match=r"no mtg_test_set\.json"):
        read_splits(tmp_path, ".", "mtg")


def test_another_file_is_an_error(tmp_path):
    write(tmp_path, train={})
    with pytest.raises(FileNotFoundError, match=r"none of fma_train_set\.json"):
        read_splits(tmp_path, "mtg_train_set.json", "fma")


@pytest.mark.parametrize(
    ("train", "said"),
    [
        ([], "damaged: splits.zip is in"),
        ({"a": 1}, "a: no track or list of tracks"),
        ({"a": [{"id": "7"}]}, "a: no track or list of tracks"),
        ({"a": [{"file_id": "x.mp3"}]}, "a: no track or list of tracks"),
        ({"a": entry("7"), "b": entry("7")}, "track 7 is sung by b"),
    ],
)
def test_what_is_no_split_is_named(tmp_path, train, said):
    write(tmp_path, train=train)
    with pytest.raises(ValueError, match=rf"mtg_train_set\.json: {said}"):
        read_splits(tmp_path, "mtg_train_set.json", "mtg")
