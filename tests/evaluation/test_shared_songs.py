"""Songs that stand in training and in test."""

from speechbrain_singer.evaluation.shared_songs import shared_songs


def rows(*pairs):
    return [{"singer": singer, "song": song} for singer, song in pairs]


def test_counts_by_hand():
    train = rows(("ann", "x"), ("bob", "y"), ("", "z"), ("ann", ""))
    test = rows(
        *(("ann", "x"), ("ann", "x"), ("ann", "y"), ("bob", "w")),
        *(("", "z"), ("ann", ""), ("bob", None)),
    )
    assert shared_songs(train, test) == {
        "recordings": 7,
        "known": 5,
        "shared": 4,
        "shared_by_singer": 2,
    }


def test_without_the_column_nothing_is_known():
    train, test = [{"singer": "ann"}] * 2, [{"singer": "ann"}]
    counts = {"recordings": 1, "known": 0, "shared": 0, "shared_by_singer": 0}
    assert shared_songs(train, test) == counts
    assert shared_songs([], []) == dict.fromkeys(counts, 0)
