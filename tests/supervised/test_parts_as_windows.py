"""Recordings with windows, in parts."""

import numpy as np
import pytest

from speechbrain_singer.dataio.fold_draws import FoldsError
from speechbrain_singer.dataio.folds import Folds, FoldSplit
from speechbrain_singer.dataio.splits import Split
from speechbrain_singer.dataio.windows import Windows
from speechbrain_singer.supervised.parts import Recordings


def windows(spectrograms, labels, names=None):
    return Windows(spectrograms, labels, length=4, hop=2, names=names)


def recordings(singers, count=4, frames=8):
    rows = [
        {"ID": f"{s}{k}", "singer": s, "song": str(k)}
        for s in singers
        for k in range(count)
    ]
    spectrograms = [np.zeros((frames, 3), np.float16) for _ in rows]
    return rows, spectrograms


def test_folds_have_all_singers_and_windows_of_their_own_rows():
    rows, spectrograms = recordings("abc")
    parts = Recordings(rows, spectrograms, windows).split(
        FoldSplit(Folds(4)), closed=True
    )
    for name, count in (("train", 6), ("valid", 3), ("test", 3)):
        part = parts[name]
        assert part.names == ["a", "b", "c"]
        assert len(part.rows) == count
        assert len(part.windows) == 3 * count  # they begin at 0, 2 and 4
        for row, label in zip(
            part.windows.row, part.windows.label, strict=True
        ):
            assert part.names[label] == part.rows[row]["singer"]
    assert parts["test"].column("song") == [
        row["song"] for row in parts["test"].rows
    ]


def test_a_short_recording_is_in_no_part(caplog):
    rows, spectrograms = recordings("abc", count=5)
    spectrograms[7] = spectrograms[7][:3]
    found = Recordings(rows, spectrograms, windows)
    assert [row["ID"] for row in found.rows] == [
        row["ID"] for row in rows if row["ID"] != "b2"
    ]
    assert "1 of 15 recordings are left out" in caplog.text
    assert "b2" in caplog.text


def test_a_singer_of_one_recording_does_not_stop_the_others(caplog):
    rows, spectrograms = recordings("abc")
    rows.append({"ID": "d0", "singer": "d", "song": "0"})
    found = Recordings(rows, [*spectrograms, spectrograms[0]], windows)
    parts = found.split(FoldSplit(Folds(4)), closed=True)
    assert parts["train"].names == ["a", "b", "c"]
    assert "their singer stands in one recording only (d)" in caplog.text


def test_nobody_is_in_two_parts_of_an_open_set():
    found = Recordings(*recordings("abcdefgh"), windows)
    parts = found.split(Split(2, 2), closed=False)
    names = [name for part in parts.values() for name in part.names]
    assert sorted(names) == list("abcdefgh")
    for part in parts.values():
        assert set(part.windows.label) == set(range(len(part.names)))


@pytest.mark.parametrize(
    ("singers", "split", "closed", "message"),
    [
        ("a", FoldSplit(Folds(4)), True, "two singers at least"),
        ("abcdef", Split(0, 2), False, "no recording is in the part 'valid'"),
        ("abcd", Split(["a"], ["b"]), False, "the part 'valid'; there is a"),
    ],
)
def test_what_cannot_be_trained_is_refused(singers, split, closed, message):
    with pytest.raises(FoldsError, match=message):
        Recordings(*recordings(singers), windows).split(split, closed)
