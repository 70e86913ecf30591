from collections import Counter

import numpy as np
import pytest

from speechbrain_singer.dataio.fold_draws import FoldsError, draw_folds
from speechbrain_singer.dataio.folds import Folds, FoldSplit


def rows_of(singers="abc", recordings=10, **columns):
    """Rows of whole recordings, each of a song of its own number."""
    return [
        {"ID": f"{s}{k}", "singer": s, "song": f"{k:02d}", **columns}
        for s in singers
        for k in range(recordings)
    ]


def clips_of(rows, count=3):
    return [
        row | {"ID": f"{row['ID']}#{k}", "recording": row["ID"]}
        for row in rows
        for k in range(count)
    ]


def test_ten_folds_by_recording_are_a_closed_set():
    rows = rows_of()
    numbers = Folds(10, seed=3).numbers(rows)
    assert np.array_equal(numbers, draw_folds(rows, 10, seed=3))
    for singer in range(3):
        own = numbers[10 * singer : 10 * singer + 10]
        assert sorted(own) == list(range(10))


def test_folds_by_the_label_are_an_open_set():
    rows = rows_of("abcdefg", 4)
    numbers = Folds(3, by="singer").numbers(rows).reshape(7, 4)
    assert (numbers == numbers[:, :1]).all()
    assert sorted(np.bincount(numbers[:, 0])) == [2, 2, 3]


def test_more_folds_than_singers_of_an_open_set_are_refused():
    with pytest.raises(FoldsError, match="8 folds by singer, and there are 7"):
        Folds(8, by="singer").numbers(rows_of("abcdefg"))


def test_a_singer_may_have_fewer_recordings_than_folds():
    rows = rows_of() + rows_of("d", 2)
    numbers = Folds(10).numbers(rows)
    assert len(set(numbers[-2:])) == 2


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        (rows_of() + rows_of("d", 1), {}, "1 of 4 singers have but one reco"),
        (rows_of("a"), {}, "two singers at least are needed, there is a"),
        (rows_of(), {"by": "album"}, "30 of 30 recordings have no 'album'"),
        (rows_of(album=""), {"by": "album"}, "have no 'album'"),
        (rows_of(), {"label": "technique"}, "have no 'technique'"),
        (rows_of(recordings=2), {}, "10 folds by recording, and there are 6"),
        (rows_of(), {"published": "fold"}, "have no 'fold'"),
        (rows_of(fold=""), {"published": "fold"}, "have no 'fold'"),
        (rows_of(fold="1"), {"published": "fold"}, "in 1 folds, and 10 are"),
    ],
)
def test_what_cannot_be_dealt_is_refused(rows, options, message):
    with pytest.raises(FoldsError, match=message):
        Folds(**{"count": 10} | options).numbers(rows)


def test_published_folds_are_sorted_as_numbers():
    for names, numbers in (
        (["9", "10", "1", "10"], [1, 2, 0, 2]),
        (["b", "a", "b"], [1, 0, 1]),
    ):
        rows = [{"ID": name, "fold": name} for name in names]
        folds = Folds(len(set(names)), published="fold")
        assert folds.numbers(rows).tolist() == numbers


def test_published_folds_are_used_as_they_are():
    rows = rows_of()
    rows = [row | {"fold": str(1 + i % 5)} for i, row in enumerate(rows)]
    numbers = Folds(5, published="fold").numbers(rows)
    assert numbers.tolist() == [i % 5 for i in range(30)]


def test_folds_are_kept_and_used_again(tmp_path):
    rows, path = rows_of(), tmp_path / "new" / "folds.csv"
    first = Folds(5, seed=1, path=path).numbers(rows)
    assert path.read_text().splitlines()[:2] == ["ID,fold", f"a0,{first[0]}"]
    again = Folds(5, seed=2, path=path).numbers(rows)
    assert np.array_equal(again, first)
    assert not np.array_equal(Folds(5, seed=2).numbers(rows), first)
    turned = Folds(5, path=path).numbers(rows[::-1])
    assert np.array_equal(turned, first[::-1])


