from collections import Counter

import numpy as np
import pytest

from speechbrain_singer.dataio.fold_plan import Folds
from speechbrain_singer.dataio.splits import FoldSplit, Split, parts_of_fold


def rows_of(singers, each=3, **columns):
    return [
        {"singer": singer, "take": take, **columns}
        for take in range(each)
        for singer in singers
    ]


def singers_in(parts):
    return {
        name: {row["singer"] for row in part} for name, part in parts.items()
    }


NAMES = [f"{number:02d}" for number in range(1, 21)]


@pytest.mark.parametrize("size, count", [(0.2, 4), (3, 3), (0.01, 2)])
def test_singers_are_in_one_part_only(size, count):
    rows = rows_of(NAMES)
    parts = Split(size, size, seed=1).parts(rows)
    singers = singers_in(parts)
    assert len(singers["valid"]) == len(singers["test"]) == count
    assert sum(map(len, singers.values())) == 20
    assert set.union(*singers.values()) == set(NAMES)
    # Nobody's recordings are torn apart or lost, and their order stays
    assert sum(map(len, parts.values())) == len(rows)
    assert parts["train"] == [
        row for row in rows if row["singer"] in singers["train"]
    ]


def test_the_seed_decides_and_nothing_else():
    first = singers_in(Split(seed=1).parts(rows_of(NAMES)))
    assert first == singers_in(
        Split(seed=1).parts(rows_of(NAMES[::-1], each=1))
    )
    others = [
        singers_in(Split(seed=s).parts(rows_of(NAMES))) for s in range(2, 6)
    ]
    assert all(other != first for other in others)


def test_the_test_singers_do_not_depend_on_validation():
    sizes = (0, 0.1, 0.3, 5)
    tests = [singers_in(Split(v).parts(rows_of(NAMES)))["test"] for v in sizes]
    assert all(test == tests[0] for test in tests)


def test_every_singer_has_the_same_chance():
    drawn = Counter()
    for seed in range(1000):
        drawn.update(
            singers_in(Split(0, 4, seed).parts(rows_of(NAMES)))["test"]
        )
    # Binomial(1000, 0.2): five standard deviations are 63
    assert all(abs(drawn[name] - 200) < 64 for name in NAMES)


@pytest.mark.parametrize("seed", range(5))
def test_each_part_has_both_sexes(seed):
    rows = rows_of(NAMES[:6], sex="female") + rows_of(NAMES[6:18], sex="male")
    sex_of = {row["singer"]: row["sex"] for row in rows}
    singers = singers_in(Split(3, 6, seed).parts(rows))
    for part, females in (("valid", 1), ("test", 2), ("train", 3)):
        sexes = Counter(sex_of[name] for name in singers[part])
        assert sexes["female"] == females


def test_singers_by_name():
    # 9 is how YAML reads 09
    singers = singers_in(Split(["01"], [9, "10"]).parts(rows_of(NAMES)))
    assert singers["valid"] == {"01"}
    assert singers["test"] == {"09", "10"}
    assert len(singers["train"]) == 17


def test_no_validation_and_no_test(caplog):
    parts = Split(0, 0).parts(rows_of(["", "Ann"]))
    assert {name: len(part) for name, part in parts.items()} == {
        "train": 6,
        "valid": 0,
        "test": 0,
    }
    assert caplog.messages == []


def test_recordings_without_a_singer_train(caplog):
    parts = Split().parts(rows_of([*NAMES, ""], each=1))
    assert "" in singers_in(parts)["train"]
    assert caplog.messages == ["1 recordings without a singer's name train"]


