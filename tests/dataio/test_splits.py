import math
from collections import Counter
from datetime import date

import numpy as np
import pytest

from speechbrain_singer.dataio.splits import Split


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
    singers = singers_in(Split(["01"], [9, "10"]).parts(rows_of(NAMES)))
    assert singers["valid"] == {"01"}
    assert singers["test"] == {"09", "10"}
    assert len(singers["train"]) == 17


def test_a_number_goes_to_the_singer_of_just_that_name_first():
    rows = rows_of(["9", "09", "ann", "bob"])
    assert singers_in(Split([9], 0).parts(rows))["valid"] == {"9"}
    assert singers_in(Split(["09"], 0).parts(rows))["valid"] == {"09"}
    with pytest.raises(ValueError, match="singers 009, 09: write"):
        Split([9], 0).parts(rows_of(["09", "009", "ann"]))
    for name in ("9", 9.0, True, None):  # names are not guessed at
        with pytest.raises(ValueError, match="who is not among"):
            Split([name], 0).parts(rows_of(["09", "01", "ann"]))


@pytest.mark.parametrize("there", ["Zo\u00eb", "Zoe\u0308"])
@pytest.mark.parametrize("asked", ["Zo\u00eb", "Zoe\u0308"])
def test_a_name_is_one_name_in_both_forms_of_unicode(there, asked):
    parts = Split(0, [asked]).parts(rows_of([there, "ann"]))
    assert singers_in(parts)["test"] == {there}


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
        (["01"], ["01"], "'01' is named in valid_singers and in test"),
        (0, 21, "test_singers is 21, but there are 20 singers"),
        (math.nan, 0, "valid_singers is nan"),
        (None, 0, "valid_singers is None"),
        (10, 10, "nothing is left to train on: of 20 singers"),
        (0.5, 0.5, "nothing is left to train on"),
    ],
)
def test_senseless_sizes(valid, test, message):
    with pytest.raises(ValueError, match=message):
        Split(valid, test).parts(rows_of(NAMES))


@pytest.mark.parametrize("seed", [-1, 1e3, 1.5, None, True, date(2026, 1, 2)])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(ValueError, match=r"seed: .* must be a whole number"):
        Split(seed=seed)


def test_numbers_of_numpy_are_numbers():
    rows = rows_of(NAMES)
    for size, same in ((np.int64(3), 3), (np.float32(0.25), 0.25)):
        assert Split(size, size).parts(rows) == Split(same, same).parts(rows)
    named = Split(0, list(np.arange(9, 11))).parts(rows)
    assert singers_in(named)["test"] == {"09", "10"}


def test_counts_of_singers_nobody_labelled():
    with pytest.raises(ValueError, match="only 0 singers"):
        Split(0.2, 4).parts(rows_of([""]))