def test_clips_are_in_the_folds_of_their_recordings(tmp_path):
    rows, path = rows_of(), tmp_path / "folds.csv"
    folds = Folds(5, path=path)
    numbers = folds.numbers(rows)
    assert np.array_equal(folds.numbers(clips_of(rows)), numbers.repeat(3))


def test_a_file_that_does_not_fit_is_named(tmp_path):
    path = tmp_path / "folds.csv"
    Folds(5, path=path).numbers(rows_of())
    with pytest.raises(FoldsError, match=r"csv: has no fold for 10 of 40 rows"):
        Folds(5, path=path).numbers(rows_of("abcd"))
    with pytest.raises(FoldsError, match=r"csv: these rows are in 5 folds"):
        Folds(10, path=path).numbers(rows_of())
    with pytest.raises(FoldsError, match=r"csv: a song stands in several"):
        Folds(5, by="song", path=path).numbers(rows_of())


def test_what_a_file_has_besides_is_counted(tmp_path, caplog):
    rows, folds = rows_of(), Folds(5, path=tmp_path / "folds.csv")
    numbers = folds.numbers(rows)
    assert np.array_equal(folds.numbers(rows[:20]), numbers[:20])
    assert "10 of its 30 recordings are not used" in caplog.text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no column ID, fold; it has none"),
        ("ID,part\na,1\n", "no column fold; it has ID, part"),
        ("ID,fold\na,1\nb,x\n", "line 3: 'b' in fold 'x': each ID"),
        ("ID,fold\na,-1\n", "line 2: 'a' in fold '-1': .* a number"),
        ("ID,fold\na\n", "line 2: 1 fields, but there are 2"),
        ("ID,fold\na,1,x\n", "line 2: 3 fields, but there are 2"),
        ("ID,fold\na," + "9" * 5000, "line 2: 'a' in fold '999"),
        ("ID,fold\na,\0\n", "line 2: holds a zero byte"),
        ("ID,fold\na,1\na,2\n", "line 3: 'a' in fold '2': .* in one"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path, text, message):
    path = tmp_path / "folds.csv"
    path.write_text(text)
    with pytest.raises(FoldsError, match=rf"folds\.csv.*{message}"):
        Folds(path=path).numbers([{"ID": "a"}])


def test_a_file_of_folds_that_another_program_wrote(tmp_path):
    path = tmp_path / "folds.csv"
    text = "ID,fold\r\nZo\u00eb,1\r\n\r\nbob,0\r\n"
    path.write_bytes(text.encode("utf-8-sig"))
    rows = [{"ID": "Zoe\u0308", "singer": "a"}, {"ID": "bob", "singer": "a"}]
    assert Folds(2, path=path).numbers(rows).tolist() == [1, 0]
    known, numbers = Folds(2, path=path).preview(rows)
    assert known == rows and numbers.tolist() == [1, 0]
    path.write_bytes(b"ID,fold\nbob,0\nZo\xeb,1\n")
    with pytest.raises(FoldsError, match=r"folds\.csv, line 3: not text"):
        Folds(2, path=path).numbers(rows)


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
    parts = FoldSplit(Folds(5, by=by)).parts(rows)
    sizes = {name: len(part) for name, part in parts.items()}
    assert sizes == {"train": 24, "valid": 8, "test": 8}
    for part in parts.values():
        assert {row["singer"] for row in part} == set("abc")
    groups = [
        {row["ID" if by == "recording" else by] for row in part}
        for part in parts.values()
    ]
    assert not set.intersection(*groups)
    assert sum(map(len, groups)) == len(set.union(*groups))
    assert parts["train"] == [row for row in rows if row in parts["train"]]


def test_clips_of_a_recording_stay_together():
    rows = clips_of(recordings(a=5, b=5), 4)
    parts = FoldSplit(Folds(5)).parts(rows)
    assert [len(parts[name]) for name in parts] == [24, 8, 8]
    for part in parts.values():
        counts = Counter(row["recording"] for row in part)
        assert set(counts.values()) == {4}


