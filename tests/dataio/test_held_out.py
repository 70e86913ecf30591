"""Test singers do not train, and who trains also validates."""

import pytest

from speechbrain_singer.dataio.fold_draws import FoldsError
from speechbrain_singer.dataio.held_out import HeldOutSingers


def rows_of(singers="abcdefgh", techniques=("belt", "trill"), takes=5):
    return [
        {"ID": f"{s}{t}{k}", "singer": s, "technique": t, "song": str(k)}
        for s in singers
        for t in techniques
        for k in range(takes)
    ]


def singers(rows):
    return {row["singer"] for row in rows}


def test_shares_of_singers_and_of_recordings():
    rows = rows_of()
    parts = HeldOutSingers().parts(rows)
    # Two of eight singers, and 24 of the 60 recordings of the others
    assert {name: len(own) for name, own in parts.items()} == {
        "train": 36,
        "valid": 24,
        "test": 20,
    }
    assert not singers(parts["test"]) & singers(parts["train"])
    assert singers(parts["valid"]) <= singers(parts["train"])
    every = [row["ID"] for part in parts.values() for row in part]
    assert sorted(every) == sorted(row["ID"] for row in rows)


def test_whole_songs_validate():
    split = HeldOutSingers(test_singers=["a"], by="song")
    parts = split.parts(rows_of())
    songs = [{row["song"] for row in parts[n]} for n in ("train", "valid")]
    assert not songs[0] & songs[1] and len(songs[1]) == 2


def test_another_seed_draws_others():
    drawn = [
        [row["ID"] for row in HeldOutSingers(seed=s).parts(rows_of())["valid"]]
        for s in (1, 1, 2)
    ]
    assert drawn[0] == drawn[1] != drawn[2]


def test_published_singers_test():
    rows = [
        row | {"split": "test" if row["singer"] in "bd" else "train"}
        for row in rows_of()
    ]
    parts = HeldOutSingers(published="split").parts(rows)
    assert singers(parts["test"]) == {"b", "d"}
    assert len(parts["valid"]) == 24


def test_a_class_that_would_not_train_trains(caplog):
    rows = rows_of("ab", ("belt",), takes=10)
    rows.append({"ID": "x", "singer": "b", "technique": "fry", "song": "1"})
    for seed in range(20):
        split = HeldOutSingers(["a"], valid_share=0.6, seed=seed)
        parts = split.parts(rows)
        assert "x" in {row["ID"] for row in parts["train"]}
    assert "1 recordings that would validate train instead" in caplog.text


def test_nothing_to_validate_is_said():
    rows = rows_of("abc", ("belt", "trill"), takes=1)
    with pytest.raises(FoldsError, match="none can validate"):
        HeldOutSingers(["a", "b"], valid_share=0.9).parts(rows)
    with pytest.raises(ValueError, match="valid_share"):
        HeldOutSingers(valid_share=1.0)
    with pytest.raises(FoldsError, match="no 'technique'"):
        HeldOutSingers(["a"]).parts([{"ID": s, "singer": s} for s in "ab"])


def test_what_they_depend_on_is_described():
    described = {
        HeldOutSingers(seed=seed, by=by).described()
        for seed in (1, 2)
        for by in ("recording", "song")
    }
    assert len(described) == 4


def test_a_published_validation_is_taken():
    rows = [
        {"ID": f"{n}", "singer": s, "technique": "belt", "split": part}
        for n, (s, part) in enumerate(
            [("a", "train"), ("a", "valid"), ("b", "train"), ("c", "test")]
        )
    ]
    parts = HeldOutSingers(published="split").parts(rows)
    own = {name: [row["ID"] for row in part] for name, part in parts.items()}
    assert own == {"train": ["0", "2"], "valid": ["1"], "test": ["3"]}
