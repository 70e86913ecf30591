import numpy as np
import pytest
import torch

from speechbrain_singer.dataio.fold_draws import (
    FoldsError,
    draw_folds,
    in_several_groups,
    inner_folds,
    without_single_groups,
)


def own_songs(singers=6, seed=0):
    """Singers with 5 to 9 songs of their own, of 1 to 12 clips each."""
    rng = np.random.default_rng(seed)
    return [
        {"singer": f"s{s}", "song": f"s{s} sings {k}", "recording": f"{s}-{k}"}
        for s in range(singers)
        for k in range(rng.integers(5, 10))
        for _ in range(rng.integers(1, 13))
    ]


def sides(rows, numbers, column):
    """Of each fold, the values tested and those trained on."""
    values = np.array([row[column] for row in rows])
    for number in np.unique(numbers):
        test = numbers == number
        yield set(values[test]), set(values[~test])


@pytest.mark.parametrize("by", ["song", "recording"])
def test_no_group_stands_on_both_sides(by):
    rows = own_songs()
    numbers = draw_folds(rows, 5, by)
    assert sorted(set(numbers)) == [0, 1, 2, 3, 4]
    for test, train in sides(rows, numbers, by):
        assert test and not test & train
    singers = {row["singer"] for row in rows}
    for test, train in sides(rows, numbers, "singer"):
        assert test == train == singers


def test_each_singer_is_spread_evenly():
    rows = [
        {"singer": s, "recording": f"{s}{k}"} for s in "abc" for k in "12345"
    ]
    rows = [row for row in rows for _ in range(4)]
    numbers = draw_folds(rows, 5)
    for own in numbers.reshape(3, 20):
        assert np.bincount(own).tolist() == [4] * 5


def test_one_song_sung_by_everybody_is_left_out_at_a_time():
    rows = [
        {"singer": s, "song": k} for s in "abcdef" for k in ("01", "02") * 4
    ]
    numbers = draw_folds(rows, 2, "song")
    tested = [test for test, _ in sides(rows, numbers, "song")]
    assert sorted(map(sorted, tested)) == [["01"], ["02"]]


@pytest.mark.parametrize("seed", range(50))
def test_whoever_is_tested_was_trained_on(seed):
    # A few songs, of which each sings some, in very different numbers: here
    # scikit-learn's StratifiedGroupKFold puts all of a singer into one fold
    # for 5 of these seeds
    rng = np.random.default_rng(seed)
    rows = []
    for singer in range(rng.integers(2, 8)):
        songs = rng.permutation(rng.integers(4, 8))
        for song in songs[: rng.integers(2, 5)]:
            row = {"singer": str(singer), "song": str(song)}
            rows += [row] * int(rng.integers(1, 15))
    numbers = draw_folds(rows, 3, "song")
    for test, train in sides(rows, numbers, "singer"):
        assert test <= train
    for test, train in sides(rows, numbers, "song"):
        assert test and not test & train


def test_none_splits_songs():
    rows = own_songs()
    numbers = draw_folds(rows, 5, "none")
    assert any(test & train for test, train in sides(rows, numbers, "song"))
    counts = np.bincount(numbers)
    assert counts.max() - counts.min() <= 6  # one of each singer


def test_the_seed_decides():
    rows = own_songs()
    first, again = draw_folds(rows, seed=1), draw_folds(rows, seed=1)
    assert (first == again).all()
    assert (first != draw_folds(rows, seed=2)).any()


def two_each(**changes):
    rows = [
        {"singer": s, "song": k, "recording": s + k, "wav": f"{s}{k}.wav"}
        for s in "ab"
        for k in "12"
    ]
    rows[0] |= changes
    return rows


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        (two_each(), {"folds": 3, "by": "song"}, "2 values of 'song': set fol"),
        (two_each(), {"folds": 1}, "from 2 to 4"),
        (
            two_each(singer="c"),
            {"folds": 2},
            "2 of 3 singers have but one recording.*: a, c",
        ),
        (two_each()[:1], {"by": "song"}, "two singers at least"),
        (two_each()[::2], {"by": "song"}, "1 values.*group by another column"),
        (
            two_each()[:2],
            {"folds": 2},
            "two singers at least are needed, there is a",
        ),
        (two_each(song=""), {"by": "song"}, "1 of 4 .* no 'song'.*a1.wav"),
        (
            two_each(),
            {"by": "album"},
            "no 'album'.*has singer, song, recording",
        ),
    ],
)
def test_what_cannot_be_dealt_says_what_to_do(rows, options, message):
    with pytest.raises(FoldsError, match=message):
        draw_folds(rows, **options)


def test_impossible_folds_are_refused():
    # Of any two folds one holds two of the songs: all that somebody sings
    rows = [
        {"singer": singer, "song": song}
        for singer, songs in {"a": "12", "b": "23", "c": "13"}.items()
        for song in songs
    ]
    with pytest.raises(FoldsError, match="no 2 folds by song were found"):
        draw_folds(rows, 2, "song")


def test_singers_with_one_song_can_be_left_out(caplog):
    rows = two_each(singer="c")
    assert in_several_groups(rows, "song").tolist() == [
        False,
        False,
        True,
        True,
    ]
    embeddings, kept = without_single_groups(torch.eye(4), rows, "song")
    assert kept == rows[2:]
    assert torch.equal(embeddings, torch.eye(4)[2:])
    assert "2 of 4 clips are left out" in caplog.text


def test_inner_folds_are_grouped_likewise():
    rows = own_songs()
    numbers, by = inner_folds(rows, 3, "song")
    assert by == "song" and sorted(set(numbers)) == [0, 1, 2]
    for test, train in sides(rows, numbers, "song"):
        assert not test & train


def test_of_one_song_the_inner_folds_are_by_recording():
    rows = [
        {"singer": s, "song": "1", "recording": f"{s}{k}"}
        for s in "ab"
        for k in (1, 1, 2, 3)
    ]
    numbers, by = inner_folds(rows, 3, "song")
    assert by == "recording"
    for test, train in sides(rows, numbers, "recording"):
        assert not test & train


def test_a_singer_of_one_recording_is_never_held_out():
    rows = [
        {"singer": "a", "recording": "1"},
        {"singer": "b", "recording": "2"},
        {"singer": "b", "recording": "3"},
    ]
    numbers, by = inner_folds(rows, 3)
    assert by == "recording" and numbers[0] == -1
    assert sorted(numbers[1:]) == [0, 1]


def test_a_clip_each_leaves_nothing_to_choose_by():
    rows = [{"singer": s, "recording": s} for s in "ab"]
    assert inner_folds(rows) == (None, "none")