def test_ten_rounds_test_each_recording_once():
    rows, tested = recordings(a=10, b=20, c=13), Counter()
    folds = Folds(count=10, seed=1)
    for fold in range(10):
        parts = FoldSplit(folds, fold).parts(rows)
        tested.update(row["ID"] for row in parts["test"])
        following = FoldSplit(folds, (fold + 1) % 10).parts(rows)
        assert parts["valid"] == following["test"]
        assert sum(map(len, parts.values())) == len(rows)
        assert {row["singer"] for row in parts["train"]} == set("abc")
    assert set(tested.values()) == {1} and len(tested) == len(rows)


def test_whoever_is_tested_is_trained_on(caplog):
    rows = recordings(a=4, b=2)
    rows = [row | {"fold": n} for row, n in zip(rows, "012312", strict=True)]
    parts = FoldSplit(Folds(4, published="fold"), 1).parts(rows)
    assert [row["ID"] for row in parts["test"]] == ["a1", "b0"]
    assert [row["ID"] for row in parts["valid"]] == ["a2"]
    assert [row["ID"] for row in parts["train"]] == ["a0", "a3", "b1"]
    assert "fold 1: 1 rows that would validate train instead" in caplog.text


def test_with_two_folds_a_fifth_of_the_other_one_validates():
    rows = [row | {"song": row["ID"][-1]} for row in recordings(a=20, b=20)]
    rows = [row | {"song": int(row["song"]) % 2} for row in rows]
    for fold in (0, 1):
        parts = FoldSplit(Folds(2, by="song"), fold).parts(rows)
        assert [len(part) for part in parts.values()] == [16, 4, 20]
        (tested,) = {row["song"] for row in parts["test"]}
        for name in ("train", "valid"):
            assert {row["song"] for row in parts[name]} == {1 - tested}
            assert {row["singer"] for row in parts[name]} == {"a", "b"}


def test_two_folds_of_an_open_set_are_refused():
    with pytest.raises(ValueError, match=r"by singer.*: 2: .* 3 at least"):
        FoldSplit(Folds(2, by="singer"))


def test_who_has_nothing_to_test_is_named(caplog):
    rows = recordings(a=4, b=4, c=2)
    silent = [
        fold
        for fold in range(4)
        if "c"
        not in {
            row["singer"]
            for row in FoldSplit(Folds(4, seed=1), fold).parts(rows)["test"]
        }
    ]
    assert len(silent) == 2  # c is in two folds of four
    for fold in silent:
        assert (
            f"fold {fold}: 1 of 3 singers have nothing to test" in caplog.text
        )


def test_in_an_open_set_nobody_is_tested_who_was_trained_on(caplog):
    rows = recordings(a=2, b=2, c=2, d=2)
    for fold in range(4):
        parts = FoldSplit(Folds(4, by="singer"), fold).parts(rows)
        assert [len(part) for part in parts.values()] == [4, 2, 2]
    assert not caplog.messages


@pytest.mark.parametrize(
    ("count", "fold", "message"),
    [
        (2, 2, "fold: 2: .* 0 at least and 1 at most"),
        (3, 3, "fold: 3: .* 0 at least and 2 at most"),
        (3, -1, "fold: -1: "),
        (3, "a", "fold: 'a': "),
    ],
)
def test_rounds_that_there_are_not(count, fold, message):
    with pytest.raises(ValueError, match=message):
        FoldSplit(Folds(count), fold).parts(recordings(a=4, b=4))


@pytest.mark.parametrize(
    ("setting", "values", "named"),
    [
        ("count", [1, 0, -1, 2.5, "a", None, True], "folds"),
        ("seed", [-1, 1e3, None], "seed"),
        ("by", [None, "", 5, ["song"]], "group_by"),
        ("published", ["", 5, ["fold"]], "published_folds"),
        ("path", ["", 5, "a\0b", "{folder}"], "folds_file"),
    ],
)
def test_settings_that_make_no_sense(tmp_path, setting, values, named):
    for value in values:
        if value == "{folder}":
            value = tmp_path
        with pytest.raises(ValueError, match=f"{named}: .*: must be"):
            Folds(**{setting: value})


def test_where_folds_cannot_be_kept_is_said_before_they_are_needed(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file: cannot write there"):
        Folds(path=tmp_path / "file" / "folds.csv").preview(rows_of())
    Folds(path=tmp_path / "new" / "folds.csv").preview(rows_of())
    assert not list((tmp_path / "new").iterdir())
