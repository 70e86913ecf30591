from itertools import permutations

import numpy as np
import pytest
import torch
from sklearn.metrics import average_precision_score
from sklearn.metrics.pairwise import cosine_similarity, euclidean_distances

from speechbrain_singer.metrics import ranking
from speechbrain_singer.metrics.ranking import retrieval_metrics


def draw(clips=150, seed=0):
    """Embeddings, names of singers, recordings."""
    rng = np.random.default_rng(seed)
    singers = rng.integers(0, 12, clips)
    places = rng.standard_normal((12, 5))[singers]
    embeddings = places + 1.5 * rng.standard_normal((clips, 5))
    recordings = singers * 5 + rng.integers(0, 4, clips)
    names = np.array([f"male{singer}" for singer in singers])
    return torch.tensor(embeddings), names, recordings


def lists(embeddings, singers, groups=None, similarity=cosine_similarity):
    """Scores and relevance of what is searched, query by query."""
    cosines = similarity(embeddings).round(6)
    for query in range(len(singers)):
        kept = np.arange(len(singers)) != query
        if groups is not None:
            kept &= groups != groups[query]
        relevant = singers[kept] == singers[query]
        if relevant.any():
            yield cosines[query, kept], relevant


@pytest.mark.parametrize("grouped", [False, True])
def test_precision_equals_scikit_learn(grouped):
    embeddings, singers, recordings = draw()
    groups = recordings if grouped else None
    expected = [
        average_precision_score(relevant, cosines)
        for cosines, relevant in lists(embeddings, singers, groups)
    ]
    metrics = retrieval_metrics(embeddings, singers, groups)
    assert metrics["mAP"] == pytest.approx(np.mean(expected))


def test_precision_by_distance():
    embeddings, singers, recordings = draw()
    # So far away that a product of float32 would have no digits left
    embeddings = 1e4 + embeddings
    searched = lists(
        *(embeddings, singers, recordings),
        similarity=lambda vectors: -euclidean_distances(vectors - 1e4),
    )
    expected = [average_precision_score(r, scores) for scores, r in searched]
    found = retrieval_metrics(embeddings, singers, recordings, distance=True)
    assert found["mAP"] == pytest.approx(np.mean(expected))
    assert found["mAP"] != pytest.approx(
        retrieval_metrics(embeddings - 1e4, singers, recordings)["mAP"]
    )


@pytest.mark.parametrize("k", [1, 3, 10, 200])
@pytest.mark.parametrize("grouped", [False, True])
def test_recall_equals_sorting(grouped, k):
    embeddings, singers, recordings = draw()
    groups = recordings if grouped else None
    expected = [
        relevant[np.argsort(-cosines)][:k].any()
        for cosines, relevant in lists(embeddings, singers, groups)
    ]
    metrics = retrieval_metrics(embeddings, singers, groups, ks=[k])
    assert metrics[f"recall@{k}"] == pytest.approx(np.mean(expected))


@pytest.mark.parametrize("k", [1, 2, 4])
def test_of_equal_cosines_any_order_is_as_likely(k):
    # Three directions for seven clips
    embeddings = torch.eye(3)[[0, 0, 0, 1, 1, 2, 0]] + 0.1
    singers = np.array(["a", "b", "a", "b", "c", "c", "b"])
    hits, precisions = [], []
    for cosines, relevant in lists(embeddings, singers):
        precisions.append(average_precision_score(relevant, cosines))
        for order in map(list, permutations(range(6))):
            ranked = np.argsort(-cosines[order], kind="stable")
            hits.append(relevant[order][ranked][:k].any())
    metrics = retrieval_metrics(embeddings, singers, ks=[k])
    assert metrics[f"recall@{k}"] == pytest.approx(np.mean(hits))
    assert metrics["mAP"] == pytest.approx(np.mean(precisions))


def test_constant_embeddings_are_chance():
    generator = torch.Generator().manual_seed(0)
    embeddings = torch.randn(1, 1000, generator=generator).repeat(60, 1)
    metrics = retrieval_metrics(embeddings, np.arange(60) // 6, ks=(1,))
    assert metrics["recall@1"] == pytest.approx(5 / 59)
    assert metrics["mAP"] == pytest.approx(5 / 59)


def test_blocks_change_nothing(monkeypatch):
    embeddings, singers, recordings = draw()
    whole = retrieval_metrics(embeddings, singers, recordings)
    monkeypatch.setattr(ranking, "BLOCK", 7 * len(singers))
    assert retrieval_metrics(embeddings, singers, recordings) == whole


def test_queries_without_an_answer_are_left_out():
    embeddings = torch.eye(4) + 0.1
    singers = ["a", "a", "b", "c"]
    assert retrieval_metrics(embeddings, singers)["queries"] == 2
    with pytest.raises(ValueError, match="nothing to retrieve"):
        retrieval_metrics(embeddings, singers, groups=["1", "1", "2", "3"])


def test_not_finite_embeddings_are_refused():
    embeddings = torch.tensor([[1.0], [torch.inf], [0.5]])
    with pytest.raises(ValueError, match="1 of 3 embeddings"):
        retrieval_metrics(embeddings, ["a", "a", "b"])


def test_a_singer_short_is_refused():
    with pytest.raises(ValueError, match="per embedding"):
        retrieval_metrics(torch.eye(3), ["a", "a"])
