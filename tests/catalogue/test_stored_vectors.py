import catalogues
import numpy as np
import pytest
import torch

from speechbrain_singer.catalogue import stored_vectors
from speechbrain_singer.catalogue.stored_vectors import NOBODY, StoredVectors


@pytest.fixture(params=["cosine", "squared_distance"])
def score(request):
    return request.param


@pytest.fixture
def values(score):
    values = catalogues.table(3, score).embeddings
    if score == "cosine":
        values /= np.linalg.norm(values, axis=1, keepdims=True)
    return values


@pytest.fixture
def vectors(values, score, tmp_path, monkeypatch):
    monkeypatch.setattr(stored_vectors, "_BLOCK", 7)
    monkeypatch.setattr(stored_vectors, "_QUERIES", 2)
    (tmp_path / "vectors.bin").write_bytes(values.tobytes())
    return StoredVectors(tmp_path, values.shape, "float32", score)


def test_blocks_have_all_in_order(vectors, values):
    np.testing.assert_array_equal(
        np.concatenate(list(vectors.blocks())), values
    )


@pytest.mark.parametrize("k", [1, 10, 60])
def test_the_nearest_are_numpy_s(vectors, values, score, k):
    queries = torch.from_numpy(values[::11])
    right, _ = catalogues.by_hand(queries, values, score, k)
    np.testing.assert_array_equal(vectors.nearest(queries, k), right)


def test_the_nearest_among_some(vectors, values, score):
    among = np.arange(1, 60, 3)
    queries = torch.from_numpy(values[:5])
    right, _ = catalogues.by_hand(queries, values[among], score, 4)
    found = vectors.nearest(queries, 4, among)
    np.testing.assert_array_equal(found, among[right])


def test_fewer_than_asked_are_padded(vectors, values):
    queries = torch.from_numpy(values[:2])
    found = vectors.nearest(queries, 3, np.array([4]))
    assert found.tolist() == [[4, NOBODY, NOBODY]] * 2
    nothing = vectors.nearest(queries, 2, np.array([], dtype=int))
    assert nothing.tolist() == [[NOBODY] * 2] * 2


def test_a_short_list_is_ranked_by_exact_scores(vectors, values, score):
    queries = torch.from_numpy(values[:5])
    _, right = catalogues.by_hand(queries, values, score, 60)
    shuffled = np.random.default_rng(0).permutation(60)
    candidates = np.tile(np.append(shuffled, NOBODY), (5, 1))
    numbers, scores = vectors.rank(queries, candidates, 61)
    np.testing.assert_allclose(scores[:, :60], right, atol=1e-5)
    assert (numbers[:, 60] == NOBODY).all()
    assert (scores[:, 60] == -np.inf).all()
    assert (np.sort(numbers[:, :60]) == np.arange(60)).all()
