import numpy as np
import pytest
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from speechbrain_singer.metrics.neighbours import leave_one_out


@pytest.mark.parametrize("k", [1, 3, 5])
def test_is_scikit_learns_where_no_vote_is_a_tie(k):
    """Two classes and an odd k: no ties."""
    rng = np.random.default_rng(k)
    labels = rng.integers(2, size=40)
    embeddings = rng.standard_normal((40, 6)) + 0.5 * labels[:, None]
    right = cross_val_score(
        *(KNeighborsClassifier(k), embeddings, labels), cv=LeaveOneOut()
    )
    found = leave_one_out(embeddings, labels, [k])
    assert found[k] == pytest.approx(100 * right.mean())
    assert 50 < found[k] < 100


def test_a_tie_goes_to_the_nearest():
    """0 sees b at 1, a at 2.1, a at 3.3, b at 4.7; and c further away."""
    places = [0.0, -1.0, 2.1, -3.3, 4.7, 90.0, 92.5]
    line = np.array(places)[:, None]
    votes = {1: "b", 2: "b", 3: "a", 4: "b"}
    for label in "ab":
        labels = [label, "b", "a", "a", "b", "c", "c"]
        for k, winner in votes.items():
            right = by_hand(places, labels, k)
            assert right[0] == (label == winner)
            found = leave_one_out(line, labels, [k])[k]
            assert found == pytest.approx(100 * np.mean(right))


def by_hand(places, labels, k):
    right = []
    for i, place in enumerate(places):
        others = sorted(
            (abs(place - other), label)
            for j, (other, label) in enumerate(zip(places, labels, strict=True))
            if j != i
        )
        nearest = [label for _, label in others[:k]]
        # max takes the first of equals
        right.append(max(nearest, key=nearest.count) == labels[i])
    return right


def test_who_is_alone_is_not_asked_for_but_a_neighbour():
    """The lonely one stands between the two others and misleads both."""
    assert leave_one_out([[0.0], [1.0], [2.0]], ["a", "b", "a"], [1, 2]) == {
        1: 0.0,
        2: 0.0,
    }


def test_far_from_the_origin_small_distances_still_count():
    """In single precision all would be as near."""
    pairs = np.repeat(np.arange(6.0), 2) + np.tile([0, 0.1], 6)
    embeddings = (pairs[:, None] + np.full((12, 50), 4000)).astype(np.float32)
    assert leave_one_out(embeddings, np.arange(12) // 2, [1])[1] == 100


@pytest.mark.parametrize(
    ("labels", "k", "message"),
    [
        ("abc", 1, "none of 3 embeddings has another"),
        ("aab", 3, "k, the neighbours: 3"),
        ("aab", 0, "k, the neighbours: 0"),
        ("aabb", 1, "3 embeddings, 4 labels"),
    ],
)
def test_says_what_it_cannot_measure(labels, k, message):
    with pytest.raises(ValueError, match=message):
        leave_one_out(np.eye(3), list(labels), [k])


def test_refuses_what_is_not_finite():
    embeddings = np.eye(3)
    embeddings[0, 0] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        leave_one_out(embeddings, list("aab"), [1])
