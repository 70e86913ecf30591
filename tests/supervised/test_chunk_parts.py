"""Labelled recordings as chunks, in parts."""

import numpy as np
import pytest
import soundfile

from speechbrain_singer.dataio.fold_draws import FoldsError
from speechbrain_singer.dataio.folds import Folds, FoldSplit
from speechbrain_singer.dataio.held_out import HeldOutSingers
from speechbrain_singer.supervised.chunk_parts import ChunkParts

RATE = 8000


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """Three singers, three songs of 1.2 s, in two techniques by turns."""
    folder = tmp_path_factory.mktemp("voices")
    noise = np.random.default_rng(0).standard_normal(9600) / 10
    rows = []
    for number, (singer, song) in enumerate(
        (s, k) for s in "abc" for k in "xyz"
    ):
        path = folder / f"{singer}{song}.wav"
        soundfile.write(path, noise, RATE)
        rows.append(
            {
                "ID": path.stem,
                "wav": str(path),
                "singer": singer,
                "song": song,
                "technique": ("belt", "trill")[number % 2],
                "sample_rate": RATE,
                "start": 0,
                "stop": 9600,
                "duration": 1.2,
            }
        )
    return rows


def test_singers_in_folds(rows):
    split = FoldSplit(Folds(3, by="song"), fold=1)
    parts = ChunkParts(0.5).of(rows, split, 16000, False)
    for part in parts.values():
        assert part.names == ["a", "b", "c"]
        assert len(part.rows) == 3 and len(part.windows) == 6
        for index in range(6):
            item = part.windows[index]
            row = part.rows[item["row"]]
            assert part.names[item["label"]] == row["singer"]
            assert part.windows.rows[index]["recording"] == row["ID"]
            assert item["wav"].shape == (8000,)
    songs = {name: {r["song"] for r in p.rows} for name, p in parts.items()}
    assert sorted(map(sorted, songs.values())) == [["x"], ["y"], ["z"]]


def test_techniques_of_singers_who_test_alone(rows, caplog):
    split = HeldOutSingers(["b"], valid_share=0.3)
    chunks = ChunkParts(0.5, "technique", ["trill", "belt", "vibrato"])
    parts = chunks.of(rows, split, RATE, False)
    assert {row["singer"] for row in parts["test"].rows} == {"b"}
    # Nobody sings the third one; the order is that of the list
    assert parts["train"].names == ["trill", "belt"]
    assert "nothing trains on the technique vibrato: left out" in caplog.text
    labels = {r["ID"]: r["technique"] for r in rows}
    test = parts["test"]
    for row, label in zip(test.windows.row, test.windows.label, strict=True):
        assert test.names[label] == labels[test.rows[row]["ID"]]


def test_other_classes_are_left_out(rows, caplog):
    rows = [
        row | {"technique": "fry"} if row["ID"] == "bz" else row for row in rows
    ]
    split = HeldOutSingers(["b"], valid_share=0.3)
    parts = ChunkParts(0.5, "technique").of(rows, split, RATE, False)
    assert parts["train"].names == ["belt", "trill"]
    assert {row["ID"] for row in parts["test"].rows} == {"bx", "by"}
    assert "1 recordings to validate or to test are left out" in caplog.text


def test_a_file_that_fails_and_a_silent_one_cost_themselves(
    rows, tmp_path, caplog
):
    silent = tmp_path / "silent.wav"
    soundfile.write(silent, np.zeros(9600), RATE)
    changed = [dict(row) for row in rows]
    changed[0]["wav"] = str(tmp_path / "gone.wav")
    changed[4]["wav"] = str(silent)
    split = FoldSplit(Folds(3), fold=0)
    parts = ChunkParts(0.5).of(changed, split, RATE, False)
    names = {row["ID"] for part in parts.values() for row in part.rows}
    assert names == {row["ID"] for row in rows} - {"ax", "by"}
    assert "gone.wav" in caplog.text


@pytest.mark.parametrize(
    ("label", "classes", "message"),
    [
        ("register", None, "none of 9 recordings has a register, which"),
        ("technique", ["fry"], "has a technique of fry"),
        ("technique", ["belt"], "two techniques at least"),
    ],
)
def test_what_cannot_be_learned_is_said(rows, label, classes, message):
    split = HeldOutSingers(["b"], valid_share=0.4, label=label)
    with pytest.raises(FoldsError, match=message):
        ChunkParts(0.5, label, classes).of(rows, split, RATE, False)


def test_a_class_twice_is_refused():
    with pytest.raises(ValueError, match="one is there twice"):
        ChunkParts(3.0, "technique", ["belt", "belt"])
