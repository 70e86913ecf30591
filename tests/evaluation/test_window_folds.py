import logging

import numpy as np
import pytest
import torch
from planted import embed

from speechbrain_singer.dataio.fold_draws import FoldsError
from speechbrain_singer.dataio.folds import Folds, FoldSplit
from speechbrain_singer.evaluation.window_folds import WindowFolds


def recordings(singers=3, songs=5):
    return [
        {"ID": f"{s}-{k}", "wav": "", "singer": f"s{s}", "song": f"k{k}"}
        for s in range(singers)
        for k in range(songs)
    ]


def windows_of(rows, each=4):
    return [
        row | {"ID": f"{row['ID']}#{n}", "whole": row["ID"]}
        for row in rows
        for n in range(each)
    ]


def run(rows, windows, column="singer", folds=5, by="recording"):
    folds = WindowFolds(Folds(folds, by=by))
    embeddings = embed(windows, column)
    return folds.run(embeddings, windows, rows, progressbar=False)


def test_who_knows_the_singer_names_all():
    rows = recordings()
    outcomes = run(rows, windows_of(rows))
    assert [outcome["fold"] for outcome in outcomes] == [0, 1, 2, 3, 4]
    for outcome in outcomes:
        assert outcome["train"] == {"window": 100, "recording": 100}
        assert outcome["test"] == {"window": 100, "recording": 100}
        assert outcome["folds"] == 5
        # One recording of each of three singers
        third = pytest.approx(100 / 3)
        assert outcome["chance"] == {"window": third, "recording": third}
    assert all(o["shared_songs"]["recordings"] == 3 for o in outcomes)


def test_by_song_no_song_is_shared():
    rows = recordings()
    outcomes = run(rows, windows_of(rows), by="song")
    assert [o["shared_songs"]["shared"] for o in outcomes] == [0] * 5


def test_who_knows_the_recording_only_names_by_chance():
    rows = recordings(4, 8)
    outcomes = run(rows, windows_of(rows), "whole", folds=4)
    assert all(o["train"]["window"] == 100 for o in outcomes)
    assert np.mean([o["test"]["recording"] for o in outcomes]) < 60


def test_a_recording_is_named_by_the_mean_of_its_windows():
    """Two windows of three say the truth, weakly; one errs."""
    rows = recordings(2, 5)
    windows = windows_of(rows, 3)
    tested = {row["ID"] for row in FoldSplit(Folds(5), 0).parts(rows)["test"]}
    sides = [1.0 if window["singer"] == "s1" else -1.0 for window in windows]
    for i, window in enumerate(windows):
        if window["whole"] in tested and window["ID"].endswith("#0"):
            sides[i] *= -0.2
    embeddings = torch.tensor(sides)[:, None]
    folds = WindowFolds(Folds(5))
    first, *_ = folds.run(embeddings, windows, rows, progressbar=False)
    assert first["test"]["window"] == pytest.approx(100 * 2 / 3)
    assert first["test"]["recording"] == 100


def test_an_unreadable_recording_costs_itself_only(caplog):
    """Folds stay those of all recordings; a fold without any is missing."""
    rows = recordings()
    tested = {row["ID"] for row in FoldSplit(Folds(5), 2).parts(rows)["test"]}
    lost = sorted(tested)[0]
    left = [w for w in windows_of(rows) if w["whole"] != lost]
    assert len(run(rows, left)) == 5
    left = [w for w in windows_of(rows) if w["whole"] not in tested]
    with caplog.at_level(logging.WARNING):
        outcomes = run(rows, left)
    assert [outcome["fold"] for outcome in outcomes] == [0, 1, 3, 4]
    assert "fold 2 is left out" in caplog.text


def test_few_recordings_of_a_singer_are_said_before(caplog):
    rows = recordings()[:-2]
    with caplog.at_level(logging.WARNING):
        for fold in range(5):
            FoldSplit(Folds(5), fold).parts(rows)
    text = "1 of 3 singers have nothing to test in it, such as s2"
    assert text in caplog.text


def test_a_singer_of_one_recording_is_left_out_and_named(caplog):
    with caplog.at_level(logging.WARNING):
        WindowFolds(Folds(5)).check(recordings()[:11])
    assert "1 of 11 clips are left out: their singer stands" in caplog.text
    assert "(s2)" in caplog.text


@pytest.mark.parametrize(
    ("rows", "folds", "message"),
    [
        (recordings(1), Folds(5), "two singers at least"),
        ([{"ID": "a", "singer": "a"}] * 9, Folds(3, by="song"), "no 'song'"),
        (recordings(3, 3), Folds(4, by="song"), "there are 3 values of 'song'"),
    ],
)
def test_what_cannot_be_dealt_is_refused_before(rows, folds, message):
    with pytest.raises((FoldsError, ValueError), match=message):
        WindowFolds(folds).check(rows)


def test_ways_side_by_side_differ_in_the_column_alone():
    ways = WindowFolds(Folds(4, seed=7)).grouped_by(["recording", "song"])
    assert [way.folds.by for way in ways.values()] == ["recording", "song"]
    assert {way.folds.seed for way in ways.values()} == {7}
    with pytest.raises(ValueError, match="name a column"):
        WindowFolds().grouped_by("")
