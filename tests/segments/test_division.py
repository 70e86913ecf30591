import numpy as np
import pytest

from speechbrain_singer.segments.changes import Pieces
from speechbrain_singer.segments.division import divide
from speechbrain_singer.segments.grouping import initial_groups, regroup


def pieces(counts, spread=0.05, seed=0):
    """Of voices in so many pieces each, on one side of a sphere; labels."""
    rng = np.random.default_rng(seed)
    voices = np.full(16, 1.0) + 0.7 * rng.normal(size=(len(counts), 16))
    labels = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    vectors = voices[labels] + spread * rng.normal(size=(len(labels), 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    stops = rng.uniform(1, 3, len(labels)).cumsum()
    spans = np.stack([np.concatenate([[0], stops[:-1]]), stops], axis=1)
    return Pieces(spans, vectors), labels


def same(labels):
    """[pieces, pieces], whether two have one singer: numbers mean nothing."""
    return labels[:, None] == labels


@pytest.mark.parametrize("counts", [(10, 10), (4, 9, 6), (30, 2)])
def test_singers_are_told_apart_however_often_they_sing(counts):
    own, labels = pieces(counts)
    (division,) = divide(own, [len(counts)])
    assert division.singers == len(counts)
    np.testing.assert_array_equal(same(division.labels), same(labels))


def test_scatter_by_hand():
    own, labels = pieces((5, 7))
    expected = 0.0
    for label in (0, 1):
        seconds, vectors = own.seconds[labels == label], own.vectors
        vectors = vectors[labels == label]
        mean = (seconds[:, None] * vectors).sum(axis=0) / seconds.sum()
        expected += (seconds * ((vectors - mean) ** 2).sum(axis=1)).sum()
    assert divide(own, [2])[0].scatter == pytest.approx(expected)


def test_means_are_weighted_by_time():
    spans = np.array([[0.0, 1.0], [1.0, 4.0]])
    own = Pieces(spans, np.array([[1.0, 0.0], [0.0, 1.0]]))
    ((mean,),) = initial_groups(own, [1])
    np.testing.assert_allclose(mean, [0.25, 0.75])


def test_a_group_without_a_piece_is_no_more():
    own, labels = pieces((6, 6))
    means = np.stack(
        [*(own.vectors[labels == n].mean(axis=0) for n in (0, 1)), -np.ones(16)]
    )
    found = regroup(own, means)
    np.testing.assert_array_equal(same(found), same(labels))
    assert found.max() == 1
