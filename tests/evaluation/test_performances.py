from itertools import combinations

import numpy as np
import pytest
import torch
from planted import embed
from sklearn.metrics import roc_auc_score

from speechbrain_singer.evaluation.performances import (
    in_all,
    performance_report,
)


def balanced(singers=5, songs=4):
    """Everybody sings every song once."""
    return [
        {"ID": f"{s}-{k}", "singer": f"s{s}", "song": f"k{k}"}
        for s in range(singers)
        for k in range(songs)
    ]


def test_who_knows_the_singer_and_not_the_song():
    rows = balanced()
    report = performance_report(embed(rows, "singer"), rows, ks=[1, 3])
    singer, song = report["neighbours"].values()
    assert singer["accuracy"] == {1: 100, 3: 100}
    assert (singer["classes"], singer["performances"]) == (5, 20)
    # Of 19 others three are of the singer, and four of the song
    assert singer["chance"] == pytest.approx(100 * 3 / 19)
    assert singer["alone"] == 0
    # Its nearest are of the same singer, and so of another song
    assert song["accuracy"] == {1: 0, 3: 0}
    assert song["classes"] == 4
    assert song["chance"] == pytest.approx(100 * 4 / 19)
    pairs = report["pairs"]
    assert pairs["singer"]["EER"] == 0
    assert pairs["singer"]["positives"] == 5 * 6
    assert pairs["singer"]["negatives"] == 190 - 30
    assert pairs["singer_across_songs"]["AUC"] == 100
    assert pairs["singer_across_songs"]["negatives"] == 10 * 12
    assert pairs["song"]["positives"] == 4 * 10
    assert 35 < pairs["song"]["AUC"] < 65


def test_who_knows_the_song_and_not_the_singer():
    rows = balanced()
    report = performance_report(embed(rows, "song"), rows, ks=[1])
    assert report["neighbours"]["song"]["accuracy"] == {1: 100}
    assert report["neighbours"]["singer"]["accuracy"] == {1: 0}
    assert report["pairs"]["song"] == {
        **{"EER": 0, "AUC": 100, "positives": 40, "negatives": 120}
    }
    # Pairs of one song are of two singers here: they mislead
    pairs = report["pairs"]
    assert pairs["singer"]["AUC"] < pairs["singer_across_songs"]["AUC"] - 10
    assert 35 < pairs["singer_across_songs"]["AUC"] < 65


def test_pairs_are_those_of_scikit_learn():
    rows = balanced()
    embeddings = torch.from_numpy(np.random.default_rng(0).normal(size=(20, 3)))
    found = performance_report(embeddings, rows)["pairs"]
    alike, same = [], []
    for i, j in combinations(range(20), 2):
        if rows[i]["singer"] != rows[j]["singer"]:
            alike.append(-float((embeddings[i] - embeddings[j]).square().sum()))
            same.append(rows[i]["song"] == rows[j]["song"])
    assert found["song"]["AUC"] == pytest.approx(
        100 * roc_auc_score(same, alike)
    )


def test_who_is_alone_is_counted():
    rows = [*balanced(2, 2), {"singer": "lone", "song": "k0"}]
    found = performance_report(embed(rows, "singer"), rows)["neighbours"]
    assert (found["singer"]["classes"], found["singer"]["alone"]) == (3, 1)
    assert found["singer"]["chance"] == 25  # one of four others
    assert list(found["singer"]["accuracy"]) == [1, 3]  # of four others
    assert found["song"]["chance"] == 50


@pytest.mark.parametrize("song", [{}, {"song": ""}, {"song": "one"}])
def test_without_songs(song):
    """No column, nothing in it, or one song."""
    rows = [{"singer": s} | song for s in "aabb"]
    report = performance_report(embed(rows, "singer"), rows)
    count = "1" if song.get("song") else "none"
    reason = f"two songs at least are needed, {count} is known"
    assert report["neighbours"]["song"] == {"left_out": reason}
    assert report["pairs"]["song"] == {"left_out": reason}
    assert report["pairs"]["singer_across_songs"] == {"left_out": reason}
    assert report["neighbours"]["singer"]["accuracy"][1] == 100
    assert report["pairs"]["singer"]["EER"] == 0


def test_songs_of_ones_own_are_no_question():
    rows = [{"singer": s, "song": s + k} for s in "ab" for k in "12"]
    report = performance_report(embed(rows, "singer"), rows)
    assert report["neighbours"]["song"] == {
        "left_out": "each song stands with one performance only"
    }
    assert report["pairs"]["song"] == {
        "left_out": "no pairs of different singers have one and the same song"
    }


def test_what_one_encoder_could_not_encode_is_compared_by_none():
    rows = balanced(1, 4)
    first, second = torch.randn(3, 2), torch.randn(3, 5)
    embeddings, kept = in_all(
        {"x": (first, rows[:3]), "y": (second, [rows[0], *rows[2:]])}
    )
    assert kept == [rows[0], rows[2]]
    assert torch.equal(embeddings["x"], first[[0, 2]])
    assert torch.equal(embeddings["y"], second[[0, 1]])


def test_what_all_could_encode_is_not_copied():
    rows, vectors = balanced(1, 4), torch.randn(4, 2)
    embeddings, kept = in_all({"x": (vectors, rows), "y": (vectors, rows)})
    assert kept is rows
    assert embeddings["x"] is embeddings["y"] is vectors
