import numpy as np
import pytest
import torch

from speechbrain_singer.metrics.ranking import mean_normalised_rank


def test_equals_sorting_by_hand():
    rng = np.random.default_rng(0)
    embeddings = rng.standard_normal((40, 6))
    # male1 is no part of male10: singers are compared as a whole
    singers = [f"male{i % 11}" for i in range(40)]
    queries, matches = [0, 1, 5], [11, 12, 16]
    expected = []
    for query, match in zip(queries, matches, strict=True):
        pool = [i for i in range(40) if singers[i] != singers[query]]
        unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
        cosines = unit @ unit[query]
        ranked = sorted([*pool, match], key=lambda i: -cosines[i])
        expected.append(ranked.index(match) / len(ranked))
    rank = mean_normalised_rank(
        torch.tensor(embeddings), singers, queries, matches
    )
    assert rank == pytest.approx(np.mean(expected))


def test_chance_is_a_half():
    embeddings = torch.randn(
        2000, 16, generator=torch.Generator().manual_seed(0)
    )
    singers = [str(i // 2) for i in range(2000)]
    queries = np.arange(0, 2000, 2)
    rank = mean_normalised_rank(embeddings, singers, queries, queries + 1)
    assert abs(rank - 0.5) < 4 * np.sqrt(1 / 12 / 1000)


def test_constant_embeddings_are_chance():
    singers = ["a", "a", "b", "b", "c"]
    rank = mean_normalised_rank(torch.ones(5, 3), singers, [0], [1])
    assert rank == pytest.approx(1.5 / 4)


@pytest.mark.parametrize(
    ("singers", "match", "message"),
    [
        (["a", "b"], [1], "different singers"),
        (["a", "a"], [1], "only singer"),
    ],
)
def test_impossible_pairs_are_refused(singers, match, message):
    with pytest.raises(ValueError, match=message):
        mean_normalised_rank(torch.eye(2), singers, [0], match)


def test_no_pairs_are_refused():
    with pytest.raises(ValueError, match="nothing to rank"):
        mean_normalised_rank(torch.eye(2), ["a", "b"], [], [])
