"""Pairs of windows: whose they are, and what they never are."""

from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from speechbrain_singer.dataio.window_pairs import WindowPairs
from speechbrain_singer.dataio.windows import Windows


def recordings(labels, frames=4):
    """Windows of recordings; the value of each one tells it apart."""
    counts = np.broadcast_to(frames, len(labels))
    ends = np.cumsum(counts)
    values = [
        np.arange(end - count, end, dtype=np.float16)[:, None] / 64
        for end, count in zip(ends, counts, strict=True)
    ]
    return Windows(values, labels, length=1, hop=1)


def drawn(pairs, count, epoch=0):
    return [pairs[epoch, index] for index in range(count)]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_pairs_obey_labels_and_groups(data):
    count = data.draw(st.integers(2, 8))

    def of_each(strategy):
        return data.draw(st.lists(strategy, min_size=count, max_size=count))

    labels = of_each(st.integers(0, 3))
    songs = of_each(st.sampled_from(["x", "y", ""]))
    frames = of_each(st.integers(1, 3))
    apart = data.draw(st.sampled_from([None, "recording", "song"]))
    windows = recordings(labels, frames)

    def fits(i, j, same):
        """Of two windows, as the words say."""
        one, other = windows.row[i], windows.row[j]
        if i == j or (labels[one] == labels[other]) != same:
            return False
        if apart == "song":
            return "" != songs[one] != songs[other] != ""
        return apart is None or one != other

    places = range(len(windows))
    possible = [
        {(i, j) for i in places for j in places if fits(i, j, same)}
        for same in (True, False)
    ]
    groups = songs if apart == "song" else None
    if not all(possible):
        with pytest.raises(ValueError, match="no pairs"):
            WindowPairs(windows, groups, apart)
        return
    pairs = WindowPairs(windows, groups, apart)
    for index, item in enumerate(drawn(pairs, 40)):
        one, other = (item["decibels"][:, 0, 0] * 64).int().tolist()
        assert (one, other) in possible[index % 2]
        assert item["rows"].tolist() == windows.row[[one, other]].tolist()
        assert item["labels"].tolist() == windows.label[[one, other]].tolist()


def test_a_pair_is_a_function_of_its_key():
    windows = recordings([0, 0, 1, 1], 20)

    def values(pairs, epoch):
        items = drawn(pairs, 30, epoch)
        return [item["decibels"].flatten().tolist() for item in items]

    first = values(WindowPairs(windows, seed=1), 0)
    assert first == values(WindowPairs(windows, seed=1), 0)
    assert first != values(WindowPairs(windows, seed=1), 1)
    assert first != values(WindowPairs(windows, seed=2), 0)


def test_all_that_fit_are_as_likely():
    """A pair's first window, then its partner: uniform, each in its turn."""
    windows = recordings([0, 0, 1, 2], [1, 2, 2, 1])
    pairs = WindowPairs(windows, seed=5)
    items = drawn(pairs, 6_000)
    counts = Counter(
        tuple((item["decibels"].flatten() * 64).int().tolist())
        for item in items
    )
    labels = [0, 0, 0, 1, 1, 2]
    same, different = {}, {}
    for i in range(6):
        others = [j for j in range(6) if labels[j] != labels[i]]
        own = [j for j in range(6) if labels[j] == labels[i] and j != i]
        same |= {(i, j): 1 / (5 * len(own)) for j in own}
        different |= {(i, j): 1 / (6 * len(others)) for j in others}
    for expected in (same, different):
        seen = [counts.pop(pair) for pair in expected]
        assert sum(seen) == 3000
        assert (
            chisquare(seen, 3000 * np.array([*expected.values()])).pvalue > 0.01
        )
    assert not counts


def test_the_rare_partner_is_found():
    """All but one of the windows of others are of the same song."""
    windows = recordings([0, 0, 1, 1], [1, 1, 3000, 1])
    pairs = WindowPairs(windows, ["x", "y", "x", "y"], apart="song", seed=0)
    for index in range(1, 200, 2):
        rows = sorted(pairs[0, index]["rows"].tolist())
        assert rows in ([0, 3], [1, 2])


def test_labels_without_pairs_of_their_own_are_named(caplog):
    windows = recordings([7, 7, 8, 9, 9], 3)
    pairs = WindowPairs(windows, list("xyxzz"), apart="song", seed=0)
    assert len(caplog.records) == 1
    assert "2 of 3 labels have no windows of two songs" in caplog.text
    assert "8 (of recording 2), 9 (of recording 3)" in caplog.text
    items = drawn(pairs, 100)
    assert {int(x) for item in items[::2] for x in item["labels"]} == {7}
    assert {int(x) for item in items[1::2] for x in item["labels"]} == {7, 8, 9}


def test_unknown_songs_are_left_out(caplog):
    windows = recordings([0, 0, 0, 1], 2)
    pairs = WindowPairs(windows, ["x", "y", None, "x"], apart="song")
    assert "1 of 4 recordings" in caplog.text
    rows = {int(x) for item in drawn(pairs, 60) for x in item["rows"]}
    assert rows == {0, 1, 3}


def test_recordings_may_be_told_by_a_column():
    """Two clips of one recording are not apart."""
    windows = recordings([0, 0, 0, 1], 2)
    pairs = WindowPairs(windows, ["a", "a", "b", "c"], apart="recording")
    for item in drawn(pairs, 60)[::2]:
        assert 2 in item["rows"].tolist()


def test_what_cannot_be_is_said():
    alone = recordings([0, 1], 2)
    with pytest.raises(ValueError, match="no label has windows of two recordi"):
        WindowPairs(alone, apart="recording")
    with pytest.raises(ValueError, match="no two windows have different label"):
        WindowPairs(recordings([0, 0], 2))
    with pytest.raises(ValueError, match="the song of each of 2 recordings"):
        WindowPairs(alone, apart="song")
    with pytest.raises(ValueError, match="no label has windows of two songs"):
        WindowPairs(alone, ["", ""], apart="song")
    with pytest.raises(ValueError, match="apart is 'album'"):
        WindowPairs(alone, apart="album")


def test_items_are_batched():
    pairs = WindowPairs(recordings([0, 0, 1, 1], 20))
    batch = torch.utils.data.default_collate(drawn(pairs, 6))
    assert batch["decibels"].shape == (6, 2, 1, 1)
    assert batch["decibels"].dtype == torch.float16
    same = batch["labels"][:, 0] == batch["labels"][:, 1]
    assert same.tolist() == [True, False] * 3
