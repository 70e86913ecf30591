"""Who is recommended: by hand, and against scikit-learn's neighbours."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from speechbrain_singer.evaluation.recommendation import (
    Recommender,
    query_order,
)


def rows_of(*names):
    """Rows of names as "singer song"; - for a song that is not known."""
    rows = []
    for number, name in enumerate(names):
        singer, song = name.split()
        song = song.strip("-")
        rows.append({"ID": str(number), "singer": singer, "song": song})
    return rows


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_is_the_nearest_neighbour(metric):
    embeddings = np.random.default_rng(0).standard_normal((50, 4))
    rows = rows_of(*(f"s{n} -" for n in range(50)))
    neighbours = NearestNeighbors(n_neighbors=1, metric=metric).fit(embeddings)
    expected = neighbours.kneighbors(return_distance=False)[:, 0]
    recommender = Recommender(embeddings, rows, metric == "euclidean")
    assert [recommender.best(row) for row in range(50)] == expected.tolist()


def test_never_the_same_song_nor_recording():
    rows = rows_of("ann 1", "bob 1", "bob -", "cat -", "ann 2")
    rows[3]["recording"] = rows[4]["recording"] = "one take"
    angles = np.radians([0, 1, 2, 3.9, 4.5])
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    best = Recommender(points, rows).best
    # Not bob's 1, which is nearer; songs that nobody knows are not the same
    assert [best(row) for row in range(5)] == [2, 2, 1, 2, 2]
    best = Recommender(points, rows, other_singers=True).best
    assert [best(row) for row in range(5)] == [2, 3, 3, 2, 2]


def test_nothing_may_be_left():
    rows = rows_of("ann 1", "bob 1")
    assert Recommender(np.eye(2), rows).best(0) is None


@pytest.mark.parametrize(
    ("embeddings", "match"),
    [
        (np.ones((3, 2)), "3 embeddings and 2 rows"),
        (np.zeros((2, 2)), "zero"),
        (np.full((2, 2), np.nan), "not finite"),
    ],
)
def test_embeddings_that_cannot_be_compared(embeddings, match):
    with pytest.raises(ValueError, match=match):
        Recommender(embeddings, rows_of("ann 1", "bob 2"))


def test_every_singer_is_asked_before_any_is_twice():
    rows = rows_of(*("ann -",) * 9, *("bob -",) * 2, "cat -")
    orders = [query_order(rows, np.random.default_rng(n)) for n in range(40)]
    for order in orders:
        assert sorted(order) == list(range(12))
        singers = [rows[row]["singer"] for row in order]
        assert set(singers[:3]) == {"ann", "bob", "cat"}
        assert set(singers[3:5]) == {"ann", "bob"}
    # Whoever, and whatever of them
    assert len({order[0] for order in orders}) > 5
    assert {rows[order[0]]["singer"] for order in orders} == set(singers)