@pytest.mark.parametrize("singers", [[""], ["Ann"], ["Ann", "Bob", "Cleo"]])
def test_too_few_singers_are_split_by_recording(singers, caplog):
    rows = rows_of(singers, each=30 // len(singers))
    parts = Split().parts(rows)
    sizes = {name: len(part) for name, part in parts.items()}
    assert sizes == {"train": 18, "valid": 6, "test": 6}
    takes = [(row["singer"], row["take"]) for p in parts.values() for row in p]
    assert len(set(takes)) == 30
    (warning,) = caplog.messages
    assert "split by recording" in warning
    assert ("no EER" in warning) == (len(singers) == 1)


def test_one_recording_trains():
    parts = Split().parts([{"singer": "Ann"}])
    assert [len(parts[name]) for name in ("train", "valid", "test")] == [
        1,
        0,
        0,
    ]


@pytest.mark.parametrize(
    "valid, test, message",
    [
        (-1, 0, "valid_singers is -1"),
        (0, 1.5, "test_singers is 1.5"),
        (True, 0, "valid_singers is True"),
        ("Ann", 0, "valid_singers is 'Ann'"),
        (0, ["Zoe"], "test_singers names 'Zoe'"),
        (["01"], ["01"], "01 is in valid and in test"),
        (10, 10, "nothing is left to train on: of 20 singers"),
        (0.5, 0.5, "nothing is left to train on"),
    ],
)
def test_senseless_sizes(valid, test, message):
    with pytest.raises(ValueError, match=message):
        Split(valid, test).parts(rows_of(NAMES))


def test_counts_of_singers_nobody_labelled():
    with pytest.raises(ValueError, match="only 0 singers"):
        Split(0.2, 4).parts(rows_of([""]))


def recordings(**counts):
    """Rows of so many recordings of each singer, in albums of two."""
    return [
        {"ID": f"{s}{k}", "singer": s, "album": f"{s}{k // 2}"}
        for s, count in counts.items()
        for k in range(count)
    ]


@pytest.mark.parametrize("by", ["recording", "album"])
def test_a_closed_set_has_all_singers_in_all_parts(by):
    rows = recordings(a=10, b=10, c=20)
    parts = Split(0.2, 0.2, by=by).parts(rows)
    sizes = {name: len(part) for name, part in parts.items()}
    assert sizes == {"train": 24, "valid": 8, "test": 8}
    for part, own in singers_in(parts).items():
        assert own == set("abc"), part
    groups = [
        {row["ID" if by == "recording" else by] for row in part}
        for part in parts.values()
    ]
    assert not set.intersection(*groups)
    assert sum(map(len, groups)) == len(set.union(*groups))
    assert parts["train"] == [row for row in rows if row in parts["train"]]


def test_clips_of_a_recording_stay_together():
    rows = [
        row | {"ID": f"{row['ID']}#{k}", "recording": row["ID"]}
        for row in recordings(a=5, b=5)
        for k in range(4)
    ]
    parts = Split(0.2, 0.2, by="recording").parts(rows)
    assert [len(parts[name]) for name in parts] == [24, 8, 8]


def test_what_a_closed_set_tests_does_not_depend_on_validation():
    rows = recordings(a=10, b=7, c=5)
    tests = [
        Split(valid, 0.2, seed=3, by="recording").parts(rows)["test"]
        for valid in (0, 0.1, 0.4, 2)
    ]
    assert all(test == tests[0] for test in tests)
    other = Split(0, 0.2, seed=4, by="recording").parts(rows)["test"]
    assert other != tests[0]


def test_in_a_closed_set_every_recording_has_the_same_chance():
    rows, drawn = recordings(a=5, b=10), Counter()
    for seed in range(1000):
        parts = Split(0, 0.2, seed, by="recording").parts(rows)
        drawn.update(row["ID"] for row in parts["test"])
    # Binomial(1000, 0.2): five standard deviations are 63
    assert all(abs(drawn[row["ID"]] - 200) < 64 for row in rows)


def test_singers_with_few_recordings_train(caplog):
    parts = Split(by="recording").parts(recordings(a=5, b=2, c=1))
    singers = singers_in(parts)
    assert singers["train"] == set("abc")
    assert singers["test"] == set("ab") and singers["valid"] == {"a"}
    assert caplog.messages == [
        "1 of 3 singers have too few values of recording for test, such as c",
        "2 of 3 singers have too few values of recording for valid, such as b",
    ]


def test_numbers_in_a_closed_set_are_of_each_singer():
    parts = Split(1, 3, by="recording").parts(recordings(a=5, b=9))
    assert [len(part) for part in parts.values()] == [6, 2, 6]


@pytest.mark.parametrize(
    ("rows", "split", "message"),
    [
        (recordings(a=5), Split(by="recording"), "two singers at least; .* a$"),
        (recordings(), Split(by="recording"), "there is none"),
        (recordings(a=1, b=1), Split(by="recording"), "a recording to spare"),
        (recordings(a=3, b=3), Split(by="song"), "6 of 6 .* have no 'song'"),
        (
            [*recordings(a=3, b=3), {"singer": "c", "album": ""}],
            Split(by="album"),
            "1 of 7 .* have no 'album'",
        ),
        (
            recordings(a=3, b=3),
            Split(0.2, ["a"], by="album"),
            "names are for a split by singer",
        ),
        (recordings(a=3), Split(published="part"), "have no 'part'"),
        (
            [{"singer": "a", "part": "dev", "wav": "/a.wav"}],
            Split(published="part"),
            "/a.wav: part is 'dev'",
        ),
        (
            [{"singer": "a", "part": "test"}],
            Split(published="part"),
            "no row has train in 'part'",
        ),
    ],
)
def test_what_cannot_be_split(rows, split, message):
    with pytest.raises(ValueError, match=message):
        split.parts(rows)


def test_a_closed_set_trains_on_recordings_without_a_singer(caplog):
    rows = [*recordings(a=5, b=5), {"ID": "x", "singer": "", "album": ""}]
    parts = Split(by="album").parts(rows)
    assert rows[-1] in parts["train"]
    assert caplog.messages == ["1 recordings without a singer's name train"]


def test_published_parts():
    rows = recordings(a=6)
    names = ["train", "test", "valid", "train", "test", "train"]
    rows = [row | {"part": n} for row, n in zip(rows, names, strict=True)]
    parts = Split(published="part").parts(rows)
    assert [row["ID"] for row in parts["train"]] == ["a0", "a3", "a5"]
    assert [row["ID"] for row in parts["valid"]] == ["a2"]
    assert [row["ID"] for row in parts["test"]] == ["a1", "a4"]


def test_ten_rounds_test_each_recording_once():
    rows, tested = recordings(a=10, b=20, c=13), Counter()
    folds = Folds(count=10, seed=1)
    for fold in range(10):
        parts = FoldSplit(folds, fold).parts(rows)
        tested.update(row["ID"] for row in parts["test"])
        following = FoldSplit(folds, (fold + 1) % 10).parts(rows)
        assert parts["valid"] == following["test"]
        assert sum(map(len, parts.values())) == len(rows)
        assert singers_in(parts)["train"] == set("abc")
    assert set(tested.values()) == {1} and len(tested) == len(rows)


def test_whoever_is_tested_is_trained_on(caplog):
    rows = recordings(a=4, b=2)
    numbers = np.array([0, 1, 2, 3, 1, 2])
    parts = parts_of_fold(rows, numbers, 1)
    assert [row["ID"] for row in parts["test"]] == ["a1", "b0"]
    assert [row["ID"] for row in parts["valid"]] == ["a2"]
    assert [row["ID"] for row in parts["train"]] == ["a0", "a3", "b1"]
    assert "fold 1: 1 rows that would validate train instead" in caplog.text


def test_in_an_open_set_nobody_is_tested_who_was_trained_on(caplog):
    rows = recordings(a=2, b=2, c=2, d=2)
    for fold in range(4):
        parts = FoldSplit(Folds(4, by="singer"), fold).parts(rows)
        assert [len(part) for part in parts.values()] == [4, 2, 2]
    assert not caplog.messages


@pytest.mark.parametrize(
    ("numbers", "fold", "message"),
    [([0, 1, 0, 1], 0, "2 folds: .* three"), ([0, 1, 2, 2], 3, "no fold 3")],
)
def test_rounds_that_there_are_not(numbers, fold, message):
    with pytest.raises(ValueError, match=message):
        parts_of_fold(recordings(a=2, b=2), np.array(numbers), fold)
