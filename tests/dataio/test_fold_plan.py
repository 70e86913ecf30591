import numpy as np
import pytest

from speechbrain_singer.dataio.fold_plan import (
    Folds,
    published_folds,
    read_folds,
    saved_folds,
    write_folds,
)
from speechbrain_singer.dataio.folds import FoldsError, draw_folds


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
    names = [str(number) for number in (9, 10, 1, 10)]
    rows = [{"fold": name} for name in names]
    assert published_folds(rows, "fold").tolist() == [1, 2, 0, 2]
    rows = [{"fold": name} for name in ("b", "a", "b")]
    assert published_folds(rows, "fold").tolist() == [1, 0, 1]


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
    rows, path = rows_of(), tmp_path / "folds.csv"
    numbers = np.arange(30) % 5
    write_folds(path, rows, numbers)
    assert np.array_equal(read_folds(path, rows[:20]), numbers[:20])
    assert "10 of its 30 recordings are not used" in caplog.text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no file of folds: it needs ID and fold"),
        ("ID,part\na,1\n", "no file of folds"),
        ("ID,fold\na,1\nb,x\n", "line 3: 'x' is no fold"),
        ("ID,fold\na,-1\n", "line 2: '-1' is no fold"),
        ("ID,fold\na\n", "line 2: None is no fold"),
        ("ID,fold\na,1\na,2\n", "line 3: 'a' is in another fold already"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path, text, message):
    path = tmp_path / "folds.csv"
    path.write_text(text)
    with pytest.raises(FoldsError, match=rf"folds\.csv.*{message}"):
        read_folds(path, [{"ID": "a"}])


def test_what_was_drawn_is_what_is_written(tmp_path):
    rows, path = rows_of(), tmp_path / "folds.csv"
    drawn = saved_folds(path, rows, lambda rows: np.arange(len(rows)) % 3)
    assert np.array_equal(read_folds(path, rows), drawn)
    again = saved_folds(path, rows, lambda rows: pytest.fail("drawn again"))
    assert np.array_equal(again, drawn)
